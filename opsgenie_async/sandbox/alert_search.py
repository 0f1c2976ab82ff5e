"""The search language of alert lists and counts: what a query means, as a test of one alert.

By the vendor's page on search queries: `field: value` and comparisons, `AND`, `OR`, `NOT` and parentheses, also around
the values of one field (`tag: (a OR b)`), `*` for any letters, quotes around phrases, `is null`. Words that belong to
no field are looked for in the message; what stands side by side must all be true.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from opsgenie_async.sandbox import dates
from opsgenie_async.sandbox.state import Doc
from opsgenie_async.sandbox.validate import semantic

__all__ = ["LONGEST", "Test", "search"]

Test = Callable[[Doc], bool]

LONGEST = 1000
"""Characters in a query; the OpenAPI file says so of saved ones."""
DEEPEST = 50

_TOKEN = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|[()]|[<>]=?|!?=|:|[^\s()<>=:"!]+|[!"])""")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
    "<": lambda have, want: have < want,
    "<=": lambda have, want: have <= want,
}
_EQUALS = (":", "=", "!=")

_PHRASES = ("message", "description")
_WORDS = (
    *("alias", "entity", "source", "status", "owner", "integration.name", "integration.type"),
    *("report.acknowledgedBy", "report.closedBy"),
)
_FLAGS = ("acknowledged", "isSeen", "snoozed")
_NUMBERS = ("count", "tinyId", "priority", "report.ackTime", "report.closeTime")
_DATES = ("createdAt", "updatedAt", "lastOccurredAt", "snoozedUntil")
_LISTS: dict[str, Callable[[Doc], list[str]]] = {
    "tag": lambda alert: alert["tags"],
    "tags": lambda alert: alert["tags"],
    "actions": lambda alert: alert["actions"],
    "teams": lambda alert: [each["id"] for each in alert["teams"]],
    "responders": lambda alert: [each["id"] for each in alert["responders"]],
    "details.key": lambda alert: [*alert["details"]],
    "details.value": lambda alert: [*alert["details"].values()],
}
_CASELESS = {name.casefold(): name for name in (*_PHRASES, *_WORDS, *_FLAGS, *_NUMBERS, *_DATES, *_LISTS)}


def search(query: str) -> Test:
    """The test that *query* stands for; everything passes an empty one. 422 for a query that makes no sense."""
    if len(query) > LONGEST:
        raise _wrong(f"should not be longer than {LONGEST} characters")
    return _Parser(query).whole()


def _wrong(problem: str) -> Exception:
    return semantic({"query": problem})


class _Parser:
    """Reads a query from left to right; every method takes what it understands and leaves the rest."""

    def __init__(self, query: str) -> None:
        self._tokens = _TOKEN.findall(query)
        self._next = 0
        self._depth = 0

    def whole(self) -> Test:
        if not self._tokens:
            return lambda alert: True
        test = self._any(None)
        if self._peek():
            raise _wrong(f"[{self._peek()}] is not expected")
        return test

    def _peek(self, ahead: int = 0) -> str:
        place = self._next + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._next += 1
        return token

    def _took(self, *words: str) -> bool:
        if self._peek().upper() not in words:
            return False
        self._next += 1
        return True

    def _any(self, field: str | None) -> Test:
        tests = [self._all(field)]
        while self._took("OR"):
            tests.append(self._all(field))
        return tests[0] if len(tests) == 1 else lambda alert: any(test(alert) for test in tests)

    def _all(self, field: str | None) -> Test:
        tests = [self._one(field)]
        while self._took("AND") or self._peek().upper() not in ("", ")", "OR"):
            tests.append(self._one(field))
        return tests[0] if len(tests) == 1 else lambda alert: all(test(alert) for test in tests)

    def _one(self, field: str | None) -> Test:
        if self._took("NOT"):
            test = self._one(field)
            return lambda alert: not test(alert)
        if self._peek() == "(":
            return self._inside(field)
        token = self._take()
        if token in ("", ")", '"', "!", ":", "=", "!=", *_COMPARISONS) or token.upper() in ("AND", "OR"):
            raise _wrong(f"something is missing before [{token}]" if token else "ends too early")
        if field is not None:
            return _matching(field, _plain(token))
        if self._peek() in (*_EQUALS, *_COMPARISONS) or self._peek().casefold() == "is":
            return self._field(_known(token))
        return _matching("message", _plain(token))

    def _inside(self, field: str | None) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _wrong("has too many parentheses")
        self._take()
        test = self._any(field)
        if not self._took(")"):
            raise _wrong("a parenthesis is not closed")
        self._depth -= 1
        return test

    def _field(self, field: str) -> Test:
        operator = self._take()
        if operator.casefold() == "is":
            negated = self._took("NOT")
            if not self._took("NULL"):
                raise _wrong("[is] should be followed by null or not null")
            return lambda alert: bool(_values(alert, field)) is negated
        if operator in _COMPARISONS:
            return _comparing(field, _COMPARISONS[operator], self._value())
        test = self._inside(field) if self._peek() == "(" else _matching(field, self._value())
        return (lambda alert: not test(alert)) if operator == "!=" else test

    def _value(self) -> str:
        """A value, which may hold colons (a time of day) where a field's name may not."""
        value = self._take()
        if not value or value in ("(", ")", '"', "!"):
            raise _wrong("a value is missing")
        while not value.startswith('"') and self._peek() == ":" and self._peek(1) not in ("", "(", ")"):
            value += self._take() + self._take()
        return _plain(value)


