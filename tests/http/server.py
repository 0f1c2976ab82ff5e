"""A bare server for what no sandbox would do: it answers what a test says, and remembers what it saw."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from aiohttp import web

__all__ = ["Echo", "ReceivedRequest", "envelope"]


@dataclass
class ReceivedRequest:
    """One request as it came in, key and all."""

    method: str
    raw_path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[ReceivedRequest], "web.StreamResponse | Awaitable[web.StreamResponse]"]


def envelope(**members: object) -> web.Response:
    """A 200 with an envelope."""
    return web.json_response({"data": {}, "took": 0.001, "requestId": "r", **members})


class Echo:
    """`async with Echo(answer) as server`: *answer* gets what came and makes the response, an empty envelope else."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer: Answer = answer or (lambda request: envelope())
        self.received: list[ReceivedRequest] = []
        self.request: web.BaseRequest | None = None
        self.connections = 0

    async def __aenter__(self) -> Self:
        counted = self

        class Server(web.Server):
            def connection_made(self, handler: object, transport: object) -> None:
                counted.connections += 1
                super().connection_made(handler, transport)  # type: ignore[arg-type]

        self._runner = web.ServerRunner(
            Server(self._handle, access_log=None, handler_cancellation=True), shutdown_timeout=0.01
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.title(): value for name, value in request.headers.items()}
        received = ReceivedRequest(request.method, request.raw_path, headers, await request.read())
        self.received.append(received)
        self.request = request
        result = self.answer(received)
        return await result if inspect.isawaitable(result) else result
