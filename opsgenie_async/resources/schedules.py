"""Schedules (Schedule API page)."""

from __future__ import annotations

from collections.abc import Iterable

from ..models import Schedule
from ..paging import Pager
from .base import Resource
from .place import ByName, Place

__all__ = ["Schedules"]

SCHEDULES = Place("v2/schedules")


class Schedules(Resource):
    """`og.schedules`."""

    __slots__ = ()

    def list(self, *, expand: str | Iterable[str] = ()) -> Pager[Schedule]:
        """List the schedules; `expand="rotation"` brings their rotations in the same answer."""
        words = expand if isinstance(expand, str) else ",".join(expand)
        return self._listing(Schedule, self._request("GET", SCHEDULES, query=(("expand", words),) if words else ()))

    async def get(self, schedule: ByName) -> Schedule:
        """Get a schedule with its rotations."""
        return await self._entity(Schedule, self._request("GET", SCHEDULES.at(schedule, "identifierType")))