def _plain(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token


def _known(name: str) -> str:
    field = _CASELESS.get(_plain(name).casefold())
    if field is None:
        raise _wrong(f"[{name}] is not a field that can be searched")
    return field


def _values(alert: Doc, field: str) -> list[Any]:
    """What *alert* has under *field*; nothing where that is empty."""
    if field in _LISTS:
        return _LISTS[field](alert)
    value: Any = alert
    for step in field.split("."):
        value = value.get(step)
        if value is None or value == "":
            return []
    return [value]


def _matching(field: str, want: str) -> Test:
    wanted = want.casefold()
    if field in _DATES:
        first, last = _span(field, want)
        return lambda alert: any(first <= _moment(have) < last for have in _values(alert, field))
    if field in _NUMBERS:
        number = _number(field, want)
        return lambda alert: any(_number(field, have) == number for have in _values(alert, field))
    if field in _FLAGS:
        if wanted not in ("true", "false"):
            raise _wrong(f"{field} should be true or false")
        return lambda alert: bool(alert.get(field)) is (wanted == "true")
    pattern = re.sub(r"([\[\]?])", r"[\1]", wanted)
    if field in _PHRASES:
        pattern = f"*{pattern}*"
    return lambda alert: any(fnmatchcase(str(have).casefold(), pattern) for have in _values(alert, field))


def _comparing(field: str, compare: Callable[[Any, Any], bool], want: str) -> Test:
    if field in _DATES:
        moment = _span(field, want)[0]
        return lambda alert: any(compare(_moment(have), moment) for have in _values(alert, field))
    if field in _NUMBERS:
        number = _number(field, want)
        return lambda alert: any(compare(_number(field, have), number) for have in _values(alert, field))
    raise _wrong(f"{field} cannot be compared")


def _number(field: str, value: object) -> float:
    text = str(value)
    try:
        return float(text.upper().removeprefix("P") if field == "priority" else text)
    except ValueError:
        raise _wrong(f"{field} should be compared with a number") from None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _span(field: str, want: str) -> tuple[datetime, datetime]:
    """What *want* names: a millisecond since 1970, a moment, or a whole day in UTC (`dd-MM-yyyy`)."""
    try:
        if want.isdecimal():
            moment = datetime.fromtimestamp(int(want) / 1000, UTC)
            return moment, moment + timedelta(milliseconds=1)
        if (exact := dates.parse(want)) is not None:
            return exact, exact + timedelta(seconds=1)
        day = datetime.strptime(want, "%d-%m-%Y").replace(tzinfo=UTC)
        return day, day + timedelta(days=1)
    except (ValueError, OverflowError, OSError):
        raise _wrong(f"{field} should be compared with a date") from None
