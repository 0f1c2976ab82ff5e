"""Who is on call for many schedules, cached until the next hand-over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import attrs

from opsgenie_async.errors import NotFound
from opsgenie_async.models import Schedule, ScheduleTimeline, TimelinePeriod
from opsgenie_async.resources.path import ByName
from opsgenie_async.resources.schedules import Schedules
from opsgenie_async.sequences import ListLike

__all__ = ["OnCallBoard", "OnCallTurn", "read_turn"]

T = TypeVar("T")


@attrs.frozen
class OnCallTurn:
    """A turn in a schedule: who is on call, and until when.

    Attributes:
        who: Usernames without duplicates; empty if nobody is on call.
        until: The time of the next hand-over, or the end of the timeline if there is none before it.
        next_who: Who is on call next, with somebody who is not on call now; empty if the timeline has nobody else.
        next_at: When that is.
    """

    who: tuple[str, ...]
    until: datetime
    next_who: tuple[str, ...] = ()
    next_at: datetime | None = None


class OnCallBoard:
    """A board of who is on call for each schedule: returned by `og.on_calls.board()`.

    All schedules are fetched concurrently, and each again after its next hand-over. Concurrent callers share one
    request. An override made in between is seen after `forget`, or after `max_age`.
    """

    def __init__(
        self,
        schedules: Schedules,
        selection: ListLike[ByName] | None,
        now: Callable[[], datetime],
        max_age: timedelta | None,
    ) -> None:
        self._resource = schedules
        self._selection = selection
        self._now = now
        self._max_age = max_age
        self._since: datetime | None = None
        self._schedules: list[Schedule] = []
        self._turns: dict[str, OnCallTurn] = {}
        self._lock = asyncio.Lock()

    async def all(self) -> dict[str, OnCallTurn]:
        """Return who is on call, by schedule name.

        Raises:
            ApiError: A request was refused; `NotFound` where there is no such schedule.
        """
        async with self._lock:
            now = self._now()
            if self._since is None or (self._max_age is not None and now - self._since >= self._max_age):
                self._schedules, self._turns = await self._list(), {}
                self._since = now
            due = [each for each in self._schedules if self._is_due(each, now)]
            await _at_once([self._ask(each, now) for each in due])  # the client keeps within rate limits and pool
            return dict(self._turns)

    def forget(self) -> None:
        """Fetch everything again the next time."""
        self._since = None

    async def _list(self) -> list[Schedule]:
        if self._selection is None:
            return [schedule async for schedule in self._resource.list() if schedule.enabled]
        return await _at_once([self._resource.get(each) for each in self._selection])

    def _is_due(self, schedule: Schedule, now: datetime) -> bool:
        return schedule.name not in self._turns or self._turns[schedule.name].until <= now

    async def _ask(self, schedule: Schedule, now: datetime) -> None:
        try:
            # Two weeks, for timelines begin with Monday's midnight: on a Sunday one week would end tonight.
            timeline = await self._resource.get_timeline(schedule, date=now, interval=2, interval_unit="weeks")
        except NotFound:  # deleted since it was listed
            self._schedules.remove(schedule)
            self._turns.pop(schedule.name, None)
            return
        self._turns[schedule.name] = read_turn(timeline, now)


async def _at_once(calls: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Await all of *calls* at a time; the first failure ends the others and is raised by itself."""
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(call) for call in calls]
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    return [task.result() for task in running]


def read_turn(timeline: ScheduleTimeline, now: datetime) -> OnCallTurn:
    """Return from a timeline who is on call at *now*, until when, and who is next.

    Args:
        timeline: As `og.schedules.get_timeline` returns it.
        now: Timezone-aware.
    """
    periods = list(_periods(timeline))
    edges = {edge for period in periods for edge in (period.start_date, period.end_date) if edge > now}
    who = _usernames(periods, now)
    until = next((edge for edge in sorted(edges) if set(_usernames(periods, edge)) != set(who)), timeline.end_date)
    for edge in sorted(edges):
        if set(later := _usernames(periods, edge)) - set(who):
            return OnCallTurn(who, until, later, edge)
    return OnCallTurn(who, until)


def _periods(timeline: ScheduleTimeline) -> Iterator[TimelinePeriod]:
    for rotation in timeline.final_timeline.rotations if timeline.final_timeline else []:
        yield from rotation.periods


def _usernames(periods: Sequence[TimelinePeriod], moment: datetime) -> tuple[str, ...]:
    present = (period for period in periods if period.start_date <= moment < period.end_date)
    return tuple(
        dict.fromkeys(
            one.name
            for period in present
            for one in period.flattened_recipients or ([period.recipient] if period.recipient else [])
        )
    )
