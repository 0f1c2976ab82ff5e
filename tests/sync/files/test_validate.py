"""A snapshot that was edited wrongly is refused as a whole, with all that is wrong: file, line, field and what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from opsgenie_async.sync.files.diagnostics import Positions, parse
from opsgenie_async.sync.files.validate import complaints_of
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from tests.sync.files.mistakes import OVERRIDE, ROTATION, STEP
from tests.sync.snapshots import DEFAULT


def texts(word: str, document: Any, known: dict[str, list[str]] | None = None) -> list[str]:
    return [
        ": ".join(filter(None, complaint)) for complaint in complaints_of(KIND_BY_NAME[word], document, known or {})
    ]


BY_MAIL: dict[str, Any] = {"contact": {"method": "email", "to": "a@b"}, "enabled": True}
FOR_ALL: dict[str, Any] = {"entity": {"type": "integration", "name": "i"}}
NO_DELAY = "only steps of create-alert and assigned-alert rules have a delay"


def rules(**fields: Any) -> dict[str, Any]:
    """A user with a notification rule."""
    return {"user": {"username": "a@b"}, "notificationRules": [{"name": "n", "enabled": True, **fields}]}


FINE: list[tuple[str, dict[str, Any]]] = [
    (
        "team",
        {
            "team": {"name": "ops", "members": [{"user": {"username": "a@b"}, "role": "Lead"}]},
            "roles": [{"name": "Lead", "rights": [{"right": "manage-members", "granted": True}]}],
            "routingRules": [{"name": "", "notify": {"type": "escalation", "name": "x"}}, DEFAULT],
        },
    ),
    ("team", {"team": {"name": "ops", "members": [{"user": {"username": "a@b"}, "role": "admin"}]}, "roles": []}),
    ("team", {"team": {"name": "ops", "description": None}}),
    (
        "user",
        {
            "user": {"username": "a@b", "fullName": "A", "role": {"name": "Admin"}, "details": {"x": ["1"]}},
            "contacts": [{"method": "email", "to": "a@b", "enabled": True}],
            "notificationRules": [
                {
                    "name": "new",
                    "actionType": "create-alert",
                    "schedules": [{"type": "schedule", "name": "night"}],
                    "steps": [{"contact": {"method": "email", "to": "a@b"}, "sendAfter": {"timeAmount": 1}}],
                },
                {"name": "over", "actionType": "closed-alert", "steps": [{**BY_MAIL, "sendAfter": None}]},
                {"name": "shift", "actionType": "schedule-start", "notificationTime": ["just-before"]},
            ],
        },
    ),
    (
        "schedule",
        {
            "schedule": {"name": "night", "ownerTeam": {"name": "ops"}},
            "rotations": [ROTATION],
            "overrides": [{**OVERRIDE, "rotations": [{"name": "Weekdays"}]}],
        },
    ),
    ("escalation", {"escalation": {"name": "e", "rules": [STEP]}}),
    ("escalation", {"escalation": {"name": "e", "rules": [{**STEP, "recipient": {"type": "group", "name": "g"}}]}}),
    ("escalation", {"escalation": {"name": "e", "rules": [{**STEP, "recipient": {"type": "user", "id": "1"}}]}}),
    (
        "forwarding_rule",
        {
            "forwardingRule": {
                "alias": "holiday",
                "fromUser": {"username": "a@b"},
                "toUser": {"username": "b@b"},
                "startDate": "2026-01-05T08:00:00Z",
                "endDate": "2026-01-06T08:00:00Z",
            }
        },
    ),
    ("integration", {"integration": {"name": "chat", "type": "Slack", "channelOfSlackAlone": "#ops"}, "actions": {}}),
    (
        "policies",
        {
            "policies": {"team": {"name": "ops"}},
            "alertPolicies": [{"name": "p", "type": "alert", "responders": [{"type": "team", "name": "ops"}]}],
            "notificationPolicies": [{"name": "n", "type": "notification"}],
        },
    ),
    ("policies", {"policies": {}, "alertPolicies": []}),
    (
        "service",
        {
            "service": {"name": "s", "teamId": {"name": "ops"}},
            "incidentRules": [
                {"incidentProperties": {"message": "m", "priority": "P1", "stakeholderProperties": {"message": "m"}}}
            ],
            "audience": {"responder": {"teams": [{"name": "ops"}, "an-id"], "individuals": [{"username": "a@b"}]}},
        },
    ),
    (
        "maintenance",
        {
            "maintenance": {
                "time": {"type": "indefinitely"},
                "rules": [
                    {"state": "enabled", "entity": {"type": "policy", "name": "p", "of": "ops"}},
                    {"state": "disabled", "entity": {"type": "integration", "id": "1"}},
                ],
            }
        },
    ),
]


@pytest.mark.parametrize(("word", "document"), FINE, ids=[word for word, _ in FINE])
def test_what_is_right_is_not_complained_about(word: str, document: dict[str, Any]) -> None:
    assert texts(word, document) == []


WEEK = "monday, tuesday, wednesday, thursday, friday, saturday, sunday"


WRONG: list[tuple[str, Any, list[str]]] = [
    (
        "team",
        {"team": {"name": "o", "members": [{"user": {"username": "a@b"}, "role": "Admin"}]}, "roles": [{"name": {}}]},
        [
            "roles[0].name: expected str, got an object",
            "roles[0].name: missing",
            "team.members[0].role: the team has no role 'Admin', is 'admin' meant?",
        ],
    ),
    (
        "team",
        {"team": {"name": "o"}, "routingRules": [{**DEFAULT, "timezone": "UTC"}]},
        ["routingRules[0].timezone: the default routing rule takes no time zone"],
    ),
    (
        "team",
        {
            "team": {"name": "o"},
            "routingRules": [
                {
                    **DEFAULT,
                    "criteria": {
                        "type": "match-any-condition",
                        "conditions": [{"field": "message", "operation": "contains", "expectedValue": "x"}],
                    },
                    "timeRestriction": {
                        "type": "time-of-day",
                        "restriction": {"startHour": 8, "startMin": 0, "endHour": 9, "endMin": 0},
                    },
                }
            ],
        },
        [
            "routingRules[0].timeRestriction: the default routing rule always applies",
            "routingRules[0].criteria: the default routing rule takes every alert",
        ],
    ),
    (
        "forwarding_rule",
        {
            "forwardingRule": {
                "alias": "x",
                "fromUser": {"username": "a@b"},
                "toUser": {"username": "b@b"},
                "startDate": "2026-01-06T08:00:00Z",
                "endDate": "2026-01-05T08:00:00Z",
            }
        },
        ["forwardingRule.endDate: not after the start"],
    ),
    *(
        (
            "user",
            rules(actionType=action, steps=[BY_MAIL, {**BY_MAIL, "sendAfter": {"timeAmount": amount}}]),
            [f"notificationRules[0].steps[1].sendAfter: {NO_DELAY}"],
        )
        for action, amount in (("closed-alert", 5), ("acknowledged-alert", 0), ("incoming-call-routing", 1))
    ),
    ("user", rules(actionType="assigned-alert", steps=[BY_MAIL]), ["notificationRules[0].steps[0].sendAfter: missing"]),
    ("user", rules(actionType="schedule-start"), ["notificationRules[0].notificationTime: missing"]),
    (
        "user",
        rules(actionType="schedule-end", notificationTime=[], steps=[BY_MAIL]),
        ["notificationRules[0].notificationTime: empty"],
    ),
    *(
        (
            "maintenance",
            {"maintenance": {"time": {"type": lasts, field: "2026-01-05T08:00:00Z"}, "rules": [FOR_ALL]}},
            [f"maintenance.time.{field}: only a time of the type schedule has dates"],
        )
        for lasts, field in (("indefinitely", "endDate"), ("for-5-minutes", "startDate"))
    ),
    (
        "maintenance",
        {
            "maintenance": {
                "description": "m",
                "time": {"type": "for-1-hour"},
                "rules": [{"state": "enabled", "entity": {"type": "integration", "name": "i"}}],
            }
        },
        ["maintenance.rules[0].state: an integration can only be disabled"],
    ),
    (
        "schedule",
        {"schedule": {"name": "s", "timezone": "Europe/Nowhere"}, "rotations": [{**ROTATION, "participants": []}]},
        ["schedule.timezone: unknown time zone 'Europe/Nowhere'", "rotations[0].participants: empty"],
    ),
    (
        "schedule",
        {
            "schedule": {"name": "s"},
            "rotations": [
                {
                    **ROTATION,
                    "timeRestriction": {
                        "type": "weekday-and-time-of-day",
                        "restrictions": [
                            {"startDay": "Friday", "startHour": 8, "endDay": "friday", "endHour": 9, "endMin": 0}
                        ],
                    },
                },
                {**ROTATION, "timeRestriction": {"type": "weekday-and-time-of-day", "restrictions": []}},
            ],
        },
        [
            "rotations[0].timeRestriction.restrictions[0].startMin: missing",
            f"rotations[0].timeRestriction.restrictions[0].startDay: 'Friday' is not one of {WEEK}, is 'friday' meant?",
            "rotations[1].timeRestriction.restrictions: empty",
        ],
    ),
    (
        "maintenance",
        {"maintenance": {"rules": [{"entity": {"type": ["policy"]}}]}},
        ["maintenance.rules[0].entity.id: missing"],
    ),
    ("team", [], ["expected an object, got a list"]),
    ("team", {}, ["has no section 'team'"]),
    ("team", {"team": None}, ["team: expected an object, got null"]),
    ("team", {"team": {"name": "o"}, "rules": []}, ["rules: unknown section, is 'roles' meant?"]),
    ("team", {"team": {"name": "o"}, "roles": {}}, ["roles: expected a list, got an object"]),
    ("team", {"team": {"name": "o"}, "roles": [1]}, ["roles[0]: expected an object, got 1"]),
    ("team", {"team": {}}, ["team.name: missing"]),
    ("team", {"team": {"name": " "}}, ["team.name: missing"]),
    ("team", {"team": {"name": 1}}, ["team.name: expected str, got 1", "team.name: missing"]),
    ("team", {"team": {"name": "o", "descripton": ""}}, ["team.descripton: unknown field, is 'description' meant?"]),
    ("team", {"team": {"name": "o", "id": "1"}}, ["team.id: has no place in a snapshot: the server alone writes it"]),
    (
        "integration",
        {"integration": {"name": "i", "type": "API", "apiKey": "secret"}},
        ["integration.apiKey: has no place in a snapshot: the server alone writes it"],
    ),
    (
        "team",
        {"team": {"name": "o", "members": [{"user": {"username": "a", "rank": 1}}, {"role": "user"}, {"user": {}}]}},
        [
            "team.members[0].user.rank: unknown field",
            "team.members[2].user.username: missing",
            "team.members[1].user: missing",
        ],
    ),
    (
        "team",
        {"team": {"name": "o", "members": [{"user": {"username": "a@b"}, "role": "Led"}]}, "roles": [{"name": "Lead"}]},
        ["team.members[0].role: the team has no role 'Led'"],
    ),
    (
        "team",
        {"team": {"name": "o"}, "routingRules": [{"notify": {"type": "schedul", "name": "x"}}]},
        ["routingRules[0].notify.type: 'schedul' is not known here"],
    ),
    (
        "team",
        {"team": {"name": "o"}, "routingRules": [{"notify": {"type": "schedule", "nmae": "x"}}]},
        ["routingRules[0].notify.nmae: unknown field, is 'name' meant?", "routingRules[0].notify.name: missing"],
    ),
    (
        "team",
        {"team": {"name": "o"}, "routingRules": [{"notify": {"type": "schedule", "name": 1}}]},
        ["routingRules[0].notify.name: expected str, got 1"],
    ),
    (
        "team",
        {"team": {"name": "o"}, "routingRules": [{"criteria": {"type": "match-all", "conditons": []}}]},
        ["routingRules[0].criteria.conditons: unknown field"],
    ),
    (
        "team",
        {"team": {"name": "o"}, "routingRules": [DEFAULT, {"name": "x"}]},
        ["routingRules[0].isDefault: the default rule must be the last one"],
    ),
    (
        "team",
        {"team": {"name": "o"}, "routingRules": [DEFAULT, DEFAULT]},
        ["routingRules[1].isDefault: there is another default rule"],
    ),
    (
        "schedule",
        {"schedule": {"name": "s", "rotations": []}},
        ["schedule.rotations: has no place in a snapshot: the server alone writes it"],
    ),
    (
        "schedule",
        {"schedule": {"name": "s"}, "rotations": [{**ROTATION, "startDate": "monday", "length": "1"}]},
        [
            'rotations[0].startDate: expected a date and time, got "monday"',
            'rotations[0].length: expected int, got "1"',
        ],
    ),
    (
        "schedule",
        {"schedule": {"name": "s"}, "overrides": [OVERRIDE, OVERRIDE]},
        ["overrides[1].alias: 'x' is there already"],
    ),
    ("user", {"user": {"fullName": "A"}}, ["user.username: missing"]),
    (
        "user",
        {"user": {"username": "a@b"}, "contacts": [{"method": "email", "to": "x@b", "enabled": 1, "enabld": True}]},
        ["contacts[0].enabled: expected bool, got 1", "contacts[0].enabld: unknown field, is 'enabled' meant?"],
    ),
    (
        "escalation",
        {"escalation": {"name": "e", "rules": [{**STEP, "delay": {"timeAmount": "5"}}, {**STEP, "recipient": 1}]}},
        [
            'escalation.rules[0].delay.timeAmount: expected int, got "5"',
            "escalation.rules[1].recipient: expected object, got 1",
        ],
    ),
    (
        "policies",
        {"policies": {"tem": {}}, "alertPolicies": [{"type": "notification", "name": "p"}, {"name": ""}]},
        [
            "policies.tem: unknown field, is 'team' meant?",
            "alertPolicies[0].type: expected 'alert'",
            "alertPolicies[1].type: missing",
            "alertPolicies[1].name: missing",
        ],
    ),
    (
        "service",
        {"service": {"name": "s", "teamId": {"nam": "ops"}}, "audience": {"responder": {"teams": [1]}}},
        [
            "service.teamId.nam: unknown field, is 'name' meant?",
            "service.teamId.name: missing",
            "audience.responder.teams[0]: expected str, got 1",
        ],
    ),
    ("service", {"service": {"name": "s"}, "audience": []}, ["audience: expected an object, got a list"]),
    (
        "maintenance",
        {"maintenance": {"rules": [{"entity": {"type": "integraton", "name": "i"}}]}},
        ["maintenance.rules[0].entity.id: missing"],
    ),
]


@pytest.mark.parametrize(("word", "document", "expected"), WRONG)
def test_what_is_wrong_is_named(word: str, document: Any, expected: list[str]) -> None:
    assert texts(word, document) == expected


def test_fields_that_the_api_sends_and_no_model_knows_may_stay() -> None:
    document = {"team": {"name": "o", "colour": "red", "members": [{"user": {"username": "a", "rank": 1}}]}}
    assert len(texts("team", document)) == 2
    assert texts("team", document, {"team": ["colour"]}) == ["team.members[0].user.rank: unknown field"]
    assert texts("team", document, {"team": ["colour", "members[].user.rank"]}) == []
    assert len(texts("team", document, {"user": ["colour", "rank"]})) == 2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a": 1,\n"b": }', "2: not JSON: Expecting value (column 6)"),
        (b'{"a": 1}\n\n{}', "3: not JSON: Extra data (column 1)"),
        (b"", "1: not JSON: Expecting value (column 1)"),
        (b'{"a": "x",\n"b": "\xff"}', "2: not UTF-8: byte 0xff"),
        ("{}".encode("utf-16"), "1: not UTF-8: byte 0xff"),
        (b'{"a": {"b": 1},\n"a": {"b": 1,\n"b": 2}}', "2: a: is there twice|3: a.b: is there twice"),
        (b'{"a": [{"b": 1},\n{"b": 1,\n\n"b": [2]}]}', "4: a[1].b: is there twice"),
        (b'{"a":\nNaN}', "2: not JSON: NaN is not a number"),
        (b"[" * 100_000, "1: nested too deeply"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(data: bytes, expected: str) -> None:
    _, problems = parse("x.json", data)
    assert "|".join(map(str, problems)) == "|".join(f"x.json:{each}" for each in expected.split("|"))


def test_a_mark_of_byte_order_is_passed_over() -> None:
    assert parse("x.json", b'\xef\xbb\xbf{"a": 1}') == ({"a": 1}, [])


def test_every_value_has_its_line() -> None:
    document = {"a": [1, {"b.c": None, 'q"': "]}"}, [[], {}]], "d": {"e": [{}, {"f": 1.5}]}, "": True}
    text = json.dumps(document, indent=1)
    lines = text.split("\n")
    positions = Positions(text)
    for path, mark in {
        "a": '"a"',
        "a[0]": "1,",
        "a[1]": "{",
        "a[1].b.c": '"b.c"',
        'a[1].q"': '"q\\""',
        "a[2][1]": "{}",
        "d.e[1].f": '"f"',
        "d.e[0]": "{}",
        "": "{",
    }.items():
        assert mark in lines[positions.line(path) - 1], path
    assert positions.line("d.e[1].missing.too") == positions.line("d.e[1]")
    assert positions.line("d.e[7]") == positions.line("d.e")
    assert positions.line("nowhere") == 1
