"""The predicate of a query in an account, with names resolved and dates parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import translate
from math import inf, isfinite

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.records.fields import Directory, Field, Kind, milliseconds
from opsgenie_async.sandbox.account.records.predicates import (
    Either,
    Every,
    Has,
    Opposite,
    Phrase,
    Predicate,
    Range,
    Word,
)
from opsgenie_async.sandbox.behaviour.search.syntax import And, Comparison, Node, Not, Null, Or, QueryError, Text

__all__ = ["bind"]


def bind(
    node: Node,
    fields: Mapping[str, Field],
    account: Directory,
    *,
    text: Sequence[str] = ("message",),
    boundary_included: bool = True,
) -> Predicate:
    """The predicate of *node* in *account*.

    Args:
        node: A query as `parse` reads it.
        fields: The searchable fields.
        account: The account for the lookup of names.
        text: The fields to search for bare words.
        boundary_included: Whether `<=` and `>=` include the boundary.

    Raises:
        QueryError: A value does not fit its field.
    """

    def predicate(node: Node) -> Predicate:
        match node:
            case Text(value):
                phrases = [_phrase(fields[name], value) for name in text]
                return phrases[0] if len(phrases) == 1 else Either(tuple(phrases))
            case Comparison(field, ":", value):
                return _equal(fields[field], value, account)
            case Comparison(field, operator, value):
                return _comparison(fields[field], operator if boundary_included else operator[0], value)
            case Null(field):
                return Opposite(Has(fields[field]))
            case Not(part):
                return Opposite(predicate(part))
            case And(parts):
                return Every(tuple(predicate(part) for part in parts))
            case Or(parts):
                return Either(tuple(predicate(part) for part in parts))

    return predicate(node)


def _equal(field: Field, value: str, account: Directory) -> Predicate:
    match field.kind:
        case Kind.DATE:
            low, high = _span(field, value)
            return Range(field, low, high, high_included=False)
        case Kind.NUMBER:
            number = _number(field, value)
            return Range(field, number, number)
        case Kind.FLAG:
            if value.casefold() not in ("true", "false"):
                raise QueryError(f"{field.name} should be true or false")
            return Word(field, frozenset({value.casefold()}))
        case Kind.PHRASE:
            return _phrase(field, value)
        case Kind.WORD:
            return _word(field, value.casefold(), account)


def _word(field: Field, value: str, account: Directory) -> Word:
    pattern = _pattern(value) if "*" in value else None

    def fits(name: str) -> bool:
        return bool(pattern.match(name)) if pattern else name == value

    by_name = {key for key, names in field.names(account).items() if any(map(fits, names))}
    return Word(field, frozenset(by_name if pattern else {value, *by_name}), pattern)


def _phrase(field: Field, value: str) -> Phrase:
    value = value.casefold()
    fragments = value.replace("*", " ").split()
    return Phrase(field, _pattern(f"*{value}*"), tuple(fragments), fragments == [value])


def _pattern(value: str) -> re.Pattern[str]:
    """A regular expression for *value*, in which only `*` is special."""
    return re.compile(translate(re.sub(r"([\[\]?])", r"[\1]", value)))


def _comparison(field: Field, operator: str, value: str) -> Range:
    if field.kind is Kind.DATE:
        number = _span(field, value)[0]
    elif field.kind is Kind.NUMBER:
        number = _number(field, value)
    else:
        raise QueryError(f"{field.name} cannot be compared")
    inclusive = operator.endswith("=")
    if operator.startswith(">"):
        return Range(field, low=number, low_included=inclusive)
    return Range(field, high=number, high_included=inclusive)


def _number(field: Field, text: str) -> float:
    try:
        number = float(text.upper().removeprefix("P") if field.name == "priority" else text)
    except ValueError:
        number = inf
    if not isfinite(number):
        raise QueryError(f"{field.name} should be compared with a number")
    return number


def _span(field: Field, text: str) -> tuple[float, float]:
    """The time in *text*: a millisecond since 1970, a time, or a whole day; in UTC without a zone."""
    try:
        if text.isdecimal():
            moment = datetime.fromtimestamp(int(text) / 1000, UTC)
            return int(text), int(text) + 1
        if (exact := dates.parse(text)) is not None:
            moment, length = exact, timedelta(seconds=1)
        elif "T" in text.upper():
            moment = datetime.strptime(text.upper(), "%d-%m-%YT%H:%M:%S").replace(tzinfo=UTC)
            length = timedelta(seconds=1)
        else:
            moment = datetime.strptime(text, "%d-%m-%Y").replace(tzinfo=UTC)
            length = timedelta(days=1)
    except (ValueError, OverflowError, OSError):
        raise QueryError(f"{field.name} should be compared with a date") from None
    low = milliseconds(moment)
    return low, low + length / timedelta(milliseconds=1)
