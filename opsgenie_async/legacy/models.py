"""Schedules of API v1, their timelines and who is on call (the deprecated Schedule API page).

v1 has dates in local time of the schedule, and timelines in milliseconds; here both are aware datetimes in the
schedule's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Annotated

import attrs

from opsgenie_async.models.base import Model, on_wire
from opsgenie_async.models.common import Day
from opsgenie_async.models.escalation import NotifyType
from opsgenie_async.models.mismatch import Mismatch
from opsgenie_async.models.schedule_rotation import RotationType
from opsgenie_async.models.wire_types import (
    ONE_OR_MANY,
    EpochMillis,
    FlagText,
    HourText,
    MinuteText,
    WallTime,
    to_zone,
    zone,
)
from opsgenie_async.unset import Unset

__all__ = [
    "FlatNextOnCall",
    "FlatOnCall",
    "NextOnCall",
    "OnCall",
    "OnCallParticipant",
    "Participant",
    "Restriction",
    "Rotation",
    "Rule",
    "Schedule",
    "ScheduleTimeline",
    "Timeline",
    "TimelineLayer",
    "TimelinePeriod",
    "TimelineRecipient",
    "TimelineRotation",
    "in_zone",
]


@attrs.define(kw_only=True)
class Restriction(Model):
    """An interval of the week in which a rotation applies; the API rounds minutes to 00 or 30."""

    start_day: Day | str
    start_hour: HourText
    start_minute: MinuteText = 0
    end_day: Day | str
    end_hour: HourText
    end_minute: MinuteText = 0


@attrs.define(kw_only=True)
class Participant(Model):
    """A participant of a rotation, as sent; `participant` is a name.

    Attributes:
        type: `user`, `group`, `escalation`, `team`; "" for the reserved word `none`.
    """

    participant: str
    type: str = ""


@attrs.define(kw_only=True)
class Rotation(Model):
    """Participants who take turns, as sent.

    Attributes:
        start_date: Timezone-aware, or naive for local time of the schedule.
        end_date: Timezone-aware, or naive for local time of the schedule.
        participants: Names of users, groups, escalations and teams, or the reserved word `none`, in the order of
            turns.
    """

    name: str = ""
    start_date: WallTime
    end_date: WallTime | None = None
    participants: list[str]
    rotation_type: RotationType | str
    rotation_length: int = 1
    restrictions: list[Restriction] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class Rule(Model):
    """Participants who take turns, as read: v1 calls a rotation `rule` in responses."""

    id: str = ""
    name: str = ""
    start_date: WallTime
    end_date: WallTime | None = None
    participants: list[Participant] = attrs.field(factory=list)
    rotation_type: RotationType | str
    rotation_length: int = 1
    restrictions: list[Restriction] = attrs.field(factory=list)

    def as_rotation(self) -> Rotation:
        """The same rotation as it is sent, for an update that keeps it."""
        return Rotation(
            name=self.name,
            start_date=self.start_date,
            end_date=self.end_date,
            participants=[participant.participant for participant in self.participants],
            rotation_type=self.rotation_type,
            rotation_length=self.rotation_length,
            restrictions=list(self.restrictions),
        )


@attrs.define(kw_only=True)
class Schedule(Model):
    """An on-call schedule; the dates of its rules are in its time zone.

    Attributes:
        team: The name of the owning team, "" for a global schedule.
    """

    id: str
    name: str
    timezone: str
    enabled: bool = True
    team: str = ""
    description: str = ""
    rules: list[Rule] = attrs.field(factory=list)

    def _complete(self) -> None:
        try:
            time_zone = zone(self.timezone)
        except ValueError:
            raise Mismatch("a known time zone", self.timezone, "timezone") from None
        for rule in self.rules:
            if rule.start_date.tzinfo is None:
                rule.start_date = rule.start_date.replace(tzinfo=time_zone)
            if rule.end_date is not None and rule.end_date.tzinfo is None:
                rule.end_date = rule.end_date.replace(tzinfo=time_zone)


def in_zone(rotations: Iterable[Rotation], timezone: str | Unset) -> list[Rotation]:
    """Rotations with dates in local time of the schedule.

    Raises:
        ValueError: An unknown *timezone*, or an aware date without a time zone.
    """

    def wall(field: str, moment: datetime) -> datetime:
        if moment.utcoffset() is None:
            return moment
        if isinstance(timezone, Unset):
            raise ValueError(f"{field}: {moment} needs the schedule's time zone: give timezone, or a naive datetime")
        return to_zone(moment, zone(timezone)).replace(tzinfo=None)

    return [
        attrs.evolve(
            rotation,
            start_date=wall(f"rotations[{index}].start_date", rotation.start_date),
            end_date=rotation.end_date and wall(f"rotations[{index}].end_date", rotation.end_date),
        )
        for index, rotation in enumerate(rotations)
    ]


@attrs.define(kw_only=True)
class TimelineRecipient(Model):
    """The user, team or escalation on call in a period.

    Attributes:
        forwarded_from: The id of the user whose notifications are forwarded here.
    """

    id: str = ""
    name: str = ""
    display_name: str = ""
    type: str = ""
    forwarded_from: str = ""


@attrs.define(kw_only=True)
class TimelinePeriod(Model):
    """A period, with who is on call in it.

    Attributes:
        type: The source of the period (`user`, `group`, `override`, `forwarding`...).
        from_users: The users whose notifications are forwarded.
        flattened_recipients: The users that the recipients resolve to, only for past periods.
    """

    start_time: EpochMillis
    end_time: EpochMillis
    type: str = ""
    recipients: list[TimelineRecipient] = attrs.field(factory=list)
    from_users: list[TimelineRecipient] = attrs.field(factory=list)
    flattened_recipients: list[TimelineRecipient] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class TimelineRotation(Model):
    """The periods of one rotation; the one of the overrides has the id `or`, and an order may be a fraction."""

    id: str = ""
    name: str = ""
    order: float = 0
    periods: list[TimelinePeriod] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class TimelineLayer(Model):
    """One layer of a schedule over time."""

    rotations: list[TimelineRotation] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class Timeline(Model):
    """The timeline of a schedule; layers other than the final one only with `details`."""

    start_time: EpochMillis
    end_time: EpochMillis
    final_schedule: TimelineLayer
    base_schedule: TimelineLayer | None = None
    overrides: TimelineLayer | None = None
    forwardings: TimelineLayer | None = None

    def _localize(self, timezone: str) -> None:
        time_zone = zone(timezone)
        layers = (self.final_schedule, self.base_schedule, self.overrides, self.forwardings)
        spans: list[Timeline | TimelinePeriod] = [self]
        for layer in layers:
            spans += [period for rotation in layer.rotations for period in rotation.periods] if layer else []
        for span in spans:
            span.start_time = _in_zone(time_zone, span.start_time)
            span.end_time = _in_zone(time_zone, span.end_time)


def _in_zone(time_zone: tzinfo, moment: datetime) -> datetime:
    try:
        return moment.astimezone(time_zone)
    except OverflowError:  # at the edges of time there is no other zone than UTC
        return moment


@attrs.define(kw_only=True)
class ScheduleTimeline(Model):
    """A schedule with its timeline, in the schedule's time zone."""

    schedule: Schedule
    timeline: Timeline
    took_ms: int | None = attrs.field(default=None, metadata=on_wire("took"))

    def _complete(self) -> None:
        self.timeline._localize(self.schedule.timezone)


