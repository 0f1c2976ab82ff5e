"""Dates as requests write them and as answers do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = [
    "EPOCH",
    "YEARS",
    "add_months",
    "epoch_milliseconds",
    "milliseconds",
    "normalize",
    "parse",
    "seconds",
    "span",
    "trim",
]


YEARS = range(1900, 3000)
"""In which everything happens: sums of dates stay within the calendar."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse(text: str) -> datetime | None:
    """The moment that *text* names, or None when it is no ISO date with an offset in `YEARS`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year not in YEARS:
        return None
    return moment.astimezone(UTC)


def seconds(moment: datetime) -> str:
    """`2017-05-15T09:00:00Z`, as overrides and rotations answer."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> str:
    """`2017-05-24T14:24:20.840Z`, as users and timelines answer."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def trim(moment: datetime) -> str:
    """`2017-05-24T14:24:20.84Z`, `20Z` where there is no fraction: as alerts, incidents and request states answer.

    Such texts do not sort by time.
    """
    return milliseconds(moment).removesuffix("Z").rstrip("0").rstrip(".") + "Z"


def epoch_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def normalize(text: str) -> str:
    """A checked date of a request in the form that answers use."""
    moment = parse(text)
    if moment is None:
        raise ValueError(f"not a checked date: {text!r}")
    return seconds(moment)


def span(moment: datetime, zone: ZoneInfo, unit: str, interval: int) -> tuple[datetime, datetime]:
    """Return *interval* days, weeks or months of *zone* from the beginning of that in which *moment* lies, in UTC.

    Timelines begin so: one asked for on a Wednesday by weeks begins with Monday's midnight.

    Raises:
        ValueError: They end after the calendar does.
    """
    local = moment.astimezone(zone)
    first = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    try:
        match unit:
            case "months":
                first = first.replace(day=1)
                last = add_months(first, interval)
            case "weeks":
                first -= timedelta(days=first.weekday())
                last = first + timedelta(weeks=interval)
            case _:
                last = first + timedelta(days=interval)
    except OverflowError as error:
        raise ValueError(str(error)) from error
    return first.astimezone(UTC), last.astimezone(UTC)


def add_months(start: datetime, months: int) -> datetime:
    """The same day some months on, or the last day of that month where it is shorter."""
    years, month = divmod(start.month - 1 + months, 12)
    first = start.replace(year=start.year + years, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (following - timedelta(days=1)).day
    return first.replace(day=min(start.day, last))
