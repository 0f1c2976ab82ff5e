"""The clock changes of a time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

__all__ = ["ClockChange", "clock_changes", "clock_state"]

STEP = timedelta(days=1)
SECOND = timedelta(seconds=1)


@attrs.frozen
class ClockChange:
    """A moment from which a zone has another offset, or another name for it."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool

    @property
    def onset(self) -> datetime:
        """What the clock before the change shows at that moment; naive, as the RFC has it."""
        return (self.at + self.before).replace(tzinfo=None)


def clock_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[ClockChange]:
    """Yield the clock changes of *zone* after *start* and until *end*, both timezone-aware, in order."""
    begin = start.astimezone(UTC).replace(microsecond=0)
    while begin < end:
        finish = begin + STEP
        if clock_state(zone, begin) != clock_state(zone, finish):
            yield _change(zone, begin, finish)
        begin = finish


def clock_state(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str, bool]:
    """Return the offset of *zone* at *moment*, its short name, and whether it is daylight saving time."""
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or zone.key, bool(local.dst())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> ClockChange:
    state = clock_state(zone, before)
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if clock_state(zone, middle) == state:
            before = middle
        else:
            after = middle
    offset, name, daylight = clock_state(zone, after)
    return ClockChange(after, state[0], offset, name, daylight)
