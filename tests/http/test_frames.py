"""Nothing that shows the variables of an error's frames shows the key: Sentry, rich, a debugger, a crash report."""

import asyncio
import ssl
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web

from opsgenie_async import Config, Opsgenie, OpsgenieError
from opsgenie_async.dx import DX
from tests.http.server import Echo, ReceivedRequest, envelope
from tests.waiting import until

KEY = 'eb24/592-faa2"4ba2-a551-1afdf565c889'
PASSWORD = "h#nter2@proxy"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def variables(error: BaseException) -> list[str]:
    """What stands in the frames of *error* and of all errors behind it, but for those of the tests themselves."""
    request: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    output = []
    while queue:
        each = queue.pop()
        if each is None or each in request:
            continue
        request.append(each)
        queue += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            queue += each.exceptions
        output += [str(each), repr(each), repr(vars(each))]
        for frame, _ in traceback.walk_tb(each.__traceback__):
            if "/tests/" not in frame.f_code.co_filename:
                output += [f"{frame.f_code.co_qualname}: {name} = {value!r}" for name, value in frame.f_locals.items()]
    return output


def check(error: BaseException) -> None:
    pieces = {KEY[:12], KEY[-12:], quote(KEY, safe="")[:12], quote(KEY, safe="")[-12:], PASSWORD, quote(PASSWORD)}
    for line in variables(error):
        assert not any(piece in line for piece in pieces), line[:500]


CALLS: dict[str, Callable[[Opsgenie, DX], Awaitable[object]]] = {
    "get": lambda og, dx: og.request("GET", "/v2/teams"),
    "post": lambda og, dx: og.request("POST", "/v2/alerts", json={"message": "m"}),
    "list": lambda og, dx: og.teams.list()._collect(),
    "typed": lambda og, dx: og.teams.create(name="n"),
    "upload": lambda og, dx: og.alerts.add_attachment("a", file=b"x" * 9, file_name="a"),
    "v1 query": lambda og, dx: og.legacy.schedules.get("id"),
    "v1 body": lambda og, dx: og.legacy.schedules.create(name="ops"),
    "dx": lambda og, dx: dx.incidents.upsert(reference_id="r", started_at=NOW),
}


async def end(call: Awaitable[object], *, cancel: Awaitable[object] | None = None) -> BaseException | None:
    """How *call* ends; it is cancelled when *cancel* is over."""
    task = asyncio.ensure_future(call)
    if cancel is not None:
        await cancel
        task.cancel()
    try:
        await task
    except (OpsgenieError, asyncio.CancelledError, TimeoutError) as error:
        return error
    return None


def another(server: Echo) -> Awaitable[None]:
    """Wait for one more request of *server*."""
    before = len(server.received)
    return until(lambda: len(server.received) > before)


async def fail(request: ReceivedRequest, kind: str, server: Echo) -> web.StreamResponse:
    assert server.request is not None
    transport = server.request.transport
    assert transport is not None
    if kind == "reset":
        transport.abort()
    elif kind == "not http":
        transport.write(f"{KEY} is no status line\r\n\r\n".encode())  # type: ignore[attr-defined]
    elif kind == "long header":
        transport.write(b"HTTP/1.1 200 OK\r\nX-Echo: " + (KEY * 600).encode() + b"\r\n\r\n")  # type: ignore[attr-defined]
    elif kind == "truncated":
        response = web.StreamResponse()
        response.content_length = 10_000
        await response.prepare(server.request)
        await response.write(KEY.encode())
        transport.close()
        return response
    elif kind == "large":
        return web.Response(text=KEY * 100)
    elif kind == "unreadable":
        return web.Response(text="x" * 50 + KEY, headers={"X-Request-ID": KEY})
    elif kind == "list":
        return web.json_response([KEY], headers={"X-Request-ID": KEY})
    elif kind == "other shape":
        return web.json_response({"data": [KEY, {KEY: KEY}], "requestId": KEY}, headers={"X-Request-ID": KEY})
    elif kind.isdigit():
        body = {"message": f"no {KEY}", "errors": {KEY: KEY}, "code": KEY, "requestId": KEY}
        return web.json_response(body, status=int(kind), headers={"X-Request-ID": KEY, "X-Opsgenie-Errortype": KEY})
    else:
        await asyncio.Event().wait()
    return web.Response()


