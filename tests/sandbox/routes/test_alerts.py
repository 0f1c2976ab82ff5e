"""Alerts, incidents and heartbeats: what is accepted now and done later."""

from __future__ import annotations

import pytest


async def test_an_alert_is_accepted_then_found(api):
    accepted = await api("POST", "/v2/alerts", {"message": "disk", "alias": "disk-1", "entity": "db"})

    assert (accepted.status, list(accepted.json)) == (202, ["result", "took", "requestId"])
    assert accepted.json["result"] == "Request will be processed"
    status = await api.get(f"/v2/alerts/requests/{accepted.json['requestId']}")
    assert (status["success"], status["isSuccess"], status["action"]) == (True, True, "Create")
    assert status["alias"] == "disk-1"
    by_id = await api.get(f"/v2/alerts/{status['alertId']}")
    assert by_id["entity"] == "db"
    assert await api.get("/v2/alerts/disk-1?identifierType=alias") == by_id
    assert await api.get(f"/v2/alerts/{by_id['tinyId']}?identifierType=tiny") == by_id


async def test_a_request_is_not_processed_before_its_delay(api, sandbox, watch):
    sandbox.processing_delay = 5
    accepted = await api("POST", "/v2/alerts", {"message": "disk"})
    path = f"/v2/alerts/requests/{accepted.json['requestId']}"

    early = await api("GET", path)
    assert (early.status, early.headers["X-Opsgenie-Errortype"]) == (404, "RequestNotProcessed")
    assert await api.get("/v2/alerts") == []
    watch.seconds += 5
    assert len(await api.get("/v2/alerts")) == 1
    assert (await api.get(path))["isSuccess"] is True


async def test_an_unknown_request_is_a_plain_404(api):
    incident = await api("POST", "/v1/incidents/create", {"message": "x"})

    for request in ("unknown", incident.json["requestId"]):
        reply = await api("GET", f"/v2/alerts/requests/{request}")
        assert reply.status == 404
        assert "X-Opsgenie-Errortype" not in reply.headers


async def test_an_action_on_a_missing_alert_fails_only_later(api):
    accepted = await api("POST", "/v2/alerts/missing/close")

    assert accepted.status == 202
    status = await api.get(f"/v2/alerts/requests/{accepted.json['requestId']}")
    assert (status["isSuccess"], status["success"], status["status"]) == (False, False, "Alert does not exist")
    assert (status["alertId"], status["alias"]) == ("", "")


async def test_an_open_alias_absorbs_and_a_closed_one_does_not(api):
    for _ in range(2):
        await api("POST", "/v2/alerts", {"message": "disk", "alias": "a"})
    (alert,) = await api.get("/v2/alerts")
    assert alert["count"] == 2

    await api("POST", "/v2/alerts/a/acknowledge?identifierType=alias", {"user": "ann"})
    assert (await api.get(f"/v2/alerts/{alert['id']}"))["acknowledged"] is True
    await api("POST", "/v2/alerts/a/close?identifierType=alias", {"note": "done"})
    assert (await api("GET", "/v2/alerts/a?identifierType=alias")).status == 404
    assert (await api.get(f"/v2/alerts/{alert['id']}"))["status"] == "closed"
    await api("POST", "/v2/alerts", {"message": "disk", "alias": "a"})
    assert len(await api.get("/v2/alerts")) == 2
    assert len(await api.get("/v2/alerts?query=status%3A%20open")) == 1


