"""Line numbers of values in a JSON text, computed only when there is an error to report."""

from __future__ import annotations

import contextlib
import json
import re
from bisect import bisect_left

__all__ = ["Positions", "line_at"]

SPACE = re.compile(r"[ \t\n\r]*")
LINE_END = re.compile("\n")
DECODER = json.JSONDecoder()


class Positions:
    """The places of all values of a text that is JSON, by their paths: `routingRules[0].notify.name`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: dict[str, int] = {}
        self._duplicates: list[tuple[str, int]] = []
        self._line_ends = [match.start() for match in LINE_END.finditer(text)]
        with contextlib.suppress(RecursionError):  # what is nested too deeply stands where what is around it does
            self._value(self._space(0), "")

    def line(self, path: str) -> int:
        """The line, from 1, of the value at *path* or, where there is none, of the nearest one around it."""
        while path and path not in self._starts:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._line_at(self._starts.get(path, 0))

    def duplicate_members(self) -> list[tuple[str, int]]:
        """Path and line of every member that its object has already."""
        return [(path, self._line_at(start)) for path, start in self._duplicates]

    def _line_at(self, index: int) -> int:
        return bisect_left(self._line_ends, index) + 1

    def _space(self, index: int) -> int:
        match = SPACE.match(self._text, index)
        return match.end() if match is not None else index

    def _value(self, index: int, path: str) -> int:
        """Note where the value at *index* and all that is in it stand; returns where it ends."""
        self._starts.setdefault(path, index)
        opening = self._text[index]
        if opening == "{":
            return self._members(index + 1, path)
        if opening == "[":
            return self._items(index + 1, path)
        _, end = DECODER.raw_decode(self._text, index)
        return end

    def _members(self, index: int, path: str) -> int:
        keys = set()
        index = self._space(index)
        while self._text[index] == '"':
            key, end = DECODER.raw_decode(self._text, index)
            place = f"{path}.{key}" if path else key
            if key in keys:
                self._duplicates.append((place, index))
            keys.add(key)
            if place:  # the empty path is that of the whole
                self._starts[place] = index
            index = self._space(self._value(self._space(self._space(end) + 1), place))
            if self._text[index] == ",":
                index = self._space(index + 1)
        return index + 1

    def _items(self, index: int, path: str) -> int:
        number = 0
        index = self._space(index)
        while self._text[index] != "]":
            index = self._space(self._value(index, f"{path}[{number}]"))
            number += 1
            if self._text[index] == ",":
                index = self._space(index + 1)
        return index + 1


def line_at(text: str, index: int) -> int:
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, index) + 1
