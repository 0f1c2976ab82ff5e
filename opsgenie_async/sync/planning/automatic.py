"""The entities that Opsgenie creates with a new team, and what a plan does with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

import attrs

from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KINDS, PARTS_OF
from opsgenie_async.sync.model.snapshot import Key, Target
from opsgenie_async.sync.planning.match import Pair, Scope

__all__ = ["COMPANIONS", "Automatic", "Decision", "automatic_entities", "companion_parts", "companions_of"]

Decision: TypeAlias = Literal["adopt", "delete", "keep"]

COMPANIONS = tuple(sorted((kind for kind in KINDS if kind.companion_suffix), key=lambda kind: -kind.stage))
"""The kinds of entities that come with a new team, in the order in which they can be deleted."""


@attrs.frozen(kw_only=True)
class Automatic:
    """An entity that Opsgenie creates automatically with a team of the plan.

    A new team X gets a schedule `X_schedule`, an escalation `X_escalation` and a default routing rule that notifies it,
    which would put somebody on call who is in no file. So the run that creates the team also adopts what is in a file
    under that name, and deletes the rest, or reports it if nothing may be deleted.

    Attributes:
        kind: `SCHEDULE` or `ESCALATION`.
        name: Its name, derived from that of the team.
        team: The new team.
        decision: "adopt" if the plan updates it to the desired state; "delete" if it is in no file; "keep" if nothing
            may be deleted: it is only reported.
        whole: Whether its file lists all parts of those kinds that come with it, so that others are deleted.
    """

    kind: Kind
    name: str
    team: str
    decision: Decision
    whole: bool = False

    @property
    def key(self) -> Key:
        """As `Change.key`."""
        return self.kind.name, "", self.name


def companions_of(team: str) -> Iterator[Target]:
    """The entities that come with a new team of this name."""
    for kind in COMPANIONS:
        yield Target.to(kind, f"{team}{kind.companion_suffix}")


def companion_parts(kind: Kind) -> Sequence[Kind]:
    """The kinds of the parts that such an entity has from the beginning."""
    return [part for part in PARTS_OF[kind] if part.companion_part]


def automatic_entities(
    teams: Iterable[Pair], pairs: Iterable[Pair], scope: Scope, *, prune: bool
) -> Iterator[Automatic]:
    """What Opsgenie will create with new *teams*, which are some of *pairs*."""
    desired = {Target.to(pair.kind, pair.want.name): pair.want for pair in pairs if pair.want is not None}
    existing = {Target.to(entity.kind, entity.name) for entity in scope.have} | scope.have.ids.keys()
    for team in (pair.either.name for pair in teams):
        for kind in COMPANIONS:
            name = f"{team}{kind.companion_suffix}"
            if (target := Target.to(kind, name)) in existing:
                continue
            decision: Decision = "keep"
            if target in desired:
                decision = "adopt"
            elif prune and scope.covers(kind.folder, name):
                decision = "delete"
            whole = target in desired and any(part.name in desired[target].parts for part in companion_parts(kind))
            yield Automatic(kind=kind, name=name, team=team, decision=decision, whole=whole)
