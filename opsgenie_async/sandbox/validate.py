"""Declarative checks of request bodies: what is wrong with which field, as the `errors` map of a 422."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from opsgenie_async.sandbox import dates, zones
from opsgenie_async.sandbox.answers import Refusal
from opsgenie_async.sandbox.state import Doc

__all__ = [
    "MANDATORY",
    "Check",
    "flag",
    "integer",
    "items",
    "moment",
    "one_of",
    "pointer",
    "record",
    "semantic",
    "text",
    "timezone",
    "validate",
]

Problem = tuple[str, str]
Check = Callable[[Any, str], Iterator[Problem]]
"""Given a value and the name of its field, the problems with it."""

MANDATORY = "should not be empty"


def validate(body: Doc, fields: Mapping[str, Check], *, mandatory: tuple[str, ...] = ()) -> None:
    """Refuse *body* with 422 and every problem; `null` counts as absent, unknown fields are ignored."""
    errors: dict[str, str] = {}
    for name, problem in _record_problems(body, fields, mandatory, ""):
        errors.setdefault(name, problem)
    if errors:
        raise semantic(errors)


def semantic(errors: dict[str, str]) -> Refusal:
    """A 422 with its field map."""
    return Refusal(422, "Request body is not processable. Please check the errors.", errors=errors)


def _record_problems(
    value: Doc, fields: Mapping[str, Check], mandatory: tuple[str, ...], inside: str
) -> Iterator[Problem]:
    prefix = f"{inside}#" if inside else ""
    for name in mandatory:
        if value.get(name) in (None, ""):
            yield prefix + name, MANDATORY
    for name, check in fields.items():
        if (given := value.get(name)) is not None and not (given == "" and name in mandatory):
            yield from check(given, prefix + name)


def text(most: int | None = None) -> Check:
    """A string of at most *most* characters."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield name, "should be a string"
        elif most is not None and len(value) > most:
            yield name, f"should not be longer than {most} characters"

    return check


def integer(least: int | None = None, most: int = 2**31 - 1) -> Check:
    """A whole number within bounds."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield name, "should be an integer"
        elif least is not None and value < least:
            yield name, f"should be at least {least}"
        elif value > most:
            yield name, f"should be at most {most}"

    return check


def flag(value: Any, name: str) -> Iterator[Problem]:
    """True or false."""
    if not isinstance(value, bool):
        yield name, "should be a boolean"


def one_of(*words: str) -> Check:
    """One of *words*."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if value not in words:
            yield name, f"should be one of [{', '.join(words)}]"

    return check


def items(of: Check, *, least: int = 0, most: int | None = None) -> Check:
    """A list whose members all pass *of*; problems carry the list's name, as Opsgenie gives no index."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield name, "should be a list"
            return
        if len(value) < least:
            yield name, f"should have at least {least} element{'s' if least > 1 else ''}"
        if most is not None and len(value) > most:
            yield name, f"should not have more than {most} elements"
        for each in value:
            yield from of(each, name)

    return check


def record(fields: Mapping[str, Check], *, mandatory: tuple[str, ...] = ()) -> Check:
    """An object; the problems of its members are named `outer#inner`."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield name, "should be an object"
        else:
            yield from _record_problems(value, fields, mandatory, name)

    return check


def pointer(*labels: str) -> Check:
    """An object that points at an entity by one of *labels*."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield name, "should be an object"
        elif not any(value.get(label) for label in labels):
            yield name, f"one of {', '.join(labels)} should be given"
        else:
            for label in labels:
                if value.get(label) is not None and not isinstance(value[label], str):
                    yield f"{name}#{label}", "should be a string"

    return check


def moment(value: Any, name: str) -> Iterator[Problem]:
    """A date with an offset, seconds optional."""
    if not isinstance(value, str) or dates.parse(value) is None:
        yield name, "should be a date in the format yyyy-MM-dd'T'HH:mm:ssZ"


def timezone(value: Any, name: str) -> Iterator[Problem]:
    """The name of a zone that the machine's database knows."""
    if not isinstance(value, str) or value not in zones.load():
        yield name, "is not a supported timezone"
