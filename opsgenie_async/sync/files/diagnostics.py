"""Diagnostics of snapshot files: file, line, field and message, in a form that editors can jump to."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.files.bounds import is_deeper
from opsgenie_async.sync.files.json_positions import Positions, line_at
from opsgenie_async.sync.files.manifest import StoreError
from opsgenie_async.sync.model.kind import Complaint

__all__ = ["Problem", "SnapshotError", "parse", "problems_at"]


@attrs.frozen(order=True)
class Problem:
    """Something wrong in one file.

    Attributes:
        file: Its path in the folder.
        line: From 1.
        field: A path in its document, "" for the whole.
        text: What is wrong.
    """

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.field, self.text) if part)


class SnapshotError(StoreError):
    """A snapshot that was edited wrongly; `problems` has all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
        self.args = (self.problems,)  # what a copy is made from

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def parse(file: str, data: bytes) -> tuple[Json, list[Problem]]:
    """The document of a file that a person may have written; None and the reason where it is no JSON.

    Stricter than JSON readers are: UTF-8 alone, no number that is none, and no member twice in an object.
    """
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", f"not UTF-8: byte 0x{data[error.start]:02x}")]
    repeated = False

    def members(pairs: list[tuple[str, Json]]) -> Json:
        nonlocal repeated
        document = dict(pairs)
        repeated = repeated or len(document) != len(pairs)
        return document

    def constant(word: str) -> Json:
        raise ValueError(f"{word} is no number")

    try:
        document = json.loads(text, object_pairs_hook=members, parse_constant=constant)
    except json.JSONDecodeError as error:
        return None, [Problem(file, error.lineno, "", f"not JSON: {error.msg} (column {error.colno})")]
    except ValueError as error:
        word = str(error).partition(" ")[0]
        return None, [Problem(file, line_at(text, text.find(word)), "", f"not JSON: {error}")]
    except RecursionError:
        return None, [Problem(file, 1, "", "nested too deeply")]
    if is_deeper(document):
        return None, [Problem(file, 1, "", "nested too deeply")]
    if not repeated:
        return document, []
    return document, [Problem(file, line, path, "is there twice") for path, line in Positions(text).duplicate_members()]


def problems_at(file: str, data: bytes, complaints: Sequence[Complaint]) -> list[Problem]:
    """Complaints about the document that was read from *data*, with the lines where they belong."""
    if not complaints:
        return []
    positions = Positions(data.removeprefix(codecs.BOM_UTF8).decode())
    return [Problem(file, positions.line(field), field, text) for field, text in complaints]
