"""The timeline of a schedule: who is on call and when, in the layers that Opsgenie shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any, Literal, Self

import attrs

from opsgenie_async.oncall.documents import read_items, read_moment, read_object, read_participant, read_text
from opsgenie_async.oncall.layers import Stretches, effective_forwarding, effective_overrides
from opsgenie_async.oncall.local_time import within_calendar
from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.rotations import turns
from opsgenie_async.oncall.schedule import Schedule
from opsgenie_async.oncall.values import Override, Participant, Rotation, RotationRef, ScheduleError

__all__ = ["Period", "Source", "Timeline", "timeline"]

START = attrgetter("start")
Key = tuple[str, str]
Source = Literal["rotation", "override", "forwarding"]


@attrs.frozen
class Period:
    """Somebody on call without a break.

    Attributes:
        start: The first instant, in UTC.
        end: The first instant after it, in UTC.
        rotation: The rotation, by id and name; both are empty for an override of a whole schedule in its own layer, and
            where the schedule has no rotation.
        participant: Who; of kind "none" only in the override layer.
        source: What put them on call.
        forwarded_from: Whose calls these are, where the source is a forwarding rule.
    """

    start: datetime
    end: datetime
    rotation: RotationRef
    participant: Participant
    source: Source = "rotation"
    forwarded_from: Participant | None = None


@attrs.frozen
class Timeline:
    """Periods by layer, each ordered by start, then by the rotation's place in the schedule.

    Attributes:
        start: From when, in UTC.
        end: Until when (excluded), in UTC.
        base: What the rotations alone say.
        overrides: The overrides as they were made, cut to the time asked for; those for nobody, too.
        forwarding: What is forwarded of the layers below.
        final: Who is on call.
    """

    start: datetime
    end: datetime
    base: tuple[Period, ...]
    overrides: tuple[Period, ...]
    forwarding: tuple[Period, ...]
    final: tuple[Period, ...]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read a recorded timeline, the `data` of the v2 API's answer: the truth of one side for `compare`.

        Raises:
            ScheduleError: A field is missing or makes no sense; the message names it.
        """
        read_object(document, "timeline")
        return cls(
            start=read_moment(document.get("startDate"), "startDate"),
            end=read_moment(document.get("endDate"), "endDate"),
            base=_recorded(document, "baseTimeline", "rotation"),
            overrides=_recorded(document, "overrideTimeline", "override"),
            forwarding=_recorded(document, "forwardingTimeline", "forwarding"),
            final=_recorded(document, "finalTimeline", "rotation"),
        )


def timeline(schedule: Schedule, start: datetime, end: datetime, *, policy: Policy | None = None) -> Timeline:
    """Compute who is on call by *schedule* from *start* to *end*, exact in every time zone.

    Args:
        schedule: With its rotations, overrides and forwarding rules.
        start: Timezone-aware.
        end: Timezone-aware, excluded; not before *start*.
        policy: What the vendor's pages leave open; the default of each choice when not given.

    Raises:
        ScheduleError: A moment is not timezone-aware, or *end* is before *start*.
    """
    policy = policy or Policy()
    start, end = _bounds(start, end)
    if not schedule.enabled or start >= end:
        return Timeline(start, end, (), (), (), ())
    rotations = schedule.active_rotations
    base = [list(_base(rotation, schedule, start, end, policy)) for rotation in rotations]
    covered = [
        _overridden(periods, rotation.ref, _effective(schedule, rotation, start, end, policy))
        for rotation, periods in zip(rotations, base, strict=True)
    ]
    if not schedule.rotations:
        covered = [_overridden([], RotationRef(), effective_overrides(schedule.overrides, start, end, policy))]
    final = covered
    if schedule.forwarding:
        forwarding_of = effective_forwarding(schedule.forwarding, start, end)
        final = [list(_forwarded(periods, forwarding_of, policy)) for periods in covered]
    return Timeline(
        start,
        end,
        base=_in_order(base),
        overrides=tuple(_override_layer(schedule, start, end)),
        forwarding=tuple(period for period in _in_order(final) if period.source == "forwarding"),
        final=_in_order(final),
    )


