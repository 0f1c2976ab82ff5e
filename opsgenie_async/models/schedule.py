"""Schedules and their timelines (Schedule API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model, on_wire
from opsgenie_async.models.common import ScheduleMeta, TeamMeta
from opsgenie_async.models.schedule_rotation import ScheduleRotation

__all__ = [
    "Schedule",
    "ScheduleTimeline",
    "Timeline",
    "TimelinePeriod",
    "TimelineRecipient",
    "TimelineRotation",
    "TimelineUnit",
]


class TimelineUnit(enum.StrEnum):
    """The unit of a timeline's length; weeks when not given."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@attrs.define(kw_only=True)
class Schedule(Model):
    """An on-call schedule; listings without `expand=rotation` omit the rotations."""

    id: str
    name: str
    description: str = ""
    timezone: str = ""
    enabled: bool = True
    owner_team: TeamMeta | None = None
    rotations: list[ScheduleRotation] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class TimelineRecipient(Model):
    """The user, team or escalation on call in a period.

    Attributes:
        forwarded_from: The id of the user whose notifications are forwarded here.
    """

    id: str = ""
    name: str = ""
    type: str = ""
    display_name: str = ""
    forwarded_from: str = ""


@attrs.define(kw_only=True)
class TimelinePeriod(Model):
    """A period with one recipient.

    Attributes:
        type: The source of the period (`user`, `override`, `forwarding`, `historical`...).
        from_user: The user whose notifications are forwarded.
        flattened_recipients: The users that the recipient resolves to.
    """

    start_date: datetime
    end_date: datetime
    type: str = ""
    from_user: str = ""
    recipient: TimelineRecipient | None = None
    flattened_recipients: list[TimelineRecipient] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class TimelineRotation(Model):
    """The periods of one rotation; `order` may be a fraction."""

    id: str = ""
    name: str = ""
    order: float | None = None
    periods: list[TimelinePeriod] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class Timeline(Model):
    """One layer of a schedule over time."""

    rotations: list[TimelineRotation] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class ScheduleTimeline(Model):
    """The timeline of a schedule; layers other than the final one only with `expand`."""

    parent: ScheduleMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))
    start_date: datetime
    end_date: datetime
    final_timeline: Timeline | None = None
    base_timeline: Timeline | None = None
    override_timeline: Timeline | None = None
    forwarding_timeline: Timeline | None = None
