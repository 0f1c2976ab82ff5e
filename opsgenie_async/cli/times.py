"""Times as people type them: `22:00`, `+8h`, `tomorrow 06:00`, `fri 09:00`, `2026-12-24 08:00`, ISO with an offset."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from opsgenie_async.cli.exits import WrongUsage

__all__ = ["EXPECTED", "local_zone", "read_time"]

EXPECTED = "22:00, +8h, tomorrow 06:00, fri 09:00, 2026-12-24 08:00 or 2026-12-24T08:00+01:00"
SHIFT = re.compile(r"\+(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m(?:in)?)?", re.IGNORECASE)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_time(argument: str, text: str, zone: tzinfo, after: datetime) -> datetime:
    """Read a moment.

    Args:
        argument: The name of the argument, for an error.
        text: What was typed.
        zone: Whose clock and calendar are meant where there is no offset.
        after: A clock time is the next one after it, and `+8h` counts from it; aware.

    Returns:
        The moment, in *zone*. Of an hour that the clock shows twice it is the first one.

    Raises:
        WrongUsage: It is no time, or one that the zone's clock skips.
    """
    try:
        moment = _read(" ".join(text.split()), zone, after.astimezone(zone))
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise WrongUsage(f"{argument}: expected a time as {EXPECTED}, got {text!r}")
    if moment.tzinfo is zone:
        _raise_if_skipped(argument, moment)
    return moment.astimezone(UTC).astimezone(zone)


def local_zone(moment: datetime) -> tzinfo:
    """Return the offset of this computer's clock at that moment."""
    return moment.astimezone().tzinfo or UTC


def _read(text: str, zone: tzinfo, after: datetime) -> datetime | None:
    word = text.casefold()
    if word == "now":
        return after
    if (shift := SHIFT.fullmatch(text)) and any(shift.groups()):
        weeks, days, hours, minutes = (int(number or 0) for number in shift.groups())
        # By the calendar for days, which may have 23 hours, and by the clock for hours.
        local = datetime.combine(after.date() + timedelta(weeks=weeks, days=days), after.time(), zone)
        return (local.astimezone(UTC) + timedelta(hours=hours, minutes=minutes)).astimezone(zone)
    if CLOCK.fullmatch(text):
        today = datetime.combine(after.date(), _clock(text), zone)
        return today if today > after else datetime.combine(after.date() + timedelta(days=1), _clock(text), zone)
    day, _, clock = word.partition(" ")
    if (calendar_day := _day(day, after.date())) is not None and (not clock or CLOCK.fullmatch(clock)):
        return datetime.combine(calendar_day, _clock(clock) if clock else time(), zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _day(word: str, today: date) -> date | None:
    """Return the day that a word means, None for no such word; a weekday is the next one, never today."""
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if DAY.fullmatch(word):
        return date.fromisoformat(word)
    for number, name in enumerate(WEEKDAYS):
        if len(word) >= 3 and name.startswith(word):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _clock(text: str) -> time:
    match = CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]), int(match[3] or 0))


def _raise_if_skipped(argument: str, moment: datetime) -> None:
    existing = moment.astimezone(UTC).astimezone(moment.tzinfo)
    if existing.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise WrongUsage(
            f"{argument}: {moment:%Y-%m-%d %H:%M} does not exist in {moment.tzinfo}: the clocks go forward, "
            f"to {existing:%H:%M} at that moment"
        )
