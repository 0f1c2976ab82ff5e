"""A plan as data: its steps, their differences, and what applying them needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import owner_of
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.references import Target, mentions

__all__ = ["Action", "Automatic", "Change", "Decision", "Difference", "Key", "Plan", "TooManyDeletions", "parent_key"]

Action: TypeAlias = Literal["create", "update", "delete", "order"]

Decision: TypeAlias = Literal["adopt", "delete", "keep"]

Key: TypeAlias = tuple[str, str, str]
"""An entity by the word of its kind, the name of what it belongs to ("" for none) and its own name."""


class TooManyDeletions(OpsgenieError, ValueError):
    """A plan would delete more than its guard allows."""


@attrs.frozen
class Difference:
    """One field that differs; None stands for an absent field."""

    field: str
    have: Json
    want: Json


@attrs.frozen(kw_only=True)
class Change:
    """One step towards the desired state.

    Attributes:
        name: Of the entity.
        parent: The name of what it is a part of, "" for none.
        path: Of its file's entity, `teams/ops`.
        team: The owning team, "" for none; steps of one team run in order, teams side by side.
        stage: Creates and updates go by it, deletes the other way round, orders come last.
        fields: What is sent, references still by name: for a create all but the late ones, for an update what that
            method needs, with None for what is to be cleared; for an order `{"order": [names]}`, and then `name`
            tells the row where siblings stand in several: the action of notification rules.
        id: In the account, "" for what is not there yet; so for what comes along with something new (the default
            routing rule of a team, the single parts), which is only ever updated.
    """

    action: Action
    kind: Kind
    name: str
    path: str
    stage: int
    parent: str = ""
    team: str = ""
    differences: tuple[Difference, ...] = ()
    fields: Mapping[str, Json] = attrs.field(factory=dict)
    id: str = ""

    @property
    def key(self) -> Key:
        """The entity that it is about."""
        return self.kind.name, self.parent, self.name

    @property
    def target(self) -> Target:
        """The entity that it is about, as others refer to it."""
        return Target.to(self.kind, self.name, self.parent)

    @property
    def group(self) -> str:
        """Whose step it is, as a path: the owning team's, else that of the file; a group's steps run in order."""
        return f"teams/{self.team}" if self.team else self.path

    @property
    def description(self) -> str:
        """The step in words, without any field: `create schedule_rotation night weekdays`."""
        return " ".join(word for word in (self.action, self.kind.name, self.parent, self.name) if word)

    @property
    def fingerprint(self) -> str:
        """A digest of the step and all its fields, without ids: equal for equal requests."""
        step = [self.action, self.kind.name, self.parent, self.name, dict(self.fields)]
        return hashlib.sha256(json.dumps(step, sort_keys=True).encode()).hexdigest()[:32]

    def needs(self) -> Iterator[Target]:
        """Yield the entities that must exist before: the parent, and everything that is referred to."""
        if self.action == "delete":
            return
        if self.kind.parent and self.parent:
            yield Target.to(owner_of(self.kind), self.parent)
        for _, target in mentions(self.kind, self.fields, self.parent):
            yield target

    def document(self) -> dict[str, Json]:
        """The change for machines."""
        return {
            "action": self.action,
            "kind": self.kind.name,
            "name": self.name,
            "parent": self.parent,
            "team": self.team,
            "path": self.path,
            "fields": [{"field": each.field, "have": each.have, "want": each.want} for each in self.differences],
        }


def parent_key(change: Change) -> Key:
    """The key of what the entity of a change is a part of; policies are a part of their team."""
    return owner_of(change.kind).name if change.kind.parent else "", "", change.parent


@attrs.frozen(kw_only=True)
class Automatic:
    """An entity that Opsgenie creates together with a team of the plan.

    Attributes:
        kind: What it is: a schedule or an escalation.
        name: Its name, made from that of the team.
        team: The new team.
        decision: "adopt" where the plan brings it to the desired state; "delete" where no file names it; "keep" where
            nothing may be deleted: it is reported and left alone.
        whole: Whether its file lists the rotations, so that others are deleted.
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

    def deletion(self) -> Change:
        """The step that deletes it; it is found by its name."""
        path = f"{self.kind.folder}/{self.name}"
        return Change(action="delete", kind=self.kind, name=self.name, path=path, stage=self.kind.stage, team=self.team)

    def detachment(self, rule: Kind, name: str) -> Change:
        """The step that has the default rule of its team, which notifies it, notify nobody."""
        return Change(
            action="update",
            kind=rule,
            name=name,
            path=f"teams/{self.team}",
            stage=rule.stage,
            parent=self.team,
            team=self.team,
            fields={"notify": {"type": "none"}},
        )

    def part_deletion(self, kind: Kind, name: str, id: str = "") -> Change:
        """The step that deletes a part of it."""
        whole = self.deletion()
        return attrs.evolve(whole, kind=kind, name=name, stage=kind.stage, parent=self.name, id=id)


@attrs.frozen(kw_only=True)
class Plan:
    """The changes from one state to another.

    Attributes:
        changes: In the order in which they are applied.
        extra: `kind name` of existing entities that are not desired, and stay since `prune` is off.
        skipped: What could not be compared, and why: its reading had failed, or it cannot be changed by any call.
        lasting: Of these, what no run can ever bring about, such as a maintenance that is over: nothing is left
            undone.
        automatic: Entities that Opsgenie will create with new teams, and what is done with them.
        ids: Of all existing entities, also by their new names.
        share: Of what is there in the compared part, how much would be deleted, from 0 to 1; by kind and, under "",
            of all.
    """

    changes: Sequence[Change]
    extra: Sequence[str] = ()
    skipped: Sequence[str] = ()
    lasting: Sequence[str] = ()
    automatic: Sequence[Automatic] = ()
    ids: Mapping[Key, str] = attrs.field(factory=dict, repr=False)
    share: Mapping[str, float] = attrs.field(factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything could be compared, and all that can be done will be."""
        return not set(self.skipped) - set(self.lasting)

    def raise_if_unsafe(self, most: float = 0.3) -> None:
        """Raise `TooManyDeletions` when more than *most* of the account, or of one kind, would be deleted."""
        for name, share in sorted(self.share.items()):
            if share > most:
                scope = f"of all {name} entities" if name else "of everything"
                raise TooManyDeletions(f"would delete {100 * share:.3g}% {scope}, more than {100 * most:.3g}%")

    def document(self) -> dict[str, Json]:
        """The plan for machines."""
        return {
            "complete": self.complete,
            "changes": [change.document() for change in self.changes],
            "extra": list(self.extra),
            "skipped": list(self.skipped),
        }
