"""A value that does not fit, and where in the document it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["Misfit", "NaiveMoment", "find_misfit"]

LONGEST_EXCERPT = 60


class Misfit(Exception):  # never leaves the package: `read` turns it into a ProtocolError
    """A value of another type than documented; the path grows on the way up."""

    def __init__(self, expected: str, got: object, key: str | None = None) -> None:
        super().__init__(f"expected {expected}, got {excerpt(got)}")
        self.path: list[str | int] = [] if key is None else [key]

    @classmethod
    def missing(cls, key: str) -> Misfit:
        """A field that must be there and is not."""
        misfit = cls("", None, key)
        misfit.args = ("missing",)
        return misfit

    def under(self, step: str | int) -> Misfit:
        """The same misfit, one step further from the value."""
        self.path.append(step)
        return self

    def text(self, at: str) -> str:
        """Path and complaint, as in `data[3].name: expected str, got 12`."""
        return f"{_dotted(at, self.path)}: {self.args[0]}"


class NaiveMoment(ValueError):
    """A datetime without a zone was given where the moment matters; names the field."""

    def __init__(self, value: object, field: str | None = None) -> None:
        super().__init__(value)
        self.path: list[str | int] = [] if field is None else [field]

    def under(self, step: str | int) -> NaiveMoment:
        """The same complaint, one step further from the value."""
        self.path.append(step)
        return self

    def __str__(self) -> str:
        return f"{_dotted('', self.path) or 'datetime'}: {self.args[0]} has no time zone; give an aware datetime"


def find_misfit(items: Sequence[Any], read: Callable[[Any, Any], object], kind: Any) -> Misfit:
    """Read *items* again, one at a time, to learn which of them does not fit."""
    for index, item in enumerate(items):
        try:
            read(item, kind)
        except Misfit as misfit:
            return misfit.under(index)
    raise AssertionError("every item fits when read alone")


def excerpt(value: object) -> str:
    """A value as JSON shows it, cut to a readable length."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value, default=repr, ensure_ascii=False)
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}..."


def _dotted(at: str, path: Sequence[str | int]) -> str:
    for step in reversed(path):
        at += f"[{step}]" if isinstance(step, int) else f".{step}" if at else step
    return at
