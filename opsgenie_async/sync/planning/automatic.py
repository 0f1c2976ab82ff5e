"""Entities that Opsgenie creates together with a new team, and what a plan does with them.

A new team X has at once a schedule `X_schedule`, an escalation `X_escalation` and a default routing rule that notifies
it. They would put somebody on call whom no file names. So the run that creates the team takes care of them: what a file
desires under that name is adopted, the rest is deleted, or reported where nothing may be deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsgenie_async.sync.model.catalog import KINDS
from opsgenie_async.sync.model.kinds.schedule_rotation import SCHEDULE_ROTATION
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.references import Target
from opsgenie_async.sync.model.snapshot import Snapshot
from opsgenie_async.sync.planning.changes import Automatic, Change, Decision
from opsgenie_async.sync.planning.match import Pair
from opsgenie_async.sync.planning.scope import Scope

__all__ = ["automatic_entities", "companions_of", "creator_of"]

COMPANIONS = tuple(sorted((kind for kind in KINDS if kind.companion_suffix), key=lambda kind: -kind.stage))
"""The kinds of entities that come with a new team, in the order in which they can be deleted."""


def companions_of(team: str) -> Iterator[Target]:
    """The entities that come with a new team of this name."""
    for kind in COMPANIONS:
        yield Target.to(kind, f"{team}{kind.companion_suffix}")


def automatic_entities(pairs: Sequence[Pair], scope: Scope, have: Snapshot, *, prune: bool) -> Iterator[Automatic]:
    """The entities that Opsgenie will create with the new teams of *pairs*."""
    desired = {Target.to(pair.kind, pair.want.name): pair.want for pair in pairs if pair.want is not None}
    existing = {Target.to(entity.kind, entity.name) for entity in have} | have.ids.keys()
    for pair in pairs:
        if pair.kind is not TEAM or pair.have is not None or pair.want is None:
            continue
        for kind in COMPANIONS:
            name = f"{pair.want.name}{kind.companion_suffix}"
            if (target := Target.to(kind, name)) in existing:
                continue
            decision: Decision = "keep"
            if target in desired:
                decision = "adopt"
            elif prune and scope.covers(kind.folder, name):
                decision = "delete"
            whole = target in desired and SCHEDULE_ROTATION.name in desired[target].parts
            yield Automatic(kind=kind, name=name, team=pair.want.name, decision=decision, whole=whole)


def creator_of(change: Change) -> Target | None:
    """The team whose creation would also create an entity of this name."""
    suffix = change.kind.companion_suffix
    if change.action != "create" or not suffix or not change.name.endswith(suffix):
        return None
    return Target.to(TEAM, change.name.removesuffix(suffix))
