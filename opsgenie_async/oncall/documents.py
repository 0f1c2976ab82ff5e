"""JSON documents of the v2 API to values: strict about what decides who is on call, deaf to the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from opsgenie_async.oncall.local_time import snap_minutes, within_calendar
from opsgenie_async.oncall.values import (
    ForwardingRule,
    Override,
    Participant,
    Restriction,
    Rotation,
    RotationRef,
    ScheduleError,
    Window,
)
from opsgenie_async.time_zones import find_time_zone

__all__ = [
    "DAYS",
    "read_flag",
    "read_forwarding_rule",
    "read_items",
    "read_moment",
    "read_object",
    "read_override",
    "read_participant",
    "read_text",
    "read_zone",
    "rotation_reader",
]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = timedelta(days=1)
TYPES: dict[str, Literal["hourly", "daily", "weekly"]] = {"hourly": "hourly", "daily": "daily", "weekly": "weekly"}
LONGEST_TURN = 10**8
"""A turn as long as this outlasts the calendar, even in hours; a longer one is the same."""

T = TypeVar("T")


def _wrong(field: str, expected: str, value: object) -> ScheduleError:
    text = repr(value)
    return ScheduleError(f"{field}: expected {expected}, got {text if len(text) <= 60 else text[:59] + '…'}")


def read_zone(name: object, field: str) -> ZoneInfo:
    """Read the name of a time zone.

    Raises:
        ScheduleError: The tz database of this machine has none of that name.
    """
    if isinstance(name, str) and (zone := find_time_zone(name)) is not None:
        return zone
    raise _wrong(field, "the name of a time zone", name)


def read_moment(value: object, field: str) -> datetime:
    """Read an ISO 8601 date with an offset, as UTC; a date at either end of the calendar as the bound next to it.

    Raises:
        ScheduleError: It is none.
    """
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return within_calendar(moment)
    raise _wrong(field, "a date with an offset, such as 2026-11-28T09:00:00Z", value)


def read_participant(value: object, field: str) -> Participant:
    """Read whoever can be on call: `{type, id, username or name}`, or `{type: "none"}`."""
    document = read_object(value, field)
    kind = document.get("type", "user")
    if not isinstance(kind, str) or not kind:
        raise _wrong(f"{field}.type", "user, team, escalation or none", kind)
    kind = kind.casefold()
    if kind == "none":
        return Participant("none")
    name = document.get("username") or document.get("name") or ""
    id = document.get("id") or ""
    if not isinstance(name, str) or not isinstance(id, str) or not (name or id):
        raise _wrong(field, "an id or a name", dict(document))
    return Participant(kind, id, name)


def rotation_reader(zone: ZoneInfo) -> Callable[[Mapping[str, Any], str], Rotation]:
    """Return what reads the rotations of a schedule in *zone*."""
    return lambda document, field: _rotation(document, field, zone)


def _rotation(document: Mapping[str, Any], field: str, zone: ZoneInfo) -> Rotation:
    """Read a rotation; `length` may be absent, `endDate` and `timeRestriction` null."""
    word = document.get("type")
    kind = TYPES.get(word.casefold()) if isinstance(word, str) else None
    if kind is None:
        raise _wrong(f"{field}.type", "hourly, daily or weekly", word)
    length = document.get("length")
    length = 1 if length is None else length
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        raise _wrong(f"{field}.length", "a whole number from 1", length)
    end = document.get("endDate")
    participants = _list(document.get("participants"), f"{field}.participants")
    return Rotation(
        id=read_text(document, "id", field),
        name=read_text(document, "name", field),
        type=kind,
        length=min(length, LONGEST_TURN),
        start=snap_minutes(read_moment(document.get("startDate"), f"{field}.startDate"), zone),
        end=None if end is None else snap_minutes(read_moment(end, f"{field}.endDate"), zone),
        participants=tuple(read_participant(each, f"{field}.participants[{n}]") for n, each in enumerate(participants)),
        restriction=_restriction(document.get("timeRestriction"), f"{field}.timeRestriction"),
        enabled=read_flag(document, field),
    )


def _restriction(value: object, field: str) -> Restriction | None:
    if value is None:
        return None
    document = read_object(value, field)
    kind = document.get("type")
    if kind not in ("time-of-day", "weekday-and-time-of-day"):
        raise _wrong(f"{field}.type", "time-of-day or weekday-and-time-of-day", kind)
    weekly = kind == "weekday-and-time-of-day"
    # The vendor's own Java SDK has the list for a time of day, too.
    single = document.get("restriction")
    listed = _list(document.get("restrictions"), f"{field}.restrictions")
    frames = [(f"{field}.restrictions[{n}]", each) for n, each in enumerate(listed)]
    if not weekly and single is not None:
        frames = [(f"{field}.restriction", single)]
    windows = tuple(_window(read_object(each, path), path, weekly=weekly) for path, each in frames)
    return Restriction(weekly, windows) if windows else None


def _window(document: Mapping[str, Any], field: str, *, weekly: bool) -> Window:
    return Window(_edge(document, "start", field, weekly=weekly), _edge(document, "end", field, weekly=weekly))


def _edge(document: Mapping[str, Any], edge: str, field: str, *, weekly: bool) -> timedelta:
    """How far into its cycle a window opens or closes, minutes at the nearest 00 or 30 as the documents say."""
    day = timedelta()
    if weekly:
        word = document.get(f"{edge}Day")
        if not isinstance(word, str) or word.casefold() not in DAYS:
            raise _wrong(f"{field}.{edge}Day", "a day of the week", word)
        day = DAYS.index(word.casefold()) * DAY
    hour = _whole(document, f"{edge}Hour", field, 24)
    minute = _whole(document, f"{edge}Min", field, 59)
    return day + timedelta(hours=hour, minutes=30 * ((minute + 15) // 30))


def read_override(document: Mapping[str, Any], field: str) -> Override:
    """Read an override; without `rotations` it covers them all."""
    refs = _list(document.get("rotations"), f"{field}.rotations")
    start, end = _period(document, field)
    return Override(
        start=start,
        end=end,
        participant=read_participant(document.get("user"), f"{field}.user"),
        rotations=tuple(
            RotationRef(read_text(each, "id", f"{field}.rotations"), read_text(each, "name", f"{field}.rotations"))
            for each in (read_object(ref, f"{field}.rotations") for ref in refs)
        ),
        alias=read_text(document, "alias", field),
    )


def read_forwarding_rule(document: Mapping[str, Any], field: str) -> ForwardingRule:
    """Read a forwarding rule of any user."""
    start, end = _period(document, field)
    return ForwardingRule(
        start=start,
        end=end,
        from_user=read_participant(document.get("fromUser"), f"{field}.fromUser"),
        to_user=read_participant(document.get("toUser"), f"{field}.toUser"),
    )


def _period(document: Mapping[str, Any], field: str) -> tuple[datetime, datetime]:
    start = read_moment(document.get("startDate"), f"{field}.startDate")
    end = read_moment(document.get("endDate"), f"{field}.endDate")
    if end < start:
        raise ScheduleError(f"{field}.endDate: {end.isoformat()} is before startDate, {start.isoformat()}")
    return start, end


def read_items(value: Iterable[object] | None, field: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
    """Read each object of a list, which may be absent or null."""
    listed = value if isinstance(value, Iterable) and not isinstance(value, (str, Mapping)) else _list(value, field)
    return tuple(read(read_object(each, f"{field}[{n}]"), f"{field}[{n}]") for n, each in enumerate(listed))


def read_object(value: object, field: str) -> Mapping[str, Any]:
    """Read a JSON object."""
    if not isinstance(value, Mapping):
        raise _wrong(field, "an object", value)
    return value


def _list(value: object, field: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise _wrong(field, "a list", value)
    return list(value)


def read_text(document: Mapping[str, Any], key: str, field: str) -> str:
    """Read a text that may be absent or null."""
    value = document.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(f"{field}.{key}", "a text", value)
    return value


def read_flag(document: Mapping[str, Any], field: str) -> bool:
    """Read `enabled`, which is true where it is absent or null."""
    value = document.get("enabled")
    if value is None:
        return True
    if not isinstance(value, bool):
        raise _wrong(f"{field}.enabled", "true or false", value)
    return value


def _whole(document: Mapping[str, Any], key: str, field: str, most: int) -> int:
    value = document.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _wrong(f"{field}.{key}", f"a whole number from 0 to {most}", value)
    return value
