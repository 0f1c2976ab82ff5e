"""What is a difference, and what only looks like one."""

from __future__ import annotations

from typing import Any

import pytest

from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, KINDS
from opsgenie_async.sync.planning.diff import Difference, differences, with_defaults

USER = {"username": "a@x", "role": {"name": "User"}}


def differ(word: str, have: dict[str, Any], want: dict[str, Any]) -> list[str]:
    return [each.field for each in differences(KIND_BY_NAME[word], have, want)]


EQUAL: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("schedule", {"timezone": "Africa/Monrovia"}, {"timezone": "UTC"}),
    ("schedule", {"timezone": "Etc/GMT"}, {"timezone": "Zulu"}),
    ("schedule", {"timezone": "Asia/Calcutta"}, {"timezone": "Asia/Kolkata"}),
    ("team_routing_rule", {"timezone": "US/Pacific"}, {"timezone": "America/Los_Angeles"}),
    ("user", {**USER, "timeZone": "Europe/Kiev"}, {**USER, "timeZone": "europe/kyiv"}),
    ("schedule", {"timezone": "Here/There"}, {"timezone": "here/there"}),
    ("team_routing_rule", {"isDefault": True, "timezone": "Asia/Tokyo"}, {"isDefault": True, "timezone": "UTC"}),
    ("contact", {"method": "email", "to": "Ann@X.org"}, {"method": "Email", "to": "ann@x.org"}),
    (
        "heartbeat",
        {"intervalUnit": "minutes", "alertPriority": "P1"},
        {"intervalUnit": "Minute", "alertPriority": "p1"},
    ),
    ("escalation", {}, {"repeat": {}}),
    ("escalation", {"repeat": {"count": None}}, {}),
    (
        "schedule_rotation",
        {"timeRestriction": {"type": "weekday-and-time-of-day", "restrictions": [{"startDay": "friday"}]}},
        {"timeRestriction": {"type": "Weekday-and-time-of-day", "restrictions": [{"startDay": "FRIDAY"}]}},
    ),
    ("user", {**USER, "timeZone": "Asia/Tokyo", "locale": "ja_JP"}, USER),
    ("user", {"username": "A@X", "role": {"name": "user"}}, USER),
    ("user", {**USER, "userAddress": {"country": "", "state": "", "city": "", "line": "", "zipCode": ""}}, USER),
    ("user", {**USER, "userAddress": {"city": "Porto", "state": ""}}, {**USER, "userAddress": {"city": "Porto"}}),
    ("user", {**USER, "tags": ["a", "b"]}, {**USER, "tags": ["b", "a", "b"]}),
    ("user", {**USER, "blocked": True, "id": "1", "_parent": {}}, USER),
    ("user", {**USER, "fullName": None}, USER),
    (
        "team",
        {"name": "t", "members": [{"user": {"username": "A@x"}, "role": "user"}, {"user": {"username": "b@x"}}]},
        {"name": "t", "members": [{"user": {"username": "b@x"}, "role": "User"}, {"user": {"username": "a@X"}}]},
    ),
    (
        "team_role",
        {"rights": [{"right": "a", "granted": True}, {"right": "b"}]},
        {"rights": [{"right": "b"}, {"right": "a"}]},
    ),
    (
        "team_routing_rule",
        {
            "name": "r",
            "isDefault": False,
            "timezone": "UTC",
            "criteria": {"type": "match-all"},
            "notify": {"type": "none"},
        },
        {"name": "r"},
    ),
    ("team_routing_rule", {"name": "Default Routing Rule", "isDefault": True}, {"isDefault": True}),
    (
        "team_routing_rule",
        {
            "criteria": {
                "type": "match-any-condition",
                "conditions": [
                    {"field": "message", "not": False, "operation": "equals", "expectedValue": "x", "order": 0},
                    {"field": "tags", "not": False, "operation": "is-empty", "expectedValue": "", "order": 1},
                ],
            }
        },
        {
            "criteria": {
                "type": "match-any-condition",
                "conditions": [
                    {"field": "tags", "operation": "is-empty", "order": 7},
                    {
                        "field": "message",
                        "operation": "equals",
                        "expectedValue": "x",
                        "key": "ignored but for extra-properties",
                    },
                ],
            }
        },
    ),
    (
        "team_routing_rule",
        {"criteria": {"type": "match-all"}},
        {"criteria": {"type": "match-all", "conditions": [{"field": "message", "operation": "is-empty"}]}},
    ),
    ("schedule_rotation", {"startDate": "2024-01-01T08:00:00Z"}, {"startDate": "2024-01-01T10:00:00.000+02:00"}),
    ("schedule_rotation", {"startDate": "2024-01-01T08:00:00Z"}, {"startDate": "2024-01-01T08:14Z"}),
    ("schedule_rotation", {"startDate": "2024-01-01T08:30:00Z"}, {"startDate": "2024-01-01T08:15Z"}),
    ("schedule_rotation", {"startDate": "2024-01-01T09:00:00Z"}, {"startDate": "2024-01-01T08:45:59Z"}),
    ("schedule_rotation", {"length": 1, "name": ""}, {}),
    (
        "schedule_rotation",
        {
            "timeRestriction": {
                "type": "time-of-day",
                "restriction": {"startHour": 9, "startMin": 0, "endHour": 18, "endMin": 30},
            }
        },
        {
            "timeRestriction": {
                "type": "time-of-day",
                "restriction": {"startHour": 8, "startMin": 45, "endHour": 18, "endMin": 44},
            }
        },
    ),
    (
        "schedule_rotation",
        {
            "timeRestriction": {
                "type": "weekday-and-time-of-day",
                "restrictions": [
                    {
                        "startDay": "monday",
                        "startHour": 8,
                        "startMin": 0,
                        "endDay": "tuesday",
                        "endHour": 0,
                        "endMin": 0,
                    },
                    {
                        "startDay": "sunday",
                        "startHour": 8,
                        "startMin": 0,
                        "endDay": "monday",
                        "endHour": 0,
                        "endMin": 0,
                    },
                ],
            }
        },
        {
            "timeRestriction": {
                "type": "weekday-and-time-of-day",
                "restrictions": [
                    {
                        "startDay": "sunday",
                        "startHour": 8,
                        "startMin": 0,
                        "endDay": "sunday",
                        "endHour": 23,
                        "endMin": 59,
                    },
                    {
                        "startDay": "monday",
                        "startHour": 8,
                        "startMin": 0,
                        "endDay": "monday",
                        "endHour": 23,
                        "endMin": 50,
                    },
                ],
            }
        },
    ),
    ("schedule_override", {"startDate": "2024-01-01T08:14:00Z"}, {"startDate": "2024-01-01T08:14:00.500Z"}),
    ("schedule_override", {"startDate": "2024-01-01T08:14:00Z", "rotations": []}, {"startDate": "2024-01-01T08:14Z"}),
    (
        "schedule_override",
        {"rotations": [{"name": "a"}, {"name": "b"}]},
        {"rotations": [{"name": "b"}, {"name": "a"}]},
    ),
    (
        "escalation",
        {"repeat": {"waitInterval": 0, "count": 1, "resetRecipientStates": False, "closeAlertAfterAll": False}},
        {"repeat": {"waitInterval": 0, "count": None}},
    ),
    (
        "escalation",
        {"rules": [{"delay": {"timeAmount": 5, "timeUnit": "minutes"}}]},
        {"rules": [{"delay": {"timeAmount": 5}}]},
    ),
    ("heartbeat", {"alertPriority": "P3", "alertTags": [], "expired": True}, {"description": "", "alertMessage": None}),
    (
        "integration_action",
        {
            "create": [
                {
                    "type": "create",
                    "order": 0,
                    "name": "n",
                    "alias": "a",
                    "user": "",
                    "note": "",
                    "filter": {"conditionMatchType": "match-all", "conditions": []},
                }
            ],
            "close": [],
        },
        {"create": [{"name": "n", "alias": "a", "filter": {}, "tags": [], "ignoreTagsFromPayload": False}]},
    ),
    (
        "integration",
        {"alertFilter": {"conditionMatchType": "match-any-condition", "conditions": []}},
        {"alertFilter": {"conditionMatchType": "match-any-condition"}},
    ),
    ("alert_policy", {"message": "{{message}}", "tags": [], "continue": False, "order": 3}, {}),
    ("service_incident_rule", {"conditionMatchType": "match-all", "conditions": []}, {}),
    ("service_incident_rule", {"conditionMatchType": "match-all"}, {"conditionMatchType": ""}),
    (
        "service_incident_rule",
        {
            "incidentProperties": {
                "message": "m",
                "tags": [],
                "details": {},
                "description": "",
                "stakeholderProperties": {"enable": True, "message": "s", "description": ""},
            }
        },
        {"incidentProperties": {"message": "m", "stakeholderProperties": {"message": "s"}}},
    ),
    (
        "service_audience_template",
        {"responder": {"teams": [{"name": "a"}, {"name": "b"}], "individuals": []}},
        {"responder": {"teams": [{"name": "b"}, {"name": "a"}]}, "stakeholder": None},
    ),
    (
        "incident_template",
        {"impactedServices": [{"name": "a"}, {"name": "b"}]},
        {"impactedServices": [{"name": "b"}, {"name": "a"}]},
    ),
    (
        "notification_rule",
        {"steps": [{"id": "1", "enabled": True, "contact": {"method": "sms", "to": "1"}}]},
        {"steps": [{"contact": {"method": "sms", "to": "1"}}]},
    ),
    (
        "maintenance",
        {"rules": [{"state": "disabled", "entity": {"type": "integration", "name": "a"}}, {"entity": {"name": "b"}}]},
        {"rules": [{"entity": {"name": "b"}}, {"entity": {"type": "integration", "name": "a"}}]},
    ),
    (
        "maintenance",
        {"time": {"type": "schedule", "startDate": "2024-01-01T08:01:00Z", "endDate": "2024-01-01T08:31:00Z"}},
        {"time": {"type": "for-30-minutes"}},
    ),
]


