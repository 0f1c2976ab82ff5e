"""Who is on call (Who is On Call API page)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, overload

from opsgenie_async.models import FlatNextOnCall, FlatOnCall, NextOnCall, OnCall
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.on_call_board import OnCallBoard
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName, ByUser
from opsgenie_async.resources.schedules import Schedules
from opsgenie_async.unset import UNSET, Unset

__all__ = ["OnCalls"]

ON_CALLS = "v2/schedules/{schedule:scheduleIdentifierType}/on-calls"
NEXT_ON_CALLS = "v2/schedules/{schedule:scheduleIdentifierType}/next-on-calls"


def _on_call(arguments: Mapping[str, Any]) -> type[OnCall | FlatOnCall]:
    return FlatOnCall if arguments["flat"] else OnCall


def _next_on_call(arguments: Mapping[str, Any]) -> type[NextOnCall | FlatNextOnCall]:
    return FlatNextOnCall if arguments["flat"] else NextOnCall


class OnCalls(Resource):
    """`og.on_calls`: participants, nested as the schedule has them, or with `flat=True` their usernames.

    date: an aware moment (`ValueError` else), now when not given.
    """

    domain = "schedule-oncalls"

    __slots__ = ()

    @overload
    def list(self, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET) -> Pager[OnCall]: ...
    @overload
    def list(self, *, flat: Literal[True], date: datetime | None | Unset = UNSET) -> Pager[FlatOnCall]: ...
    @operation("GET", "v2/schedules/on-calls", variant=_on_call)
    def list(self, *, flat: bool = False, date: datetime | None | Unset = UNSET) -> Pager[OnCall] | Pager[FlatOnCall]:
        """List who is on call for every schedule."""
        ...

    @overload
    async def get(
        self, schedule: ByName, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET
    ) -> OnCall: ...
    @overload
    async def get(
        self, schedule: ByName, *, flat: Literal[True], date: datetime | None | Unset = UNSET
    ) -> FlatOnCall: ...
    @operation("GET", ON_CALLS, variant=_on_call)
    async def get(
        self, schedule: ByName, *, flat: bool = False, date: datetime | None | Unset = UNSET
    ) -> OnCall | FlatOnCall:
        """Get who is on call for *schedule*."""
        ...

    @overload
    async def get_next(
        self, schedule: ByName, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET
    ) -> NextOnCall: ...
    @overload
    async def get_next(
        self, schedule: ByName, *, flat: Literal[True], date: datetime | None | Unset = UNSET
    ) -> FlatNextOnCall: ...
    @operation("GET", NEXT_ON_CALLS, variant=_next_on_call)
    async def get_next(
        self, schedule: ByName, *, flat: bool = False, date: datetime | None | Unset = UNSET
    ) -> NextOnCall | FlatNextOnCall:
        """Get who is on call for *schedule* next."""
        ...

    def board(
        self,
        schedules: Sequence[ByName] | None = None,
        *,
        now: Callable[[], datetime] | None = None,
        max_age: timedelta | None = None,
    ) -> OnCallBoard:
        """Return who is on call for many schedules at once, remembered until the next hand-over of each.

        Args:
            schedules: Which; all that are enabled when not given.
            now: What says the time (timezone-aware); the client's clock when not given.
            max_age: After how long everything is asked for anew, so that an override or a schedule that was made
                meanwhile is seen; never before a hand-over when not given.
        """
        return OnCallBoard(Schedules(self._transport), schedules, now or self._transport.clock.utc, max_age)

    @operation("GET", "v2/schedules/on-calls/{user}.ics", domain="configuration")
    async def export_user(self, user: ByUser) -> bytes:
        """Get the on-call times of a user as an iCalendar file."""
        ...
