"""Texts and times from values of any type."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from opsgenie_async.models.wire_types import EPOCH

__all__ = ["duration", "iso", "items", "milliseconds", "moment", "storable", "text", "texts"]

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no file in UTF-8 can hold, and a NUL, which ends a text for many programs."""


def text(value: Any) -> str:
    """*value* as text: none as "", what is no text as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def storable(value: str) -> str:
    """*value* with U+FFFD for each NUL and half of a surrogate pair."""
    return UNSTORABLE.sub("\ufffd", value)


def items(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; anything else has none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """The elements of a list as texts; anything else has none."""
    return [text(each) for each in value] if isinstance(value, list) else []


def moment(value: Any) -> datetime | None:
    """The moment that *value* names: ISO 8601, UTC where it has no offset, or epoch milliseconds; else None."""
    try:
        if isinstance(value, str):
            point = datetime.fromisoformat(value)
            return (point if point.tzinfo else point.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return EPOCH + timedelta(milliseconds=value)
    except (ValueError, OverflowError):
        pass
    return None


def milliseconds(value: Any) -> int | None:
    """Epoch milliseconds of the moment that *value* names, else None."""
    point = moment(value)
    return None if point is None else (point - EPOCH) // timedelta(milliseconds=1)


def iso(value: Any) -> str | None:
    """The moment that *value* names in UTC, as 2026-11-28T07:51:20.768Z, else None."""
    point = moment(value)
    return None if point is None else f"{point:%Y-%m-%dT%H:%M:%S}.{point.microsecond // 1000:03d}Z"


def duration(value: Any) -> float | None:
    """A number of milliseconds, else None."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
