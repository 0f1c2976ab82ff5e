"""`og.incidents`: the requests it makes, and the answers of the documents it reads."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from opsgenie_async import Config, Opsgenie, OutcomeUnknown, Pending, TinyId
from opsgenie_async.models import (
    Incident,
    IncidentLinks,
    IncidentLog,
    IncidentNote,
    IncidentSort,
    PageDirection,
    Priority,
    RequestStatus,
    SortOrder,
    StatusPageEntry,
    TeamRef,
    UserRef,
)
from tests.http.server import Echo, ReceivedRequest
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

Call = Callable[[Opsgenie], Awaitable[object]]

CREATED = datetime(2021, 11, 15, 14, 15, 55, 393000, UTC)
DOCUMENT = {
    "id": "3ecac888",
    "tinyId": "64",
    "message": "test",
    "description": "long",
    "status": "open",
    "isSeen": True,
    "tags": ["db"],
    "createdAt": "2021-11-15T14:15:55.393Z",
    "updatedAt": "2021-11-15T14:15:55.393Z",
    "impactStartDate": "2021-11-15T14:15:55.393Z",
    "impactDetectDate": "2021-11-15T14:15:55.393Z",
    "impactEndDate": "2021-11-15T14:15:55.393Z",
    "source": "127.0.0.1",
    "owner": "ann@corp.example",
    "ownerTeam": "t1",
    "priority": "P2",
    "responders": [{"type": "team", "id": "t1"}, {"type": "user", "id": "u1"}],
    "serviceId": "s1",
    "impactedServices": ["s1", "s2"],
    "actions": [],
    "extraProperties": {"region": "eu"},
    "links": {"api": "https://api/v1/incidents/3ecac888", "web": "https://web/3ecac888"},
    "requestId": "r1",
}
READ = Incident(
    id="3ecac888",
    tiny_id="64",
    message="test",
    description="long",
    status="open",
    is_seen=True,
    tags=["db"],
    created_at=CREATED,
    updated_at=CREATED,
    impact_start_date=CREATED,
    impact_detect_date=CREATED,
    impact_end_date=CREATED,
    source="127.0.0.1",
    owner="ann@corp.example",
    owner_team="t1",
    priority=Priority.P2,
    responders=[TeamRef(id="t1"), UserRef(id="u1")],
    service_id="s1",
    impacted_services=["s1", "s2"],
    extra_properties={"region": "eu"},
    links=IncidentLinks(api="https://api/v1/incidents/3ecac888", web="https://web/3ecac888"),
    request_id="r1",
)


async def test_everything_that_an_incident_is_opened_with():
    answer = await exchange(
        lambda og: og.incidents.create(
            message="down",
            description="d",
            responders=[TeamRef(name="ops"), UserRef(id="u1")],
            tags=["a", "b"],
            details={"k": "v"},
            priority=Priority.P1,
            note="n",
            impacted_services=["s1"],
            status_page_entry=StatusPageEntry(title="t", description="we look"),
            notify_stakeholders=False,
        ),
        result="Request will be processed",
    )

    assert answer.line == "POST /v1/incidents/create"
    assert answer.body == {
        "message": "down",
        "description": "d",
        "responders": [{"type": "team", "name": "ops"}, {"type": "user", "id": "u1"}],
        "tags": ["a", "b"],
        "details": {"k": "v"},
        "priority": "P1",
        "note": "n",
        "impactedServices": ["s1"],
        "statusPageEntry": {"title": "t", "description": "we look"},
        "notifyStakeholders": False,
    }
    assert isinstance(answer.result, Pending)
    assert (answer.result.request_id, answer.result.result) == ("r", "Request will be processed")


@pytest.mark.parametrize(
    ("call", "line", "query", "body"),
    [
        (lambda og: og.incidents.close("i"), "POST /v1/incidents/i/close", {}, {}),
        (lambda og: og.incidents.close("i", note="n"), "POST /v1/incidents/i/close", {}, {"note": "n"}),
        (
            lambda og: og.incidents.resolve(TinyId("64"), note="n"),
            "POST /v1/incidents/64/resolve",
            {"identifierType": "tiny"},
            {"note": "n"},
        ),
        (lambda og: og.incidents.reopen(READ), "POST /v1/incidents/3ecac888/reopen", {}, {}),
        (lambda og: og.incidents.delete("i"), "DELETE /v1/incidents/i", {}, None),
        (lambda og: og.incidents.add_note("i", note="n"), "POST /v1/incidents/i/notes", {}, {"note": "n"}),
        (
            lambda og: og.incidents.add_responder("i", responder=[TeamRef(id="t1")], note="n"),
            "POST /v1/incidents/i/responders",
            {},
            {"responder": [{"type": "team", "id": "t1"}], "note": "n"},
        ),
        (lambda og: og.incidents.add_tags("i", tags=["a"]), "POST /v1/incidents/i/tags", {}, {"tags": ["a"]}),
        (
            lambda og: og.incidents.remove_tags(TinyId("64"), tags=["a", "b c"], note="n"),
            "DELETE /v1/incidents/64/tags",
            {"identifierType": "tiny", "tags": "a,b c", "note": "n"},
            None,
        ),
        (
            lambda og: og.incidents.add_details("i", details={"k": "v"}),
            "POST /v1/incidents/i/details",
            {},
            {"details": {"k": "v"}},
        ),
        (
            lambda og: og.incidents.remove_details("i", keys=["k", "l"]),
            "DELETE /v1/incidents/i/details",
            {"keys": "k,l"},
            None,
        ),
        (
            lambda og: og.incidents.update_priority("i", priority=Priority.P1),
            "PUT /v1/incidents/i/priority",
            {},
            {"priority": "P1"},
        ),
        (
            lambda og: og.incidents.update_message("i", message="m"),
            "POST /v1/incidents/i/message",
            {},
            {"message": "m"},
        ),
        (
            lambda og: og.incidents.update_description("i", description="d"),
            "POST /v1/incidents/i/description",
            {},
            {"description": "d"},
        ),
    ],
)
async def test_writes_are_accepted(call: Call, line: str, query: dict[str, str], body: object):
    answer = await exchange(call, result="Request will be processed")

    assert (answer.line, answer.query, answer.body) == (line, query, body)
    assert isinstance(answer.result, Pending)


async def test_one_incident_is_read_whole():
    answer = await exchange(lambda og: og.incidents.get(TinyId("64")), data=DOCUMENT)

    assert (answer.line, answer.query) == ("GET /v1/incidents/64", {"identifierType": "tiny"})
    assert answer.result == READ


async def test_an_outcome_is_read():
    data = {
        "success": True,
        "action": "Create",
        "processedAt": "2017-05-24T14:24:20.844Z",
        "integrationId": "c9cec2cb",
        "isSuccess": True,
        "status": "Created incident",
        "incidentId": "8743a1b2",
    }
    answer = await exchange(lambda og: og.incidents.get_request_status("r/1"), data=data)

    assert answer.line == "GET /v1/incidents/requests/r%2F1"
    assert isinstance(answer.result, RequestStatus)
    assert (answer.result.succeeded, answer.result.incident_id) == (True, "8743a1b2")


LOG = {"log": "l", "type": "system", "owner": "System", "createdAt": "2021-11-15T14:15:55.393Z", "offset": "17_1"}
NOTE = {"note": "n", "owner": "ann", "createdAt": "2021-11-15T14:15:55.393Z", "offset": 3}


@pytest.mark.parametrize(
    ("listing", "tail", "limit", "data", "result"),
    [
        (
            "list_logs",
            "logs",
            "100",
            [LOG],
            [IncidentLog(log="l", type="system", owner="System", created_at=CREATED, offset="17_1")],
        ),
        ("list_notes", "notes", "100", [NOTE], [IncidentNote(note="n", owner="ann", created_at=CREATED, offset="3")]),
        ("list_responder_alerts", "responder-alert-ids", "25", ["a1", "a2"], ["a1", "a2"]),
        ("list_associated_alerts", "associated-alert-ids", "25", [], []),
    ],
)
async def test_what_belongs_to_an_incident_is_listed(
    listing: str, tail: str, limit: str, data: list[object], result: object
):
    answer = await exchange(lambda og: getattr(og.incidents, listing)("i"), data=data)
    assert (answer.line, answer.query, answer.result) == (f"GET /v1/incidents/i/{tail}", {"limit": limit}, result)

    answer = await exchange(
        lambda og: getattr(og.incidents, listing)(
            TinyId("64"), offset="17_1", direction=PageDirection.PREVIOUS, order=SortOrder.ASC, page_size=2
        ),
        data=[],
    )
    assert answer.query == {
        "identifierType": "tiny",
        "offset": "17_1",
        "direction": "prev",
        "order": "asc",
        "limit": "2",
    }


async def test_a_listing_follows_the_links():
    def answer(request: ReceivedRequest) -> web.Response:
        query = dict(parse_qsl(urlsplit(request.raw_path).query))
        if "offset" not in query:
            link = "https://elsewhere.example/v1/incidents?offset=1&limit=1&query=status%3Aopen"
            return web.json_response({"data": [DOCUMENT], "paging": {"next": link}, "took": 0.1, "requestId": "r"})
        return web.json_response({"data": [{"id": "2"}], "paging": {"first": "x"}, "took": 0.1, "requestId": "r"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        result = await og.incidents.list(query="status:open", sort=IncidentSort.INSERTED_AT, order="desc", page_size=1)

    assert result == [READ, Incident(id="2")]
    assert list(unread_fields(result)) == []
    assert [request.raw_path for request in server.received] == [
        "/v1/incidents?limit=1&query=status%3Aopen&sort=insertedAt&order=desc",
        "/v1/incidents?offset=1&limit=1&query=status%3Aopen",
    ]


@pytest.mark.parametrize(
    ("call", "attempts"),
    [
        (lambda og: og.incidents.resolve("i"), 2),
        (lambda og: og.incidents.update_message("i", message="m"), 2),
        (lambda og: og.incidents.add_responder("i", responder=[TeamRef(id="t1")]), 2),
        (lambda og: og.incidents.resolve("i", note="n"), 1),
        (lambda og: og.incidents.remove_tags("i", tags=["a"], note="n"), 1),
        (lambda og: og.incidents.add_note("i", note="n"), 1),
        (lambda og: og.incidents.create(message="m"), 1),
    ],
)
async def test_what_would_be_done_twice_is_sent_once(call: Call, attempts: int):
    def answer(request: ReceivedRequest) -> web.Response:
        if len(server.received) == 1:
            return web.Response(status=502, text="<html>")
        return web.json_response({"result": "Request will be processed", "took": 0.1, "requestId": "r"}, status=202)

    config = Config(jitter=lambda bound: 0.0)
    async with Echo(answer) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        if attempts == 1:
            with pytest.raises(OutcomeUnknown):
                await call(og)
        else:
            await call(og)
    assert len(server.received) == attempts