FAILURES = [
    *("reset", "not http", "long header", "truncated", "large", "unreadable", "list", "other shape", "302", "400"),
    *(
        "401",
        "403",
        "404",
        "409",
        "422",
        "429",
        "500",
        "501",
        "503",
        "timeout",
        "deadline",
        "cancelled",
        "closed",
        "theirs",
    ),
]


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("own", [True, False], ids=["own session", "caller's session"])
async def test_no_frame_of_an_error_holds_the_key(kind: str, own: bool):
    settings: dict[str, object] = {"max_attempts": 2, "jitter": lambda bound: 0.0, "max_wait": 0, "max_body": 2000}
    settings |= {"timeout": {"read_timeout": 0.02}, "deadline": {"total_timeout": 0.03}}.get(kind, {})
    ended = []
    async with Echo(lambda request: fail(request, kind, server)) as server, aiohttp.ClientSession() as session:
        for call in CALLS.values():
            config = Config(**settings)  # type: ignore[arg-type]
            value = None if own else session
            og = Opsgenie(KEY, base_url=server.url, config=config, session=value)
            dx = DX(KEY, base_url=server.url, config=config, session=value)
            if kind == "theirs":
                error = await end(asyncio.wait_for(call(og, dx), 0.03))
            elif kind == "closed":
                task = asyncio.ensure_future(end(call(og, dx)))
                await another(server)
                await og.close()
                await dx.close()
                error = await task
            else:
                error = await end(call(og, dx), cancel=another(server) if kind == "cancelled" else None)
            await og.close()
            await dx.close()
            if error is not None:
                check(error)
                ended.append(error)

    assert len(ended) >= (5 if kind == "other shape" else 8)


@pytest.mark.parametrize("kind", ["refused", "tls", "407", "proxy refused"])
async def test_nor_those_of_a_connection_that_failed(kind: str, unused_tcp_port: int):
    async with Echo(lambda request: web.Response(status=407)) as server:
        where = f"127.0.0.1:{unused_tcp_port}" if "refused" in kind else server.url.removeprefix("http://")
        proxied = "proxy" in kind or kind == "407"
        config = Config(
            max_attempts=1,
            proxy=f"http://user:{PASSWORD}@{where}" if proxied else None,
            ssl=ssl.create_default_context(),
        )
        address = "https://og.invalid" if proxied else f"{'https' if kind == 'tls' else 'http'}://{where}"
        for call in CALLS.values():
            async with (
                Opsgenie(KEY, base_url=address, config=config) as og,
                DX(KEY, base_url=address, config=config) as dx,
            ):
                error = await end(call(og, dx))
                assert error is not None
                check(error)


async def test_an_upload_that_is_cancelled_while_it_is_sent(tmp_path: Path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * 2**19)

    async def swallow(request: ReceivedRequest) -> web.Response:
        await asyncio.Event().wait()
        return envelope()

    async with Echo(swallow) as server, Opsgenie(KEY, base_url=server.url) as og:
        for cancel in (asyncio.sleep(0), until(lambda: server.connections), another(server)):
            error = await end(og.alerts.add_attachment("a", file=path), cancel=cancel)
            assert isinstance(error, asyncio.CancelledError)
            check(error)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Opsgenie(KEY, region=KEY),
        lambda: Opsgenie("key", region=KEY),
        lambda: Opsgenie(KEY, base_url=KEY),
        lambda: Opsgenie(KEY, base_url=f"https://{quote(KEY, safe='')}@host"),
        lambda: Opsgenie(KEY + "\x00"),
        lambda: DX(KEY, instance=KEY + "."),
        lambda: DX("token", instance=KEY + "."),
        lambda: DX(KEY),
        lambda: DX(KEY + "\x00", instance="acme"),
        lambda: DX(KEY, base_url=KEY),
    ],
)
def test_nor_those_of_a_client_that_cannot_be_made(make: Callable[[], object], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPSGENIE_API_KEY", KEY)
    with pytest.raises(ValueError) as caught:
        make()
    check(caught.value)
