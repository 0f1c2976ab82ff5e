"""One call of the client with a server that says what a test wants it to say: what was sent, and what was read."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlsplit

import attrs
from aiohttp import web

from opsgenie_async import Opsgenie
from tests.http.server import Echo, Seen
from tests.resources.reading import left_over

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

    def answer(seen: Seen) -> web.Response:
        return web.json_response({**members, "took": 0.001, "requestId": "r"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        result = await call(og)
    (seen,) = server.seen
    url = urlsplit(seen.raw_path)
    assert list(left_over(result)) == []
    return Exchange(
        line=f"{seen.method} {url.path}",
        query=dict(parse_qsl(url.query)),
        body=json.loads(seen.body) if seen.body else None,
        result=result,
    )
