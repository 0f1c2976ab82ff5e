"""A calendar file (iCalendar, RFC 5545) of who is on call, with the time zones of its local times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from opsgenie_async.oncall import Period, Policy, Schedule, timeline, zone_database
from opsgenie_async.pictures.calendar_zone import timezone_component
from opsgenie_async.pictures.chart import label_of
from opsgenie_async.printable import printable

__all__ = ["calendar_of", "whole_periods"]

FIRST_MARGIN = timedelta(days=15)
LONGEST_MARGIN = timedelta(days=800)
DOMAIN = "opsgenie-async"
ROOM = timedelta(days=366)
"""Around the events, for the rules of their zones."""
IN_UTC = {"UTC", "Etc/UTC"}
"""Zones whose local times are written as UTC."""


def calendar_of(
    schedules: Sequence[Schedule],
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    person: str | None = None,
    policy: Policy | None = None,
) -> bytes:
    """Return a calendar with an event for each turn that overlaps the period from *start* to *end*.

    Turns are not cut at *start* and *end*, so that they have the same UID in every export: importing the file again
    updates events and creates no duplicates.

    Args:
        schedules: The schedules; their final layers are written.
        start: Timezone-aware.
        end: Timezone-aware, excluded.
        now: When the file was made.
        person: Only turns of this user, by case-insensitive username.
        policy: Options for what the vendor's pages leave open.

    Raises:
        ScheduleError: A datetime is not timezone-aware, or *end* is before *start*.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//opsgenie-async//on call//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", printable(f"On call: {person or _title(schedules)}"))
    calendar.add("comment", str(zone_database()))
    turns = [
        (schedule, period)
        for schedule in schedules
        for period in whole_periods(schedule, start, end, policy=policy)
        if person is None or period.participant.name.casefold() == person.casefold()
    ]
    for component in _zones(turns):
        calendar.add_component(component)
    for schedule, period in turns:
        calendar.add_component(_event(schedule, period, now))
    return bytes(calendar.to_ical())


def whole_periods(
    schedule: Schedule, start: datetime, end: datetime, *, policy: Policy | None = None
) -> tuple[Period, ...]:
    """Return the periods of the final layer that overlap a time range, uncut.

    One that extends more than two years beyond it is cut there.
    """
    margin = FIRST_MARGIN
    while True:
        first, last = start - margin, end + margin
        layer = timeline(schedule, first, last, policy=policy).final
        touching = tuple(period for period in layer if period.start < end and period.end > start)
        if margin > LONGEST_MARGIN or not any(_is_cut(period, first, last) for period in touching):
            return touching
        margin *= 2


def _zones(turns: Sequence[tuple[Schedule, Period]]) -> Iterator[Timezone]:
    """Yield each zone that the events name, from the first of them to the last."""
    spans: dict[ZoneInfo, tuple[datetime, datetime]] = {}
    for schedule, period in turns:
        first, last = spans.get(schedule.zone, (period.start, period.end))
        spans[schedule.zone] = min(first, period.start), max(last, period.end)
    for zone, (first, last) in spans.items():
        if zone.key not in IN_UTC:
            yield timezone_component(zone, first - ROOM, last + ROOM)


def _is_cut(period: Period, first: datetime, last: datetime) -> bool:
    return period.start == first.astimezone(UTC) or period.end == last.astimezone(UTC)


def _title(schedules: Sequence[Schedule]) -> str:
    return schedules[0].name if len(schedules) == 1 else f"{len(schedules)} schedules"


def _event(schedule: Schedule, period: Period, now: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(schedule, period))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _local(schedule, period.start))
    event.add("dtend", _local(schedule, period.end))
    event.add("summary", printable(f"On call: {label_of(period.participant)} ({schedule.name})"))
    event.add("description", "\n".join(map(printable, _facts(schedule, period))))
    event.add("categories", ["on-call"])
    event.add("transp", "TRANSPARENT")  # whoever is on call is free for meetings
    return event


def _local(schedule: Schedule, moment: datetime) -> datetime:
    """*moment* on the schedule's clock; in UTC where that clock shows it twice, which DTSTART cannot tell apart."""
    local = moment.astimezone(schedule.zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if twice or schedule.zone.key in IN_UTC else local


def _facts(schedule: Schedule, period: Period) -> Iterator[str]:
    yield f"{period.participant.name or period.participant.id} is on call"
    yield f"schedule: {schedule.name} ({schedule.zone.key})"
    if period.rotation.name:
        yield f"rotation: {period.rotation.name}"
    if period.source != "rotation":
        yield f"by: {period.source}"
    if period.forwarded_from is not None:
        yield f"forwarded from: {label_of(period.forwarded_from)}"


def _uid(schedule: Schedule, period: Period) -> str:
    """What makes a turn the same in every export: schedule, rotation, person and beginning."""
    return (
        f"{_digest((schedule.name, period.rotation.name, *period.participant.key, period.start.isoformat()))}@{DOMAIN}"
    )


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
