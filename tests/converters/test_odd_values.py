"""Values of a program that are no JSON, or look like it: written as what they are, or refused by their place."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from opsgenie_async.models import Alert
from tests.tables import each_row


class Word(str):
    __slots__ = ()


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@each_row(
    ("details", "document"),
    [
        ({"a": Word("x")}, {"a": "x"}),
        ({Word("a"): "x"}, {"a": "x"}),
        ({Colour.RED: "x"}, {"red": "x"}),
        ({Level.HIGH: Colour.RED}, {"3": "red"}),
        ({7: Level.HIGH}, {"7": 3}),
        ({"a": ("x", {"y"})}, {"a": ["x", ["y"]]}),
    ],
)
def test_what_stands_for_json_is_written_as_json(details: Any, document: Any):
    result = Alert(id="1", details=details).to_dict()["details"]
    assert result == document
    assert repr(result) == repr(document)
    assert [type(each) for each in result.values()] == [type(each) for each in document.values()]


@each_row(
    ("fields", "at"),
    [
        ({"tags": "abc"}, "tags: expected a list"),
        ({"details": {"a": 10**4001}}, "details.a: expected a number of at most 4000 digits"),
        ({"details": {"a": -(10**4001)}}, "details.a: expected a number of at most 4000 digits"),
        ({"details": {True: "x"}}, "details: expected a str as the name"),
        ({"details": {("a",): "x"}}, "details: expected a str as the name"),
        ({"details": {"a": object()}}, "details.a"),
        ({"details": {"a": b"x"}}, "details.a"),
    ],
)
def test_what_is_no_json_is_refused_by_its_place(fields: Any, at: str):
    with pytest.raises((TypeError, ValueError), match=at):
        Alert(id="1", **fields).to_dict()


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


def test_what_holds_itself_is_refused_and_no_end():
    details: dict[str, Any] = {}
    details["a"] = details
    with pytest.raises(TypeError, match="nested without an end"):
        Alert(id="1", details=details).to_dict()
    with pytest.raises(TypeError, match="nested without an end"):
        Alert(id="1", details=nested(5000)).to_dict()
