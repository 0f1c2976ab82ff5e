"""Client and background tasks start before the application and stop after it, whatever it knows of lifespans."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager

import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.lifespan.on import LifespanOn

from opsgenie_async import Config, Opsgenie
from opsgenie_async.web.asgi import ASGIPlugin
from tests.waiting import until

PING = "/v2/heartbeats/shop/ping"


def count_pings(sandbox) -> int:
    return sum(received.path == PING for received in sandbox.received)


@pytest.fixture
def environment(sandbox, monkeypatch):
    monkeypatch.setenv("OPSGENIE_API_KEY", sandbox.api_key)
    monkeypatch.setenv("OPSGENIE_BASE_URL", sandbox.url)


async def plain(scope, receive, send):
    await PlainTextResponse("fine")(scope, receive, send)


async def refusing(scope, receive, send):
    assert scope["type"] == "http"
    await plain(scope, receive, send)


async def returning(scope, receive, send):
    if scope["type"] == "http":
        await plain(scope, receive, send)


async def blind(scope, receive, send):
    """It does not look at what it is asked."""
    await receive()
    await plain(scope, receive, send)


async def hasty(scope, receive, send):
    """It does not stay for the shutdown."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
    else:
        await plain(scope, receive, send)


async def silent(scope, receive, send):
    """It does not say that its shutdown is complete."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
    else:
        await plain(scope, receive, send)


@pytest.mark.parametrize("app", [refusing, returning, blind, hasty, silent], ids=lambda app: app.__name__)
@pytest.mark.parametrize("lifespan", ["auto", "on"])
async def test_an_application_without_a_whole_lifespan_has_one(sandbox, serve_asgi, environment, app, lifespan):
    opsgenie = ASGIPlugin()
    beats = opsgenie.heartbeat("shop", every=60)
    client = await serve_asgi(opsgenie.wrap(app), lifespan=lifespan)
    assert (await client.get("/")).text == "fine"
    og = opsgenie.client
    await until(lambda: beats.delivered)

    await client.stop()

    assert not client.server.lifespan.error_occurred
    assert (count_pings(sandbox), beats.failed) == (1, 0)
    with pytest.raises(RuntimeError, match="closed"):
        await og.account.get()


@pytest.mark.parametrize("mount", ["middleware", "around"])
@pytest.mark.parametrize("framework", [Starlette, FastAPI])
async def test_the_applications_own_lifespan_has_an_open_client(sandbox, serve_asgi, environment, framework, mount):
    opsgenie, events = ASGIPlugin(Config(max_attempts=1)), []

    @asynccontextmanager
    async def lifespan(app):
        events.append(len(await opsgenie.client.teams.list()))
        yield {"mine": 1}
        events.append(len(await opsgenie.client.teams.list()))

    async def teams(request: Request):
        state = request.state
        return PlainTextResponse(f"{state.mine} {len(await state.opsgenie.teams.list())}")

    app = framework(lifespan=lifespan, routes=[Route("/teams", teams)])
    if mount == "middleware":
        app.add_middleware(opsgenie.wrap)
    client = await serve_asgi(app if mount == "middleware" else opsgenie.wrap(app))

    assert (await client.get("/teams")).text == "1 3"
    await client.stop()

    assert events == [3, 3]


async def test_a_client_of_the_callers_stays_open(og, serve_asgi):
    opsgenie = ASGIPlugin(og, key="alerting")

    async def app(scope, receive, send):
        assert scope["type"] == "http"
        await PlainTextResponse(str(scope["state"]["alerting"] is og))(scope, receive, send)

    client = await serve_asgi(opsgenie.wrap(app))
    assert (await client.get("/")).text == "True"
    await client.stop()

    assert await og.account.get()


async def test_a_function_may_make_the_client(sandbox, serve_asgi):
    opsgenie = ASGIPlugin(lambda: Opsgenie(sandbox.api_key, base_url=sandbox.url))
    client = await serve_asgi(opsgenie.wrap(refusing))

    assert await opsgenie.client.account.get()
    og = opsgenie.client
    await client.stop()

    with pytest.raises(RuntimeError, match="closed"):
        await og.account.get()


async def start(app) -> bool:
    """Whether uvicorn would start; when it would not, it exits."""
    lifespan = LifespanOn(uvicorn.Config(app, log_config=None))
    await lifespan.startup()
    return not lifespan.should_exit


async def test_without_a_key_the_server_does_not_start(monkeypatch, caplog):
    monkeypatch.delenv("OPSGENIE_API_KEY", raising=False)

    assert not await start(ASGIPlugin().wrap(returning))
    assert "OPSGENIE_API_KEY" in caplog.text


async def test_a_startup_that_the_application_says_has_failed(sandbox, environment):
    @asynccontextmanager
    async def lifespan(app):
        raise RuntimeError("no database")
        yield

    opsgenie = ASGIPlugin()
    opsgenie.heartbeat("shop", every=60)
    app = Starlette(lifespan=lifespan)
    app.add_middleware(opsgenie.wrap)

    assert not await start(app)
    with pytest.raises(RuntimeError, match="closed"):
        await opsgenie.client.account.get()


async def test_a_shutdown_that_fails_is_still_the_applications(sandbox, serve_asgi, environment):
    @asynccontextmanager
    async def lifespan(app):
        yield
        raise RuntimeError("no database")

    opsgenie = ASGIPlugin()
    client = await serve_asgi(opsgenie.wrap(Starlette(lifespan=lifespan)))
    og = opsgenie.client

    await client.stop()

    assert client.server.lifespan.shutdown_failed
    with pytest.raises(RuntimeError, match="closed"):
        await og.account.get()


async def test_under_a_server_without_lifespans_it_starts_with_the_first_request(sandbox, og, serve_asgi):
    async def broken(scope, receive, send):
        raise ValueError

    opsgenie = ASGIPlugin(og)
    counters = opsgenie.alert_on_errors()
    client = await serve_asgi(opsgenie.wrap(broken), lifespan="off")

    assert (await client.get("/")).status == 500
    await until(lambda: counters.delivered)
    await opsgenie._stop()


def test_a_second_loop_after_the_first_is_closed(monkeypatch):
    """As a test client has it that makes a loop for each request."""
    monkeypatch.setenv("OPSGENIE_API_KEY", "key")
    opsgenie = ASGIPlugin()
    counters = opsgenie.alert_on_errors(flush=0)
    clients = set()

    async def request():
        async def app(scope, receive, send):
            clients.add(scope["state"]["opsgenie"])

        await opsgenie.wrap(app)({"type": "http", "method": "GET", "path": "/", "headers": []}, None, None)
        await opsgenie._stop()

    asyncio.run(request())
    asyncio.run(request())

    assert len(clients) == 2
    assert counters.occurrences == 0


async def test_outside_of_the_application_there_is_no_client():
    with pytest.raises(RuntimeError, match="does not run"):
        _ = ASGIPlugin().client


async def test_other_scopes_pass(og):
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)

    await ASGIPlugin(og).wrap(app)({"type": "other"}, None, None)

    assert scopes == [{"type": "other"}]


async def test_a_crash_in_the_lifespan_of_a_plain_application_is_in_the_log(sandbox, serve_asgi, environment, caplog):
    async def crashing(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            raise RuntimeError("no database")
        await plain(scope, receive, send)

    caplog.set_level(logging.WARNING)
    client = await serve_asgi(ASGIPlugin().wrap(crashing))

    assert (await client.get("/")).text == "fine"
    assert "no database" in caplog.text
