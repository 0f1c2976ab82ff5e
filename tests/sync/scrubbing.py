"""What is left of an entity when something that it points at is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.sync.model.snapshot import Entity, Target, mentions
from tests.sync.edit_values import NOBODY

GONE: Any = object()

OPTIONAL = frozenset({"ownerTeam", "assignedTeam"})
"""References that may simply be left out."""
NEVER_EMPTY = frozenset({("schedule_rotation", "participants"), ("escalation", "rules"), ("maintenance", "rules")})


def scrubbed(entity: Entity, gone: set[Target], parent: str = "") -> Any:
    """Its fields without what points at *gone*; `GONE` where it cannot be without that."""
    places = {at for at, target in mentions(entity.kind, entity.fields, parent) if target in gone}
    if entity.kind.name == "integration" and "ownerTeam" in places:  # it goes with the team, and no call saves it
        return GONE
    if not places:
        return entity.fields
    remainder = _without(entity.fields, "", places)
    if remainder is GONE or any(not remainder[field] for word, field in NEVER_EMPTY if word == entity.kind.name):
        return GONE
    # An override of rotations that are all gone is none of the whole schedule.
    if entity.kind.name == "schedule_override" and entity.fields["rotations"] and not remainder["rotations"]:
        return GONE
    return remainder


def _without(value: Any, at: str, places: set[str]) -> Any:
    if at in places:
        return GONE
    if isinstance(value, list):
        rest = [_without(each, f"{at}[{index}]", places) for index, each in enumerate(value)]
        return [each for each in rest if each is not GONE]
    if not isinstance(value, dict):
        return value
    remainder = dict(_members(value, at, places))
    return GONE if GONE in remainder.values() else remainder


def _members(value: dict[str, Any], at: str, places: set[str]) -> Iterator[tuple[str, Any]]:
    for name, each in value.items():
        rest = _without(each, f"{at}.{name}" if at else name, places)
        if rest is GONE and name == "notify":
            yield name, NOBODY
        elif not (rest is GONE and name in OPTIONAL):
            yield name, rest
