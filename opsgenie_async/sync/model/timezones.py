"""Names of time zones: whether there is such a zone, and whether two of them are the same.

Opsgenie may answer with another name of the zone that it was given: `UTC` comes back as `Africa/Monrovia`. The zone
database has no list of such names at hand, so the clocks decide: what showed the same time ever since 1973 is the same.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

__all__ = ["clock_of", "is_timezone", "load_timezones"]

SINCE, UNTIL = datetime(1973, 1, 1, 6, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
STEP = timedelta(days=1)


@functools.cache
def load_timezones() -> Mapping[str, ZoneInfo]:
    """The zones of this machine by their names without case, read once: afterwards nobody waits for the disk."""
    zones = {}
    for name in available_timezones():
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            zones[name.casefold()] = ZoneInfo(name)
    return zones


def is_timezone(name: str) -> bool:
    """Whether there is a zone of this name; on a machine without a tz database, every plausible name is."""
    zones = load_timezones()
    zone = zones.get(name.casefold())
    return zone.key == name if zone is not None else not zones and bool(name.strip())


@functools.cache
def clock_of(name: str) -> Hashable:
    """The same for every name of one zone; the name itself where there is no such zone."""
    zone = load_timezones().get(name.casefold())
    if zone is None:
        return name.casefold()
    changes: list[tuple[int, timedelta | None]] = []
    last: timedelta | None = None
    for day in range((UNTIL - SINCE) // STEP):
        offset = (SINCE + day * STEP).astimezone(zone).utcoffset()
        if offset != last:
            changes.append((day, offset))
            last = offset
    return tuple(changes)
