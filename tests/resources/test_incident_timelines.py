"""`og.incident_timelines` and `og.postmortems`: their requests, and the answers of the vendor's pages."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from opsgenie_async import Opsgenie
from opsgenie_async.models import (
    IncidentTimelineActor,
    IncidentTimelineDescription,
    IncidentTimelineEdit,
    IncidentTimelineEntry,
    IncidentTimelineGroup,
    Postmortem,
    PostmortemDocument,
    PostmortemIncident,
    PostmortemLink,
    Priority,
)
from tests.http.server import Echo, ReceivedRequest
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

Call = Callable[[Opsgenie], Awaitable[object]]

ENTRIES = "/v2/incident-timelines/i1/entries"
STORED = {
    "id": "e1",
    "group": "custom",
    "type": "CustomUserEntry",
    "eventTime": "2019-01-30T16:55:00Z",
    "hidden": True,
    "actor": {"name": "API", "type": "integration"},
    "description": {"type": "plain_text", "content": "noticed"},
    "lastEdit": {"editTime": "2019-01-30T17:55:00Z", "actor": {"name": "Ann", "type": "user"}},
}
READ = IncidentTimelineEntry(
    id="e1",
    group=IncidentTimelineGroup.CUSTOM,
    type="CustomUserEntry",
    event_time=datetime(2019, 1, 30, 16, 55, tzinfo=UTC),
    hidden=True,
    actor=IncidentTimelineActor(name="API", type="integration"),
    description=IncidentTimelineDescription(type="plain_text", content="noticed"),
    last_edit=IncidentTimelineEdit(
        edit_time=datetime(2019, 1, 30, 17, 55, tzinfo=UTC), actor=IncidentTimelineActor(name="Ann", type="user")
    ),
)
TEXT = IncidentTimelineDescription(content="noticed")
WHEN = datetime(2019, 1, 30, 18, 55, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("call", "line", "query", "body", "answer", "result"),
    [
        (
            lambda og: og.incident_timelines.add_entry("i1", description=TEXT, time=WHEN),
            f"POST {ENTRIES}",
            {},
            {"description": {"content": "noticed"}, "time": "2019-01-30T18:55:00+02:00"},
            {"data": STORED},
            READ,
        ),
        (
            lambda og: og.incident_timelines.update_entry("i1", READ, description=TEXT),
            f"PUT {ENTRIES}/e1",
            {},
            {"description": {"content": "noticed"}},
            {"data": STORED},
            READ,
        ),
        (
            lambda og: og.incident_timelines.get_entry("i1", "e1", content_type="plain_text"),
            f"GET {ENTRIES}/e1",
            {"contentType": "plain_text"},
            None,
            {"data": STORED},
            READ,
        ),
        (
            lambda og: og.incident_timelines.hide_entry("i1", "e1"),
            f"PATCH {ENTRIES}/e1/hide",
            {},
            None,
            {"data": STORED},
            READ,
        ),
        (
            lambda og: og.incident_timelines.unhide_entry("i1", "e1"),
            f"PATCH {ENTRIES}/e1/unhide",
            {},
            None,
            {"data": {"id": "e1"}},
            IncidentTimelineEntry(id="e1"),
        ),
        (
            lambda og: og.incident_timelines.delete_entry("i1", "e1"),
            f"DELETE {ENTRIES}/e1",
            {},
            None,
            {"result": "Deleted"},
            None,
        ),
        (
            lambda og: og.incident_timelines.list_entries(
                "i1",
                group=[IncidentTimelineGroup.CUSTOM, "incident"],
                discard_hidden=True,
                order="asc",
                offset="o",
                content_type="plain_text",
            ),
            f"GET {ENTRIES}",
            {
                "group": "custom,incident",
                "discardHidden": "true",
                "order": "asc",
                "offset": "o",
                "limit": "20",
                "contentType": "plain_text",
            },
            None,
            {"data": {"entries": [STORED]}},
            [READ],
        ),
    ],
)
async def test_the_operations(
    call: Call, line: str, query: dict[str, str], body: object, answer: dict[str, object], result: object
):
    reply = await exchange(call, **answer)

    assert (reply.line, reply.query, reply.body) == (line, query, body)
    assert reply.result == result


@pytest.mark.parametrize("end", [{}, {"nextOffset": ""}, {"nextOffset": None}])
async def test_a_listing_follows_the_token_in_the_data(end: dict[str, object]):
    def answer(request: ReceivedRequest) -> web.Response:
        page = int(dict(parse_qsl(urlsplit(request.raw_path).query)).get("offset", "0"))
        rest = {"nextOffset": str(page + 1)} if page < 2 else end
        return web.json_response({"data": {"entries": [{"id": str(page)}], **rest}, "took": 0.1, "requestId": "r"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        result = await og.incident_timelines.list_entries("i1")

    assert [entry.id for entry in result] == ["0", "1", "2"]
    assert list(unread_fields(result)) == []
    assert server.received[2].raw_path == f"{ENTRIES}?limit=20&offset=2"


async def test_a_postmortem_is_read():
    moments = ("startTime", "endTime", "respondTime", "resolveTime", "createdAtTime")
    text = {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}
    answer = await exchange(
        lambda og: og.postmortems.get("p1"),
        data={
            "executiveSummary": text,
            "content": text,
            "postmortemId": "p1",
            "title": "Incident - postmortem report",
            "severity": "P1",
            "status": "draft",
            **dict.fromkeys(moments, "2021-02-26T04:13:21.075Z"),
            "rootIncident": {
                "metadataId": "m1",
                "id": "i1",
                "priority": "P1",
                "tinyId": "3",
                "message": "Incident",
                "status": "closed",
                "creationTime": "2021-02-26T04:13:21.075Z",
                "tags": ["a"],
            },
            "owner": {"metadataId": "m2", "id": "u1", "name": "John Doe"},
            "timeline": {"metadataId": "m3", "id": "p_1"},
            "jiraIssues": [],
            "relatedIncidents": [],
            "affectedServices": [{"id": "s1"}],
            "iccSessions": [],
            "responderTeams": [],
            "responders": [],
        },
    )
    at = datetime(2021, 2, 26, 4, 13, 21, 75000, UTC)
    document = PostmortemDocument(content=text["content"])

    assert answer.line == "GET /v2/postmortem/p1"
    assert answer.result == Postmortem(
        postmortem_id="p1",
        title="Incident - postmortem report",
        severity=Priority.P1,
        status="draft",
        start_time=at,
        end_time=at,
        respond_time=at,
        resolve_time=at,
        created_at_time=at,
        executive_summary=document,
        content=document,
        root_incident=PostmortemIncident(
            metadata_id="m1",
            id="i1",
            priority=Priority.P1,
            tiny_id="3",
            message="Incident",
            status="closed",
            creation_time=at,
            tags=["a"],
        ),
        owner=PostmortemLink(metadata_id="m2", id="u1", name="John Doe"),
        timeline=PostmortemLink(metadata_id="m3", id="p_1"),
        affected_services=[PostmortemLink(id="s1")],
    )
    assert isinstance(answer.result, Postmortem)
    assert answer.result.id == "p1"
