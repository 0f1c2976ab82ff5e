"""A server that answers as no server should, and the answers: true ones that were damaged, and rubbish."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

__all__ = ["Hostile", "damaged", "rubbish"]

DEEP = "[" * 900 + "]" * 900
RAW = "\x00raw:"
"""Marks a text that goes into the JSON as it is: what no encoder would write."""

VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    4.5,
    10**15,
    2**63,
    10**400,
    -(10**400),
    5e-324,
    1e308,
    RAW + "1e400",
    RAW + "NaN",
    RAW + "-Infinity",
    RAW + DEEP,
    RAW + '{"a":' * 900 + "1" + "}" * 900,
    RAW + "9" * 5000,
    "",
    " ",
    "\ud800",
    "a\ud800b/../c",
    "\x00\x1b[2J\r\n",
    "..",
    "x" * 5000,
    "null",
    "1e400",
    "9999-12-31T23:59:59.999999-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-02-30T25:61:61Z",
    "2026-01-01T00:00:00+99:99",
    "http://[::1?offset=1",
    "https://elsewhere.example/v2/x",
    "https://elsewhere.example/v2/x?offset=\ud800",
    "https://elsewhere.example/v2/x?offset=1",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": ""},
    {"id": 10**400, "name": None, "\ud800": "\ud800"},
    ["\ud800", 7, {"message": ["\ud800"]}],
]

BODIES: list[bytes] = [
    b"",
    b" \r\n",
    b"null",
    b"[]",
    b'"text"',
    b"1e400",
    b"\xff\xfe\x00",
    b"\xef\xbb\xbf{}",
    b"{",
    b"[" * 100_000,
    b'{"data":' * 5000,
    DEEP.encode(),
    b"{}",
    b'{"data": null}',
    b'{"code": 40301, "message": "no"}',
    b'{"code": 1e400, "errors": {"a": ' + DEEP.encode() + b"}}",
    b'{"errorMessages": ' + DEEP.encode() + b"}",
    b'{"error": {"message": {"error": {"message": {"error": {"message": "deep"}}}}}}',
    b'{"message": "\\ud800", "errors": {"\\ud800": "\\ud800"}, "requestId": "\\ud800"}',
    b'{"ok": false, "error": "\\ud800"}',
    b'{"ok": 1}',
    b"<html><title>" * 2000,
    b"<script><style>" * 2000,
    b"&#99999999999;" * 500,
    b"BEGIN:VCALENDAR\xff",
]

STATUSES = [200, 200, 200, 201, 202, 204, 206, 101, 300, 304, 400, 401, 404, 409, 422, 429, 500, 503, 599, 999]

HEADERS: list[tuple[bytes, bytes]] = [
    (b"Retry-After", b"Fri, 31 Dec 9999 23:59:59 -2359"),
    (b"Retry-After", b"Mon, 01 Jan 0001 00:00:00 +2359"),
    (b"Retry-After", b"1000000000"),
    (b"Retry-After", b"1e400"),
    (b"Retry-After", b"\xd9\xa1\xd9\xa2"),
    (b"X-RateLimit-State", b"THROTTLED"),
    (b"X-RateLimit-Period-In-Sec", b"5e-324"),
    (b"X-RateLimit-Period-In-Sec", b"nan"),
    (b"X-RateLimit-Period-In-Sec", b"9" * 500),
    (b"X-Request-ID", b"\xff\xfe"),
    (b"X-Request-ID", b"r" * 5000),
    (b"X-Request-ID", b""),
    (b"X-Opsgenie-Errortype", b"RequestNotProcessed"),
    (b"X-Opsgenie-Errortype", b"\xff" * 300),
    (b"X-Response-Time", b"-inf"),
    (b"X-Paging-Next", b"http://[::1?offset=1"),
    (b"X-Paging-Next", b"?offset=\xff"),
    (b"X-Paging-Next", b"http://h/?apiKey=k"),
    (b"Content-Type", b"text/html; charset=no-such-thing"),
    (b"Content-Type", b"\xff/\xff"),
    (b"Content-Encoding", b"gzip"),
    (b"Content-Encoding", b"deflate"),
    (b"Content-Encoding", b"no-such-thing"),
    (b"Content-Length", b"100000"),
    (b"Content-Length", b"-1"),
    (b"Content-Length", b"\xd9\xa1"),
    (b"Transfer-Encoding", b"chunked"),
    (b"Set-Cookie", b"a=\xff; Expires=Fri, 99 Foo 99999 99:99:99"),
    (b"Location", b"http://[::1"),
    (b"Location", b"file:///etc/passwd"),
    (b"X" * 9000, b"x"),
    (b"X-Long", b"x" * 9000),
    (b"Date", b"\xff"),
    (b"Link", b"<http://[::1>; rel=next"),
]


def damaged(draw: random.Random, body: bytes, status: int) -> bytes:
    """The whole answer with one to three of its values replaced, dropped or doubled."""
    try:
        document = json.loads(body) if body.strip() else {}
    except ValueError:
        return rubbish(draw)
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        document = _hurt(draw, document)
    return _answer(draw, status if draw.random() < 0.9 else draw.choice(STATUSES), _encode(document))


def rubbish(draw: random.Random) -> bytes:
    """An answer that was never one."""
    if draw.random() < 0.05:
        return draw.choice(
            [b"", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 9999 x\r\n\r\n", b"\x16\x03\x01", b"HTTP/1.1 200 OK\r\n"]
        )
    return _answer(draw, draw.choice(STATUSES), draw.choice(BODIES), draw.randrange(4))


def _answer(draw: random.Random, status: int, body: bytes, headers: int = 0) -> bytes:
    chosen = dict(draw.choice(HEADERS) for _ in range(headers or draw.choice([0, 0, 1])))
    lines = [b"HTTP/1.1 %d Odd" % status, b"Connection: close"]
    lines += [name + b": " + value for name, value in chosen.items()]
    if b"Content-Type" not in chosen:
        lines.append(b"Content-Type: application/json")
    if chosen.keys().isdisjoint({b"Content-Length", b"Transfer-Encoding"}):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body])


def _hurt(draw: random.Random, document: Any) -> Any:
    places: list[Callable[[], None]] = []

    def look(node: Any) -> None:
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            places.append(lambda node=node, key=key: _strike(draw, node, key))  # type: ignore[misc]
            look(node[key])

    look(document)
    if not places or draw.random() < 0.02:
        return draw.choice(VALUES)
    draw.choice(places)()
    return document


def _strike(draw: random.Random, node: Any, key: Any) -> None:
    match draw.randrange(8):
        case 0:
            del node[key]
        case 1 if isinstance(node, list):
            node.append(node[key])
        case 1:
            node[str(key).upper()] = node.pop(key)
        case _:
            node[key] = json.loads(json.dumps(draw.choice(VALUES)))


def _encode(document: Any) -> bytes:
    text = json.dumps(document)
    marker = json.dumps(RAW)[1:-1]
    while (start := text.find(f'"{marker}')) >= 0:
        end = text.index('"', start + 1)
        while text[end - 1] == "\\":
            end = text.index('"', end + 1)
        text = text[:start] + json.loads(text[start : end + 1]).removeprefix(RAW) + text[end + 1 :]
    return text.encode()


class Hostile:
    """`async with Hostile() as server`: answers every request with the next of `answers`, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[bytes] = [b""]
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b"content-length: " in head:
                await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))
            elif b"transfer-encoding: chunked" in head:
                await reader.readuntil(b"\r\n0\r\n\r\n")
            writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
