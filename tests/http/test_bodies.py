"""How much of a body is read, and what becomes of one that does not end."""

import asyncio
import gzip
import tracemalloc

import aiohttp
import pytest
from aiohttp import web
from packaging.version import Version

from opsgenie_async import (
    BadRequest,
    Config,
    NotFound,
    Opsgenie,
    OpsgenieError,
    ProtocolError,
    ServerError,
    Throttled,
    TransportError,
)
from opsgenie_async.sandbox import Fault, Sandbox
from tests.clocks import FakeClock
from tests.http.server import Echo, ReceivedRequest, envelope
from tests.waiting import LIMIT


async def chunked(
    request: web.BaseRequest | None, pieces: int, *, status: int = 200, **headers: str
) -> web.StreamResponse:
    assert request is not None
    response = web.StreamResponse(status=status, headers=headers)
    response.enable_chunked_encoding()
    await response.prepare(request)
    try:
        for _ in range(pieces):
            await response.write(b"x" * 2**16)
        await response.write_eof()
    except ConnectionError:
        pass
    return response


@pytest.mark.parametrize("size", [1000, 1001])
@pytest.mark.parametrize("form", ["plain", "chunked", "gzip"])
async def test_a_body_is_read_up_to_its_bound(size: int, form: str):
    text = b'{"data": "' + b"x" * (size - 12) + b'"}'

    def answer(request: ReceivedRequest) -> web.Response:
        if form == "gzip":
            return web.Response(body=gzip.compress(text), headers={"Content-Encoding": "gzip"})
        response = web.Response(body=text)
        if form == "chunked":
            response.enable_chunked_encoding()
        return response

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url, config=Config(max_body=1000)) as og:
        if size > 1000:
            with pytest.raises(ProtocolError, match="larger than 1000 bytes") as caught:
                await og.request("GET", "/v2/x")
            assert (caught.value.status, caught.value.attempts, caught.value.call) == (200, 1, "GET v2/x")
        else:
            assert (await og.request("GET", "/v2/x")).data == "x" * 988


async def test_an_endless_body_is_left():
    async def endless(request: ReceivedRequest) -> web.StreamResponse:
        return await chunked(server.request, 10**9)

    config = Config(max_body=2**20, pool_size=1)
    async with Echo(endless) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        with pytest.raises(ProtocolError, match="larger"):
            await og.request("GET", "/v2/x")
        server.answer = lambda request: envelope(data=1)
        assert (await og.request("GET", "/v2/x")).data == 1


async def test_a_body_that_stops_half_way_leaves_no_pool_of_one_taken(clock: FakeClock):
    async def half(request: ReceivedRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(server.request)
        await response.write(b'{"data": ')
        await clock.advance(20)
        await asyncio.Event().wait()
        return response

    config = Config(pool_size=1, max_attempts=1, read_timeout=60, total_timeout=20, clock=clock)
    async with asyncio.timeout(LIMIT), Echo(half) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        with pytest.raises(TransportError) as caught:
            await og.request("GET", "/v2/x")
        server.answer = lambda request: envelope(data=1)
        assert (await og.request("GET", "/v2/x")).data == 1
        assert caught.value.__traceback__ is not None  # who keeps the error keeps the frames that had the answer


@pytest.mark.skipif(
    Version(aiohttp.__version__) < Version("3.14.1"), reason="this aiohttp unpacks a compressed piece as a whole"
)
async def test_a_bomb_does_not_go_off():
    bomb = await asyncio.to_thread(gzip.compress, bytes(2**28))

    def answer(request: ReceivedRequest) -> web.Response:
        return web.Response(status=status, body=bomb, headers={"Content-Encoding": "gzip"})

    config = Config(max_body=2**20, pool_size=1, max_attempts=1)
    async with Echo(answer) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        for status, kind in ((200, ProtocolError), (400, BadRequest), (500, ServerError)):
            tracemalloc.start()
            try:
                with pytest.raises(kind) as caught:
                    await og.request("GET", "/v2/x")
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert caught.value.status == status
            assert len(str(caught.value)) < 500
            assert peak < 2**25


@pytest.mark.parametrize("body", ["api", "html", "chunked"])
@pytest.mark.parametrize("status", [404, 500, 503])
async def test_a_huge_refusal_blocks_no_pool_of_one(sandbox: Sandbox, body: str, status: int):
    config = Config(pool_size=1, max_attempts=2, jitter=lambda bound: 0.0)
    size = 10 * 2**20
    fault = Fault(status=status, size=size, html=body == "html")

    async def answer(request: ReceivedRequest) -> web.StreamResponse:
        return await chunked(server.request, size // 2**16, status=status)

    async with Echo(answer) as server:
        url = server.url if body == "chunked" else sandbox.url
        sandbox.faults.add(fault)
        async with asyncio.timeout(LIMIT), Opsgenie(sandbox.api_key, base_url=url, config=config) as og:
            with pytest.raises(OpsgenieError) as caught:
                await og.request("GET", "/v2/teams")
            assert (caught.value.status, caught.value.attempts) == (status, 1 if status == 404 else 2)
            assert len(str(caught.value)) < 500
            sandbox.faults.clear()
            server.answer = lambda request: envelope()
            await asyncio.gather(*(og.request("GET", "/v2/teams") for _ in range(3)))


async def test_headers_may_be_spelled_as_they_like():
    headers = {"x-request-id": "r-1", "X-OPSGENIE-ERRORTYPE": "Word", "X-RATELIMIT-period-in-sec": "60"}
    server = Echo(lambda request: web.Response(status=429, headers=headers))
    async with server, Opsgenie("key", base_url=server.url, config=Config(max_attempts=1)) as og:
        with pytest.raises(Throttled) as caught:
            await og.request("GET", "/v2/x")

    error = caught.value
    assert (error.request_id, error.error_type, error.retry_after) == ("r-1", "Word", 60)


async def test_a_refusal_that_breaks_off_keeps_its_status(og: Opsgenie, sandbox: Sandbox):
    sandbox.faults.add(Fault(status=404, size=5000, truncate=True))

    with pytest.raises(NotFound):
        await og.teams.list()
