"""The people of a selection: users that selected entities refer to, and the roles of these users."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from opsgenie_async.sync.model.kinds import PARTS_OF
from opsgenie_async.sync.model.kinds.custom_user_role import CUSTOM_USER_ROLE
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.selection import Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot, mentions

__all__ = ["PEOPLE", "PERSONAL_PARTS", "people_of", "with_people"]

PEOPLE = (USER, CUSTOM_USER_ROLE)
"""Whom others refer to, then what those refer to."""
PERSONAL_PARTS = tuple(part for part in PARTS_OF[USER] if part.personal)
"""The parts of users without which they come along."""


def people_of(entities: Iterable[Entity]) -> set[tuple[str, str]]:
    """The users that any of *entities* point at, and the roles of those that are users, by folder and name."""
    people = set()
    for entity in entities:
        for part in (entity, *(each for parts in entity.parts.values() for each in parts)):
            for _, target in mentions(part.kind, part.fields, entity.name):
                if target.kinds[0] in PEOPLE and not target.is_built_in:
                    people.add(target.file)
    return people


def with_people(snapshot: Snapshot, only: Selection) -> tuple[Snapshot, Selection]:
    """Add the users that the selected entities refer to, and their roles, to a selection.

    Args:
        snapshot: The state that *only* selects from.
        only: The selection, with `with_users`.

    Returns:
        The same state, in which those users have notification rules only if requested; the selection.
    """
    choice = [each for each in snapshot if only.covers(each.kind.folder, each.name, each.team)]
    users = people_of(choice) - {(each.kind.folder, each.name) for each in choice}
    roles = people_of(each for each in snapshot if (each.kind.folder, each.name) in users)
    state = snapshot if only.with_notification_rules else _without_rules(snapshot, users)
    return state, only.adding(users | roles)


def _without_rules(snapshot: Snapshot, users: Collection[tuple[str, str]]) -> Snapshot:
    names = {part.name for part in PERSONAL_PARTS}

    def change(each: Entity) -> Entity:
        if (each.kind.folder, each.name) not in users:
            return each
        return attrs.evolve(each, parts={kind: v for kind, v in each.parts.items() if kind not in names})

    entities = {folder: [*map(change, there)] for folder, there in snapshot.entities.items()}
    return attrs.evolve(snapshot, entities=entities)