async def test_the_list_is_newest_first_and_leaves_details_out(api, watch):
    for number in range(25):
        watch.seconds += 1
        await api("POST", "/v2/alerts", {"message": f"m{number}", "description": "long", "details": {"a": "b"}})

    first = await api("GET", "/v2/alerts")
    assert [each["message"] for each in first.data] == [f"m{number}" for number in range(24, 4, -1)]
    assert not {"description", "details", "actions", "entity"} & set(first.data[0])
    rest = await api("GET", first.json["paging"]["next"].removeprefix(api.sandbox.url))
    assert len(rest.data) == 5
    assert "next" not in rest.json["paging"]
    ascending = await api.get("/v2/alerts?order=asc&limit=1")
    assert ascending[0]["message"] == "m0"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=100&offset=19900", 200),
        ("limit=100&offset=19901", 422),
        ("limit=101", 200),
        ("sort=weather", 422),
    ],
)
async def test_the_list_has_bounds(api, query, status):
    assert (await api("GET", f"/v2/alerts?{query}")).status == status


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"message"}),
        ({"message": "x" * 131}, {"message"}),
        ({"message": "x", "alias": "x" * 513}, {"alias"}),
        ({"message": "x", "priority": "P6"}, {"priority"}),
        ({"message": "x", "tags": ["x" * 51]}, {"tags[0]"}),
        ({"message": "x", "tags": ["x"] * 21}, {"tags"}),
        ({"message": "x", "details": {"k": "v" * 8000}}, {"details"}),
        ({"message": "x", "details": []}, {"details"}),
        ({"message": "x", "responders": [{"type": "group", "name": "x"}]}, {"responders#type"}),
        ({"message": "x", "note": "x" * 25_001}, {"note"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", "/v2/alerts", body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)


async def test_responders_are_read_back_by_id(api, sandbox):
    team = sandbox.add_team("ops")
    await api("POST", "/v2/alerts", {"message": "x", "responders": [{"type": "team", "name": "ops"}]})

    assert (await api.get("/v2/alerts"))[0]["responders"] == [{"type": "team", "id": team["id"]}]


async def test_an_incident_from_create_to_close(api):
    accepted = await api("POST", "/v1/incidents/create", {"message": "down", "priority": "P1"})
    status = await api.get(f"/v1/incidents/requests/{accepted.json['requestId']}")

    assert (accepted.status, status["isSuccess"], status["action"]) == (202, True, "Create")
    incident = await api.get(f"/v1/incidents/{status['incidentId']}")
    assert (incident["message"], incident["priority"], incident["status"]) == ("down", "P1", "open")
    assert await api.get(f"/v1/incidents/{incident['tinyId']}?identifierType=tiny") == incident
    await api("POST", f"/v1/incidents/{incident['id']}/close", {"note": "x"})
    assert [each["status"] for each in await api.get("/v1/incidents")] == ["closed"]
    missing = await api("POST", "/v1/incidents/missing/close")
    status = await api.get(f"/v1/incidents/requests/{missing.json['requestId']}")
    assert (status["isSuccess"], status["incidentId"]) == (False, "")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH"])
async def test_a_heartbeat_is_ponged_even_when_unknown(api, method):
    reply = await api(method, "/v2/heartbeats/nobody/ping")

    assert (reply.status, reply.json["result"]) == (202, "PONG - Heartbeat received")


async def test_a_heartbeat_from_create_to_delete(api):
    body = {"name": "a b", "interval": 10, "intervalUnit": "minutes", "enabled": True}
    created = await api("POST", "/v2/heartbeats", body)

    short = {"name": "a b", "enabled": True, "expired": False}
    assert (created.status, created.data) == (201, short)
    assert (await api("POST", "/v2/heartbeats", body)).status == 409
    assert (await api("POST", "/v2/heartbeats/a%20b/disable")).data == short | {"enabled": False}
    assert (await api("POST", "/v2/heartbeats/a%20b/enable")).data == short
    await api("PATCH", "/v2/heartbeats/a%20b", {"interval": 5, "name": "ignored"})
    await api("GET", "/v2/heartbeats/a%20b/ping")
    read = await api.get("/v2/heartbeats/a%20b")
    assert (read["interval"], read["name"], "lastPingTime" in read) == (5, "a b", True)
    assert (await api.get("/v2/heartbeats")) == {"heartbeats": [read]}
    assert (await api("DELETE", "/v2/heartbeats/a%20b")).json["result"] == "Deleted"
    assert (await api("GET", "/v2/heartbeats/a%20b")).status == 404
    assert (await api("POST", "/v2/heartbeats", body | {"interval": 0})).status == 422


async def test_the_account_counts_its_users(api, sandbox):
    sandbox.add_user("ann@corp.example")

    account = await api.get("/v2/account")
    assert (account["name"], account["userCount"], account["plan"]["isYearly"]) == ("sandbox", 1, True)
