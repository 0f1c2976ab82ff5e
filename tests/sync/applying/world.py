"""One change of every kind, and the account that each of them is made in."""

from __future__ import annotations

from typing import Any

import attrs

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync.applying.executor import Ids, StepResult, Steps
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, KINDS
from opsgenie_async.sync.model.snapshot import name_of
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.reading.fetch import item_of, listing_of
from tests.sync.changes import change, create

SHIFT = {"startDate": "2026-02-01T00:00:00Z", "type": "weekly"}
DATES = {"startDate": "2026-02-01T00:00:00Z", "endDate": "2026-02-02T00:00:00Z"}
ANN, BEA = {"username": "ann@x.org"}, {"username": "bea@x.org"}
OPS, NIGHT = {"type": "team", "name": "ops"}, {"type": "schedule", "name": "night"}
RULE = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 5}}
POLICY = {"type": "alert", "message": "m", "enabled": True}
FILTER = {"filter": {"conditionMatchType": "match-all", "conditions": []}}
INCIDENT = {"message": "m", "priority": "P2", "stakeholderProperties": {"message": "m", "enable": False}}

WORLD = (
    create("user", "ann@x.org", {"username": "ann@x.org", "fullName": "Ann", "role": {"name": "User"}}),
    create("user", "bea@x.org", {"username": "bea@x.org", "fullName": "Bea", "role": {"name": "User"}}),
    create("team", "ops"),
    create("schedule", "night"),
    create("schedule_rotation", "weekly", {"name": "weekly", **SHIFT, "participants": [OPS]}, parent="night"),
    create("integration", "hook", {"type": "API", "name": "hook"}),
    create("service", "web", {"name": "web", "teamId": {"name": "ops"}}),
    create("alert_policy", "mute", {"name": "mute", **POLICY}, path="policies/account"),
)

CASES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    # word: what is created, the parent, and what an update says of it then
    "custom_user_role": ({"name": "n", "extendedRole": "observer"}, "", {"name": "n", "grantedRights": ["x"]}),
    "user": (
        {"username": "new@x.org", "fullName": "N", "role": {"name": "User"}, "tags": ["a"]},
        "",
        {"fullName": "M", "tags": []},
    ),
    "contact": ({"method": "sms", "to": "49 1", "enabled": False}, "ann@x.org", {"enabled": True}),
    "notification_rule": (
        {"name": "n", "actionType": "create-alert", "enabled": True, "schedules": [NIGHT]},
        "ann@x.org",
        {"enabled": False, "schedules": []},
    ),
    "team": ({"name": "n"}, "", {"description": "d", "members": [{"user": ANN, "role": "user"}]}),
    "team_role": ({"name": "n", "rights": []}, "ops", {"rights": [{"right": "edit-roles", "granted": True}]}),
    "team_routing_rule": ({"name": "n", "notify": NIGHT}, "ops", {"notify": {"type": "none"}}),
    "schedule": ({"name": "n", "ownerTeam": {"name": "ops"}}, "", {"ownerTeam": None, "description": "d"}),
    "schedule_rotation": ({"name": "n", **SHIFT, "participants": [OPS]}, "night", {"length": 2}),
    "schedule_override": (
        {"alias": "n", "user": {"type": "user", **ANN}, **DATES, "rotations": [{"name": "weekly"}]},
        "night",
        {"alias": "n", "user": {"type": "user", **BEA}, **DATES},
    ),
    "escalation": ({"name": "n", "rules": [{**RULE, "recipient": NIGHT}]}, "", {"description": "d"}),
    "forwarding_rule": (
        {"alias": "n", "fromUser": ANN, "toUser": BEA, **DATES},
        "",
        {"alias": "n", "fromUser": BEA, "toUser": ANN, **DATES},
    ),
    "heartbeat": (
        {"name": "n", "interval": 5, "intervalUnit": "minutes", "enabled": True, "ownerTeam": {"name": "ops"}},
        "",
        {"interval": 7},
    ),
    "integration": (
        {"type": "API", "name": "n", "ownerTeam": {"name": "ops"}, "responders": [OPS]},
        "",
        {"type": "API", "name": "n", "suppressNotifications": True},
    ),
    "integration_action": ({}, "hook", {"ignore": [{"type": "ignore", "name": "n", "filter": FILTER["filter"]}]}),
    "alert_policy": ({"name": "n", **POLICY, "responders": [OPS]}, "ops", {"name": "n", **POLICY, "continue": True}),
    "notification_policy": (
        {"type": "notification", "name": "n", "enabled": True, "suppress": True},
        "ops",
        {"type": "notification", "name": "n", "enabled": False},
    ),
    "service": ({"name": "n", "teamId": {"name": "ops"}}, "", {"description": "d"}),
    "service_incident_rule": (
        {"incidentProperties": INCIDENT},
        "web",
        {"incidentProperties": {**INCIDENT, "priority": "P1"}},
    ),
    "service_audience_template": ({}, "web", {"responder": {"teams": [{"name": "ops"}], "individuals": [ANN]}}),
    "incident_template": (
        {"name": "n", **INCIDENT, "impactedServices": [{"name": "web"}]},
        "",
        {"name": "n", **INCIDENT, "description": "d", "impactedServices": []},
    ),
    "maintenance": (
        {
            "description": "n",
            "time": {"type": "schedule", **DATES},
            "rules": [{"state": "disabled", "entity": {"type": "policy", "name": "mute", "of": ""}}],
        },
        "",
        {
            "description": "n",
            "time": {"type": "schedule", **DATES},
            "rules": [{"entity": {"type": "integration", "name": "hook"}}],
        },
    ),
}
REAL = [kind for kind in KINDS if not kind.virtual]


