"""Moments on the command line: read as people write them, shown in the reader's zone and in a schedule's."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

__all__ = ["add_zone_argument", "both_clocks", "clock_text", "moment", "stamp", "zone"]


def moment(text: str) -> datetime:
    """A date and time for argparse; without an offset it is meant in the reader's zone."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"expected a time as 2026-11-28T09:00 or with Z, got {text!r}") from None


def zone(text: str) -> ZoneInfo:
    """The name of a time zone, for argparse."""
    try:
        return ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        raise argparse.ArgumentTypeError(f"expected the name of a time zone as Europe/Paris, got {text!r}") from None


def add_zone_argument(parser: argparse.ArgumentParser) -> None:
    """`--zone`."""
    parser.add_argument("--zone", type=zone, metavar="NAME", help="your time zone (default: this computer's)")


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC, for machines."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def clock_text(at: datetime, zone: tzinfo | None) -> str:
    """What a calendar and a clock in *zone* show, with the zone's short name: `Mon 30 Nov 2026 09:00 CET`."""
    local = at.astimezone(zone)
    return f"{local:%a %d %b %Y %H:%M} {local.tzname()}"


def both_clocks(at: datetime, reader: tzinfo | None, schedule: ZoneInfo) -> str:
    """*at* in the reader's zone, and behind it in the schedule's where its clocks show something else."""
    local, remote = at.astimezone(reader), at.astimezone(schedule)
    if local.utcoffset() == remote.utcoffset():
        return clock_text(at, reader)
    remote_text = f"{remote:%H:%M}" if local.date() == remote.date() else f"{remote:%a %d %b %H:%M}"
    return f"{clock_text(at, reader)} ({remote_text} {schedule.key})"
