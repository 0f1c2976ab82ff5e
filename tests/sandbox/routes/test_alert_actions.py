"""What is done to an alert: accepted at once, done in order, told by log, notes, recipients and request status."""

from __future__ import annotations

import pytest

NOW = "2026-01-01T00:16:40Z"


@pytest.fixture
async def alert(api, sandbox):
    """An alert of team ops, where ann and bob are, with a tag, a detail and an action."""
    sandbox.add_team("ops", members=("ann@corp.example", "bob@corp.example"))
    body = {
        "message": "disk",
        "alias": "d/1",
        "tags": ["db"],
        "details": {"host": "a"},
        "actions": ["Restart it"],
        "responders": [{"type": "team", "name": "ops"}],
    }
    await api("POST", "/v2/alerts", body)
    (result,) = await api.get("/v2/alerts")
    return result


async def do(api, method, path, body=None):
    reply = await api(method, path, body)
    assert (reply.status, list(reply.json)) == (202, ["result", "took", "requestId"]), reply.text
    return await api.get(f"/v2/alerts/requests/{reply.json['requestId']}")


async def after(api, alert):
    return await api.get(f"/v2/alerts/{alert['id']}")


async def test_acknowledging_and_taking_it_back(api, alert, watch):
    watch.seconds += 1.5
    status = await do(api, "POST", "/v2/alerts/d%2F1/acknowledge?identifierType=alias", {"user": "ann@corp.example"})

    assert (status["action"], status["isSuccess"], status["alertId"]) == ("Acknowledge", True, alert["id"])
    there = await after(api, alert)
    assert (there["acknowledged"], there["owner"]) == (True, "ann@corp.example")
    assert there["report"] == {"ackTime": 1500, "acknowledgedBy": "ann@corp.example"}
    assert there["updatedAt"] == "2026-01-01T00:16:41.5Z"
    recipients = {each["user"]["username"]: each for each in await api.get(f"/v2/alerts/{alert['id']}/recipients")}
    assert (recipients["ann@corp.example"]["state"], recipients["ann@corp.example"]["method"]) == (
        "action",
        "Acknowledge",
    )
    assert recipients["bob@corp.example"]["state"] == "notactive"

    await do(api, "POST", f"/v2/alerts/{alert['id']}/acknowledge", {"user": "bob@corp.example"})
    there = await after(api, alert)
    assert (there["owner"], there["report"]["acknowledgedBy"]) == ("ann@corp.example", "bob@corp.example")

    await do(api, "POST", f"/v2/alerts/{alert['tinyId']}/unacknowledge?identifierType=tiny")
    there = await after(api, alert)
    assert (there["acknowledged"], "report" in there) == (False, False)


async def test_closing_ends_the_snooze(api, alert, watch):
    await do(api, "POST", f"/v2/alerts/{alert['id']}/snooze", {"endTime": "2026-01-01T03:16:40+02:00"})
    there = await after(api, alert)
    assert (there["snoozed"], there["snoozedUntil"]) == (True, "2026-01-01T01:16:40Z")

    watch.seconds += 2
    await do(api, "POST", f"/v2/alerts/{alert['id']}/close")
    there = await after(api, alert)
    assert (there["status"], there["snoozed"], "snoozedUntil" in there) == ("closed", False, False)
    assert there["report"] == {"ackTime": 2000, "closeTime": 2000, "closedBy": "Alert API"}
    status = await do(api, "POST", f"/v2/alerts/{alert['id']}/snooze", {"endTime": "2026-01-02T00:00:00Z"})
    assert (status["isSuccess"], status["status"], status["alertId"]) == (False, "Alert is already closed", "")


async def test_a_snooze_is_over_when_its_time_is(api, alert, watch):
    await do(api, "POST", f"/v2/alerts/{alert['id']}/snooze", {"endTime": "2026-01-01T00:17:40Z"})
    assert len(await api.get("/v2/alerts?query=snoozed%3Atrue")) == 1

    watch.seconds += 60
    assert await api.get("/v2/alerts?query=snoozed%3Atrue") == []
    assert "snoozedUntil" not in await after(api, alert)


