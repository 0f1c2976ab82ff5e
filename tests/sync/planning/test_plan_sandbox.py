"""Plans against the sandbox: what is written by hand, no longer than it has to be, is reached and stays so."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync.applying.apply import apply
from opsgenie_async.sync.model.kinds import KINDS
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.plan import plan
from opsgenie_async.sync.reading.reader import read_account
from tests.sync.states import entity, state

NOBODY = {"type": "none"}
OPS = {"name": "ops"}
ANN = {"username": "Ann@x.org"}
FIRST, LATER = "2031-01-01T08:10:00+01:00", "2031-02-01T08:50Z"


def least() -> Snapshot:
    """Something of every kind, as short as the API takes it."""
    answer = {"message": "m"}
    contact: list[tuple[Any, str]] = [({"method": "sms", "to": "+1 5550100", "enabled": False}, "")]
    step = {"contact": {"method": "sms", "to": "+1 5550100"}, "sendAfter": {"timeAmount": 0}, "enabled": True}
    hours = {"startHour": 8, "startMin": 50, "endHour": 18, "endMin": 10}
    return state(
        entity("custom_user_role", {"name": "lead"}),
        entity(
            "user",
            {**ANN, "fullName": "Ann", "role": {"name": "lead"}},
            contact=contact,
            notification_rule=[({"actionType": "create-alert", "name": "n", "enabled": True, "steps": [step]}, "")],
        ),
        entity("user", {"username": "bo@x.org", "fullName": "Bo", "role": {"name": "user"}}),
        entity(
            "team",
            {**OPS, "members": [{"user": ANN}]},
            team_role=[({"name": "reader", "rights": [{"right": "view-reports"}]}, "")],
            team_routing_rule=[
                ({"name": "p", "notify": {"type": "schedule", "name": "night"}}, ""),
                ({"isDefault": True, "notify": {"type": "escalation", "name": "first"}}, ""),
            ],
        ),
        entity(
            "schedule",
            {"name": "night"},
            schedule_rotation=[
                (
                    {
                        "name": "r",
                        "startDate": FIRST,
                        "type": "daily",
                        "participants": [{"type": "user", **ANN}],
                        "timeRestriction": {"type": "time-of-day", "restriction": hours},
                    },
                    "",
                )
            ],
            schedule_override=[({"alias": "o", "user": NOBODY, "startDate": FIRST, "endDate": LATER}, "")],
        ),
        entity(
            "escalation",
            {
                "name": "first",
                "rules": [
                    {
                        "condition": "if-not-acked",
                        "notifyType": "default",
                        "delay": {"timeAmount": 5},
                        "recipient": {"type": "team", "name": "ops"},
                    }
                ],
                "repeat": {"waitInterval": 5},
            },
        ),
        entity(
            "forwarding_rule",
            {"alias": "f", "fromUser": ANN, "toUser": {"username": "bo@x.org"}, "startDate": FIRST, "endDate": LATER},
        ),
        entity("heartbeat", {"name": "pulse", "interval": 5, "intervalUnit": "minutes", "enabled": True}),
        entity(
            "integration",
            {"name": "api", "type": "API", "enabled": True, "ownerTeam": OPS},
            integration_action=[({"create": [{"name": "c", "alias": "x", "filter": {}}]}, "")],
        ),
        entity(
            "integration", {"name": "mail", "type": "Email", "emailUsername": "mail"}, integration_action=[({}, "")]
        ),
        entity(
            "integration", {"name": "hook", "type": "Webhook", "url": "https://x.org"}, integration_action=[({}, "")]
        ),
        entity(
            "policies",
            {"team": OPS},
            alert_policy=[({"type": "alert", "name": "tidy", "enabled": True, "message": "{{message}}"}, "")],
            notification_policy=[({"type": "notification", "name": "hush", "enabled": True, "suppress": True}, "")],
        ),
        entity(
            "service",
            {"name": "shop", "teamId": OPS},
            service_incident_rule=[
                ({"incidentProperties": {"message": "m", "priority": "P1", "stakeholderProperties": answer}}, "")
            ],
            service_audience_template=[({"responder": {"teams": [OPS]}}, "")],
        ),
        entity("incident_template", {"name": "t", "message": "m", "priority": "P1", "stakeholderProperties": answer}),
        entity(
            "maintenance",
            {
                "description": "for an hour",
                "time": {"type": "for-1-hour"},
                "rules": [{"entity": {"type": "integration", "name": "api"}}],
            },
        ),
    )


async def reached(og: Opsgenie, want: Snapshot) -> list[Any]:
    """What a plan still has to say when an earlier one was applied."""
    report = await apply(og, plan(await read_account(og), want))
    assert [str(each.error) for each in report.failed] == []
    assert report.not_reached == ()
    result = plan(await read_account(og), want)
    assert result.complete
    return [(each.action, each.key, each.differences) for each in result.changes]


async def test_what_is_written_by_hand_is_reached_and_stays_so() -> None:
    want = least()
    parts = {part.kind for each in want for every in each.parts.values() for part in every}
    assert {each.kind for each in want} | parts == set(KINDS)
    async with Sandbox() as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert await reached(og, want) == []


async def test_what_is_not_wanted_any_more_is_cleared() -> None:
    """From an account with something in every field to one with no more than has to be."""
    want = least()
    async with Sandbox() as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert await reached(og, fuller(want)) == []
        assert await reached(og, want) == []


LOUD = {"conditionMatchType": "match-any-condition", "conditions": [{"field": "message", "operation": "is-empty"}]}
ANY = {"conditionMatchType": "match-any-condition"}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"close": [{"name": "c", "alias": "x", "filter": LOUD}]}, {}),
        (
            {"close": [{"name": "c", "alias": "x", "filter": LOUD}]},
            {"close": [{"name": "c", "alias": "x", "filter": ANY}]},
        ),
        ({"ignore": [{"name": "c", "filter": LOUD}]}, {"ignore": [{"name": "c", "filter": ANY}]}),
    ],
    ids=["no action", "no condition", "no condition to ignore"],
)
async def test_actions_are_cleared(first: dict[str, Any], then: dict[str, Any]) -> None:
    def integration(actions: dict[str, Any]) -> Snapshot:
        return state(entity("integration", {"name": "i", "type": "API"}, integration_action=[(actions, "")]))

    async with Sandbox() as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert await reached(og, integration(first)) == []
        assert await reached(og, integration(then)) == []


async def test_what_the_api_requires_and_a_file_leaves_out_is_unchanged() -> None:
    """Also where an update replaces the whole, it is sent as it is."""
    want = least()
    async with Sandbox() as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert await reached(og, want) == []
        assert await reached(og, without_omissible_fields(fuller(want))) == []


def without_omissible_fields(want: Snapshot) -> Snapshot:
    """The same things without the fields that the API requires, but for their names."""

    def shorten(one: Entity) -> Entity:
        names = {path.partition(".")[0] for path in one.kind.identity}
        fields = {name: each for name, each in one.fields.items() if name in names or name not in one.kind.omissible}
        parts = {word: tuple(map(shorten, parts)) for word, parts in one.parts.items()}
        return attrs.evolve(one, fields=fields, parts=parts)

    folders = {folder: [shorten(one) for one in entities] for folder, entities in want.entities.items()}
    return Snapshot(entities=folders)


FULLER: dict[str, dict[str, Any]] = {
    "custom_user_role": {"grantedRights": ["profile-edit"], "extendedRole": "observer"},
    "user": {"tags": ["a"], "details": {"k": ["v"]}, "skypeUsername": "s", "userAddress": {"city": "Porto"}},
    "contact": {"enabled": True},
    "notification_rule": {
        "criteria": {
            "type": "match-all-conditions",
            "conditions": [{"field": "message", "operation": "contains", "expectedValue": "x"}],
        },
        "repeat": {"loopAfter": 5, "enabled": True},
    },
    "team": {"description": "d"},
    "team_role": {"rights": [{"right": "edit-profile", "granted": False}]},
    "schedule": {"description": "d", "enabled": False, "ownerTeam": OPS},
    "schedule_rotation": {"length": 2, "endDate": "2032-01-01T00:00:00Z"},
    "schedule_override": {"rotations": [{"name": "r"}]},
    "escalation": {
        "description": "d",
        "ownerTeam": OPS,
        "repeat": {"waitInterval": 7, "count": 4, "resetRecipientStates": True, "closeAlertAfterAll": True},
    },
    "heartbeat": {
        "description": "d",
        "alertMessage": "m",
        "alertTags": ["t"],
        "alertPriority": "P1",
        "ownerTeam": OPS,
    },
    "integration": {"tags": ["t"], "extraProperties": {"k": "v"}, "priority": "P1", "suppressNotifications": True},
    "alert_policy": {
        "tags": ["t"],
        "policyDescription": "d",
        "continue": True,
        "details": {"k": "v"},
        "priority": "P1",
    },
    "service": {"description": "d", "tags": ["t"], "visibility": "OPSGENIE_USERS"},
    "service_incident_rule": {
        "conditionMatchType": "match-all-conditions",
        "conditions": [{"field": "message", "operation": "is-empty"}],
    },
    "service_audience_template": {"stakeholder": {"conditionMatchType": "match-all-conditions", "individuals": [ANN]}},
    "incident_template": {
        "description": "d",
        "tags": ["t"],
        "details": {"k": "v"},
        "impactedServices": [{"name": "shop"}],
    },
}


def fuller(lean: Snapshot) -> Snapshot:
    """The same things with all that `FULLER` says, and what the lean ones have beside."""

    def fill(fields: Any, word: str) -> Any:
        return {**fields, **({} if fields.get("isDefault") else FULLER.get(word, {}))}

    return state(
        *(
            entity(
                each.kind.name,
                fill(each.fields, each.kind.name),
                **{word: [(fill(part.fields, word), "") for part in parts] for word, parts in each.parts.items()},
            )
            for each in lean
        )
    )
