"""Shared code of overrides and forwarding rules: a replacement for a period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from opsgenie_async.converters import aware, instant

__all__ = ["HasPeriod", "check_period", "same_entity", "same_period"]


class HasPeriod(Protocol):
    """A model that applies for a period."""

    @property
    def start_date(self) -> datetime: ...

    @property
    def end_date(self) -> datetime: ...


def check_period(arguments: Mapping[str, Any]) -> None:
    """Raise `ValueError` unless the two dates are aware and the end is after the start."""
    start, end = (aware(name, arguments[name]) for name in ("start_date", "end_date"))
    if instant(end) <= instant(start):
        raise ValueError(f"end_date: {end} is not after start_date, {start}")


def same_period(existing: HasPeriod, start: datetime, end: datetime) -> bool:
    """Whether what the API has is in force from *start* to *end*; the API keeps whole seconds."""
    return all(
        instant(one) == instant(other.replace(microsecond=0))
        for one, other in ((existing.start_date, start), (existing.end_date, end))
    )


def same_entity(desired: object, existing: object, *names: str) -> bool:
    """Whether *existing*, which has all of *names*, is what *desired* names by one of them."""
    identifiers = [name for name in names if getattr(desired, name, "")]
    kind = getattr(desired, "type", None) == getattr(existing, "type", None)
    return kind and all(getattr(desired, name) == getattr(existing, name, None) for name in identifiers)
