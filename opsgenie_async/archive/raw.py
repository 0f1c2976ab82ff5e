"""JSON to the letter: where in an answer a value stands, without making anything of it."""

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
    place, found = _skip(text, span[0] + 1), []
    while text[place] != "]":
        _, end = DECODER.raw_decode(text, place)
        found.append(line(text[place:end]))
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return found


def _find(text: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    place = _skip(text, 0)
    if not path:
        return place, DECODER.raw_decode(text, place)[1]
    *outer, last = path
    for name in outer:
        span = _member(text, place, name, skip_value=False)
        if span is None:
            return None
        place = span[0]
    return _member(text, place, last, skip_value=True)


def _member(text: str, place: int, name: str, *, skip_value: bool) -> tuple[int, int] | None:
    """Where the value of *name* begins and, if it is the last one to be found, ends, in the object at *place*."""
    if text[place : place + 1] != "{":
        return None
    place = _skip(text, place + 1)
    while text[place : place + 1] == '"':
        key, place = DECODER.raw_decode(text, place)
        place = _skip(text, place)
        if text[place : place + 1] != ":":
            raise ValueError("expected a colon")
        start = _skip(text, place + 1)
        if key == name and not skip_value:
            return start, start
        _, end = DECODER.raw_decode(text, start)
        if key == name:
            return start, end
        place = _skip(text, end)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
    return None


def _skip(text: str, place: int) -> int:
    match = BLANK.match(text, place)
    return match.end() if match else place
