"""The timeline of a schedule: who is on call and when, in the layers that Opsgenie shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any, Literal, Self

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.oncall.documents import read_items, read_moment, read_object, read_participant, read_text
from opsgenie_async.oncall.layers import ForwardingOf, Stretches, effective_forwarding, effective_overrides
from opsgenie_async.oncall.local_time import within_calendar
from opsgenie_async.oncall.policy import Policy
from opsgenie_async.oncall.rotations import turns
from opsgenie_async.oncall.schedule import Schedule
from opsgenie_async.oncall.values import Override, Participant, Rotation, RotationRef, ScheduleError

__all__ = ["Period", "Source", "Timeline", "timeline"]

START = attrgetter("start")
Source = Literal["rotation", "override", "forwarding"]


@attrs.frozen
class Period:
    """A continuous period with somebody on call.

    Attributes:
        start: The first instant, in UTC.
        end: The first instant after it, in UTC.
        rotation: The rotation, by id and name; both are empty for an override of a whole schedule in its own layer, and
            where the schedule has no rotation.
        participant: Who is on call; of kind "none" only in the override layer.
        source: What put them on call.
        forwarded_from: Whose notifications are forwarded, if the source is a forwarding rule.
    """

    start: datetime
    end: datetime
    rotation: RotationRef
    participant: Participant
    source: Source = "rotation"
    forwarded_from: Participant | None = None


@attrs.frozen
class Timeline:
    """Periods by layer, each ordered by start, then by the rotation's position in the schedule.

    Attributes:
        start: The start, in UTC.
        end: The end (excluded), in UTC.
        base: Only the rotations.
        overrides: The overrides, cut to the requested period; including those for nobody.
        forwarding: The forwarded periods of the base, even if hidden by an override, as in the API.
        final: Who is on call.
    """

    start: datetime
    end: datetime
    base: tuple[Period, ...]
    overrides: tuple[Period, ...]
    forwarding: tuple[Period, ...]
    final: tuple[Period, ...]

    @classmethod
    def from_json(cls, document: Json | Mapping[str, object]) -> Self:
        """Read a recorded timeline, the `data` of the v2 API's response, for `compare`.

        Raises:
            ScheduleError: A field is missing or invalid; the message names it.
        """
        fields = read_object(document, "timeline")
        return cls(
            start=read_moment(fields.get("startDate"), "startDate"),
            end=read_moment(fields.get("endDate"), "endDate"),
            base=_read_layer(fields, "baseTimeline", "rotation"),
            overrides=_read_layer(fields, "overrideTimeline", "override"),
            forwarding=_read_layer(fields, "forwardingTimeline", "forwarding"),
            final=_read_layer(fields, "finalTimeline", "rotation"),
        )


def timeline(schedule: Schedule, start: datetime, end: datetime, *, policy: Policy | None = None) -> Timeline:
    """Compute who is on call in *schedule* from *start* to *end*, exact in every time zone.

    Args:
        schedule: The schedule, with overrides and forwarding rules.
        start: Timezone-aware.
        end: Timezone-aware, excluded; not before *start*.
        policy: Options for what the vendor's pages leave open; the defaults when not given.

    Raises:
        ScheduleError: A datetime is not timezone-aware, or *end* is before *start*.
    """
    policy = policy or Policy()
    start, end = _bounds(start, end)
    if not schedule.enabled or start >= end:
        return Timeline(start, end, (), (), (), ())
    rotations = schedule.active_rotations
    base = [list(_base(rotation, schedule, start, end, policy)) for rotation in rotations]
    touching = [override for override in schedule.overrides if override.start < end and override.end > start]
    everywhere = effective_overrides(touching, start, end, policy)
    covered = []
    for rotation, periods in zip(rotations, base, strict=True):
        effective = _effective(touching, everywhere, rotation, start, end, policy)
        covered.append(_apply_overrides(periods, rotation.ref, effective))
    if not schedule.rotations:
        covered = [_apply_overrides([], RotationRef(), everywhere)]
    final: list[list[Period]] = covered
    forwarding: tuple[Period, ...] = ()
    if schedule.forwarding:
        forwarding_of = effective_forwarding(schedule.forwarding, start, end, policy)
        final = [list(_apply_forwarding(periods, forwarding_of, policy)) for periods in covered]
        everything = _in_order([list(_apply_forwarding(periods, forwarding_of, policy)) for periods in base])
        forwarding = tuple(period for period in everything if period.source == "forwarding")
    return Timeline(
        start,
        end,
        base=_in_order(base),
        overrides=tuple(_override_layer(schedule, start, end)),
        forwarding=forwarding,
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
    touching: Sequence[Override],
    everywhere: Stretches[Override],
    rotation: Rotation,
    start: datetime,
    end: datetime,
    policy: Policy,
) -> Stretches[Override]:
    """Return which override holds in *rotation* when; computed anew only where it is not the same for all."""
    own = [override for override in touching if override.covers(rotation)]
    return everywhere if len(own) == len(touching) else effective_overrides(own, start, end, policy)


def _override_layer(schedule: Schedule, start: datetime, end: datetime) -> list[Period]:
    periods: list[Period] = []
    for override in schedule.overrides:
        first, last = max(override.start, start), min(override.end, end)
        if first < last:
            refs = _refs(override, schedule)
            periods.extend(Period(first, last, ref, override.participant, "override") for ref in refs)
    return sorted(periods, key=START)


def _refs(override: Override, schedule: Schedule) -> tuple[RotationRef, ...]:
    """Return the rotations that *override* names, with id and name where the schedule has them."""
    if not override.rotations:
        return (RotationRef(),)
    return tuple(rotation.ref for rotation in schedule.rotations if override.covers(rotation)) or override.rotations


def _apply_overrides(periods: Iterable[Period], ref: RotationRef, overrides: Stretches[Override]) -> list[Period]:
    """Return *periods* with *overrides* on top; an override for nobody leaves a gap."""
    on_top = [
        Period(piece.start, piece.end, ref, piece.value.participant, "override")
        for piece in overrides
        if piece.value.participant.kind != "none"
    ]
    return sorted([*on_top, *_without_overrides(periods, overrides)], key=START)


def _without_overrides(periods: Iterable[Period], overrides: Stretches[Override]) -> Iterator[Period]:
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


def _apply_forwarding(periods: Iterable[Period], forwarding_of: ForwardingOf, policy: Policy) -> Iterator[Period]:
    """Yield *periods*, cut where a forwarding rule of their participant sets in or ends."""
    for period in periods:
        rules = forwarding_of(period.participant)
        if rules is None or (period.source == "override" and not policy.forward_overrides):
            yield period
            continue
        start = period.start
        for piece in rules.between(period.start, period.end):
            begin = max(piece.start, period.start)
            if start < begin:
                yield _cut(period, start, begin)
            start = min(piece.end, period.end)
            yield Period(begin, start, period.rotation, piece.value, "forwarding", period.participant)
        if start == period.start:
            yield period
        elif start < period.end:
            yield _cut(period, start, period.end)


def _read_layer(document: Mapping[str, Any], layer: str, source: Source) -> tuple[Period, ...]:
    """Read a layer of a recorded timeline; the word of a period says more than the layer, where it does."""
    value = document.get(layer)
    listing = None if value is None else read_object(value, layer).get("rotations")
    rotations = read_items(listing, f"{layer}.rotations", _read_rotation)
    by_word: dict[object, Source] = {"override": "override", "forwarding": "forwarding"}
    periods: list[Period] = []
    for ref, listed in rotations:
        for number, each in enumerate(listed):
            field = f"{layer}.rotations.periods[{number}]"
            start = read_moment(each.get("startDate"), f"{field}.startDate")
            end = read_moment(each.get("endDate"), f"{field}.endDate")
            word = by_word.get(each.get("type"), source)
            periods.extend(Period(start, end, ref, participant, word) for participant in _recipients(each, field))
    return tuple(sorted(periods, key=START))


def _recipients(period: Mapping[str, Any], field: str) -> tuple[Participant, ...]:
    """Read whom a period names; one that is over may name no more than the users whom it came down to."""
    recipient = period.get("recipient")
    if recipient is not None:
        return (read_participant(recipient, f"{field}.recipient"),)
    users = read_items(period.get("flattenedRecipients"), f"{field}.flattenedRecipients", read_participant)
    return users or (Participant("none"),)


def _read_rotation(document: Mapping[str, Any], field: str) -> tuple[RotationRef, tuple[Mapping[str, Any], ...]]:
    ref = RotationRef(read_text(document, "id", field), read_text(document, "name", field))
    return ref, read_items(document.get("periods"), f"{field}.periods", read_object)
