"""Rotations of a schedule (Schedule Rotation API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model, on_wire
from opsgenie_async.models.common import ScheduleMeta
from opsgenie_async.models.recipient import Recipient
from opsgenie_async.models.time_restriction import TimeRestriction
from opsgenie_async.models.wire_types import aware

__all__ = ["RotationType", "ScheduleRotation"]


class RotationType(enum.StrEnum):
    """The unit of a rotation's length."""

    DAILY = "daily"
    WEEKLY = "weekly"
    HOURLY = "hourly"


@attrs.define(kw_only=True)
class ScheduleRotation(Model):
    """Participants who take turns. To create one, leave `id` out.

    Attributes:
        start_date: Aware; the API moves their minutes to the nearest 00 or 30.
        end_date: Aware; the API moves their minutes to the nearest 00 or 30.
        length: The length of a turn in days, weeks or hours.
        participants: Users, teams, escalations or nobody, in the order of their turns.
    """

    id: str = ""
    name: str = ""
    start_date: datetime
    end_date: datetime | None = None
    type: RotationType | str = RotationType.WEEKLY
    length: int = 1
    participants: list[Recipient] = attrs.field(factory=list)
    time_restriction: TimeRestriction | None = None
    parent: ScheduleMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))

    def __attrs_post_init__(self) -> None:
        aware("start_date", self.start_date)
        if self.end_date is not None:
            aware("end_date", self.end_date)
