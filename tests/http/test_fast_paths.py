"""Each fast path of docs/fast-paths.md ends as the way that it shortens."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web

from opsgenie_async import Config, Opsgenie
from opsgenie_async.errors import OpsgenieError, ProtocolError
from opsgenie_async.http.envelope import read_data, read_envelope
from opsgenie_async.http.request import Request, encode
from opsgenie_async.http.response import Response
from opsgenie_async.throttle import Limit, ThrottleGate
from tests.clocks import FakeClock
from tests.http.server import Echo

BODIES = [
    b"",
    b"  ",
    b"{}",
    b"[]",
    b"{",
    b'{"data": null}',
    b'{"data": [1, 2], "took": 0.1, "requestId": "r"}',
    b'{"data": {"id": "x"}, "paging": {"next": "https://h/v2/alerts?offset=1"}}',
    b'{"message": "no", "code": 40301}',
    b'{"data": null, "errors": {"name": "taken"}}',
]


def outcome(read: object, body: bytes) -> object:
    request = Request(method="GET", path="v2/alerts")
    response = Response(status=200, headers={"X-Request-ID": "r-1"}, body=body, request=request)
    try:
        return read(response)  # type: ignore[operator]
    except ProtocolError as error:
        return str(error), error.status, error.request_id, error.code, error.errors


@pytest.mark.parametrize("body", BODIES)
def test_data_alone_is_that_of_the_envelope(body: bytes):
    assert outcome(read_data, body) == outcome(lambda response: read_envelope(response).data, body)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b'{"data": 1}'),
        (200, b"x" * 1001),
        (204, b""),
        (404, b'{"message": "the key is no-such"}'),
        (500, b"y" * 2000),
    ],
)
async def test_a_body_that_has_arrived_is_the_one_that_is_awaited(status: int, body: bytes):
    request, outcomes = Request(method="GET", path="v2/alerts"), []
    async with Echo(lambda _: web.Response(status=status, body=body)) as server, aiohttp.ClientSession() as session:
        for choice in (None, session):  # only the client's own session takes what has arrived without waiting
            async with Opsgenie("no-such", base_url=server.url, session=choice, config=Config(max_body=1000)) as og:
                answer = await session.get(server.url)
                await answer.content.wait_eof()
                outcome = await og._transport._pool._read(request, answer)
                outcomes.append((outcome.status, outcome.body) if isinstance(outcome, Response) else outcome)
                answer.release()

    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("status", [200, 204, 404])
async def test_a_call_without_a_body_ends_as_one_with_a_body(status: int):
    outcomes = []
    async with (
        Echo(lambda _: web.json_response({"data": {"id": "x"}, "requestId": "r"}, status=status)) as server,
        Opsgenie("key", base_url=server.url) as og,
    ):
        for json in (None, {"name": "x"}) * 2:
            try:
                envelope = await og.request("DELETE", "v2/teams/x", json=json)
                outcomes.append((envelope.status, envelope.data, envelope.request_id))
            except OpsgenieError as error:
                outcomes.append((type(error), str(error)))

        assert outcomes == outcomes[:1] * 4
        assert server.connections == 1


@pytest.mark.parametrize("query", [(), (("limit", "100"),), (("query", "a b+c/&=%"), ("query", "ü"))])
def test_a_kept_query_is_the_one_that_is_encoded(query: tuple[tuple[str, str], ...]):
    assert encode(query) == encode(query) == encode.__wrapped__(query)


async def test_a_bare_list_sends_what_is_built_from_its_arguments():
    async with Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        for resource in (og.alerts, og.teams, og.users, og.escalations):
            operation = type(resource).list.operation  # type: ignore[attr-defined]
            operation.bare.clear()
            built = resource.list()._first  # type: ignore[attr-defined]
            assert resource.list()._first is built  # type: ignore[attr-defined]
            operation.bare.clear()
            assert resource.list()._first == built  # type: ignore[attr-defined]


async def test_a_domain_that_only_counts_admits_what_one_with_room_admits():
    clock = FakeClock()
    counting, queueing = ThrottleGate(clock), ThrottleGate(clock, {"alert": [Limit(10**6, 1.0)]})
    for accepted in (True, None, True):
        tickets = [await gate.acquire("alert") for gate in (counting, queueing)]
        assert [(ticket.waited, ticket.probe, ticket.epoch) for ticket in tickets] == [(0.0, False, 0)] * 2
        for gate, ticket in zip((counting, queueing), tickets, strict=True):
            gate.feedback(ticket, accepted=accepted)
    windows = [gate._queues["alert"].limiter.window for gate in (counting, queueing)]
    assert [(window.used, window.size) for window in windows] == [(0, 22)] * 2
