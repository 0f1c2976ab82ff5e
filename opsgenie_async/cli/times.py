"""Times as users type them: `22:00`, `+8h`, `tomorrow 06:00`, `fri 09:00`, `2026-12-24 08:00`, ISO with an offset."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from opsgenie_async.cli.exits import WrongUsage

__all__ = ["EXPECTED", "raise_if_beyond", "read_at", "read_time"]

EXPECTED = "22:00, +8h, tomorrow 06:00, fri 09:00, 2026-11-28T09:00 or 2026-11-28T09:00Z"
SHIFT = re.compile(r"\+(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m(?:in)?)?", re.IGNORECASE)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DAYS_FROM_NOW = {"today": 0, "tomorrow": 1}
FIRST, LAST = datetime(4, 1, 1, tzinfo=UTC), datetime(9997, 1, 1, tzinfo=UTC)
"""Who is on call depends on some time before and behind, which has to be in the calendar, too."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_time(
    argument: str, text: str, zone: tzinfo | None, now: datetime, *, start: datetime | None = None
) -> datetime:
    """Parse a time.

    Args:
        argument: The name of the argument, for an error.
        text: The text.
        zone: The time zone without an offset; None for this computer's.
        now: The current time, timezone-aware, for `today` and `tomorrow`.
        start: For the end of a period, its start, timezone-aware: a clock time or a weekday is the next one after it,
            possibly on the same day, and `+8h` counts from it. Without it they count from *now*; a weekday is never
            today.

    Returns:
        The time, in *zone*. In the repeated hour of a clock change it is the first one.

    Raises:
        WrongUsage: The text is not a time, or the time is skipped by a clock change.
    """
    try:
        moment = _read(" ".join(text.split()), zone, now, start)
        if moment.tzinfo is None:
            moment = _on_clock(argument, moment, zone)
        return moment.astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        raise WrongUsage(f"{argument}: expected a time such as {EXPECTED}, got {text!r}") from None


def read_at(text: str | None, zone: tzinfo | None, now: datetime) -> datetime:
    """Parse `--at`, in UTC; *now* without it; raises like `read_time`."""
    if text is None:
        return now
    moment = read_time("--at", text, zone, now).astimezone(UTC)
    raise_if_beyond("--at", moment)
    return moment


def raise_if_beyond(argument: str, *moments: datetime) -> None:
    """Raise `WrongUsage` if one of *moments* is too close to the limits of the calendar for computations."""
    if not all(FIRST <= moment <= LAST for moment in moments):
        raise WrongUsage(f"{argument}: only the years {FIRST.year} to {LAST.year - 1} of the calendar can be computed")


def _read(text: str, zone: tzinfo | None, now: datetime, start: datetime | None) -> datetime:
    """Return a time with an offset, or a local time in *zone*; raises `ValueError` if it is not a time."""
    word = text.casefold()
    origin = (start or now).astimezone(zone)
    wall = origin.replace(tzinfo=None)
    if word == "now":
        return now
    if (shift := SHIFT.fullmatch(text)) and any(shift.groups()):
        return _later(wall, zone, *(int(number or 0) for number in shift.groups()))
    if (clock := _clock(text)) is not None:
        moment = datetime.combine(wall, clock)
        return moment if moment > wall else moment + timedelta(days=1)
    day, _, rest = word.partition(" ")
    clock = _clock(rest) if rest else time()
    if clock is not None and day in DAYS_FROM_NOW:
        return datetime.combine(now.astimezone(zone) + timedelta(days=DAYS_FROM_NOW[day]), clock)
    if clock is not None and DAY.fullmatch(day):
        return datetime.combine(date.fromisoformat(day), clock)
    if clock is not None and (number := _weekday(day)) is not None:
        moment = datetime.combine(wall + timedelta(days=(number - wall.weekday()) % 7), clock)
        passed = moment.date() == wall.date() if start is None else moment <= wall
        return moment + timedelta(days=7 * passed)
    return datetime.fromisoformat(text)


def _later(wall: datetime, zone: tzinfo | None, weeks: int, days: int, hours: int, minutes: int) -> datetime:
    """Count days by the calendar, which may have 23 hours, and hours by the clock."""
    later = wall + timedelta(weeks=weeks, days=days)
    local = later.astimezone() if zone is None else later.replace(tzinfo=zone)
    return local.astimezone(UTC) + timedelta(hours=hours, minutes=minutes)


def _weekday(word: str) -> int | None:
    """Return the number of the weekday that starts with *word*, from 0 for Monday; None if there is none."""
    return next((number for number, name in enumerate(WEEKDAYS) if len(word) >= 3 and name.startswith(word)), None)


def _clock(text: str) -> time | None:
    """Return a clock time; None for other text, and raises `ValueError` for an impossible time."""
    match = CLOCK.fullmatch(text)
    return None if match is None else time(int(match[1]), int(match[2]), int(match[3] or 0))


def _on_clock(argument: str, wall: datetime, zone: tzinfo | None) -> datetime:
    """Return the time at local time *wall* in *zone*; raises `WrongUsage` if a clock change skips it."""
    moment = wall.astimezone() if zone is None else wall.replace(tzinfo=zone)
    existing = moment.astimezone(UTC).astimezone(zone)
    if existing.replace(tzinfo=None, fold=0) != wall.replace(fold=0):
        raise WrongUsage(
            f"{argument}: {wall:%Y-%m-%d %H:%M} does not exist in {zone or 'your time zone'}: the clocks go forward, "
            f"to {existing:%H:%M} at that moment"
        )
    return moment