async def test_others_are_brought_in(api, sandbox, alert):
    path = f"/v2/alerts/{alert['id']}"
    team, user = sandbox.add_team("net", members=("cem@corp.example",)), sandbox.add_user("eva@corp.example")
    schedule = sandbox.add_schedule("night", participants=("dan@corp.example",))
    rule = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 0}}
    body = {"name": "up", "rules": [{**rule, "recipient": {"type": "user", "username": "fay@corp.example"}}]}
    sandbox.add_user("fay@corp.example")
    escalation = (await api("POST", "/v2/escalations", body)).data

    await do(api, "POST", f"{path}/responders", {"responder": {"type": "schedule", "name": "night"}})
    await do(api, "POST", f"{path}/responders", {"responder": {"type": "schedule", "id": schedule["id"]}})
    await do(api, "POST", f"{path}/teams", {"team": {"name": "net"}})
    await do(api, "POST", f"{path}/escalate", {"escalation": {"id": escalation["id"]}})
    status = await do(api, "POST", f"{path}/assign", {"owner": {"username": "EVA@corp.example"}})

    assert status["action"] == "Assign"
    there = await after(api, alert)
    assert there["responders"][1:] == [
        {"type": "schedule", "id": schedule["id"]},
        {"type": "team", "id": team["id"]},
        {"type": "escalation", "id": escalation["id"]},
    ]
    assert there["teams"] == [*alert["teams"], {"id": team["id"]}]
    assert (there["owner"], there["ownerTeamId"]) == (user["username"], alert["teams"][0]["id"])
    recipients = await api.get(f"{path}/recipients")
    assert [each["user"]["username"].partition("@")[0] for each in recipients] == [
        "ann",
        "bob",
        "dan",
        "cem",
        "fay",
        "eva",
    ]
    assert recipients[0] == {
        "user": {"id": recipients[0]["user"]["id"], "username": "ann@corp.example"},
        "state": "notactive",
        "method": "",
        "createdAt": NOW,
        "updatedAt": NOW,
    }


async def test_tags_and_details_come_and_go(api, alert):
    path = f"/v2/alerts/{alert['id']}"

    await do(api, "POST", f"{path}/tags", {"tags": ["a b", "db", "c"]})
    assert (await after(api, alert))["tags"] == ["db", "a b", "c"]
    await do(api, "DELETE", f"{path}/tags?tags=a%20b,db&user=ann&note=gone")
    assert (await after(api, alert))["tags"] == ["c"]
    await do(api, "POST", f"{path}/details", {"details": {"host": "b", "rack": "4"}})
    assert (await after(api, alert))["details"] == {"host": "b", "rack": "4"}
    await do(api, "DELETE", f"{path}/details?keys=host,unknown")
    assert (await after(api, alert))["details"] == {"rack": "4"}
    assert [each["note"] for each in await api.get(f"{path}/notes")] == ["gone"]


async def test_no_more_than_twenty_tags_and_8000_characters_stay(api, alert):
    path = f"/v2/alerts/{alert['id']}"

    await do(api, "POST", f"{path}/tags", {"tags": [str(number) for number in range(20)]})
    assert (await after(api, alert))["tags"] == ["db", *(str(number) for number in range(19))]
    await do(api, "POST", f"{path}/details", {"details": {"a": "x" * 7000}})
    status = await do(api, "POST", f"{path}/details", {"details": {"b": "x" * 1000}})
    assert (status["isSuccess"], status["status"]) == (False, "Details would be too long")
    assert set((await after(api, alert))["details"]) == {"host", "a"}


