"""VTIMEZONE (RFC 5545, 3.6.5): the clock changes of a zone as far as a calendar file needs them.

Written here, for `icalendar` names the onset of daylight saving time by the clock after the change, where the RFC
has it by the clock before, an hour off.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

__all__ = ["ClockChange", "clock_changes", "timezone_component"]

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
        if _state(zone, begin) != _state(zone, finish):
            yield _change(zone, begin, finish)
        begin = finish


def timezone_component(zone: ZoneInfo, start: datetime, end: datetime) -> Timezone:
    """Return the component of *zone* for events from *start* to *end*."""
    component = Timezone()
    component.add("tzid", zone.key)
    offset, name, daylight = _state(zone, start)
    first = ClockChange(start.astimezone(UTC).replace(microsecond=0), offset, offset, name, daylight)
    for change in (first, *clock_changes(zone, start, end)):
        component.add_component(_observance(change))
    return component


def _observance(change: ClockChange) -> TimezoneStandard | TimezoneDaylight:
    observance = TimezoneDaylight() if change.daylight else TimezoneStandard()
    observance.add("dtstart", change.onset)
    observance.add("tzoffsetfrom", change.before)
    observance.add("tzoffsetto", change.after)
    observance.add("tzname", change.name)
    return observance


def _state(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or zone.key, bool(local.dst())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> ClockChange:
    state = _state(zone, before)
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if _state(zone, middle) == state:
            before = middle
        else:
            after = middle
    offset, name, daylight = _state(zone, after)
    return ClockChange(after, state[0], offset, name, daylight)
