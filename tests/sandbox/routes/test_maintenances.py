"""Maintenances: what is switched off, and how the clock changes what they are."""

from __future__ import annotations

import pytest


@pytest.fixture
async def rule(api):
    result = await api("POST", "/v2/integrations", {"type": "API", "name": "app"})
    return {"entity": {"id": result.data["id"], "type": "integration"}}


async def test_a_maintenance_from_create_to_delete(api, rule):
    result = await api("POST", "/v1/maintenance", {"time": {"type": "for-30-minutes"}, "rules": [rule]})
    path = f"/v1/maintenance/{result.data['id']}"

    assert (result.status, result.json["result"]) == (201, "Created")
    assert result.data == {
        "id": result.data["id"],
        "status": "active",
        "description": "",
        "time": {"type": "for-30-minutes", "startDate": "2026-01-01T00:16:40Z", "endDate": "2026-01-01T00:46:40Z"},
    }
    assert await api.get(path) == result.data | {"rules": [rule | {"state": "disabled"}]}
    assert await api.get("/v1/maintenance") == [result.data]
    changed = await api("PUT", path, {"time": {"type": "indefinitely"}, "rules": [rule], "description": "d"})
    assert (changed.status, changed.json["result"], changed.data["description"]) == (200, "Updated", "d")
    assert changed.data["time"] == {"type": "indefinitely", "startDate": "2026-01-01T00:16:40Z"}
    assert (await api("DELETE", path)).json["result"] == "Deleted"
    assert (await api("GET", path)).status == 404


async def test_its_status_goes_with_the_clock(api, rule, watch):
    time = {"type": "schedule", "startDate": "2026-01-01T01:00:00+00:00", "endDate": "2026-01-01T03:00+01:00"}
    result = await api("POST", "/v1/maintenance", {"time": time, "rules": [rule]})
    path = f"/v1/maintenance/{result.data['id']}"
    assert result.data["time"] == {
        "type": "schedule",
        "startDate": "2026-01-01T01:00:00Z",
        "endDate": "2026-01-01T02:00:00Z",
    }

    statuses = []
    for seconds in (1000, 3600, 7199, 7200):
        watch.seconds = seconds
        statuses.append((await api.get(path))["status"])

    assert statuses == ["planned", "active", "active", "past"]


async def test_a_listing_by_what_is_over(api, rule, watch):
    for kind in ("for-5-minutes", "for-1-hour", "indefinitely"):
        await api("POST", "/v1/maintenance", {"time": {"type": kind}, "rules": [rule]})
    cancelled = (await api.get("/v1/maintenance"))[2]
    reply = await api("POST", f"/v1/maintenance/{cancelled['id']}/cancel")
    assert (reply.status, "data" in reply.json) == (200, False)
    watch.seconds += 300

    async def kinds(query: str) -> list[tuple[str, str]]:
        return [(each["time"]["type"], each["status"]) for each in await api.get(f"/v1/maintenance{query}")]

    assert await kinds("?type=past") == [("for-5-minutes", "past"), ("indefinitely", "cancelled")]
    assert await kinds("?type=non-expired") == [("for-1-hour", "active")]
    assert len(await kinds("?type=all")) == len(await kinds("")) == 3
    assert (await api("GET", "/v1/maintenance?type=sometimes")).status == 422


async def test_a_cancelled_one_begins_anew_when_it_is_replaced(api, rule):
    body = {"time": {"type": "indefinitely"}, "rules": [rule]}
    path = f"/v1/maintenance/{(await api('POST', '/v1/maintenance', body)).data['id']}"

    await api("POST", f"{path}/cancel")
    assert (await api.get(path))["status"] == "cancelled"
    assert (await api("PUT", path, body)).data["status"] == "active"


async def test_another_end(api, rule):
    result = await api("POST", "/v1/maintenance", {"time": {"type": "indefinitely"}, "rules": [rule]})
    path = f"/v1/maintenance/{result.data['id']}/change-end-date"

    changed = await api("POST", path, {"endDate": "2026-01-01T05:00:00Z"})

    assert changed.data["time"] == {
        "type": "schedule",
        "startDate": "2026-01-01T00:16:40Z",
        "endDate": "2026-01-01T05:00:00Z",
    }
    for body in ({}, {"endDate": "soon"}, {"endDate": "2026-01-01T00:16:40Z"}):
        reply = await api("POST", path, body)
        assert (reply.status, [*reply.json["errors"]]) == (422, ["endDate"])


@pytest.mark.parametrize(
    ("time", "field"),
    [
        ({}, "time#type"),
        ({"type": "for-2-minutes"}, "time#type"),
        ({"type": "schedule", "startDate": "2026-01-01T05:00:00Z"}, "time#endDate"),
        ({"type": "schedule", "endDate": "2026-01-01T05:00:00Z"}, "time#startDate"),
        (
            {"type": "schedule", "startDate": "2026-01-01T05:00:00Z", "endDate": "2026-01-01T06:00:00+01:00"},
            "time#endDate",
        ),
        ({"type": "indefinitely", "endDate": "never"}, "time#endDate"),
    ],
)
async def test_times_that_are_none(api, rule, time, field):
    reply = await api("POST", "/v1/maintenance", {"time": time, "rules": [rule]})

    assert (reply.status, [*reply.json["errors"]]) == (422, [field])


async def test_rules_that_are_none(api, rule):
    policy = await api("POST", "/v2/policies", {"type": "alert", "name": "p", "enabled": True, "message": "m"})
    of_policy = {"entity": {"id": policy.data["id"], "type": "policy"}}
    for rules, field in (
        (None, "rules"),
        ([], "rules"),
        ([{}], "rules#entity"),
        ([{"entity": {"id": "x"}}], "rules#entity#type"),
        ([{"entity": {"id": "x", "type": "integration"}}], "rules#entity#id"),
        ([{"entity": {"id": "x", "type": "policy"}, "state": "enabled"}], "rules#entity#id"),
        ([rule | {"state": "enabled"}], "rules#state"),
        ([of_policy], "rules#state"),
        ([of_policy | {"state": "on"}], "rules#state"),
    ):
        reply = await api("POST", "/v1/maintenance", {"time": {"type": "indefinitely"}, "rules": rules})
        assert (reply.status, [*reply.json["errors"]]) == (422, [field]), rules

    rules = [of_policy | {"state": "enabled"}, rule]
    assert (await api("POST", "/v1/maintenance", {"time": {"type": "indefinitely"}, "rules": rules})).status == 201
