"""Rotations of a schedule (Schedule Rotation API page)."""

from __future__ import annotations

from ..models import ScheduleRotation
from ..paging import Pager
from .base import Resource
from .operation import operation
from .place import ById, ByName

__all__ = ["ScheduleRotations"]

ROTATIONS = "v2/schedules/{schedule:scheduleIdentifierType}/rotations"


class ScheduleRotations(Resource):
    """`og.schedule_rotations`."""

    __slots__ = ()

    @operation("GET", ROTATIONS)
    def list(self, schedule: ByName) -> Pager[ScheduleRotation]:
        """List the rotations of *schedule*."""

    @operation("GET", ROTATIONS + "/{rotation}")
    async def get(self, schedule: ByName, rotation: ById) -> ScheduleRotation:
        """Get one rotation; its `parent` is the schedule."""
