"""Rotations of a schedule (Schedule Rotation API page)."""

from __future__ import annotations

from ..models import ScheduleRotation
from ..paging import Pager
from .base import Resource
from .place import ById, ByName, Place
from .schedules import SCHEDULES

__all__ = ["ScheduleRotations"]


class ScheduleRotations(Resource):
    """`og.schedule_rotations`."""

    __slots__ = ()

    def _rotations(self, schedule: ByName) -> Place:
        return SCHEDULES.at(schedule, "scheduleIdentifierType") / "rotations"

    def list(self, schedule: ByName) -> Pager[ScheduleRotation]:
        """List the rotations of *schedule*."""
        return self._listing(ScheduleRotation, self._request("GET", self._rotations(schedule)))

    async def get(self, schedule: ByName, rotation: ById) -> ScheduleRotation:
        """Get one rotation; its `parent` is the schedule."""
        return await self._entity(ScheduleRotation, self._request("GET", self._rotations(schedule).at(rotation)))
