"""Values cut out of JSON text byte for byte, without parsing and serializing them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

__all__ = ["elements", "json_list", "line", "text_of", "value"]

DECODER = json.JSONDecoder(strict=False)
BLANK = re.compile(r"[ \t\r\n]*")


def text_of(body: bytes) -> str:
    """A response as text; bytes that are not UTF-8 survive, and `line` restores them."""
    return body.decode("utf-8-sig", "surrogateescape")


def line(text: str) -> bytes:
    """*text*, a JSON value, as bytes without line breaks, which can only be between its members."""
    if "\n" in text or "\r" in text:
        text = text.replace("\r", " ").replace("\n", " ")
    return text.encode("utf-8", "surrogateescape")


def value(body: bytes, *path: str) -> bytes:
    """The raw JSON at *path* in the JSON object *body*, "null" if there is none.

    Raises:
        ValueError: It is no JSON object.
    """
    text = text_of(body)
    span = _find(text, path)
    return b"null" if span is None else line(text[span[0] : span[1]])


def elements(body: bytes, *path: str) -> list[bytes]:
    """The raw JSON of each element of the list at *path*; empty if there is no list.

    Raises:
        ValueError: It is no JSON object.
    """
    text = text_of(body)
    start = _start(text, path)
    if start is None or text[start] != "[":
        return []
    position, items = _skip(text, start + 1), []
    while text[position] != "]":
        _, end = DECODER.raw_decode(text, position)
        items.append(line(text[position:end]))
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return items


def json_list(items: Iterable[bytes]) -> bytes:
    """A JSON array of *items*."""
    return b"[" + b",".join(items) + b"]"


def _find(text: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    start = _start(text, path)
    return None if start is None else (start, DECODER.raw_decode(text, start)[1])


def _start(text: str, path: tuple[str, ...]) -> int | None:
    """The position of the value at *path*; the value is not parsed."""
    position: int | None = _skip(text, 0)
    for name in path:
        if position is None:
            return None
        position = _member(text, position, name)
    return position


def _member(text: str, position: int, name: str) -> int | None:
    """The position of the value of *name* in the object at *position*."""
    if text[position : position + 1] != "{":
        return None
    position = _skip(text, position + 1)
    while text[position : position + 1] == '"':
        key, position = DECODER.raw_decode(text, position)
        position = _skip(text, position)
        if text[position : position + 1] != ":":
            raise ValueError("expected a colon")
        start = _skip(text, position + 1)
        if key == name:
            return start
        _, end = DECODER.raw_decode(text, start)
        position = _skip(text, end)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
    return None


def _skip(text: str, position: int) -> int:
    match = BLANK.match(text, position)
    return match.end() if match else position
