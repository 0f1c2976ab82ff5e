"""An application on a real socket and its client; handlers of log records."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from opsgenie_async import Opsgenie
from opsgenie_async import web as plugin
from opsgenie_async.background_loop import BackgroundLoop
from opsgenie_async.sandbox import Webhook
from opsgenie_async.web import setup
from opsgenie_async.web.log_handler import OpsgenieHandler
from tests.waiting import LIMIT
from tests.web.events import SECRET, EventList
from tests.web.shop import answer, fine

Serve = Callable[[web.Application], Awaitable[TestClient]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start an application; it is stopped at the end of the test, or by `await client.close()`."""
    async with AsyncExitStack() as running:

        async def start(app: web.Application) -> TestClient:
            return await running.enter_async_context(TestClient(TestServer(app)))

        yield start


@pytest.fixture
def app(og: Opsgenie) -> web.Application:
    """The shop, with its client."""
    app = web.Application()
    setup(app, og)
    app.router.add_get("/shop/{how}", answer, name="shop")
    app.router.add_get("/health", fine)
    return app


@pytest.fixture
def events():
    return EventList()


@pytest.fixture
async def door(sandbox, serve, events, clock):
    """The counters of an application that listens to the sandbox."""
    app = web.Application()
    door = plugin.webhooks(app, "/opsgenie", events, secret=SECRET, header="X-Shop", max_size=5000, clock=clock)
    client = await serve(app)
    sandbox.webhook = Webhook(
        url=str(client.make_url("/opsgenie")), headers={"X-Shop": SECRET}, description=True, details=True
    )
    return door


@pytest.fixture
async def attach(sandbox, monkeypatch):
    """Make a handler of the root logger; it is closed at the end, and its thread with it."""
    monkeypatch.setattr("opsgenie_async.web.log_handler.PATIENCE", LIMIT)
    handlers = []

    def attach(**own) -> OpsgenieHandler:
        settings = {"api_key": sandbox.api_key, "base_url": sandbox.url, "service": "shop", "flush": LIMIT}
        settings |= own
        handlers.append(OpsgenieHandler(**settings))
        logging.getLogger().addHandler(handlers[-1])
        return handlers[-1]

    yield attach
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
        await asyncio.to_thread(handler.close)
    assert BackgroundLoop._shared is None
