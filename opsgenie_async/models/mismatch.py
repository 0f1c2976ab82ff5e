"""Invalid values, with their paths in the JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any, ClassVar, Self

__all__ = [
    "Mismatch",
    "NaiveMoment",
    "NoNumber",
    "NotAWord",
    "NotJson",
    "NotOneOfMany",
    "Unwritable",
    "one_of",
    "read_around_nulls",
    "render_value",
]

LONGEST_EXCERPT = 60


class Mismatch(Exception):  # never leaves the package: `read` turns it into a ProtocolError
    """A value of another type than documented; the path grows on the way up."""

    def __init__(self, expected: str, value: object, key: str | None = None) -> None:
        super().__init__(f"expected {expected}, got {excerpt(value)}")
        self.path: list[str | int] = [] if key is None else [key]

    @classmethod
    def missing(cls, key: str) -> Mismatch:
        """A field that must be there and is not."""
        mismatch = cls("", None, key)
        mismatch.args = ("missing",)
        return mismatch

    def under(self, step: str | int) -> Mismatch:
        """The same mismatch, one step further from the value."""
        self.path.append(step)
        return self

    def text(self, at: str) -> str:
        """Path and complaint, as in `data[3].name: expected str, got 12`."""
        return f"{_encodable(_dotted_path(at, self.path))}: {self.args[0]}"


class Unwritable(Exception):
    """A value of the caller that JSON cannot represent; the path grows on the way up."""

    unnamed: ClassVar[str] = "value"

    def __init__(self, complaint: str, field: str | None = None) -> None:
        super().__init__(complaint)
        self.path: list[str | int] = [] if field is None else [field]

    def under(self, step: str | int) -> Self:
        """The same complaint, one step further from the value."""
        self.path.append(step)
        return self

    def __str__(self) -> str:
        return f"{_dotted_path('', self.path) or self.unnamed}: {self.args[0]}"


class NotJson(Unwritable, TypeError):
    """A value of a type that JSON does not have, or of the wrong type for its field."""

    def __init__(self, value: object, expected: str = "a JSON value", field: str | None = None) -> None:
        super().__init__(f"expected {expected}, got {render_value(value)}", field)


class NotAWord(Unwritable, ValueError):
    """A word that is not in the enumeration."""

    def __init__(self, value: object, words: Sequence[str]) -> None:
        super().__init__(f"expected {one_of(words)}, got {render_value(value)}")


class NoNumber(Unwritable, ValueError):
    """A number that JSON cannot represent."""

    def __init__(self, value: object) -> None:
        super().__init__(f"{value} is not a number that JSON has")


class NotOneOfMany(Unwritable, ValueError):
    """A word for a comma-separated field that is empty or contains a comma."""

    def __init__(self, word: str, field: str) -> None:
        reason = "the API takes it for two, as it separates them with commas" if word else "the API takes it for none"
        super().__init__(f"{render_value(word)} cannot be sent: {reason}", field)


class NaiveMoment(Unwritable, ValueError):
    """A datetime without a time zone where one is needed; names the field."""

    unnamed = "datetime"

    def __init__(self, value: object, field: str | None = None) -> None:
        super().__init__(f"{value} has no time zone; give an aware datetime", field)


def one_of(words: Sequence[str]) -> str:
    """*words* as text: `P1, P2 or P3`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def render_value(value: object) -> str:
    """A value of the caller for a message: a short value itself, otherwise only its type."""
    if isinstance(value, (str, bool, float, NoneType)):
        text = repr(value)
        return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}..."
    if isinstance(value, int) and value.bit_length() < 64:
        return str(value)
    return f"{'an' if type(value).__name__[0] in 'aeiouAEIOU' else 'a'} {type(value).__name__}"


def read_around_nulls(items: Sequence[Any], read: Callable[[Any, Any], Any], kind: Any) -> list[Any]:
    """Read *items* without the nulls among them; raises the first `Mismatch` of another value."""
    present = []
    for index, item in enumerate(items):
        if item is not None:
            try:
                present.append(read(item, kind))
            except Mismatch as mismatch:
                raise mismatch.under(index) from None
    return present


def excerpt(value: object) -> str:
    """A value as JSON shows it, cut to a readable length."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = _encodable(json.dumps(value, default=repr, ensure_ascii=False))
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}..."


def _encodable(text: str) -> str:
    """*text* with each half of a surrogate pair escaped, so that it can be printed."""
    return text.encode("utf-8", "backslashreplace").decode()


def _dotted_path(at: str, path: Sequence[str | int]) -> str:
    for step in reversed(path):
        at += f"[{step}]" if isinstance(step, int) else f".{step}" if at else step
    return at