@pytest.mark.parametrize(("word", "have", "want"), EQUAL)
def test_what_the_server_fills_in_or_sorts_is_no_difference(
    word: str, have: dict[str, Any], want: dict[str, Any]
) -> None:
    assert differ(word, have, want) == []


DIFFERENT: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("user", {**USER, "timeZone": "Asia/Tokyo"}, {**USER, "timeZone": "UTC"}, ["timeZone"]),
    ("user", {**USER, "fullName": "A"}, {**USER, "fullName": "B"}, ["fullName"]),
    ("alert_policy", {"details": {"username": "A"}}, {"details": {"username": "a"}}, ["details"]),
    ("user", {"role": {"name": "Lead"}}, {"role": {"name": "lead"}}, ["role"]),
    ("user", {**USER, "userAddress": {"city": "Porto"}}, USER, ["userAddress"]),
    ("team_routing_rule", {"name": "a"}, {}, ["name"]),
    ("team_routing_rule", {"name": "a", "isDefault": True}, {"name": "b", "isDefault": True}, ["name"]),
    (
        "team_routing_rule",  # its restrictions are not snapped: the page's own samples have 20 and 45
        {"timeRestriction": {"type": "time-of-day", "restriction": {"startHour": 8, "startMin": 0}}},
        {"timeRestriction": {"type": "time-of-day", "restriction": {"startHour": 8, "startMin": 5}}},
        ["timeRestriction"],
    ),
    (
        "team_routing_rule",
        {
            "criteria": {
                "type": "match-any-condition",
                "conditions": [{"field": "extra-properties", "operation": "equals", "key": "a"}],
            }
        },
        {
            "criteria": {
                "type": "match-any-condition",
                "conditions": [{"field": "extra-properties", "operation": "equals", "key": "b"}],
            }
        },
        ["criteria"],
    ),
    ("schedule_rotation", {"startDate": "2024-01-01T08:00:00Z"}, {"startDate": "2024-01-01T08:15Z"}, ["startDate"]),
    ("schedule_rotation", {"startDate": "2024-01-01T08:00:00Z"}, {"startDate": "2024-01-01T08:00:00"}, ["startDate"]),
    (
        "schedule_rotation",
        {"participants": [{"name": "a"}, {"name": "b"}]},
        {"participants": [{"name": "b"}, {"name": "a"}]},
        ["participants"],
    ),
    (
        "schedule_rotation",
        {"participants": [{"name": "a"}, {"name": "a"}]},
        {"participants": [{"name": "a"}]},
        ["participants"],
    ),
    ("schedule_override", {"startDate": "2024-01-01T08:14:00Z"}, {"startDate": "2024-01-01T08:15Z"}, ["startDate"]),
    ("schedule", {"timezone": "Europe/Berlin"}, {"timezone": "Europe/Paris"}, ["timezone"]),
    ("schedule", {"timezone": "UTC"}, {"timezone": "Europe/London"}, ["timezone"]),
    ("user", {"timeZone": "Asia/Kolkata"}, {"timeZone": "Asia/Tokyo"}, ["timeZone"]),
    ("contact", {"to": "ann@x.org"}, {"to": "bo@x.org"}, ["to"]),
    ("heartbeat", {"intervalUnit": "minutes"}, {"intervalUnit": "hours"}, ["intervalUnit"]),
    ("escalation", {"rules": [{"delay": {"timeAmount": 5}}]}, {"rules": [{"delay": {"timeAmount": 0}}]}, ["rules"]),
    (
        "escalation",
        {"rules": [{"notifyType": "all"}, {"notifyType": "next"}]},
        {"rules": [{"notifyType": "next"}, {"notifyType": "all"}]},
        ["rules"],
    ),
    ("escalation", {"repeat": {"count": 3}}, {"repeat": {"waitInterval": 0}}, ["repeat"]),
    ("escalation", {"repeat": {"count": 1}}, {}, ["repeat"]),
    (
        "integration_action",
        {"close": [{"name": "a"}, {"name": "b"}]},
        {"close": [{"name": "b"}, {"name": "a"}]},
        ["close"],
    ),
    (
        "integration_action",
        {"create": [{"name": "a", "appendAttachments": True}]},
        {"create": [{"name": "a", "appendAttachments": False}]},
        ["create"],
    ),
    (
        "notification_rule",
        {"steps": [{"contact": {"to": "1"}}, {"contact": {"to": "2"}}]},
        {"steps": [{"contact": {"to": "2"}}, {"contact": {"to": "1"}}]},
        ["steps"],
    ),
    ("contact", {"method": "sms", "to": "1", "enabled": False}, {"method": "sms", "to": "1"}, ["enabled"]),
    (
        "maintenance",
        {"time": {"type": "schedule", "startDate": "2024-01-01T08:00:00Z", "endDate": "2024-01-01T09:30:00Z"}},
        {"time": {"type": "for-1-hour"}},
        ["time"],
    ),
    ("service_audience_template", {"responder": {"teams": [{"name": "a"}]}}, {}, ["responder"]),
]


