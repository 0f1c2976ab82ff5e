"""Texts and times from values of any type."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from opsgenie_async.clock import EPOCH, epoch_milliseconds

__all__ = ["duration", "iso", "items", "milliseconds", "moment", "storable", "text", "texts", "wall_clock"]

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no file in UTF-8 can hold, and a NUL, which ends a text for many programs."""


def text(value: Any) -> str:
    """*value* as text: None as "", other types as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def storable(value: str) -> str:
    """*value* with each NUL and half of a surrogate pair replaced by U+FFFD."""
    return UNSTORABLE.sub("\ufffd", value)


def items(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; empty for other types."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """The elements of a list as text; empty for other types."""
    return [text(each) for each in value] if isinstance(value, list) else []


def moment(value: Any) -> datetime | None:
    """The time in *value*: ISO 8601, in UTC without an offset, or epoch milliseconds; otherwise None."""
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
    """The time in *value* as epoch milliseconds, None if it has none."""
    point = moment(value)
    return None if point is None else epoch_milliseconds(point)


def iso(value: Any) -> str | None:
    """The time in *value* in UTC, as 2026-11-28T07:51:20.768Z; None if it has none."""
    point = moment(value)
    return None if point is None else f"{point.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def wall_clock(value: Any, zone: ZoneInfo) -> str | None:
    """The time in *value* as local time in *zone*, as 2026-11-28T07:51:20; None if it has none."""
    point = moment(value)
    try:
        return None if point is None else point.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
    except OverflowError:  # at the ends of the calendar
        return None


def duration(value: Any) -> float | None:
    """A number of milliseconds, None for other values."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
