"""Dates in the forms of requests and responses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = [
    "YEARS",
    "add_months",
    "milliseconds",
    "normalize",
    "parse",
    "seconds",
    "span",
    "trim",
]


YEARS = range(1900, 3000)
"""In which everything happens: sums of dates stay within the calendar."""


def parse(text: str) -> datetime | None:
    """The time in *text*, None if it is not an ISO date with an offset within `YEARS`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year not in YEARS:
        return None
    return moment.astimezone(UTC)


def seconds(moment: datetime) -> str:
    """`2017-05-15T09:00:00Z`, the form of overrides and rotations."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> str:
    """`2017-05-24T14:24:20.840Z`, the form of users and timelines."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def trim(moment: datetime) -> str:
    """`2017-05-24T14:24:20.84Z`, or `20Z` without a fraction: the form of alerts, incidents and request statuses.

    These strings do not sort by time.
    """
    return milliseconds(moment).removesuffix("Z").rstrip("0").rstrip(".") + "Z"


def normalize(text: str) -> str:
    """A validated date of a request in the form of responses."""
    moment = parse(text)
    if moment is None:
        raise ValueError(f"not a checked date: {text!r}")
    return seconds(moment)


def span(moment: datetime, zone: ZoneInfo, unit: str, interval: int) -> tuple[datetime, datetime]:
    """Return *interval* days, weeks or months in *zone* from the start of the one with *moment*, in UTC.

    Timelines start like this: by weeks, one requested on a Wednesday starts on Monday at midnight.
    """
    local = moment.astimezone(zone)
    first = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match unit:
        case "months":
            first = first.replace(day=1)
            last = add_months(first, interval)
        case "weeks":
            first -= timedelta(days=first.weekday())
            last = first + timedelta(weeks=interval)
        case _:
            last = first + timedelta(days=interval)
    return first.astimezone(UTC), last.astimezone(UTC)


def add_months(start: datetime, months: int) -> datetime:
    """The same day *months* later, or the last day of that month if it is shorter."""
    years, month = divmod(start.month - 1 + months, 12)
    first = start.replace(year=start.year + years, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (following - timedelta(days=1)).day
    return first.replace(day=min(start.day, last))
