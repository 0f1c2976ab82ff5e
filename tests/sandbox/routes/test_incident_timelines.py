"""Timelines of incidents, and postmortems."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from opsgenie_async.sandbox import Sandbox
from tests.sandbox.conftest import Api


@pytest.fixture
async def entries(api) -> str:
    accepted = await api("POST", "/v1/incidents/create", {"message": "down"})
    status = await api.get(f"/v1/incidents/requests/{accepted.json['requestId']}")
    return f"/v2/incident-timelines/{status['incidentId']}/entries"


async def test_an_entry_from_its_addition_to_its_deletion(api, entries: str, watch):
    added = await api("POST", entries, {"time": "2019-01-30T17:55+01:00", "description": {"content": "rang"}})

    assert (added.status, added.json["result"]) == (201, "Created")
    entry = added.data
    assert (entry["group"], entry["type"], entry["hidden"]) == ("custom", "CustomUserEntry", False)
    assert (entry["eventTime"], entry["description"]) == (
        "2019-01-30T16:55:00Z",
        {"type": "plain_text", "content": "rang"},
    )
    one = f"{entries}/{entry['id']}"
    assert await api.get(one) == entry

    changed = await api("PUT", one, {"description": {"content": "rang twice", "type": "plain_text"}})
    assert changed.data["description"]["content"] == "rang twice"
    assert changed.data["eventTime"] == entry["eventTime"]
    assert changed.data["lastEdit"]["editTime"] == "2026-01-01T00:16:40Z"
    assert (await api("PATCH", f"{one}/hide")).data["hidden"] is True
    assert (await api.get(one))["hidden"] is True
    assert (await api("PATCH", f"{one}/unhide")).data["hidden"] is False
    assert (await api("DELETE", one)).json["result"] == "Deleted"
    assert (await api("GET", one)).status == 404


async def test_entries_come_in_pages_with_the_next_offset_among_the_data(api, entries: str):
    for day in range(1, 6):
        added = await api("POST", entries, {"time": f"2019-01-0{day}T00:00Z", "description": {"content": str(day)}})
    await api("PATCH", f"{entries}/{added.data['id']}/hide")

    async def listed(query: str) -> tuple[str, str | None]:
        page = await api.get(f"{entries}?{query}")
        return "".join(each["description"]["content"] for each in page["entries"]), page.get("nextOffset")

    assert await listed("limit=2") == ("54", "2")
    assert await listed("limit=2&offset=2") == ("32", "4")
    assert await listed("limit=2&offset=4") == ("1", None)
    assert await listed("order=asc&discardHidden=true") == ("1234", None)
    assert await listed("group=custom,incident") == ("54321", None)
    assert await listed("group=incident") == ("", None)
    for query in ("limit=0", "order=up", "offset=-1"):
        assert (await api("GET", f"{entries}?{query}")).status == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "description"),
        ({"description": "text"}, "description"),
        ({"description": {}}, "description#content"),
        ({"description": {"content": "x", "type": "html"}}, "description#type"),
        ({"description": {"content": "x"}, "time": "yesterday"}, "time"),
    ],
)
async def test_an_entry_that_makes_no_sense_is_refused(api, entries: str, body: Any, field: str):
    reply = await api("POST", entries, body)

    assert (reply.status, list(reply.json["errors"])) == (422, [field])


async def test_there_is_no_timeline_without_an_incident(api):
    assert (await api("GET", "/v2/incident-timelines/missing/entries")).status == 404
    assert (
        await api("POST", "/v2/incident-timelines/missing/entries", {"description": {"content": "x"}})
    ).status == 404


async def test_a_postmortem_is_read_with_the_right_to_read(session: aiohttp.ClientSession):
    async with Sandbox(teams=1, seed=2) as sandbox:
        api = Api(sandbox, session)
        (id,) = sandbox.account.postmortems
        key = sandbox.add_key(read_only=True, configuration_access=False)

        reply = await api("GET", f"/v2/postmortem/{id}", key=key)

        assert (reply.status, reply.data["postmortemId"]) == (200, id)
        incident = await api.get(f"/v1/incidents/{reply.data['rootIncident']['id']}")
        assert reply.data["title"] == f"{incident['message']} - postmortem report"
        assert (await api("GET", "/v2/postmortem/missing")).status == 404