@pytest.mark.parametrize(
    ("method", "field", "value"),
    [
        ("PUT", "message", "m"),
        ("POST", "message", "m"),
        ("PUT", "description", "d"),
        ("POST", "description", "d"),
        ("PUT", "priority", "P1"),
    ],
)
async def test_fields_are_updated(api, alert, method, field, value):
    status = await do(api, method, f"/v2/alerts/{alert['id']}/{field}", {field: value})

    assert status["action"] == f"Update {field.capitalize()}"
    assert (await after(api, alert))[field] == value


async def test_an_action_of_the_alert_is_executed(api, alert):
    path = f"/v2/alerts/{alert['id']}"

    assert (await do(api, "POST", f"{path}/actions/Restart%20it", {"note": "n"}))["isSuccess"] is True
    status = await do(api, "POST", f"{path}/actions/Explode")
    assert (status["isSuccess"], status["status"]) == (False, "Action [Explode] does not exist")


async def test_the_log_tells_all_of_it(api, alert):
    path = f"/v2/alerts/{alert['id']}"
    await do(api, "POST", f"{path}/notes", {"note": "look", "user": "ann"})
    await do(api, "POST", f"{path}/acknowledge", {"note": "mine"})

    logs = await api.get(f"{path}/logs?order=asc")
    assert [each["log"] for each in logs] == [
        "Alert created",
        "Notifying ann@corp.example",
        "Notifying bob@corp.example",
        "Added note: look",
        "Added note",
        "Alert acknowledged",
        "Added note: mine",
    ]
    assert logs[1] | {"offset": ""} == {
        "log": "Notifying ann@corp.example",
        "type": "alertRecipient",
        "owner": "System",
        "createdAt": NOW,
        "offset": "",
    }
    assert [(each["note"], each["owner"]) for each in await api.get(f"{path}/notes")] == [
        ("mine", "Alert API"),
        ("look", "ann"),
    ]


async def test_logs_and_notes_are_paged_by_token(api, alert):
    path = f"/v2/alerts/{alert['id']}/notes"
    for number in range(5):
        await do(api, "POST", path, {"note": str(number)})

    page = await api("GET", f"{path}?limit=2")
    notes = []
    while True:
        notes += [each["note"] for each in page.data]
        assert set(page.json["paging"]) <= {"first", "next"}
        if "next" not in page.json["paging"]:
            break
        page = await api("GET", page.json["paging"]["next"].removeprefix(api.sandbox.url))
    assert notes == ["4", "3", "2", "1", "0"]

    third = (await api.get(f"{path}?order=asc&limit=3"))[2]["offset"]
    assert [each["note"] for each in await api.get(f"{path}?order=asc&offset={third}")] == ["3", "4"]
    back = await api.get(f"{path}?order=asc&offset={third}&direction=prev")
    assert [each["note"] for each in back] == ["0", "1"]
    for wrong in ("limit=x", "limit=0", "order=up", "direction=down"):
        assert (await api("GET", f"{path}?{wrong}")).status == 422


async def test_a_deleted_alert_is_gone_and_its_number_is_not_used_again(api, alert):
    status = await do(api, "DELETE", f"/v2/alerts/{alert['id']}?user=ann")

    assert (status["action"], status["isSuccess"], status["alertId"]) == ("Delete", True, alert["id"])
    assert (await api("GET", f"/v2/alerts/{alert['id']}")).status == 404
    assert (await api("GET", f"/v2/alerts/{alert['id']}/logs")).status == 404
    await api("POST", "/v2/alerts", {"message": "next"})
    assert [each["tinyId"] for each in await api.get("/v2/alerts")] == ["2"]


