"""Who is on call (Who is On Call API page)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, overload

from opsgenie_async.models import FlatNextOnCall, FlatOnCall, NextOnCall, OnCall
from opsgenie_async.models.mismatch import NotJson
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.on_call_board import OnCallBoard
from opsgenie_async.resources.operation.argument_errors import refusal
from opsgenie_async.resources.operation.arguments import is_list
from opsgenie_async.resources.operation.build import request_of
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.listing import items_of
from opsgenie_async.resources.operation.method import with_overloads
from opsgenie_async.resources.operation.read import read_answer
from opsgenie_async.resources.path import ByName, ByUser
from opsgenie_async.resources.schedules import Schedules
from opsgenie_async.sequences import ListLike
from opsgenie_async.signatures import check_signature
from opsgenie_async.unset import UNSET, Unset

__all__ = ["OnCalls"]

ON_CALLS = "v2/schedules/{schedule:scheduleIdentifierType}/on-calls"
NEXT_ON_CALLS = "v2/schedules/{schedule:scheduleIdentifierType}/next-on-calls"


class OnCalls(Resource):
    """`og.on_calls`: participants, nested as in the schedule, or with `flat=True` usernames.

    Attributes:
        date: The time, timezone-aware (else `ValueError`); now when not given.
    """

    domain = "schedule-oncalls"

    __slots__ = ()

    @overload
    def list(self, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET) -> Pager[OnCall]: ...
    @overload
    def list(self, *, flat: Literal[True], date: datetime | None | Unset = UNSET) -> Pager[FlatOnCall]: ...
    @with_overloads(endpoint("GET", "v2/schedules/on-calls"))
    def list(self, *, flat: bool = False, date: datetime | None | Unset = UNSET) -> Pager[OnCall] | Pager[FlatOnCall]:
        """List who is on call for every schedule.

        Args:
            flat: Whether to return usernames instead of nested participants.
            date: The time, timezone-aware; now when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        request = request_of(self.list, flat=flat, date=date)
        if flat:
            return Pager(self._transport, request, items_of(FlatOnCall))
        return Pager(self._transport, request, items_of(OnCall))

    @overload
    async def get(
        self, schedule: ByName, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET
    ) -> OnCall: ...
    @overload
    async def get(
        self, schedule: ByName, *, flat: Literal[True], date: datetime | None | Unset = UNSET
    ) -> FlatOnCall: ...
    @with_overloads(endpoint("GET", ON_CALLS))
    async def get(
        self, schedule: ByName, *, flat: bool = False, date: datetime | None | Unset = UNSET
    ) -> OnCall | FlatOnCall:
        """Get who is on call for *schedule*.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            flat: Whether to return usernames instead of nested participants.
            date: The time, timezone-aware; now when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        response = await self._transport.send(request_of(self.get, schedule=schedule, flat=flat, date=date))
        return read_answer(response, FlatOnCall) if flat else read_answer(response, OnCall)

    @overload
    async def get_next(
        self, schedule: ByName, *, flat: Literal[False] = False, date: datetime | None | Unset = UNSET
    ) -> NextOnCall: ...
    @overload
    async def get_next(
        self, schedule: ByName, *, flat: Literal[True], date: datetime | None | Unset = UNSET
    ) -> FlatNextOnCall: ...
    @with_overloads(endpoint("GET", NEXT_ON_CALLS))
    async def get_next(
        self, schedule: ByName, *, flat: bool = False, date: datetime | None | Unset = UNSET
    ) -> NextOnCall | FlatNextOnCall:
        """Get who is on call next for *schedule*, after *date*.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            flat: Whether to return usernames instead of nested participants.
            date: The time, timezone-aware; now when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        response = await self._transport.send(request_of(self.get_next, schedule=schedule, flat=flat, date=date))
        return read_answer(response, FlatNextOnCall) if flat else read_answer(response, NextOnCall)

    @check_signature
    def board(
        self,
        schedules: ListLike[ByName] | None = None,
        *,
        now: Callable[[], datetime] | None = None,
        max_age: timedelta | None = None,
    ) -> OnCallBoard:
        """Return who is on call for many schedules, cached until the next hand-over of each.

        Args:
            schedules: The schedules; all enabled ones when not given.
            now: Returns the current time, timezone-aware; the client's clock when not given.
            max_age: The age at which the cache expires, so that new overrides and schedules are seen; only at a
                hand-over when not given.

        Raises:
            ArgumentTypeError: *schedules* is not a list.
        """
        if schedules is not None and not is_list(schedules):
            raise refusal("on_calls.board", NotJson(schedules, "a list of schedules", "schedules"))
        return OnCallBoard(Schedules(self._transport), schedules, now or self._transport.clock.utc, max_age)

    @operation("GET", "v2/schedules/on-calls/{user}.ics", domain="configuration")
    async def export_user(self, user: ByUser) -> bytes:
        """Get the on-call times of a user as an iCalendar file.

        Args:
            user: An id or username, or a model with an id.
        """
        ...
