"""The key goes to the server and nowhere else, whatever a server, a gateway or a broken line does with it."""

import asyncio
import html
import json
import linecache
import logging
import pickle
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web

from opsgenie_async import Alias, ArgumentTypeError, Config, Name, Opsgenie, OpsgenieError
from opsgenie_async.dx import DX
from opsgenie_async.events import Event, log_event
from opsgenie_async.sandbox import Sandbox
from tests.http.server import Echo, ReceivedRequest, envelope

PLAIN_KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"
ODD_KEY = 'we!rd/k+y"=%41 & <b>~end-of-it'
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def forms(key: str) -> set[str]:
    """The key as it may be spelled, and every long piece of it, for texts that were cut."""
    whole = {key, quote(key, safe=""), quote(key), json.dumps(key)[1:-1], html.escape(key)}
    return {form[start : start + 16] for form in whole for start in (0, len(form) - 16)}


class Watch:
    """Looks at everything that somebody could print or store."""

    def __init__(self, key: str, caplog: pytest.LogCaptureFixture) -> None:
        self.key = key
        self.caplog = caplog
        self.events: list[Event] = []
        self.errors: list[BaseException] = []

    def record(self, event: Event) -> None:
        self.events.append(event)
        log_event(event)

    def config(self, **more: object) -> Config:
        settings = {"hooks": (self.record,), "jitter": lambda bound: 0.0, "max_attempts": 2, **more}
        return Config(**settings)  # type: ignore[arg-type]

    def texts(self) -> Iterator[str]:
        for record in self.caplog.records:
            yield record.getMessage()
            yield repr(record.args)
            if record.exc_info:
                yield "".join(traceback.format_exception(*record.exc_info))
        for event in self.events:
            yield repr(event)
        for error in self.errors:
            yield "".join(traceback.format_exception(error))
            yield from text_of(error)

    def check(self) -> None:
        for text in self.texts():
            for form in forms(self.key):
                assert form not in text, text[:2000]


def text_of(error: BaseException) -> Iterator[str]:
    """What an exception and all those it came from say of themselves."""
    visited: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        each = queue.pop()
        if each is None or each in visited:
            continue
        visited.append(each)
        queue += [each.__cause__, None if each.__suppress_context__ else each.__context__]
        yield from (str(each), repr(each), repr(each.args), repr(vars(each)))
        if isinstance(each, OpsgenieError):
            yield pickle.dumps(each, protocol=0).decode("latin-1")
            yield repr(vars(pickle.loads(pickle.dumps(each))))


@pytest.fixture(params=[PLAIN_KEY, ODD_KEY], ids=["plain", "odd"])
async def watch(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Watch]:
    caplog.set_level(logging.DEBUG)
    for name in ("asyncio", "aiohttp", "aiohttp.client", "aiohttp.internal", "aiohttp.server", "opsgenie_async"):
        caplog.set_level(logging.DEBUG, name)
    # A debugging loop has the stack of every callback; whether a source file has changed is half of what that takes.
    monkeypatch.setattr(linecache, "checkcache", lambda filename=None: None)
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0
    try:
        yield Watch(request.param, caplog)
    finally:
        loop.set_debug(False)


Reply = Callable[[str], web.Response]


def refusal(status: int, **headers: str) -> Reply:
    """An answer in the API's own words, with the key in all of them."""

    def reply(key: str) -> web.Response:
        body = {
            "message": f"{'x' * 180}{key} is no key",
            "code": f"code {key}",
            "errors": {f"apiKey {key}": f"is {key}", "link": f"https://h/?apiKey={quote(key, safe='')}"},
            "requestId": f"request {key}",
            "error": f"error {key}",
            "took": 0.1,
        }
        echoed = {"X-Request-ID": key, "X-Opsgenie-Errortype": key, "X-RateLimit-Reason": key}
        return web.json_response(body, status=status, headers={**echoed, **headers})

    return reply


def page(status: int, before: int = 0) -> Reply:
    """A gateway's page that shows the request; *before* it so many letters that an excerpt ends within the key."""

    def reply(key: str) -> web.Response:
        text = f"<html><body>{'x' * before} Authorization: GenieKey {html.escape(key)} rejected</body></html>"
        return web.Response(status=status, text=text, content_type="text/html", headers={"X-Request-ID": key})

    return reply


