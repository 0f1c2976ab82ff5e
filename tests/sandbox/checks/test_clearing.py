"""What null means in a PATCH: the same for all kinds, as if the field had never been said."""

from __future__ import annotations

from typing import Any

import pytest

START, END = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
HOURS = {"startHour": 8, "startMin": 0, "endHour": 17, "endMin": 0}
ON_DAYS = {"type": "time-of-day", "restriction": HOURS}
STEP = {"contact": {"method": "email", "to": "ann@corp.example"}, "enabled": True}
NARROW = {"type": "match-any-condition", "conditions": [{"field": "tags", "operation": "is-empty"}]}
ADDRESS = {"country": "NZ", "state": "", "city": "Nelson", "line": "", "zipCode": ""}

CLEARED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    # kind: (path of the collection, what must be said, what may be)
    "user": (
        "/v2/users",
        {"username": "bob@corp.example", "fullName": "Bob", "role": {"name": "User"}},
        {"timeZone": "Asia/Tokyo", "locale": "de_DE", "userAddress": ADDRESS, "tags": ["a"], "details": {"a": ["b"]}},
    ),
    "team": (
        "/v2/teams",
        {"name": "night"},
        {"description": "d", "members": [{"user": {"username": "ann@corp.example"}}]},
    ),
    "routing rule": (
        "/v2/teams/TEAM/routing-rules",
        {"notify": {"type": "none"}},
        {"name": "r", "criteria": NARROW, "timezone": "Asia/Tokyo", "timeRestriction": ON_DAYS},
    ),
    "schedule": (
        "/v2/schedules",
        {"name": "s"},
        {"description": "d", "timezone": "Asia/Tokyo", "ownerTeam": {"name": "ops"}},
    ),
    "rotation": (
        "/v2/schedules/SCHEDULE/rotations",
        {"startDate": START, "type": "daily", "participants": [{"type": "none"}]},
        {"name": "r", "endDate": END, "length": 3, "timeRestriction": ON_DAYS},
    ),
    "escalation": (
        "/v2/escalations",
        {
            "name": "e",
            "rules": [
                {
                    "condition": "if-not-acked",
                    "notifyType": "default",
                    "delay": {"timeAmount": 5},
                    "recipient": {"type": "team", "name": "ops"},
                }
            ],
        },
        {"description": "d", "ownerTeam": {"name": "ops"}, "repeat": {"count": 3}},
    ),
    "heartbeat": (
        "/v2/heartbeats",
        {"name": "h", "interval": 5, "intervalUnit": "minutes", "enabled": True},
        {
            "description": "d",
            "ownerTeam": {"name": "ops"},
            "alertMessage": "m",
            "alertTags": ["t"],
            "alertPriority": "P1",
        },
    ),
    "service": (
        "/v1/services",
        {"name": "s", "teamId": "TEAM"},
        {"description": "d", "tags": ["t"], "visibility": "TEAM_MEMBERS"},
    ),
    "notification rule": (
        "/v2/users/ann@corp.example/notification-rules",
        {"name": "n", "actionType": "create-alert", "enabled": True},
        {
            "criteria": NARROW,
            "notificationTime": ["just-before"],
            "timeRestriction": ON_DAYS,
            "schedules": [{"type": "schedule", "name": "SCHEDULE"}],
            "steps": [{**STEP, "sendAfter": {"timeAmount": 1}}],
            "repeat": {"loopAfter": 3, "enabled": True},
        },
    ),
}


@pytest.fixture
def places(sandbox) -> dict[str, str]:
    sandbox.add_user("ann@corp.example")
    team = sandbox.add_team("ops")
    schedule = sandbox.add_schedule("SCHEDULE")
    return {"TEAM": team["id"], "SCHEDULE": schedule["id"]}


def without_id(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in ("id", "order", "createdAt", "links")}


@pytest.mark.parametrize("kind", CLEARED)
async def test_null_is_as_if_it_had_never_been_said(api, places: dict[str, str], kind: str):
    path, needed, optional = CLEARED[kind]
    path = path.replace("TEAM", places["TEAM"]).replace("SCHEDULE", places["SCHEDULE"])
    needed = {key: places.get(value, value) if isinstance(value, str) else value for key, value in needed.items()}

    async def create(body: dict[str, Any]) -> str:
        reply = await api("POST", path, body)
        assert reply.status == 201, reply.text
        return f"{path}/{reply.data['id'] if 'id' in reply.data else reply.data['name']}"

    bare = await create(needed)
    unset = without_id(await api.get(bare))
    assert (await api("DELETE", bare)).status == 200
    full = await create({**needed, **optional})
    output = without_id(await api.get(full))
    assert all(output.get(key) != unset.get(key) for key in optional)

    assert (await api("PATCH", full, dict.fromkeys(optional))).status == 200

    assert without_id(await api.get(full)) == unset


async def test_null_empties_an_audience(api, sandbox, places: dict[str, str]):
    service = (await api("POST", "/v1/services", {"name": "s", "teamId": places["TEAM"]})).data["id"]
    path = f"/v1/services/{service}/audience-templates"
    audience = await api.get(path)
    output = {
        "responder": {"teams": ["t"]},
        "stakeholder": {"individuals": ["u"], "conditionMatchType": "match-all-conditions"},
    }

    await api("PATCH", path, output)
    assert (await api("PATCH", path, {"responder": {}, "stakeholder": {"individuals": None}})).status == 200
    some = await api.get(path)
    assert (some["responder"]["teams"], some["stakeholder"]["individuals"]) == (["t"], [])
    assert some["stakeholder"]["conditionMatchType"] == "match-all-conditions"
    await api("PATCH", path, {"responder": None, "stakeholder": None})

    assert await api.get(path) == audience
