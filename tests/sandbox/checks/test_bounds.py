"""Every limit that is documented and enforced, from both sides of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Body = dict[str, Any]
Bound = tuple[str, str, Body, str, Callable[[int], Any], int]
RULE = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 5}}
STAKEHOLDERS = {"message": "m"}
HOURS = {"startHour": 8, "startMin": 0, "endHour": 17, "endMin": 0}
DAYS = {**HOURS, "startDay": "monday", "endDay": "friday"}
USER = {"username": "a@x.example", "fullName": "A", "role": {"name": "User"}}
HEARTBEAT = {"name": "h", "interval": 1, "intervalUnit": "minutes", "enabled": True}
POLICY = {"type": "alert", "name": "p", "enabled": True, "message": "m"}
TEMPLATE = {"name": "t", "message": "m", "priority": "P1", "stakeholderProperties": STAKEHOLDERS}
RULES = "/v1/services/SERVICE/incident-rules"


def letters(many: int) -> str:
    return "x" * many


def mail(many: int) -> str:
    return "x" * (many - 10) + "@x.example"


def texts(many: int) -> list[str]:
    return ["x"] * many


def one_text(many: int) -> list[str]:
    return ["x" * many]


def characters(many: int) -> dict[str, str]:
    return {"k": "x" * (many - 1)}


def people(many: int) -> list[Body]:
    return [{"type": "user", "username": "ann@x.example"}] * many


ALERT: list[tuple[str, Callable[[int], Any], int]] = [
    ("message", letters, 130),
    ("alias", letters, 512),
    ("description", letters, 15_000),
    ("entity", letters, 512),
    ("source", letters, 100),
    ("user", letters, 100),
    ("note", letters, 25_000),
    ("responders", people, 50),
    ("visibleTo", people, 50),
    ("actions", texts, 10),
    ("actions", one_text, 50),
    ("tags", texts, 20),
    ("tags", one_text, 50),
    ("details", characters, 8000),
]
MOST: list[Bound] = [
    *(("POST", "/v2/alerts", {"message": "m"}, *row) for row in ALERT),
    ("POST", "/v2/alerts/ALERT/notes", {}, "note", letters, 25_000),
    ("POST", "/v2/alerts/ALERT/tags", {}, "tags", texts, 20),
    ("POST", "/v2/alerts/ALERT/tags", {}, "tags", one_text, 50),
    ("POST", "/v2/alerts/ALERT/details", {}, "details", characters, 8000),
    ("PUT", "/v2/alerts/ALERT/message", {}, "message", letters, 130),
    ("PUT", "/v2/alerts/ALERT/description", {}, "description", letters, 15_000),
    *(
        ("POST", "/v1/incidents/create", {"message": "m"}, *row)
        for row in (
            ("message", letters, 130),
            ("description", letters, 15_000),
            ("note", letters, 25_000),
            ("tags", texts, 20),
            ("tags", one_text, 50),
            ("details", characters, 8000),
        )
    ),
    ("POST", "/v2/alerts/saved-searches", {"query": "a", "owner": {"username": "ann@x.example"}}, "name", letters, 100),
    (
        "POST",
        "/v2/alerts/saved-searches",
        {"name": "s", "query": "a", "owner": {"username": "ann@x.example"}},
        "description",
        letters,
        15_000,
    ),
    (
        "POST",
        "/v2/alerts/saved-searches",
        {"name": "s", "owner": {"username": "ann@x.example"}},
        "query",
        letters,
        1000,
    ),
    ("POST", "/v1/incident-templates", TEMPLATE, "message", letters, 130),
    ("POST", "/v1/incident-templates", TEMPLATE, "description", letters, 10_000),
    ("POST", "/v1/incident-templates", TEMPLATE, "tags", texts, 20),
    ("POST", "/v1/incident-templates", TEMPLATE, "tags", one_text, 50),
    ("POST", "/v1/incident-templates", TEMPLATE, "details", characters, 8000),
    ("POST", "/v1/services", {"name": "s", "teamId": "TEAM"}, "name", letters, 100),
    ("POST", "/v1/services", {"name": "s", "teamId": "TEAM"}, "description", letters, 10_000),
    ("POST", "/v1/services", {"name": "s", "teamId": "TEAM"}, "tags", texts, 20),
    ("POST", "/v2/heartbeats", HEARTBEAT, "name", letters, 200),
    ("POST", "/v2/heartbeats", HEARTBEAT, "description", letters, 10_000),
    ("POST", "/v2/heartbeats", HEARTBEAT, "alertMessage", letters, 130),
    ("POST", "/v2/heartbeats", HEARTBEAT, "alertTags", one_text, 50),
    ("POST", "/v2/heartbeats", HEARTBEAT, "alertTags", texts, 20),
    ("POST", "/v2/users", USER, "username", mail, 100),
    ("POST", "/v2/users", USER, "fullName", letters, 512),
    ("POST", "/v2/schedules", {"name": "s"}, "name", letters, 100),
    ("POST", "/v2/schedules", {"name": "s"}, "description", letters, 10_000),
    ("POST", "/v2/policies", POLICY, "name", letters, 100),
    ("POST", "/v2/policies", POLICY, "policyDescription", letters, 200),
    ("POST", "/v2/policies", POLICY, "alias", letters, 512),
    ("POST", "/v2/policies", POLICY, "description", letters, 15_000),
    ("POST", "/v2/policies", POLICY, "entity", letters, 512),
    ("POST", "/v2/policies", POLICY, "source", letters, 100),
    ("POST", "/v2/teams", {"name": "t"}, "name", letters, 100),
    ("POST", "/v2/teams", {"name": "t"}, "description", letters, 10_000),
    (
        "POST",
        "/v2/teams/TEAM/routing-rules",
        {"notify": {"type": "none"}},
        "timeRestriction",
        lambda many: {"type": "weekday-and-time-of-day", "restrictions": [DAYS] * many},
        15,
    ),
    (
        "POST",
        "/v2/policies?teamId=TEAM",
        {"type": "notification", "name": "n", "enabled": True},
        "deduplicationAction",
        lambda many: {"deduplicationActionType": "value-based", "count": many},
        100,
    ),
    *(
        (
            "POST",
            RULES,
            {},
            "incidentProperties",
            lambda many, field=field, of=of: (
                {"message": "m", "priority": "P1", "stakeholderProperties": STAKEHOLDERS} | {field: of(many)}
            ),
            most,
        )
        for field, of, most in (
            ("message", letters, 130),
            ("description", letters, 10_000),
            ("tags", texts, 20),
            ("details", characters, 8000),
        )
    ),
]


@pytest.fixture
async def places(api, sandbox, watch) -> dict[str, str]:
    sandbox.add_user("ann@x.example")
    return {
        "TEAM": sandbox.add_team("ops")["id"],
        "SERVICE": sandbox.add_service("s", team="ops")["id"],
        "ALERT": sandbox.add_alert(watch.utc())["id"],
    }


@pytest.mark.parametrize("bound", MOST, ids=lambda bound: f"{bound[0]} {bound[1]} {bound[3]} {bound[4].__name__}")
async def test_as_much_as_the_limit_is_taken_and_one_more_is_not(api, places, bound: Bound):
    method, path, body, field, of, most = bound
    for word, id in places.items():
        path = path.replace(word, id)
    body = {key: places.get(value, value) if isinstance(value, str) else value for key, value in body.items()}

    refused = await api(method, path, {**body, field: of(most + 1)})
    assert refused.status == 422
    assert any(key.partition("[")[0].partition("#")[0] == field for key in refused.json["errors"]), refused.text
    total = await api(method, path, {**body, field: of(most)})
    assert total.status in (200, 201, 202), total.text


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("tags?tags=", [",".join(["x"] * 20), ",".join(["x"] * 21)]),
        ("details?keys=", ["a,b,c,d,e,f,g,h,i,j", "a,b,c,d,e,f,g,h,i,j,k"]),
    ],
)
async def test_what_is_removed_in_one_call_has_bounds(api, places, query, most):
    statuses = [(await api("DELETE", f"/v2/alerts/{places['ALERT']}/{query}{each}")).status for each in most]
    assert statuses == [202, 422]


@pytest.mark.parametrize("path", ["/v2/alerts", "/v1/incidents", "/v1/services"])
async def test_the_window_of_a_listing_ends_at_twenty_thousand(api, path):
    assert (await api("GET", f"{path}?offset=19980&limit=20")).status == 200
    assert (await api("GET", f"{path}?offset=19981&limit=20")).status == 422


@pytest.mark.parametrize(("field", "least"), [("interval", 1)])
async def test_the_least_interval_of_a_heartbeat(api, field, least):
    assert (await api("POST", "/v2/heartbeats", HEARTBEAT | {field: least - 1})).status == 422
    assert (await api("POST", "/v2/heartbeats", HEARTBEAT | {field: least})).status == 201


@pytest.mark.parametrize(("part", "most"), [("startHour", 24), ("endHour", 24), ("startMin", 59), ("endMin", 59)])
async def test_the_hours_of_a_restriction(api, places, part, most):
    def rule(value: int) -> Body:
        restriction = {"type": "time-of-day", "restriction": HOURS | {part: value}}
        return {"notify": {"type": "none"}, "timeRestriction": restriction}

    path = f"/v2/teams/{places['TEAM']}/routing-rules"
    statuses = [(await api("POST", path, rule(value))).status for value in (-1, 0, most, most + 1)]
    assert statuses == [422, 201, 201, 422]
