"""Declarative validation of request bodies: the problems of each field, as the `errors` map of a 422."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsgenie_async.sandbox.account import dates, zones
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc

__all__ = [
    "MANDATORY",
    "Check",
    "Lenient",
    "choice",
    "details",
    "flag",
    "integer",
    "items",
    "moment",
    "one_of",
    "pointer",
    "record",
    "semantic",
    "text",
    "text_map",
    "texts",
    "time_unit",
    "timezone",
    "validate",
]

Problem = tuple[str, str]
Check = Callable[[Any, str], Iterator[Problem]]
"""Given a value and the name of its field, the problems with it."""

MANDATORY = "should not be empty"

UNITS = ("days", "hours", "minutes", "seconds", "miliseconds", "micros", "nanos")
"""Units of a time, spelled as the OpenAPI file has them."""


@dataclass(frozen=True, slots=True)
class Lenient:
    """A check of a field that is accepted in several forms: `normal` converts it to one form first."""

    check: Check
    normal: Callable[[Any], Any]

    def __call__(self, value: Any, name: str) -> Iterator[Problem]:
        yield from self.check(value, name)


def validate(body: Doc, fields: Mapping[str, Check], *, mandatory: tuple[str, ...] = ()) -> None:
    """Refuse an invalid *body* with 422 and all problems; `null` counts as absent, unknown fields are ignored.

    A field that is accepted in several forms has its usual form in *body* afterwards.
    """
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
        if (item := value.get(name)) is not None and not (item == "" and name in mandatory):
            if isinstance(check, Lenient):
                item = value[name] = check.normal(item)
            yield from check(item, prefix + name)


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


def _boolean(value: Any, name: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield name, "should be a boolean"


def _boolean_of(value: Any) -> Any:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


flag = Lenient(_boolean, _boolean_of)
"""True or false, or either as text: clients from Python send `"False"`."""


def one_of(*words: str) -> Check:
    """One of *words*."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if value not in words:
            yield name, choice(*words)

    return check


def choice(*words: str) -> str:
    """*words* in the form of error messages."""
    return f"should be one of [ {', '.join(words)} ]"


def time_unit(*words: str) -> Check:
    """One of the units *words*, singular or plural; stored as sent."""
    units = words or UNITS
    singular = [word.removesuffix("s") for word in units]

    def check(value: Any, name: str) -> Iterator[Problem]:
        if value not in units and value not in singular:
            yield name, choice(*units)

    return check


def items(of: Check, *, least: int = 0, most: int | None = None) -> Check:
    """A list whose members all pass *of*.

    A problem of a member has its index (`teams[0]`), a problem inside a member the path without indexes
    (`members#user`): both forms were observed.
    """

    def check(value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield name, "should be a list"
            return
        if len(value) < least:
            yield name, f"should have at least {least} element{'s' if least > 1 else ''}"
        if most is not None and len(value) > most:
            yield name, f"should not have more than {most} elements"
        for place, each in enumerate(value):
            if isinstance(of, Lenient):
                each = value[place] = of.normal(each)
            for path, problem in of(each, name):
                yield (f"{name}[{place}]" if path == name else path), problem

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
    """A reference to an entity by one of *labels*."""

    def check(value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield name, "should be an object"
        elif not any(value.get(label) for label in labels):
            yield name, f"{' or '.join(labels)} should be provided"
        else:
            for label in labels:
                if value.get(label) is not None and not isinstance(value[label], str):
                    yield f"{name}#{label}", "should be a string"

    return check


def _as_texts(value: Any) -> Any:
    """Numbers, booleans and null as their JSON text."""
    if not isinstance(value, dict):
        return value
    return {
        key: json.dumps(each) if each is None or isinstance(each, bool | int | float) else each
        for key, each in value.items()
    }


def texts(value: Any, name: str) -> Iterator[Problem]:
    """A map of texts."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        yield name, "should be a map of strings"


def text_map(value: Any, name: str) -> Iterator[Problem]:
    """A map of texts with 8000 characters in all, keys included."""
    yield from (problems := list(texts(value, name)))
    if not problems and sum(len(key) + len(each) for key, each in value.items()) > 8000:
        yield name, "should not be longer than 8000 characters in total"


details = Lenient(text_map, _as_texts)
"""The same for an alert or an incident, where numbers, booleans and null are taken and kept as text."""


def moment(value: Any, name: str) -> Iterator[Problem]:
    """A date with an offset, seconds optional."""
    if not isinstance(value, str) or dates.parse(value) is None:
        yield name, "should be a date in the format yyyy-MM-dd'T'HH:mm:ssZ"


def timezone(value: Any, name: str) -> Iterator[Problem]:
    """The name of a time zone in the system's database."""
    if not isinstance(value, str) or value not in zones.load():
        yield name, "is not a supported timezone"