@attrs.define(kw_only=True)
class OnCallParticipant(Model):
    """Somebody on call, or a team or escalation with those who are.

    Attributes:
        forwarded: Whether a forwarding rule put the user on call; only for users.
        forwarded_from: The users whose notifications are forwarded here (v1.1).
        escalation_time: Minutes until the escalation notifies this participant (v1.1).
        notify_type: The part of a schedule that an escalation notifies, otherwise "".
    """

    name: str
    type: str = ""
    id: str = ""
    forwarded: FlagText = False
    forwarded_from: Annotated[list[OnCallParticipant], ONE_OR_MANY] = attrs.field(factory=list)
    escalation_time: int | None = None
    notify_type: NotifyType | str = ""
    participants: list[OnCallParticipant] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class OnCall(Model):
    """The participants on call for a schedule."""

    id: str
    name: str
    type: str = "schedule"
    participants: list[OnCallParticipant] = attrs.field(factory=list)
    took_ms: int | None = attrs.field(default=None, metadata=on_wire("took"))


@attrs.define(kw_only=True)
class FlatOnCall(Model):
    """The usernames of those on call for a schedule."""

    id: str
    name: str
    type: str = "schedule"
    is_enabled: bool = True
    recipients: list[str] = attrs.field(factory=list)
    took_ms: int | None = attrs.field(default=None, metadata=on_wire("took"))


@attrs.define(kw_only=True)
class NextOnCall(Model):
    """The participants on call next, with overrides ("final"), and by the rotations only."""

    id: str
    name: str
    type: str = "schedule"
    final_next_on_calls: list[OnCallParticipant] = attrs.field(factory=list)
    rotation_next_on_calls: list[OnCallParticipant] = attrs.field(factory=list)
    took_ms: int | None = attrs.field(default=None, metadata=on_wire("took"))


@attrs.define(kw_only=True)
class FlatNextOnCall(Model):
    """The usernames of those on call next, with overrides ("final"), and by the rotations only."""

    id: str
    name: str
    type: str = "schedule"
    is_enabled: bool = True
    final_next_recipients: list[str] = attrs.field(factory=list)
    rotation_next_recipients: list[str] = attrs.field(factory=list)
    took_ms: int | None = attrs.field(default=None, metadata=on_wire("took"))
