"""Dates of documents as moments: what is compared, ordered and checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from opsgenie_async.json_text import Json

__all__ = ["moment"]


def moment(text: Json, *, half_hours: bool = False) -> datetime | None:
    """The moment, to the second or to the nearest half hour; None for what is no date with an offset."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        if at is None or at.tzinfo is None:
            return None
        at = at.astimezone(UTC).replace(microsecond=0)
        if half_hours:
            return at.replace(minute=0, second=0) + timedelta(minutes=30 * ((at.minute + 15) // 30))
        return at
    except (ValueError, OverflowError):
        return None
