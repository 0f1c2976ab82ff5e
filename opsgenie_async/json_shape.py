"""The shape of documents that this package wrote, and that anybody may have edited since.

A shape is a function that returns the first mismatch of a value with its path, "" if there is none:

    SLICE = members({"kind": text, "records": count}, {"file": nullable(members({"path": text}))})
    SLICE({"kind": "alerts", "records": None}, "slices[3]")   # 'slices[3].records: expected a whole number, got null'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from opsgenie_async.json_text import json_type

__all__ = [
    "Shape",
    "count",
    "fraction",
    "list_of",
    "map_of",
    "members",
    "nullable",
    "switch",
    "text",
    "whole_number",
]

Shape: TypeAlias = Callable[[Any, str], str]
LARGEST = 2**62
LONGEST_PATH = 32_767


def text(value: Any, at: str) -> str:
    """A string."""
    return "" if isinstance(value, str) else _mismatch("a string", value, at)


def short_text(value: Any, at: str) -> str:
    """A string no longer than the longest path of any system."""
    if error := text(value, at):
        return error
    return "" if len(value) <= LONGEST_PATH else f"{at}: is longer than {LONGEST_PATH} characters"


def switch(value: Any, at: str) -> str:
    """True or false."""
    return "" if isinstance(value, bool) else _mismatch("true or false", value, at)


def whole_number(value: Any, at: str) -> str:
    """A whole number of at most 62 bits."""
    if type(value) is not int:
        return _mismatch("a whole number", value, at)
    return "" if -LARGEST <= value <= LARGEST else f"{at}: is out of range"


def count(value: Any, at: str) -> str:
    """A whole number from 0."""
    return whole_number(value, at) or ("" if value >= 0 else f"{at}: is negative")


def fraction(value: Any, at: str) -> str:
    """A number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _mismatch("a number from 0 to 1", value, at)
    if 0 <= value <= 1:  # which NaN is not
        return ""
    return f"{at}: expected a number from 0 to 1, got {value if isinstance(value, float) else 'another'}"


def nullable(shape: Shape) -> Shape:
    """A value of *shape*, or null."""
    return lambda value, at: "" if value is None else shape(value, at)


def list_of(item: Shape) -> Shape:
    """A list of values of one shape."""

    def shape(value: Any, at: str) -> str:
        if not isinstance(value, list):
            return _mismatch("a list", value, at)
        return next((error for index, each in enumerate(value) if (error := item(each, f"{at}[{index}]"))), "")

    return shape


def map_of(item: Shape, key: Shape = text) -> Shape:
    """An object with any names, and values of one shape."""

    def shape(value: Any, at: str) -> str:
        if not isinstance(value, dict):
            return _mismatch("an object", value, at)
        errors = (key(name, at) or item(each, f"{at}.{name}") for name, each in value.items())
        return next(filter(None, errors), "")

    return shape


def members(needed: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with these members, and any others."""
    known = {**needed, **(optional or {})}

    def shape(value: Any, at: str) -> str:
        if not isinstance(value, dict):
            return _mismatch("an object", value, at)
        for name, each in known.items():
            place = f"{at}.{name}" if at else name
            if name not in value:
                if name in needed:
                    return f"{place}: is missing"
            elif error := each(value[name], place):
                return error
        return ""

    return shape


def _mismatch(expected: str, value: Any, at: str) -> str:
    return (
        f"{at}: expected {expected}, got {json_type(value)}" if at else f"expected {expected}, got {json_type(value)}"
    )