@pytest.mark.parametrize(
    ("method", "tail", "body", "fields"),
    [
        ("POST", "snooze", {}, {"endTime"}),
        ("POST", "snooze", {"endTime": "2026-01-01T00:16:40Z"}, {"endTime"}),
        ("POST", "snooze", {"endTime": "soon"}, {"endTime"}),
        ("POST", "escalate", {"escalation": {}}, {"escalation"}),
        ("POST", "assign", {"note": "x"}, {"owner"}),
        ("POST", "responders", {"responder": {"type": "group", "name": "x"}}, {"responder#type"}),
        ("POST", "teams", {}, {"team"}),
        ("POST", "tags", {"tags": ["x" * 51]}, {"tags[0]"}),
        ("POST", "tags", {"tags": ["x"] * 21}, {"tags"}),
        ("DELETE", "tags", None, {"tags"}),
        ("DELETE", "tags?tags=" + "x" * 51, None, {"tags[0]"}),
        ("POST", "details", {"details": {"k": [1]}}, {"details"}),
        ("DELETE", "details", None, {"keys"}),
        ("DELETE", "details?keys=" + ",".join("abcdefghijk"), None, {"keys"}),
        ("POST", "notes", {}, {"note"}),
        ("POST", "notes", {"note": "x" * 25_001}, {"note"}),
        ("PUT", "message", {"message": "x" * 131}, {"message"}),
        ("PUT", "message", {"message": ""}, {"message"}),
        ("PUT", "description", {"description": "x" * 15_001}, {"description"}),
        ("PUT", "priority", {"priority": "P6"}, {"priority"}),
        ("POST", "acknowledge", {"user": "x" * 101}, {"user"}),
        ("POST", "close?identifierType=name", {}, {"identifierType"}),
        ("DELETE", "?source=" + "x" * 101, None, {"source"}),
    ],
)
async def test_what_makes_no_sense_is_not_accepted(api, alert, method, tail, body, fields):
    path = f"/v2/alerts/{alert['id']}/{tail}".replace("/?", "?")
    reply = await api(method, path, body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)
    assert (await after(api, alert))["updatedAt"] == alert["updatedAt"]
    assert len(await api.get(f"/v2/alerts/{alert['id']}/logs")) == 3


@pytest.mark.parametrize(
    ("tail", "body", "text"),
    [
        ("escalate", {"escalation": {"name": "x"}}, "Escalation does not exist"),
        ("assign", {"owner": {"username": "x"}}, "User does not exist"),
        ("teams", {"team": {"id": "x"}}, "Team does not exist"),
        ("responders", {"responder": {"type": "user", "id": "x"}}, "User does not exist"),
    ],
)
async def test_an_action_for_nobody_fails_later(api, alert, tail, body, text):
    status = await do(api, "POST", f"/v2/alerts/{alert['id']}/{tail}", body)

    assert (status["isSuccess"], status["status"], status["alertId"]) == (False, text, "")
    assert (await after(api, alert))["responders"] == alert["responders"]


async def test_a_key_of_another_team_neither_sees_nor_acts(api, sandbox, alert):
    other, local = sandbox.add_key(team="net"), sandbox.add_key(team="ops")

    reply = await api("GET", f"/v2/alerts/{alert['id']}/logs", key=other)
    assert (reply.status, reply.json["code"]) == (403, 40301)
    assert (await api("GET", "/v2/alerts/count", key=other)).data == {"count": 0}
    assert (await api("GET", "/v2/alerts/count", key=local)).data == {"count": 1}
    accepted = await api("POST", f"/v2/alerts/{alert['id']}/close", key=other)
    assert (await api.get(f"/v2/alerts/requests/{accepted.json['requestId']}"))["isSuccess"] is False

    await api("POST", "/v2/alerts", {"message": "m", "visibleTo": [{"type": "team", "name": "net"}]})
    assert (await api("GET", "/v2/alerts/count", key=other)).data == {"count": 1}


async def test_a_read_only_key_does_nothing(api, sandbox, alert):
    key = sandbox.add_key(read_only=True)

    for method, tail in (("POST", "acknowledge"), ("DELETE", "tags?tags=a"), ("PUT", "message")):
        assert (await api(method, f"/v2/alerts/{alert['id']}/{tail}", key=key)).status == 403
    assert (await api("GET", f"/v2/alerts/{alert['id']}/recipients", key=key)).status == 200
