"""One call of the client with a server that says what a test wants it to say: what was sent, and what was read."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlsplit

import attrs
from aiohttp import web

from opsgenie_async import Opsgenie
from tests.http.server import Echo, ReceivedRequest
from tests.resources.reading import unread_fields

__all__ = ["Exchange", "exchange"]


@attrs.frozen
class Exchange:
    """What went over the wire, decoded, and what the client made of the answer."""

    line: str
    query: dict[str, str]
    body: object
    result: object


async def exchange(call: Callable[[Opsgenie], Awaitable[object]], **members: object) -> Exchange:
    """Answer *call* with an envelope of *members* (`data`, `result`...); reading it must leave nothing over."""

    def answer(request: ReceivedRequest) -> web.Response:
        return web.json_response({**members, "took": 0.001, "requestId": "r"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        result = await call(og)
    (request,) = server.received
    url = urlsplit(request.raw_path)
    assert list(unread_fields(result)) == []
    return Exchange(
        line=f"{request.method} {url.path}",
        query=dict(parse_qsl(url.query)),
        body=json.loads(request.body) if request.body else None,
        result=result,
    )