@pytest.mark.parametrize(("word", "have", "want", "fields"), DIFFERENT)
def test_what_acts_is_a_difference(word: str, have: dict[str, Any], want: dict[str, Any], fields: list[str]) -> None:
    assert differ(word, have, want) == fields


def test_a_difference_has_the_values_as_the_documents_have_them() -> None:
    have = {"name": "r", "startDate": "2024-01-01T08:00:00Z", "length": 2, "endDate": "2025-01-01T08:00:00Z"}
    want = {"name": "r", "startDate": "2024-01-01T10:40+01:00"}
    assert differences(KIND_BY_NAME["schedule_rotation"], have, want) == (
        Difference("startDate", "2024-01-01T08:00:00Z", "2024-01-01T10:40+01:00"),
        Difference("length", 2, None),
        Difference("endDate", "2025-01-01T08:00:00Z", None),
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_default_of_the_table_is_what_its_absence_means(kind: Kind) -> None:
    assert differences(kind, dict(kind.defaults), {}) == ()
    assert differences(kind, {}, dict(kind.defaults)) == ()
    alone = kind.defaults.keys() - {"isDefault", "conditions"}  # these mean something beside others
    for field in alone:
        assert differences(kind, {field: ["else"]}, {}) == (Difference(field, ["else"], None),)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_no_update_can_clear_is_left_alone_where_it_is_not_wanted(kind: Kind) -> None:
    assert kind.server_default <= kind.omissible
    assert {*kind.required_when_new} <= kind.omissible | kind.defaults.keys()
    for field in kind.omissible:
        assert differences(kind, {field: "x"}, {}) == ()
        assert differences(kind, {field: "x"}, {field: "y"}) == (Difference(field, "x", "y"),)


def test_what_is_sent_says_what_the_wanted_value_leaves_to_defaults() -> None:
    escalation = KIND_BY_NAME["escalation"]
    assert with_defaults(escalation, "repeat", {"waitInterval": 5, "count": None}) == {
        "waitInterval": 5,
        "count": 1,
        "resetRecipientStates": False,
        "closeAlertAfterAll": False,
    }
    assert with_defaults(escalation, "description", None) == ""
    assert with_defaults(escalation, "ownerTeam", None) is None
    assert with_defaults(escalation, "rules", [1]) == [1]


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00", "tomorrow", ""])
def test_a_date_that_is_none_is_a_text(text: str) -> None:
    assert differ("schedule_rotation", {"startDate": text}, {"startDate": text}) == []
    assert differ("schedule_rotation", {"startDate": text}, {"startDate": "2024-01-01T08:00:00Z"}) == ["startDate"]
