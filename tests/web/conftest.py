"""An application on a real socket, and its client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from opsgenie_async import Opsgenie
from opsgenie_async.web import setup
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
