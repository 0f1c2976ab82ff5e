"""A webhook that arrives by ASGI, and the response to it. Servers of ASGI do not decompress."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncGenerator, Iterator

import attrs

from opsgenie_async.web.asgi.protocol import Receive, Scope, Send
from opsgenie_async.web.asgi.visit import headers_of
from opsgenie_async.web.webhook_receiver import Unreadable

__all__ = ["ASGIDelivery", "Disconnect", "respond"]

WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
PIECE = 2**16
"""Bytes that are decompressed at a time: the receiver stops at its limit, however much is packed into a body."""


class Disconnect(Exception):
    """The sender has gone before its body was complete."""


@attrs.frozen
class ASGIDelivery:
    """A request with a webhook."""

    receive: Receive
    headers: dict[str, str]

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> ASGIDelivery:
        """Take a request with its scope and its body."""
        return cls(receive, headers_of(scope))

    @property
    def length(self) -> int | None:
        text = self.headers.get("content-length", "")
        return int(text) if text.isascii() and text.isdecimal() else None

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("identity", ""):
            async for chunk in self._body():
                yield chunk
            return
        if encoding not in WINDOWS:
            raise Unreadable
        inflater = zlib.decompressobj(WINDOWS[encoding])
        async for chunk in self._body():
            for piece in _inflate(inflater, chunk):
                yield piece
        if not inflater.eof:
            raise Unreadable

    async def _body(self) -> AsyncGenerator[bytes, None]:
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Disconnect
            more = message.get("more_body", False)
            if body := message.get("body", b""):
                yield body


def _inflate(inflater: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    try:
        while chunk:
            yield inflater.decompress(chunk, PIECE)
            chunk = inflater.unconsumed_tail
    except zlib.error as error:
        raise Unreadable from error


async def respond(send: Send, status: int, body: str | dict[str, str], **headers: str) -> None:
    """Send a whole response: a text, or a dict as JSON; an underscore in the name of a header stands for a hyphen."""
    kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json; charset=utf-8"
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    fields = {"content-type": kind, "content-length": str(len(content)), **headers}
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()],
        }
    )
    await send({"type": "http.response.body", "body": content})
