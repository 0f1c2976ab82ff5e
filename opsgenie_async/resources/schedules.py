"""Schedules (Schedule API page)."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import Schedule
from ..paging import Pager
from ..wire import UNSET, Unset
from .base import Resource
from .operation import operation
from .place import ByName

__all__ = ["Schedules"]


class Schedules(Resource):
    """`og.schedules`."""

    __slots__ = ()

    @operation("GET", "v2/schedules")
    def list(self, *, expand: str | Sequence[str] | Unset = UNSET) -> Pager[Schedule]:
        """List the schedules; `expand="rotation"` brings their rotations in the same answer."""

    @operation("GET", "v2/schedules/{schedule:identifierType}")
    async def get(self, schedule: ByName) -> Schedule:
        """Get a schedule with its rotations."""
