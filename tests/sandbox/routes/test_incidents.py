"""Incidents: accepted now and done later, written down, told to responders, searched and listed."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from opsgenie_async.sandbox import Sandbox
from tests.sandbox.conftest import Api


async def opened(api: Api, **fields: Any) -> Any:
    """A new incident as `get` answers it."""
    accepted = await api("POST", "/v1/incidents/create", {"message": "down", **fields})
    assert (accepted.status, list(accepted.json)) == (202, ["result", "took", "requestId"])
    status = await api.get(f"/v1/incidents/requests/{accepted.json['requestId']}")
    assert (status["isSuccess"], status["action"], status["status"]) == (
        True,
        "Create",
        "Incident created successfully",
    )
    return await api.get(f"/v1/incidents/{status['incidentId']}")


async def acted(api: Api, method: str, path: str, body: Any = None) -> Any:
    """The outcome of an accepted write."""
    accepted = await api(method, path, body)
    assert (accepted.status, "data" in accepted.json) == (202, False), accepted.text
    return await api.get(f"/v1/incidents/requests/{accepted.json['requestId']}")


async def test_an_incident_as_it_is_read(api):
    incident = await opened(api, description="all of it", tags=["a", "a", "b"], details={"k": "v"}, serviceId="s1")

    assert {key: incident[key] for key in ("tinyId", "message", "description", "status", "priority", "isSeen")} == {
        "tinyId": "1",
        "message": "down",
        "description": "all of it",
        "status": "open",
        "priority": "P3",
        "isSeen": False,
    }
    assert (incident["tags"], incident["extraProperties"], incident["impactedServices"]) == (
        ["a", "b"],
        {"k": "v"},
        ["s1"],
    )
    assert (await opened(api, impactedServices=["s1", "s2"]))["impactedServices"] == ["s1", "s2"]


@pytest.mark.parametrize(
    ("word", "action", "status"),
    [("close", "Close", "closed"), ("resolve", "Resolve", "resolved"), ("reopen", "Reopen", "open")],
)
async def test_the_state_changes(api, watch, word: str, action: str, status: str):
    incident = await opened(api)
    watch.seconds += 1

    outcome = await acted(api, "POST", f"/v1/incidents/{incident['tinyId']}/{word}?identifierType=tiny", {"note": "n"})

    assert (outcome["action"], outcome["incidentId"]) == (action, incident["id"])
    now = await api.get(f"/v1/incidents/{incident['id']}")
    assert now["status"] == status
    assert now["updatedAt"] > incident["updatedAt"]
    assert [each["note"] for each in await api.get(f"/v1/incidents/{incident['id']}/notes")] == ["n"]


async def test_what_an_incident_says_can_be_changed(api):
    path = f"/v1/incidents/{(await opened(api, tags=['a']))['id']}"

    await acted(api, "POST", f"{path}/tags", {"tags": ["b", "a", "c"]})
    await acted(api, "DELETE", f"{path}/tags?tags=a,c&note=gone")
    await acted(api, "POST", f"{path}/details", {"details": {"x": "1", "y": "2"}})
    await acted(api, "DELETE", f"{path}/details?keys=x,unknown")
    for method in ("PUT", "POST"):  # the Go SDK, the page
        await acted(api, method, f"{path}/priority", {"priority": "P1"})
    await acted(api, "POST", f"{path}/message", {"message": "up"})
    await acted(api, "POST", f"{path}/description", {"description": "again"})

    now = await api.get(path)
    assert (now["tags"], now["extraProperties"], now["priority"]) == (["b"], {"y": "2"}, "P1")
    assert (now["message"], now["description"]) == ("up", "again")
    assert [each["note"] for each in await api.get(f"{path}/notes")] == ["gone"]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "create", {}, "message"),
        ("POST", "create", {"message": "m" * 131}, "message"),
        ("POST", "create", {"message": "m", "description": "d" * 15_001}, "description"),
        ("POST", "create", {"message": "m", "note": "n" * 25_001}, "note"),
        ("POST", "create", {"message": "m", "priority": "P6"}, "priority"),
        ("POST", "create", {"message": "m", "responders": [{"type": "schedule", "id": "x"}]}, "responders#type"),
        ("POST", "x/notes", {}, "note"),
        ("POST", "x/responders", {}, "responder"),
        ("POST", "x/responders", {"responder": {"type": "robot", "id": "x"}}, "responder#type"),
        ("POST", "x/tags", {"tags": ["t" * 51]}, "tags[0]"),
        ("POST", "x/tags", {}, "tags"),
        ("DELETE", "x/tags", None, "tags"),
        ("POST", "x/details", {"details": "k"}, "details"),
        ("DELETE", "x/details", None, "keys"),
        ("PUT", "x/priority", {"priority": "high"}, "priority"),
        ("POST", "x/message", {"message": ""}, "message"),
        ("POST", "x/description", {}, "description"),
        ("POST", "x/close", {"note": 1}, "note"),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused_at_once(api, method: str, path: str, body: Any, field: str):
    reply = await api(method, f"/v1/incidents/{path}", body)

    assert (reply.status, list(reply.json["errors"])) == (422, [field])


async def test_acting_on_a_missing_incident_fails_only_later(api):
    outcome = await acted(api, "POST", "/v1/incidents/missing/notes", {"note": "n"})

    assert (outcome["isSuccess"], outcome["success"], outcome["incidentId"]) == (False, False, "")
    assert (outcome["action"], outcome["status"]) == ("AddNote", "Incident does not exist")
    assert (await api("POST", "/v1/incidents/x/close?identifierType=alias")).status == 422


async def test_a_deleted_incident_is_gone_with_all_that_was_written_down(api, sandbox):
    incident = await opened(api, note="n")

    assert (await acted(api, "DELETE", f"/v1/incidents/{incident['id']}"))["action"] == "Delete"

    assert (await api("GET", f"/v1/incidents/{incident['id']}")).status == 404
    assert (await api("GET", f"/v1/incidents/{incident['id']}/logs")).status == 404
    assert not sandbox.account.incident_logs
    assert not sandbox.account.incident_notes


async def test_responders_are_told_by_an_alert_each(session: aiohttp.ClientSession):
    async with Sandbox(teams=2, seed=1) as sandbox:
        api = Api(sandbox, session)
        one, other = await api.get("/v2/teams")
        path = f"/v1/incidents/{(await opened(api, responders=[{'type': 'team', 'name': one['name']}]))['id']}"
        body = [{"type": "team", "id": one["id"]}, {"type": "team", "id": other["id"]}, {"type": "team", "id": "gone"}]
        await acted(api, "POST", f"{path}/responders", {"responder": body, "note": "n"})
        await acted(api, "POST", f"{path}/responders", {"responder": {"type": "team", "id": other["id"]}})

        assert [each["id"] for each in (await api.get(path))["responders"]] == [one["id"], other["id"]]
        answer = await api.get(f"{path}/responder-alert-ids?order=asc")
        alerts = [await api.get(f"/v2/alerts/{id}") for id in answer]
        assert [alert["responders"][0]["id"] for alert in alerts] == [one["id"], other["id"]]
        assert await api.get(f"{path}/associated-alert-ids") == []
        assert [each["message"] for each in await api.get("/v2/alerts")] == ["[Incident] down"] * 2
        sandbox.account.responder_alerts[path.rpartition("/")[2]] = [str(n) for n in range(60)]
        first = await api("GET", f"{path}/responder-alert-ids?limit=25")
        assert first.data == [str(n) for n in range(59, 34, -1)]
        assert (await api("GET", f"{path}/responder-alert-ids?limit=26")).data == first.data


@pytest.fixture
async def noted(api) -> str:
    """The path of an incident with the notes 0 to 4."""
    path = f"/v1/incidents/{(await opened(api))['id']}"
    for number in range(5):
        await acted(api, "POST", f"{path}/notes", {"note": str(number)})
    return path


async def notes(api: Api, path: str) -> tuple[list[int], str]:
    """The numbers of one page, and the path of the next one."""
    reply = await api("GET", path)
    assert reply.headers.get("X-Paging-Next") == reply.json["paging"].get("next")
    assert set(reply.json["paging"]) <= {"first", "next"}
    following = reply.json["paging"].get("next", "").removeprefix(api.sandbox.url)
    return [int(each["note"]) for each in reply.data], following


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ("limit=2", [[4, 3], [2, 1], [0]]),
        ("limit=2&order=asc", [[0, 1], [2, 3], [4]]),
        ("limit=2&direction=prev", [[1, 0], [3, 2], [4]]),
        ("limit=5", [[4, 3, 2, 1, 0]]),
        ("", [[4, 3, 2, 1, 0]]),
    ],
)
async def test_notes_are_paged_by_token(api, noted: str, query: str, pages: list[list[int]]):
    following, titles = f"{noted}/notes?{query}", []
    while following:
        page, following = await notes(api, following)
        titles.append(page)

    assert titles == pages


async def test_a_token_is_where_a_page_begins(api, noted: str):
    result = await api.get(f"{noted}/notes")
    middle = result[2]["offset"]

    assert (await notes(api, f"{noted}/notes?offset={middle}"))[0] == [1, 0]
    assert (await notes(api, f"{noted}/notes?offset={middle}&direction=prev"))[0] == [4, 3]
    assert (await notes(api, f"{noted}/notes?offset={middle}&order=asc"))[0] == [3, 4]
    for query in ("offset=x", "limit=x", "direction=up", "order=up"):
        assert (await api("GET", f"{noted}/notes?{query}")).status == 422


async def test_every_action_is_logged(api, noted: str):
    logs = await api.get(f"{noted}/logs?order=asc")

    assert [each["log"] for each in logs] == ["Incident created via API"] + ["Added note via API"] * 5
    assert {tuple(each) for each in logs} == {("log", "type", "owner", "createdAt", "offset")}
    assert len({each["offset"] for each in logs}) == 6


async def test_a_listing_is_searched_and_sorted(api, watch):
    for message, priority in (("alpha", "P2"), ("beta", "P1"), ("gamma", "P2")):
        await opened(api, message=message, priority=priority, tags=[message[0]])
        watch.seconds += 1
    await acted(api, "POST", "/v1/incidents/1/close?identifierType=tiny")

    async def listed(query: str) -> list[str]:
        return [each["message"] for each in await api.get(f"/v1/incidents?{query}")]

    assert await listed("") == ["gamma", "beta", "alpha"]
    assert await listed("order=asc&limit=2") == ["alpha", "beta"]
    assert await listed("sort=updatedAt") == ["alpha", "gamma", "beta"]
    assert await listed("sort=tinyId&order=asc&offset=1") == ["beta", "gamma"]
    assert await listed("query=status%3Aopen") == ["gamma", "beta"]
    assert await listed("query=status%3A+open+AND+priority%3DP2") == ["gamma"]
    assert await listed("query=tag%3A%22b%22") == ["beta"]
    assert await listed("query=ALPH") == ["alpha"]
    for query in ("sort=color", "order=up", "limit=x", "offset=19990&limit=20"):
        assert (await api("GET", f"/v1/incidents?{query}")).status == 422


async def test_reading_needs_no_right_to_write(api, sandbox):
    reader = sandbox.add_key(read_only=True)
    incident = await opened(api)

    assert (await api("GET", f"/v1/incidents/{incident['id']}", key=reader)).status == 200
    assert (await api("POST", f"/v1/incidents/{incident['id']}/close", key=reader)).status == 403
