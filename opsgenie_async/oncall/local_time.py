"""Local time of a zone to instants and back, with one rule for hours that the clocks skip or repeat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opsgenie_async.oncall.policy import Policy

__all__ = ["EARLIEST", "LATEST", "from_local", "snap_minutes", "to_local", "within_calendar"]

EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
LATEST = datetime(9998, 1, 1, tzinfo=UTC)
"""Bounds of what is computed: a day further and arithmetic on local time would leave the calendar."""

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LOCAL_EARLIEST = EARLIEST.replace(tzinfo=None)


def within_calendar(moment: datetime) -> datetime:
    """Return an aware *moment* in UTC, moved to the bound where it lies beyond: 9999-12-31 is a way to say never."""
    try:
        return min(max(moment.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:
        return EARLIEST if moment.year == 1 else LATEST


def to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what a clock in *zone* shows at *instant*, as a naive datetime: its sums ignore clock changes."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def from_local(local: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """Return when a clock in *zone* shows *local* (naive, fold 0), in UTC; where it never or twice does, by policy."""
    steady = _offset_of_day(local.toordinal(), zone)
    if steady is not None:
        return EARLIEST + (local - steady - LOCAL_EARLIEST)  # in half the time that `replace(tzinfo=UTC)` takes
    offset, later_offset = _offset(local, zone), _offset(local.replace(fold=1), zone)
    if offset < later_offset and policy.missing_hour == "first_instant_after":
        return _end_of_gap(local, zone)
    if offset > later_offset and policy.repeated_hour == "second":
        offset = later_offset
    return EARLIEST + (local - offset - LOCAL_EARLIEST)


@lru_cache(maxsize=1 << 15)
def _offset_of_day(day: int, zone: ZoneInfo) -> timedelta | None:
    """Return the one offset that *zone* has on a local day, given as an ordinal; None where its clocks change."""
    midnight = datetime.fromordinal(day)
    before, after = _offset(midnight, zone), _offset((midnight + DAY).replace(fold=1), zone)
    return before if before == after else None


def _offset(local: datetime, zone: ZoneInfo) -> timedelta:
    """Return the offset of *zone* where its clocks show *local*; a zone reads the fields and fold of any datetime."""
    offset = zone.utcoffset(local)
    assert offset is not None, "a ZoneInfo has an offset for every datetime"  # noqa: S101
    return offset


@lru_cache(maxsize=4096)
def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant after the gap in which *local* lies."""
    # In a gap the later offset (fold=1) leads to an instant before the change, the earlier one to one after it.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC).replace(microsecond=0)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(microsecond=0) + SECOND
    offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def snap_minutes(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return *instant* at the nearest local minute 00 or 30 of *zone*, as the API stores a rotation's dates."""
    local = to_local(instant, zone)
    hour = local.replace(minute=0, second=0, microsecond=0)
    moved = hour + timedelta(minutes=30 * ((local.minute + 15) // 30))
    return (instant + (moved - local)).astimezone(UTC)
