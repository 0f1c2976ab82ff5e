"""What the error middleware costs a FastAPI service while Opsgenie is down: throughput with it over without it.

    python benchmarks/asgi.py [--json FILE] [--rounds N]

Load, variants and bar are those of `benchmarks/web.py`; the server is uvicorn.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from multiprocessing.connection import Connection
from typing import Any

import uvicorn
import web
from fastapi import FastAPI

from opsgenie_async import Config
from opsgenie_async.web.asgi import ASGIApp, ASGIPlugin

ORDERS = {number: {"id": number, "item": f"item {number}"} for number in range(100)}


def nothing(app: ASGIApp) -> ASGIApp:
    async def middleware(
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        await app(scope, receive, send)

    return middleware


def make_app(variant: str) -> FastAPI:
    app = FastAPI()

    @app.get("/orders/{id}")
    async def order(id: int) -> dict[str, object]:
        return ORDERS[id]

    if variant == web.EMPTY:
        app.add_middleware(nothing)
    elif variant == web.ALERTS:
        opsgenie = ASGIPlugin(Config(max_attempts=3))
        opsgenie.alert_on_errors(service="shop", slow_after=2.0, recovered_after=5, alert={"tags": ["shop"]})
        app.add_middleware(opsgenie.wrap)
    return app


async def _serve(child_end: Connection) -> None:
    ports, tasks = [], []
    for variant in web.VARIANTS:
        door = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(make_app(variant), log_config=None, access_log=False))
        tasks.append(asyncio.create_task(server.serve(sockets=[door])))
        ports.append(door.getsockname()[1])
        while not server.started:  # noqa: ASYNC110  # it has no event for it
            await asyncio.sleep(0.01)
    child_end.send(ports)
    loop = asyncio.get_running_loop()
    loop.add_reader(child_end.fileno(), lambda: child_end.send((child_end.recv(), time.process_time())))
    await asyncio.wait(tasks)


def _process(child_end: Connection) -> None:
    logging.basicConfig(filename=os.devnull)
    os.environ |= {"OPSGENIE_API_KEY": "key", "OPSGENIE_BASE_URL": f"http://127.0.0.1:{web.closed_port()}"}
    asyncio.run(_serve(child_end))


if __name__ == "__main__":
    sys.exit(web.main(_process, __doc__))