REPLIES: dict[str, Reply] = {
    **{f"refusal {status}": refusal(status) for status in (400, 401, 403, 404, 409, 422, 500, 503)},
    "refusal 429": refusal(429, **{"Retry-After": "999"}),
    **{f"page {status}, {before}": page(status, before) for status in (401, 502, 503) for before in (0, 150, 170)},
    "page 200": page(200, 0),
    "page 200, cut": page(200, 28),
    "entities": lambda key: web.Response(status=404, text="<p>" + "".join(f"&#{ord(letter)};" for letter in key)),
    "plain 500": lambda key: web.Response(status=500, text="x" * 190 + key),
    "redirect": lambda key: web.Response(status=302, headers={"Location": f"https://h/?apiKey={quote(key)}"}),
    "wrong shape": lambda key: web.json_response({"data": key, "requestId": key}),
    "no object": lambda key: web.json_response([key]),
    "links": lambda key: envelope(
        data=[],
        requestId=key,
        paging={
            "next": f"https://{quote(key, safe='')}@h/v2/x?apiKey={quote(key, safe='')}&echo={quote(key, safe='')}"
        },
    ),
    "failed later": lambda key: envelope(data={"isSuccess": False, "status": f"the key {key} may not"}, requestId="r"),
    "dx": lambda key: web.json_response({"ok": False, "error": f"no {key}", "message": f"the token {key} is bad"}),
}


async def everything(og: Opsgenie, dx: DX, watch: Watch) -> None:
    """One call of each kind; what they raise is kept."""
    things: list[object] = [og, dx, og.legacy, og.teams, og.alerts.list(), og._transport, og._transport.config]

    async def follow() -> object:
        pending = await og.alerts.create(message="m", alias="a")
        things.append(pending)
        return await pending.wait(timeout=1)

    calls = (
        lambda: og.request("GET", "/v2/account"),
        lambda: og.request("POST", "/v2/teams", json={"name": "n"}),
        lambda: og.alerts.list()._collect(),
        lambda: og.team_routing_rules.get(Name("ops"), "rule"),
        lambda: og.schedule_overrides.delete("schedule", Alias("night")),
        follow,
        lambda: og.legacy.schedules.get(Name("ops")),
        lambda: og.legacy.schedules.create(name="ops"),
        lambda: og.legacy.schedules.update("id", name="ops"),
        lambda: og.legacy.schedules.delete("id"),
        lambda: og.legacy.schedules.export(Name("ops")),
        lambda: og.legacy.schedules.list()._collect(),
        lambda: dx.incidents.upsert(reference_id="r", started_at=NOW),
    )
    for call in calls:
        try:
            things.append(await call())
        except OpsgenieError as error:
            watch.errors.append(error)
    for thing in things:
        output = repr(thing)
        if not output.startswith("Envelope"):
            assert not any(form in output for form in forms(watch.key)), output


def clients(url: str, watch: Watch, **more: object) -> tuple[Opsgenie, DX]:
    config = watch.config(**more)
    return Opsgenie(watch.key, base_url=url, config=config), DX(watch.key, base_url=url, config=config)


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
async def test_a_server_that_echoes_the_key_is_not_echoed(watch: Watch, reply: Reply):
    async with Echo(lambda request: reply(watch.key)) as server:
        og, dx = clients(server.url, watch)
        async with og, dx:
            await everything(og, dx, watch)

    assert len(server.received) >= (4 if reply is REPLIES["refusal 429"] else 13)
    assert all(
        watch.key in repr(request) or quote(watch.key, safe="") in repr(request) or watch.key == ODD_KEY
        for request in server.received
    )
    assert len(watch.errors) >= 3
    watch.check()


