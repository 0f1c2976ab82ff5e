"""Errors in the files of a snapshot, with line and field, and the limits of these files."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.files import is_deeper
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Complaint

__all__ = [
    "LARGEST_FILE",
    "LARGEST_MANIFEST",
    "NotASnapshot",
    "Positions",
    "Problem",
    "SnapshotError",
    "StoreError",
    "parse",
    "problems_at",
]

LARGEST_FILE = 16 * 2**20
"""Bytes of an entity's file."""
LARGEST_MANIFEST = 128 * 2**20
"""Bytes of a manifest, and of a journal: some hundred for each thing that is configured."""
SPACE = re.compile(r"[ \t\n\r]*")
LINE_END = re.compile("\n")
DECODER = json.JSONDecoder()


class StoreError(OpsgenieError, ValueError):
    """A folder without a snapshot that this version can read."""


class NotASnapshot(StoreError):
    """The folder is an archive, not a snapshot."""

    hint = "opsgenie_async.archive.Archive reads it"


@attrs.frozen(order=True)
class Problem:
    """A problem in one file.

    Attributes:
        file: The path of the file in the folder.
        line: The line, from 1.
        field: The path in its document, "" for the whole.
        text: What is wrong.
    """

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.field, self.text) if part)


class SnapshotError(StoreError):
    """An invalid snapshot; `problems` has all errors."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
        self.args = (self.problems,)  # what a copy is made from

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def parse(file: str, data: bytes) -> tuple[Json, list[Problem]]:
    """Parse a file that may be edited; returns its document, None if it is not JSON, and all problems.

    Stricter than other JSON parsers: only UTF-8, no NaN or Infinity, and no duplicate members in an object.
    """
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", f"not UTF-8: byte 0x{data[error.start]:02x}")]

    def constant(word: str) -> Json:
        raise ValueError(f"{word} is not a number")

    try:
        document = json.loads(text, parse_constant=constant)
    except json.JSONDecodeError as error:
        return None, [Problem(file, error.lineno, "", f"not JSON: {error.msg} (column {error.colno})")]
    except ValueError as error:
        word = str(error).partition(" ")[0]
        return None, [Problem(file, _line_at(text, text.find(word)), "", f"not JSON: {error}")]
    except RecursionError:
        return None, [Problem(file, 1, "", "nested too deeply")]
    if is_deeper(document):
        return None, [Problem(file, 1, "", "nested too deeply")]
    return document, [Problem(file, line, path, "is there twice") for path, line in Positions(text).duplicate_members()]


def problems_at(file: str, data: bytes, complaints: Sequence[Complaint]) -> list[Problem]:
    """The complaints about the document in *data* as problems with lines."""
    if not complaints:
        return []
    positions = Positions(data.removeprefix(codecs.BOM_UTF8).decode())
    return [Problem(file, positions.line(field), field, text) for field, text in complaints]


class Positions:
    """The positions of all values in JSON text, by path: `routingRules[0].notify.name`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: dict[str, int] = {}
        self._duplicates: list[tuple[str, int]] = []
        self._line_ends = [match.start() for match in LINE_END.finditer(text)]
        with contextlib.suppress(RecursionError):  # what is nested too deeply stands where what is around it does
            self._value(self._space(0), "")

    def line(self, path: str) -> int:
        """The line, from 1, of the value at *path*, or of the nearest value around it if there is none."""
        while path and path not in self._starts:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._line_at(self._starts.get(path, 0))

    def duplicate_members(self) -> list[tuple[str, int]]:
        """Path and line of every duplicate member."""
        return [(path, self._line_at(start)) for path, start in self._duplicates]

    def _line_at(self, index: int) -> int:
        return bisect_left(self._line_ends, index) + 1

    def _space(self, index: int) -> int:
        match = SPACE.match(self._text, index)
        return match.end() if match is not None else index

    def _value(self, index: int, path: str) -> int:
        """Record the positions of the value at *index* and of everything in it; returns its end."""
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


def _line_at(text: str, index: int) -> int:
    """The line, from 1, of a position in a text."""
    return text.count("\n", 0, index) + 1
