"""Values cut out of JSON text byte for byte, without parsing and writing them again."""

from __future__ import annotations

import json
import re

__all__ = ["elements", "line", "value"]

DECODER = json.JSONDecoder(strict=False)
BLANK = re.compile(r"[ \t\r\n]*")


def text_of(body: bytes) -> str:
    """The letters of an answer; bytes that are no UTF-8 come back as they were from `line`."""
    return body.decode("utf-8-sig", "surrogateescape")


def line(text: str) -> bytes:
    """*text*, a JSON value, as bytes without a line's end: one can stand only between its members."""
    if "\n" in text or "\r" in text:
        text = text.replace("\r", " ").replace("\n", " ")
    return text.encode("utf-8", "surrogateescape")


def value(body: bytes, *path: str) -> bytes:
    """The letters of what stands at *path* in the JSON object that *body* is, "null" where there is nothing.

    Raises:
        ValueError: It is no JSON object.
    """
    text = text_of(body)
    span = _find(text, path)
    return b"null" if span is None else line(text[span[0] : span[1]])


def elements(body: bytes, *path: str) -> list[bytes]:
    """The letters of each element of the list at *path*, none where there is no list.

    Raises:
        ValueError: It is no JSON object.
    """
    text = text_of(body)
    span = _find(text, path)
    if span is None or text[span[0]] != "[":
        return []
    position, items = _skip(text, span[0] + 1), []
    while text[position] != "]":
        _, end = DECODER.raw_decode(text, position)
        items.append(line(text[position:end]))
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return items


def _find(text: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    position = _skip(text, 0)
    if not path:
        return position, DECODER.raw_decode(text, position)[1]
    *outer, last = path
    for name in outer:
        span = _member(text, position, name, skip_value=False)
        if span is None:
            return None
        position = span[0]
    return _member(text, position, last, skip_value=True)


def _member(text: str, position: int, name: str, *, skip_value: bool) -> tuple[int, int] | None:
    """Where the value of *name* begins and, if it is the last one to be found, ends, in the object at *place*."""
    if text[position : position + 1] != "{":
        return None
    position = _skip(text, position + 1)
    while text[position : position + 1] == '"':
        key, position = DECODER.raw_decode(text, position)
        position = _skip(text, position)
        if text[position : position + 1] != ":":
            raise ValueError("expected a colon")
        start = _skip(text, position + 1)
        if key == name and not skip_value:
            return start, start
        _, end = DECODER.raw_decode(text, start)
        if key == name:
            return start, end
        position = _skip(text, end)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
    return None


def _skip(text: str, position: int) -> int:
    match = BLANK.match(text, position)
    return match.end() if match else position
