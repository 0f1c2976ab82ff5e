"""Times on the command line: parsed, and shown in the user's and in a schedule's time zone."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from opsgenie_async.cli.times import EXPECTED
from opsgenie_async.time_zones import find_time_zone

__all__ = ["add_at_argument", "add_zone_argument", "both_clocks", "clock_text", "date", "in_zone", "stamp", "zone"]


def date(text: str) -> datetime:
    """A date, with or without a time, for argparse; without an offset it is in UTC."""
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a date such as 2025-03-01 or 2025-03-01T12:00Z, got {text!r}"
        ) from None
    return day if day.tzinfo is not None else day.replace(tzinfo=UTC)


def zone(text: str) -> ZoneInfo:
    """The name of a time zone, for argparse."""
    if (time_zone := find_time_zone(text)) is None:
        raise argparse.ArgumentTypeError(f"expected a time zone such as Europe/Paris, got {text!r}")
    return time_zone


def add_at_argument(parser: argparse.ArgumentParser, meaning: str) -> None:
    """`--at`, parsed later by `times.read_time`, since it depends on `--zone`."""
    parser.add_argument("--at", metavar="TIME", help=f"{meaning}; e.g. {EXPECTED}")


def add_zone_argument(parser: argparse.ArgumentParser) -> None:
    """`--zone`."""
    parser.add_argument("--zone", type=zone, metavar="NAME", help="your time zone (default: this computer's)")


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC, for machines."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_zone(at: datetime, zone: tzinfo | None) -> datetime:
    """*at* in *zone*, or in this computer's time zone; in UTC at the limits of the calendar."""
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return at.astimezone(UTC)


def clock_text(at: datetime, zone: tzinfo | None) -> str:
    """*at* as local time in *zone*, with the zone's short name: `Mon 30 Nov 2026 09:00 CET`."""
    local = in_zone(at, zone)
    return f"{local:%a %d %b %Y %H:%M} {local.tzname()}"


def both_clocks(at: datetime, reader: tzinfo | None, schedule: ZoneInfo) -> str:
    """*at* in the user's zone, followed by the schedule's if that differs."""
    local, remote = in_zone(at, reader), in_zone(at, schedule)
    if local.utcoffset() == remote.utcoffset():
        return clock_text(at, reader)
    remote_text = f"{remote:%H:%M}" if local.date() == remote.date() else f"{remote:%a %d %b %H:%M}"
    return f"{clock_text(at, reader)} ({remote_text} {schedule.key})"
