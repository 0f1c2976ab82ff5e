"""Request bodies: size limits, decompression, and parsing of JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from math import isinf
from typing import Any

from aiohttp import web

from opsgenie_async.sandbox.account.documents import Doc
from opsgenie_async.sandbox.account.refusal import Refusal

__all__ = ["FILE", "JSON", "STRANGER", "parse", "read", "usable", "without_surrogates"]

STRANGER, JSON, FILE = 2**20, 2**23, 2**29
"""Bytes of a body at most: from somebody without a valid key, of a JSON document, of a form with a file."""
DRAINED = 2**30
"""Bytes of a body that are let pass so that its sender, who reads no sooner, sees the refusal."""
DEEPEST = 64
"""Levels of a document; the deepest that the API has is ten."""


async def read(request: web.BaseRequest, most: int) -> bytes | Refusal:
    """The body of *request*, or the reason why it is refused; at most *most* bytes are stored."""
    too_large = Refusal(413, f"Request body should not be larger than {most} bytes")
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", *_WINDOWS):
        return Refusal(415, f"Content encoding {encoding} is not supported, send gzip or deflate")
    body, size = bytearray(), 0
    async for piece in request.content.iter_any():
        size += len(piece)
        if size <= most:
            body += piece
        elif size > DRAINED:
            break
    if size > most:
        return too_large
    if encoding == "identity" or not body:
        return bytes(body)
    try:
        content = _inflate(bytes(body), encoding, most)
    except zlib.error:
        return Refusal(400, f"Request body cannot be decoded as {encoding}")
    return too_large if content is None else content


_WINDOWS = {"gzip": (31,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}
"""Forms of each encoding: `deflate` comes with and without the header of zlib."""


def _inflate(body: bytes, encoding: str, most: int) -> bytes | None:
    """*body* decompressed; None if it is larger than *most* bytes."""
    for window in _WINDOWS[encoding]:
        decoder = zlib.decompressobj(window)
        with suppress(zlib.error):
            content = decoder.decompress(body, most + 1)
            if len(content) > most:
                return None
            if decoder.eof:
                return content
    raise zlib.error(encoding)


def usable(body: bytes | Refusal) -> bytes:
    """The body that was read; raises the reason if it is refused."""
    if isinstance(body, Refusal):
        raise body
    return body


def parse(raw: bytes) -> Doc:
    """The JSON object in *raw*: 400 for a syntax error, 422 for another type."""
    if not raw.strip():
        return {}
    try:
        text = raw.decode(json.detect_encoding(raw))
        document = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Refusal(400, "Request body is not valid JSON") from None
    if not isinstance(document, dict):
        raise Refusal(422, "Request body should be a JSON object", errors={"body": "should be an object"})
    if text.count("[") + text.count("{") > DEEPEST and any(depth > DEEPEST for depth in _depths(document)):
        raise Refusal(400, f"Request body is nested deeper than {DEEPEST} levels")
    return dict(without_surrogates(document, text))


def without_surrogates(document: Any, text: str) -> Any:
    """*document*, read from *text*, with a question mark for each lone surrogate."""
    if "\\ud" not in text.lower():
        return document
    return json.loads(json.dumps(document, ensure_ascii=False).encode(errors="replace"))


def _refuse(word: str) -> None:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise ValueError(digits)
    return number


def _depths(document: Any) -> Iterator[int]:
    waiting = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        yield depth
        parts = value.values() if isinstance(value, dict) else value
        waiting += [(part, depth + 1) for part in parts if isinstance(part, dict | list)]
