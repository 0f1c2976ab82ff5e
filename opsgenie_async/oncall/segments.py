"""Segments: periods with everybody who is on call in any rotation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from opsgenie_async.oncall.local_time import within_calendar
from opsgenie_async.oncall.timeline import Period
from opsgenie_async.oncall.values import Participant, ScheduleError

__all__ = ["aware", "distinct", "participants_of", "segments"]


def aware(moment: datetime) -> datetime:
    """Return *moment* in UTC.

    Raises:
        ScheduleError: It is not timezone-aware.
    """
    if moment.tzinfo is None:
        raise ScheduleError(f"expected a timezone-aware datetime, got {moment.isoformat()}")
    return within_calendar(moment)


def participants_of(periods: Iterable[Period]) -> tuple[Participant, ...]:
    """Return the participants of *periods*, without duplicates."""
    return distinct(period.participant for period in periods)


def distinct(participants: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return *participants* without duplicates; the first of equal ones is kept."""
    by_key: dict[tuple[str, str], Participant] = {}
    for participant in participants:
        by_key.setdefault(participant.key, participant)
    return tuple(by_key.values())


def segments(
    periods: Iterable[Period], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, tuple[Participant, ...]]]:
    """Yield contiguous segments from *start* to *end*, with everybody who is on call in each.

    In a segment, participants are ordered by when they came on call.
    """
    listed = list(periods)
    boundaries = {start, end}
    for period in listed:
        boundaries |= {max(period.start, start), min(period.end, end)}
    moments = sorted(moment for moment in boundaries if start <= moment <= end)
    waiting = sorted(listed, key=lambda period: period.start)
    active: list[Period] = []
    position = 0
    previous: tuple[datetime, datetime, tuple[Participant, ...]] | None = None
    for begin, finish in pairwise(moments):
        active = [period for period in active if period.end > begin]
        while position < len(waiting) and waiting[position].start <= begin:
            if waiting[position].end > begin:
                active.append(waiting[position])
            position += 1
        serving = participants_of(period for period in active if period.participant.kind != "none")
        if previous and {each.key for each in previous[2]} == {each.key for each in serving}:
            previous = previous[0], finish, previous[2]
            continue
        if previous:
            yield previous
        previous = begin, finish, serving
    if previous:
        yield previous
