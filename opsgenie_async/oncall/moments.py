"""Who is on call at a time, who is next, and who was before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from math import lcm

from opsgenie_async.oncall.local_time import EARLIEST, LATEST
from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.rotations import CYCLES
from opsgenie_async.oncall.schedule import Schedule
from opsgenie_async.oncall.segments import aware, participants_of, segments
from opsgenie_async.oncall.timeline import timeline
from opsgenie_async.oncall.values import Participant, Rotation

__all__ = ["next_on_call", "on_call", "previous_on_call"]

INSTANT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
SLACK = timedelta(days=15)  # for clock changes, which move what repeats
FIRST_LOOK = timedelta(days=2)
DAY_OF_HOURS, WEEK_OF_HOURS = 24, 168
Stretch = tuple[datetime, datetime]


def on_call(schedule: Schedule, at: datetime, *, policy: Policy | None = None) -> tuple[Participant, ...]:
    """Return who is on call at a time, in the order of the rotations, without duplicates.

    Raises:
        ScheduleError: *at* is not timezone-aware.
    """
    at = aware(at)
    return participants_of(timeline(schedule, at, at + INSTANT, policy=policy).final)


def next_on_call(
    schedule: Schedule, at: datetime, *, policy: Policy | None = None
) -> tuple[datetime, tuple[Participant, ...]] | None:
    """Return when the next person who is not on call at *at* comes on call, and who is on call then.

    If nobody else ever comes, it is the end of the next gap; None if there is neither.

    Raises:
        ScheduleError: *at* is not timezone-aware.
    """
    at = aware(at)
    now = {participant.key for participant in on_call(schedule, at, policy=policy)}
    again: datetime | None = None
    nobody = not now
    for first, last in _stretches_after(schedule, at):
        for start, _, participants in segments(timeline(schedule, first, last, policy=policy).final, first, last):
            if any(participant.key not in now for participant in participants):
                return start, on_call(schedule, start, policy=policy)
            if participants and nobody and again is None:
                again = start
            nobody = not participants
    return None if again is None else (again, on_call(schedule, again, policy=policy))


def previous_on_call(schedule: Schedule, at: datetime, *, policy: Policy | None = None) -> tuple[Participant, ...]:
    """Return who was on call before those at *at*: the last others, or the same people before a gap.

    Raises:
        ScheduleError: *at* is not timezone-aware.
    """
    at = aware(at)
    now = {participant.key for participant in on_call(schedule, at, policy=policy)}
    again: datetime | None = None
    nobody = not now
    for first, last in _stretches_before(schedule, at):
        final = timeline(schedule, first, last, policy=policy).final
        for start, _, participants in reversed(list(segments(final, first, last))):
            if any(participant.key not in now for participant in participants):
                return on_call(schedule, start, policy=policy)
            if participants and nobody and again is None:
                again = start
            nobody = not participants
    return () if again is None else on_call(schedule, again, policy=policy)


def _stretches_after(schedule: Schedule, at: datetime) -> Iterator[Stretch]:
    """Yield stretches from *at* on that show everybody who will ever be on call, the next ones first.

    Between two exceptions (an override, a forwarding rule, the end of a rotation) a schedule repeats itself: one round
    of its rotations shows it all. A stretch is twice as long as the one before, so that a near answer costs little.
    """
    whole = _round(schedule)
    moments = [at, *(moment for moment in _exceptions(schedule) if at < moment < LATEST), LATEST]
    for start, end in _join((begin, begin + min(whole, finish - begin)) for begin, finish in pairwise(moments)):
        first, length = start, FIRST_LOOK
        while first < end:
            last = first + min(length, end - first)
            yield first, last
            first, length = last, 2 * length


def _stretches_before(schedule: Schedule, at: datetime) -> Iterator[Stretch]:
    """Yield stretches before *at* that show everybody who was ever on call, the last ones first."""
    whole = _round(schedule)
    moments = [EARLIEST, *(moment for moment in _exceptions(schedule) if EARLIEST < moment < at), at]
    stretches = _join((finish - min(whole, finish - begin), finish) for begin, finish in pairwise(moments[1:]))
    for start, end in reversed(list(stretches)):
        last, length = end, FIRST_LOOK
        while start < last:
            first = last - min(length, last - start)
            yield first, last
            last, length = first, 2 * length


def _exceptions(schedule: Schedule) -> list[datetime]:
    """When a schedule stops repeating itself: the edges of rotations, overrides and forwarding rules."""
    edges = {edge for rotation in schedule.active_rotations for edge in (rotation.start, rotation.end) if edge}
    edges |= {edge for override in schedule.overrides for edge in (override.start, override.end)}
    edges |= {edge for rule in schedule.forwarding for edge in (rule.start, rule.end)}
    return sorted(edges)


def _round(schedule: Schedule) -> timedelta:
    """How long it takes until every participant has been on call whom a rotation ever puts there."""
    longest = max((_round_of(rotation) for rotation in schedule.active_rotations), default=0)
    return min(longest, (LATEST - EARLIEST) // HOUR) * HOUR + SLACK


def _round_of(rotation: Rotation) -> int:
    """In hours: until turns and hours of the restriction meet as they did at first."""
    turns = len(rotation.participants) if len({each.key for each in rotation.participants}) > 1 else 0
    length = turns * rotation.length * (CYCLES[rotation.type] // HOUR) or 1
    if rotation.restriction is None:
        return length
    return lcm(length, WEEK_OF_HOURS if rotation.restriction.weekly else DAY_OF_HOURS)


def _join(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for start, end in stretches:
        if current and current[1] == start:
            current = current[0], end
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
