"""VTIMEZONE (RFC 5545, 3.6.5): the clock changes of a zone as far as a calendar file needs them.

Written here, for `icalendar` names the onset of daylight saving time by the clock after the change, where the RFC
has it by the clock before, an hour off.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from opsgenie_async.pictures.clock_changes import ClockChange, clock_changes, clock_state

__all__ = ["timezone_component"]


def timezone_component(zone: ZoneInfo, start: datetime, end: datetime) -> Timezone:
    """Return the component of *zone* for events from *start* to *end*."""
    component = Timezone()
    component.add("tzid", zone.key)
    offset, name, daylight = clock_state(zone, start)
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
