"""Analysis of schedules: gaps, differences, hours per person, the impact of an edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.oncall.local_time import from_local, to_local
from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.schedule import Schedule
from opsgenie_async.oncall.segments import aware, segments
from opsgenie_async.oncall.timeline import Period, Timeline, timeline
from opsgenie_async.oncall.values import Participant, ScheduleError

__all__ = [
    "Change",
    "Difference",
    "Gap",
    "Hours",
    "compare",
    "gaps",
    "hours",
    "hours_of",
    "impact",
]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SATURDAY = 5


@attrs.frozen
class Gap:
    """A period in which nobody is on call; UTC, the end excluded."""

    start: datetime
    end: datetime


@attrs.frozen
class Difference:
    """A period in which two schedules have different people on call; UTC, the end excluded.

    Attributes:
        start: The first instant.
        end: The first instant after it.
        one: Who is on call in the first schedule.
        other: Who is on call in the second schedule.
    """

    start: datetime
    end: datetime
    one: tuple[Participant, ...]
    other: tuple[Participant, ...]


@attrs.frozen
class Hours:
    """The time that somebody is on call, in hours; time in two rotations at once counts once.

    Attributes:
        total: All hours.
        nights: Between 22:00 and 07:00 in the person's time zone.
        weekends: On Saturdays and Sundays in the person's time zone.
    """

    total: float = 0.0
    nights: float = 0.0
    weekends: float = 0.0


@attrs.frozen
class Change:
    """The impact of an edit of a schedule on one participant.

    Attributes:
        participant: Who is affected.
        gained: The periods on call only in the edited schedule.
        lost: The periods on call only in the previous schedule.
    """

    participant: Participant
    gained: tuple[Gap, ...]
    lost: tuple[Gap, ...]

    @property
    def gained_hours(self) -> float:
        """The total of `gained` in hours."""
        return sum((each.end - each.start) / HOUR for each in self.gained)

    @property
    def lost_hours(self) -> float:
        """The total of `lost` in hours."""
        return sum((each.end - each.start) / HOUR for each in self.lost)


def gaps(schedule: Schedule, start: datetime, end: datetime, *, policy: Policy | None = None) -> tuple[Gap, ...]:
    """Return the periods between *start* and *end* in which nobody is on call.

    Raises:
        ScheduleError: A datetime is not timezone-aware, or *end* is before *start*.
    """
    whole = timeline(schedule, start, end, policy=policy)
    return tuple(
        Gap(begin, finish)
        for begin, finish, participants in segments(whole.final, whole.start, whole.end)
        if not participants
    )


def compare(
    one: Schedule | Timeline,
    other: Schedule | Timeline,
    start: datetime,
    end: datetime,
    *,
    policy: Policy | None = None,
) -> tuple[Difference, ...]:
    """Return the exact periods in which two schedules have different people on call.

    Either can be a recorded timeline (`Timeline.from_json`). People are identified by kind and name, so two accounts,
    or two platforms, can be compared.

    Raises:
        ScheduleError: A datetime is not timezone-aware, *end* is before *start*, or a recorded timeline does not cover
            the period.
    """
    first, last = aware(start), aware(end)
    sides = _final(one, first, last, policy), _final(other, first, last, policy)
    differences: list[Difference] = []
    for begin, finish, left, right in _side_by_side(*sides, first, last):
        if {each.key for each in left} == {each.key for each in right}:
            continue
        previous = differences[-1] if differences else None
        if previous and previous.end == begin and (previous.one, previous.other) == (left, right):
            differences[-1] = attrs.evolve(previous, end=finish)
        else:
            differences.append(Difference(begin, finish, left, right))
    return tuple(differences)


def hours(
    schedule: Schedule,
    start: datetime,
    end: datetime,
    *,
    zones: Mapping[str, ZoneInfo] | None = None,
    policy: Policy | None = None,
) -> dict[Participant, Hours]:
    """Return how long each participant is on call: in total, at night, at weekends.

    Args:
        schedule: The schedule.
        start: Timezone-aware.
        end: Timezone-aware, excluded.
        zones: Time zones by username, for nights and weekends; the schedule's for other users.
        policy: Options for what the vendor's pages leave open.

    Raises:
        ScheduleError: A datetime is not timezone-aware, or *end* is before *start*.
    """
    final = timeline(schedule, start, end, policy=policy).final
    return hours_of(final, schedule.zone, zones=zones, policy=policy)


def hours_of(
    periods: Iterable[Period],
    zone: ZoneInfo,
    *,
    zones: Mapping[str, ZoneInfo] | None = None,
    policy: Policy | None = None,
) -> dict[Participant, Hours]:
    """Return how long each participant of *periods* is on call; time in two of them at once counts once.

    Args:
        periods: Periods of one or several schedules.
        zone: The default time zone for nights and weekends.
        zones: Time zones by username.
        policy: Options for what the vendor's pages leave open.
    """
    policy = policy or Policy()
    by_name = {name.casefold(): zone for name, zone in (zones or {}).items()}
    totals: dict[Participant, Hours] = {}
    for participant, listed in _by_participant(periods).items():
        own = by_name.get(participant.name.casefold(), zone)
        total = nights = weekends = timedelta()
        for each in _union(listed):
            total += each.end - each.start
            for night, weekend, length in _days(each, own, policy):
                nights += length if night else timedelta()
                weekends += length if weekend else timedelta()
        totals[participant] = Hours(total / HOUR, nights / HOUR, weekends / HOUR)
    return totals


def impact(
    before: Schedule, after: Schedule, start: datetime, end: datetime, *, policy: Policy | None = None
) -> tuple[Change, ...]:
    """Return who gains and who loses which periods by an edit of a schedule, ordered by name.

    Raises:
        ScheduleError: A datetime is not timezone-aware, or *end* is before *start*.
    """
    sides = [timeline(each, start, end, policy=policy).final for each in (before, after)]
    owned: list[dict[tuple[str, str], list[Gap]]] = [
        {who.key: _union(periods) for who, periods in _by_participant(side).items()} for side in sides
    ]
    people = {period.participant.key: period.participant for side in reversed(sides) for period in side}
    changes = []
    for key, participant in sorted(people.items()):
        old, new = owned[0].get(key, []), owned[1].get(key, [])
        change = Change(participant, tuple(_without(new, old)), tuple(_without(old, new)))
        if change.gained or change.lost:
            changes.append(change)
    return tuple(changes)


def _final(side: Schedule | Timeline, start: datetime, end: datetime, policy: Policy | None) -> tuple[Period, ...]:
    if isinstance(side, Schedule):
        return timeline(side, start, end, policy=policy).final
    if start < side.start or end > side.end:
        raise ScheduleError(
            f"the recorded timeline covers {side.start.isoformat()} to {side.end.isoformat()}, not the whole range"
        )
    return side.final


def _side_by_side(
    one: Iterable[Period], other: Iterable[Period], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, tuple[Participant, ...], tuple[Participant, ...]]]:
    left, right = segments(one, start, end), segments(other, start, end)
    a, b = next(left, None), next(right, None)
    while a and b:
        begin, finish = max(a[0], b[0]), min(a[1], b[1])
        yield begin, finish, a[2], b[2]
        if a[1] == finish:
            a = next(left, None)
        if b[1] == finish:
            b = next(right, None)


def _by_participant(periods: Iterable[Period]) -> dict[Participant, list[Period]]:
    people: dict[tuple[str, str], Participant] = {}
    by_participant: dict[Participant, list[Period]] = {}
    for period in periods:
        by_participant.setdefault(people.setdefault(period.participant.key, period.participant), []).append(period)
    return by_participant


def _union(periods: Iterable[Period]) -> list[Gap]:
    """The times that *periods* cover, each once, in order."""
    union: list[Gap] = []
    for period in sorted(periods, key=lambda period: period.start):
        if union and period.start <= union[-1].end:
            union[-1] = Gap(union[-1].start, max(union[-1].end, period.end))
        else:
            union.append(Gap(period.start, period.end))
    return union


def _without(times: Iterable[Gap], others: Iterable[Gap]) -> Iterator[Gap]:
    """What of *times* is in none of *others*; both are disjoint and in order."""
    removals = list(others)
    position = 0
    for each in times:
        start = each.start
        while position < len(removals) and removals[position].end <= start:
            position += 1
        number = position
        while number < len(removals) and removals[number].start < each.end:
            if start < removals[number].start:
                yield Gap(start, removals[number].start)
            start = max(start, removals[number].end)
            number += 1
        if start < each.end:
            yield Gap(start, each.end)


def _days(period: Gap, zone: ZoneInfo, policy: Policy) -> Iterator[tuple[bool, bool, timedelta]]:
    """Yield the pieces of *period* between local midnight, 07:00 and 22:00: night, weekend, length."""
    day = datetime.combine(to_local(period.start, zone), time()) - DAY
    while (begin := from_local(day, zone, policy)) < period.end:
        edges = [begin, *(from_local(day + timedelta(hours=hour), zone, policy) for hour in (7, 22, 24))]
        for night, start, end in zip((True, False, True), edges, edges[1:], strict=False):
            length = min(end, period.end) - max(start, period.start)
            if length > timedelta():
                yield night, day.weekday() >= SATURDAY, length
        day += DAY