@attrs.define
class World:
    steps: Steps
    ids: Ids
    og: Opsgenie
    sandbox: Sandbox

    async def take(self, *changes: Change) -> StepResult:
        for each in changes:
            done = await self.steps.take(each)
        return done

    async def list_kind(self, word: str, parent: str = "") -> list[dict[str, Any]]:
        """All of a kind below a parent, as the API lists them."""
        kind = KIND_BY_NAME[word]
        path, query = listing_of(kind, self.ids.parent(create(word, "", parent=parent)))
        listed: Any = await self.og.documents(path, params=query, at=kind.data_key)
        return listed  # type: ignore[no-any-return]


def name_in_case(word: str) -> str:
    return name_of(KIND_BY_NAME[word], CASES[word][0])


def the(word: str, action: Any, fields: dict[str, Any] | None = None, **more: Any) -> Change:
    return change(action, word, name_in_case(word), fields, parent=CASES[word][1], **more)


async def read(world: World, word: str, id: str) -> dict[str, Any]:
    """One entity as the API tells it."""
    kind, parent = KIND_BY_NAME[word], world.ids.parent(the(word, "update"))
    if word in ("service_incident_rule", "incident_template"):  # nowhere to be had alone
        return next(each for each in await world.list_kind(word, CASES[word][1]) if each["id"] == id)
    path, query = item_of(kind, id, parent)
    data: Any = (await world.og.request("GET", path, params=query)).data
    return data  # type: ignore[no-any-return]


def matches(have: Any, want: Any) -> bool:
    """Whether a document of the API has all that was sent, whatever it has beside."""
    if isinstance(want, dict) and isinstance(have, dict):
        named = ("username", "name", "of")
        keys = [key for key in want if want[key] is not None and not (key in named and "id" in have)]
        return all(key in have and matches(have[key], want[key]) for key in keys)
    if isinstance(want, list) and isinstance(have, list):
        return len(have) == len(want) and all(matches(*pair) for pair in zip(have, want, strict=True))
    if isinstance(have, str) and isinstance(want, dict):
        return have not in ("", *want.values())  # an id in place of a name
    return bool(have == want)
