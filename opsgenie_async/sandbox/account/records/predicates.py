"""Predicates over the fields of an item, and their evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from opsgenie_async.sandbox.account.documents import Doc
from opsgenie_async.sandbox.account.records.fields import Field

__all__ = ["Either", "Every", "Has", "Opposite", "Phrase", "Predicate", "Range", "Word", "fields_of", "passes"]


@dataclass(frozen=True, slots=True)
class Word:
    """A condition: a value is one of *exact*, or *pattern* matches all of it."""

    field: Field
    exact: frozenset[str]
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A condition: *pattern* matches in a value; *fragments* are words without spaces that it must contain."""

    field: Field
    pattern: re.Pattern[str]
    fragments: tuple[str, ...]
    plain: bool
    """Whether the first fragment is all there is to it."""


@dataclass(frozen=True, slots=True)
class Range:
    """A condition: a number, or a time in milliseconds, is within bounds."""

    field: Field
    low: float = -inf
    high: float = inf
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class Has:
    """A condition: there is any value."""

    field: Field


@dataclass(frozen=True, slots=True)
class Opposite:
    """The negation of a predicate."""

    part: Predicate


@dataclass(frozen=True, slots=True)
class Every:
    """The conjunction of predicates."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """The disjunction of predicates."""

    parts: tuple[Predicate, ...]


Predicate = Word | Phrase | Range | Has | Opposite | Every | Either


def passes(predicate: Predicate, item: Doc) -> bool:
    """Whether *item* matches *predicate*."""
    match predicate:
        case Word(field, exact, pattern):
            values = field.values(item)
            return any(value in exact or (pattern is not None and pattern.match(value)) for value in values)
        case Phrase(field, pattern):
            return any(pattern.match(value) for value in field.values(item))
        case Range(field):
            return any(_contains(predicate, value) for value in field.values(item))
        case Has(field):
            return bool(field.values(item))
        case Opposite(part):
            return not passes(part, item)
        case Every(parts):
            return all(passes(part, item) for part in parts)
        case Either(parts):
            return any(passes(part, item) for part in parts)


def fields_of(predicate: Predicate) -> Iterator[Field]:
    """The fields that *predicate* reads."""
    match predicate:
        case Opposite(part):
            yield from fields_of(part)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from fields_of(part)
        case _:
            yield predicate.field


def _contains(predicate: Range, value: float) -> bool:
    above = value >= predicate.low if predicate.low_included else value > predicate.low
    return above and (value <= predicate.high if predicate.high_included else value < predicate.high)
