"""Rotations of a schedule (Schedule Rotation API page)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsgenie_async.models import (
    EscalationRef,
    NoRecipient,
    Recipient,
    Reference,
    RotationType,
    ScheduleRotation,
    TeamRef,
    TimeRestriction,
    UserRef,
)
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById, ByName
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ScheduleRotations"]

ROTATIONS = "v2/schedules/{schedule:scheduleIdentifierType}/rotations"


class ScheduleRotations(Resource):
    """`og.schedule_rotations`: datetimes are timezone-aware (else `ValueError`), and minutes moved to 00 or 30."""

    __slots__ = ()

    @operation("POST", ROTATIONS)
    async def create(
        self,
        schedule: ByName,
        *,
        start_date: datetime,
        type: RotationType | str,
        participants: Sequence[UserRef | TeamRef | EscalationRef | NoRecipient],
        name: str | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        length: int | Unset = UNSET,
        time_restriction: TimeRestriction | Unset = UNSET,
    ) -> Reference:
        """Add a rotation; returns id and name.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            start_date: When it begins, timezone-aware; the API rounds minutes to 00 or 30.
            type: The unit of a turn: `daily`, `weekly` or `hourly`.
            participants: Who takes turns, in order, at least 1; duplicates are allowed.
            name: The name of the rotation.
            end_date: When it ends, timezone-aware, rounded the same way; never when not given.
            length: How many days, weeks or hours a turn lasts, 1 when not given.
            time_restriction: The times of the day or week when it applies; always when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("GET", ROTATIONS)
    def list(self, schedule: ByName) -> Pager[ScheduleRotation]:
        """List the rotations of *schedule*.

        Args:
            schedule: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("GET", ROTATIONS + "/{rotation}")
    async def get(self, schedule: ByName, rotation: ById) -> ScheduleRotation:
        """Get one rotation; its `parent` is the schedule.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            rotation: An id, or a model that has one.
        """
        ...

    @operation("PATCH", ROTATIONS + "/{rotation}")
    async def update(
        self,
        schedule: ByName,
        rotation: ById,
        *,
        name: str | None | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | None | Unset = UNSET,
        type: RotationType | str | Unset = UNSET,
        length: int | Unset = UNSET,
        participants: Sequence[Recipient] | Unset = UNSET,
        time_restriction: TimeRestriction | None | Unset = UNSET,
    ) -> Reference:
        """Change only the given fields; *participants* replace all existing ones.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            rotation: An id, or a model that has one.
            name: The new name; None clears it.
            start_date: When it begins, timezone-aware; the API rounds minutes to 00 or 30.
            end_date: When it ends, timezone-aware, rounded the same way; None for never.
            type: The unit of a turn: `daily`, `weekly` or `hourly`.
            length: How many days, weeks or hours a turn lasts.
            participants: Who takes turns, in order, replacing all.
            time_restriction: The times of the day or week when it applies; None for always.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("DELETE", ROTATIONS + "/{rotation}")
    async def delete(self, schedule: ByName, rotation: ById) -> None:
        """Delete one rotation.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            rotation: An id, or a model that has one.
        """
        ...
