"""Response bodies, which are read up to a maximum size."""

from __future__ import annotations

import aiohttp

from opsgenie_async.http.outcome import NoAnswer

__all__ = ["ERROR_BODY_BOUND", "read_body", "too_large"]

ERROR_BODY_BOUND = 2**20
"""Bytes of an error's body that are read: enough for any message, and a status is never lost to a larger one."""


async def read_body(answer: aiohttp.ClientResponse, bound: int) -> bytes:
    """Read a body, stopping once it exceeds *bound* bytes."""
    if (answer.content_length or bound + 1) <= bound and "Content-Encoding" not in answer.headers:
        return await answer.read()
    pieces = []
    size = 0
    async for piece in answer.content.iter_any():
        size += len(piece)
        pieces.append(piece)
        if size > bound:
            answer.close()  # the rest is not wanted, so neither is the connection
            break
    return b"".join(pieces)


def too_large(answer: aiohttp.ClientResponse, bound: int) -> NoAnswer:
    """The outcome of an attempt with a response larger than *bound* bytes."""
    return NoAnswer(
        reason=f"the response is larger than {bound} bytes (Config.max_body)",
        may_have_arrived=True,
        status=answer.status,
        final=True,
    )
