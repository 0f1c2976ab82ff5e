"""The JSON forms of dates, numbers and flags, and their Python values.

A plain `datetime` has the v2 spelling. The types below are for fields that the documents show spelled otherwise: a
field annotated `WallTime` is a `datetime` to its user.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.clock import EPOCH, epoch_milliseconds
from opsgenie_async.models.mismatch import Mismatch, NaiveMoment
from opsgenie_async.time_zones import find_time_zone

__all__ = [
    "ONE_OR_MANY",
    "EpochMillis",
    "FlagText",
    "HourText",
    "IdText",
    "MinuteText",
    "WallTime",
    "WireType",
    "aware",
    "dx_text",
    "instant",
    "moment_text",
    "read_moment",
    "to_zone",
    "wall_text",
    "write_epoch",
    "zone",
]


@attrs.frozen
class WireType:
    """The functions of an `Annotated` field type: one reads the JSON value, one writes it."""

    read: Callable[[Any, Any], object]
    write: Callable[[Any], object]


class OneOrMany:
    """Marks a list field that some responses have as a single object; it is written as a list."""


ONE_OR_MANY = OneOrMany()


def aware(field: str, moment: datetime) -> datetime:
    """Return *moment*; raise `ValueError` naming *field* without a time zone, `TypeError` if it is not a datetime."""
    if not isinstance(moment, datetime):
        raise TypeError(f"{field}: expected an aware datetime, got {moment!r}")
    if moment.utcoffset() is None:
        raise NaiveMoment(moment, field)
    return moment


def instant(moment: datetime) -> timedelta:
    """Return an aware *moment* in UTC, for comparisons.

    Python compares two moments of one zone by the clock on its wall, and in the hour that comes twice no moment equals
    one of another zone (PEP 495). The first and the last moment that a datetime has are no exception.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise NaiveMoment(moment)
    return moment.replace(tzinfo=None, fold=0) - datetime.min - offset


def to_zone(moment: datetime, time_zone: tzinfo) -> datetime:
    """Return an aware *moment* in another time zone; raises `ValueError` if its year is not from 1 to 9999."""
    try:
        return moment.astimezone(time_zone)
    except OverflowError:
        raise ValueError(f"{moment} has no date in {time_zone}: years are 1 to 9999") from None


def read_moment(value: Any, _: object, _parse: Callable[[str], datetime] = datetime.fromisoformat) -> datetime:
    """Any v2 literal, with or without seconds and fractions; one without a zone is in UTC."""
    if value.__class__ is str:
        try:
            moment = _parse(value)
        except ValueError:
            raise Mismatch("a date and time", value) from None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    raise Mismatch("a date and time", value)


def moment_text(moment: datetime) -> str:
    """The v2 spelling, `2017-01-15T08:00:00+02:00`, `Z` for UTC, a fraction only when there is one."""
    if moment.utcoffset() is None:
        raise NaiveMoment(moment)
    fraction = "seconds" if not moment.microsecond else "microseconds" if moment.microsecond % 1000 else "milliseconds"
    text = moment.isoformat(timespec=fraction)
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def dx_text(moment: datetime) -> str:
    """The DX spelling, `2024-01-01T11:22:33`: no zone, so it is UTC."""
    if moment.utcoffset() is None:
        raise NaiveMoment(moment)
    return to_zone(moment, UTC).replace(tzinfo=None).isoformat(timespec="seconds")


@functools.cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone of that name; raises `ValueError` naming it if there is none."""
    if (time_zone := find_time_zone(name)) is None:
        raise ValueError(f"unknown time zone {name!r}")
    return time_zone


def _read_wall(value: Any, _: object) -> datetime:
    if value.__class__ is str:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise Mismatch("a date and time", value)


def wall_text(moment: datetime) -> str:
    """The v1 spelling, `2013-02-10 18:00`: what the clock on the wall shows, without the zone."""
    return moment.replace(tzinfo=None).isoformat(" ", "minutes")


def _read_epoch(value: Any, _: object) -> datetime:
    if value.__class__ is int:
        try:
            return EPOCH + timedelta(milliseconds=value)
        except OverflowError:
            pass
    raise Mismatch("milliseconds since 1970", value)


def write_epoch(moment: datetime) -> int:
    """Whole milliseconds since 1970 of an aware *moment*; raises `NaiveMoment` for a naive one."""
    if moment.utcoffset() is None:
        raise NaiveMoment(moment)
    return epoch_milliseconds(moment)


def _read_number(value: Any, _: object) -> int:
    if value.__class__ is int:
        return int(value)
    if value.__class__ is str and value.isascii() and value.isdigit():
        return int(value)
    raise Mismatch("int, plain or as text", value)


def _read_id(value: Any, _: object) -> str:
    if value.__class__ is str or value.__class__ is int:
        return str(value)
    raise Mismatch("str, or int for a number", value)


def _read_flag(value: Any, _: object) -> bool:
    if value is True or value == "true":
        return True
    if value is False or value == "false":
        return False
    raise Mismatch("bool, plain or as text", value)


def _flag_text(flag: bool) -> str:  # a writer takes its value and nothing else
    return "true" if flag else "false"


IdText = Annotated[str, WireType(_read_id, str)]
"""An id that some answers spell as a number; it is text to its user either way."""

WallTime = Annotated[datetime, WireType(_read_wall, wall_text)]
"""v1 `yyyy-MM-dd HH:mm`, in the zone of the schedule around it."""

EpochMillis = Annotated[datetime, WireType(_read_epoch, write_epoch)]
"""v1 timeline moments: milliseconds since 1970."""

HourText = Annotated[int, WireType(_read_number, str)]
"""v1 restrictions: hours are text, `"8"`; plain numbers are read as well."""

MinuteText = Annotated[int, WireType(_read_number, "{:02d}".format)]
"""v1 restrictions: minutes are text of two digits, `"00"`; plain numbers are read as well."""

FlagText = Annotated[bool, WireType(_read_flag, _flag_text)]
"""v1 on-call users: `"forwarded": "false"`; plain booleans are read as well."""