@pytest.mark.parametrize(
    "failure", ["refused", "reset", "truncated", "timeout", "connect timeout", "deadline", "too large", "not http"]
)
async def test_no_broken_line_tells_the_key(
    watch: Watch, failure: str, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
):
    async def answer(request: ReceivedRequest) -> web.StreamResponse:
        assert server.request is not None
        transport = server.request.transport
        assert transport is not None
        if failure == "reset":
            transport.abort()
        elif failure == "not http":
            transport.write(f"{watch.key} is no status line\r\n\r\n".encode())  # type: ignore[attr-defined]
        elif failure == "truncated":
            response = web.StreamResponse()
            response.content_length = 10_000
            await response.prepare(server.request)
            await response.write(watch.key.encode())
            transport.close()
            return response
        elif failure == "too large":
            return web.Response(text=watch.key * 100)
        else:
            await asyncio.Event().wait()
        return web.Response()

    if failure == "connect timeout":

        async def connect(*_: object, **__: object) -> None:
            raise TimeoutError

        monkeypatch.setattr(aiohttp.TCPConnector, "connect", connect)
    more = {"timeout": {"read_timeout": 0.02}, "deadline": {"total_timeout": 0.02}, "too large": {"max_body": 1000}}
    async with Echo(answer) as server:
        url = f"http://127.0.0.1:{unused_tcp_port}" if failure == "refused" else server.url
        og, dx = clients(url, watch, **more.get(failure, {}))
        async with og, dx:
            await everything(og, dx, watch)

    assert len(watch.errors) == 13
    assert any("Connection timeout to host" in str(error) for error in watch.errors) is (failure == "connect timeout")
    watch.check()


async def test_the_key_is_where_it_belongs():
    """The checks above would pass if it were never sent."""
    server = Echo(lambda request: envelope(data=[], schedules=[], ok=True))
    async with server, Opsgenie(ODD_KEY, base_url=server.url) as og, DX(ODD_KEY, base_url=server.url) as dx:
        await og.teams.list()
        await og.legacy.schedules.list()
        await og.legacy.schedules.create(name="x")
        await dx.incidents.upsert(reference_id="r", started_at=NOW)

    by_header, by_query, by_body, by_token = server.received
    assert by_header.headers["Authorization"] == f"GenieKey {ODD_KEY}"
    assert by_query.raw_path == f"/v1/json/schedule?apiKey={quote(ODD_KEY, safe='')}"
    assert json.loads(by_body.body) == {"name": "x", "apiKey": ODD_KEY}
    assert by_token.headers["Authorization"] == f"Bearer {ODD_KEY}"
    assert all("Authorization" not in request.headers for request in (by_query, by_body))
    assert all("apiKey" not in request.raw_path for request in (by_header, by_body, by_token))


async def test_a_link_leads_back_without_the_key_in_it(watch: Watch):
    def answer(request: ReceivedRequest) -> web.Response:
        if "offset" in request.raw_path:
            return web.json_response({"message": "gone"}, status=410)
        link = f"https://other.example/v2/alerts?offset=1&apiKey={quote(watch.key, safe='')}"
        return envelope(data=[], paging={"next": link})

    async with Echo(answer) as server, Opsgenie(watch.key, base_url=server.url, config=watch.config()) as og:
        with pytest.raises(OpsgenieError) as caught:
            await og.alerts.list()

    watch.errors.append(caught.value)
    assert server.received[1].raw_path == "/v2/alerts?offset=1"
    watch.check()


async def test_a_hook_that_fails_tells_no_key(watch: Watch):
    def broken(event: Event) -> None:
        raise RuntimeError(f"cannot digest {event}")

    async with Echo(lambda request: refusal(404)(watch.key)) as server:
        config = Config(hooks=(broken,), max_attempts=1)
        async with Opsgenie(watch.key, base_url=server.url, config=config) as og:
            with pytest.raises(OpsgenieError) as caught:
                await og.legacy.schedules.get("x")

    watch.errors.append(caught.value)
    assert "a hook failed" in watch.caplog.text
    watch.check()


async def test_a_v1_body_that_is_no_object_is_refused_before_it_is_sent(og: Opsgenie, sandbox: Sandbox):
    with pytest.raises(ArgumentTypeError, match="json: expected an object"):
        await og.request("POST", "/v1/json/schedule", json=[{"name": "night"}])
    assert sandbox.requests == 0