def _bounds(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    for name, moment in (("start", start), ("end", end)):
        if moment.tzinfo is None:
            raise ScheduleError(f"{name}: expected a timezone-aware datetime, got {moment.isoformat()}")
    first, last = within_calendar(start), within_calendar(end)
    if last < first:
        raise ScheduleError(f"end: {end.isoformat()} is before start, {start.isoformat()}")
    return first, last


def _in_order(layers: Iterable[list[Period]]) -> tuple[Period, ...]:
    """Merge the periods of rotations by start; equal starts in the order of the rotations."""
    return tuple(sorted(chain.from_iterable(layers), key=START))  # stable, and linear for runs that are in order


def _base(rotation: Rotation, schedule: Schedule, start: datetime, end: datetime, policy: Policy) -> Iterator[Period]:
    ref = rotation.ref
    for turn in turns(rotation, schedule.zone, start, end, policy):
        yield Period(turn.start, turn.end, ref, turn.participant)


def _effective(
    schedule: Schedule, rotation: Rotation, start: datetime, end: datetime, policy: Policy
) -> Stretches[Override]:
    mine = (override for override in schedule.overrides if override.covers(rotation))
    return effective_overrides(mine, start, end, policy)


def _override_layer(schedule: Schedule, start: datetime, end: datetime) -> list[Period]:
    periods: list[Period] = []
    for override in schedule.overrides:
        first, last = max(override.start, start), min(override.end, end)
        if first < last:
            covered = tuple(each.ref for each in schedule.rotations if override.covers(each))
            refs = (covered or override.rotations) if override.rotations else (RotationRef(),)
            periods.extend(Period(first, last, ref, override.participant, "override") for ref in refs)
    return sorted(periods, key=START)


def _overridden(periods: Iterable[Period], ref: RotationRef, overrides: Stretches[Override]) -> list[Period]:
    """Return *periods* with *overrides* on top; an override for nobody leaves a gap."""
    on_top = [
        Period(piece.start, piece.end, ref, piece.value.participant, "override")
        for piece in overrides
        if piece.value.participant.kind != "none"
    ]
    return sorted([*on_top, *_uncovered(periods, overrides)], key=START)


def _uncovered(periods: Iterable[Period], overrides: Stretches[Override]) -> Iterator[Period]:
    for period in periods:
        start = period.start
        for piece in overrides.between(period.start, period.end):
            if start < piece.start:
                yield _cut(period, start, piece.start)
            start = piece.end
        if start == period.start:
            yield period
        elif start < period.end:
            yield _cut(period, start, period.end)


def _cut(period: Period, start: datetime, end: datetime) -> Period:
    return Period(start, end, period.rotation, period.participant, period.source, period.forwarded_from)


def _forwarded(
    periods: Iterable[Period], forwarding_of: Callable[[Participant], Stretches[Participant] | None], policy: Policy
) -> Iterator[Period]:
    """Yield *periods*, cut where a forwarding rule of their participant sets in or ends."""
    for period in periods:
        if period.source == "override" and not policy.forward_overrides:
            yield period
        elif policy.forwarding_chains == "one_step":
            yield from _one_step(period, forwarding_of, frozenset({period.participant.key}))
        else:
            yield from _chain(period, forwarding_of)


def _one_step(
    period: Period, forwarding_of: Callable[[Participant], Stretches[Participant] | None], passed: frozenset[Key]
) -> Iterator[Period]:
    """Yield *period* in pieces, some of which go to somebody else; nobody's calls come back to one of *passed*."""
    rules = forwarding_of(period.participant)
    start = period.start
    whose = period.forwarded_from or period.participant
    for piece in rules.between(period.start, period.end) if rules else ():
        if piece.value.key in passed:
            continue
        begin = max(piece.start, period.start)
        if start < begin:
            yield _cut(period, start, begin)
        start = min(piece.end, period.end)
        yield Period(begin, start, period.rotation, piece.value, "forwarding", whose)
    if start == period.start:
        yield period
    elif start < period.end:
        yield _cut(period, start, period.end)


def _chain(period: Period, forwarding_of: Callable[[Participant], Stretches[Participant] | None]) -> Iterator[Period]:
    """Yield *period* in pieces, each with the last to whom its calls go; a circle ends before it closes."""
    waiting: list[tuple[Period, frozenset[Key]]] = [(period, frozenset({period.participant.key}))]
    while waiting:
        current, passed = waiting.pop()
        pieces = list(_one_step(current, forwarding_of, passed))
        if len(pieces) == 1 and pieces[0] is current:
            yield current
            continue
        waiting.extend((piece, passed | {piece.participant.key}) for piece in reversed(pieces))


def _recorded(document: Mapping[str, Any], layer: str, source: Source) -> tuple[Period, ...]:
    """Read a layer of a recorded timeline; the word of a period says more than the layer, where it does."""
    value = document.get(layer)
    listing = None if value is None else read_object(value, layer).get("rotations")
    rotations = read_items(listing, f"{layer}.rotations", _recorded_rotation)
    by_word: dict[object, Source] = {"override": "override", "forwarding": "forwarding"}
    periods: list[Period] = []
    for ref, listed in rotations:
        for number, each in enumerate(listed):
            field = f"{layer}.rotations.periods[{number}]"
            who = each.get("recipient")
            periods.append(
                Period(
                    read_moment(each.get("startDate"), f"{field}.startDate"),
                    read_moment(each.get("endDate"), f"{field}.endDate"),
                    ref,
                    Participant("none") if who is None else read_participant(who, f"{field}.recipient"),
                    by_word.get(each.get("type"), source),
                )
            )
    return tuple(sorted(periods, key=START))


def _recorded_rotation(document: Mapping[str, Any], field: str) -> tuple[RotationRef, tuple[Mapping[str, Any], ...]]:
    ref = RotationRef(read_text(document, "id", field), read_text(document, "name", field))
    return ref, read_items(document.get("periods"), f"{field}.periods", read_object)
