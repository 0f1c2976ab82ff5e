"""Entities of which the tests make their two states."""

from __future__ import annotations

from typing import Any

from opsgenie_async.sync.model.snapshot import Entity
from opsgenie_async.sync.planning.plan import Plan
from tests.sync.states import Fields, entity, state

NOBODY = {"type": "none"}


NIGHT = {"type": "schedule", "name": "night"}


NOTHING = state()


def user(name: str, id: str = "", role: str = "User", **parts: Any) -> Entity:
    return entity("user", {"username": name, "role": {"name": role}}, id, **parts)


def team(name: str = "ops", id: str = "t1", rules: tuple[Fields, ...] = (), **fields: Any) -> Entity:
    """A team; its rules have ids r0, r1... and the default one is last."""
    numbered = [(each, f"r{number}") for number, each in enumerate(rules)]
    default = ({"name": "Default Routing Rule", "isDefault": True, "notify": NOBODY}, "r-default")
    return entity("team", {"name": name, **fields}, id, team_routing_rule=[*numbered, default])


def rule(name: str, notify: Fields | None = None, **fields: Any) -> Fields:
    return {"name": name, "isDefault": False, "notify": notify or NOBODY, **fields}


def schedule(name: str = "night", id: str = "s1", participants: tuple[Fields, ...] = (), **fields: Any) -> Entity:
    rotation = {
        "name": "Rot1",
        "startDate": "2024-01-01T08:00:00Z",
        "type": "weekly",
        "participants": list(participants) or [NOBODY],
    }
    return entity("schedule", {"name": name, **fields}, id, schedule_rotation=[(rotation, f"{id}-rot")])


def escalation(*recipients: Fields, **fields: Any) -> Entity:
    return entity(
        "escalation", {"name": "first", "rules": [{"recipient": each} for each in recipients], **fields}, "e1"
    )


def steps(result: Plan) -> list[tuple[str, str, str]]:
    return [(each.action, each.kind.name, each.name) for each in result.changes]
