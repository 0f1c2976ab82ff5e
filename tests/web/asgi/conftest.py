"""Applications of three kinds, served by uvicorn on a real socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import NamedTuple

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI, HTTPException
from multidict import CIMultiDictProxy
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from opsgenie_async.web.asgi import ASGIApp


class OutOfStock(Exception):
    """What the shop raises."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    text: str
    headers: CIMultiDictProxy[str]


class PromptServer(uvicorn.Server):
    """Ends when it is told to, and not up to a tenth of a second later."""

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:  # noqa: ASYNC110  # it has no event for it
            await asyncio.sleep(0.002)


class Served:
    """A session with a server that can be stopped."""

    def __init__(self, url: str, server: uvicorn.Server, door: socket.socket) -> None:
        self.url = url
        self.session = aiohttp.ClientSession(url)
        self.server = server
        self.task = asyncio.create_task(server.serve(sockets=[door]))

    async def request(self, method: str, path: str, **settings) -> Answer:
        async with self.session.request(method, path, **settings) as response:
            return Answer(response.status, await response.text(), response.headers)

    async def get(self, path: str, **settings) -> Answer:
        return await self.request("GET", path, **settings)

    async def stop(self) -> None:
        """Close the connections, and wait for the shutdown."""
        await self.session.close()
        self.server.should_exit = True
        await self.task


ServeASGI = Callable[..., Awaitable[Served]]


@pytest.fixture
async def serve_asgi() -> AsyncIterator[ServeASGI]:
    """Serve an application until the end of the test, or `await client.stop()`."""
    async with AsyncExitStack() as stack:

        async def start(app: ASGIApp, *, lifespan: str = "auto", root_path: str = "") -> Served:
            door = socket.create_server(("127.0.0.1", 0))
            stack.callback(door.close)
            config = uvicorn.Config(app, log_config=None, lifespan=lifespan, root_path=root_path)  # type: ignore[arg-type]
            client = Served(f"http://127.0.0.1:{door.getsockname()[1]}", PromptServer(config), door)
            stack.push_async_callback(client.stop)
            while not client.server.started:  # noqa: ASYNC110  # it has no event for it
                await asyncio.sleep(0.001)
            return client

        yield start


async def shop(request: Request) -> Response:
    """Do what the path says."""
    match request.path_params["how"]:
        case "raise":
            raise OutOfStock("no more of 17")
        case "status":
            return PlainTextResponse("", int(request.query_params["status"]))
        case "http":
            raise HTTPException(502, "upstream")
    return PlainTextResponse("fine")


def starlette_app() -> Starlette:
    return Starlette(routes=[Route("/shop/{how}", shop, name="shop")])


def fastapi_app() -> FastAPI:
    app = FastAPI()

    @app.get("/shop/{how}", name="shop")
    async def answer(how: str, request: Request) -> Response:
        return await shop(request)

    return app


async def bare_app(scope, receive, send) -> None:
    """An application of nobody's framework, which knows no lifespan."""
    assert scope["type"] == "http"
    scope["path_params"] = {"how": scope["path"].removeprefix("/shop/")}
    response = await shop_of(scope)
    await response(scope, receive, send)


async def shop_of(scope) -> Response:
    try:
        return await shop(Request(scope))
    except HTTPException as error:
        return PlainTextResponse(error.detail, error.status_code)


@pytest.fixture(params=["starlette", "fastapi", "bare"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def wrap(kind: str) -> Callable[..., ASGIApp]:
    """Put a plug-in around an application of each kind, as its users do."""

    def wrap(opsgenie) -> ASGIApp:
        if kind == "bare":
            return opsgenie.wrap(bare_app)
        app = starlette_app() if kind == "starlette" else fastapi_app()
        app.add_middleware(opsgenie.wrap)
        return app

    return wrap
