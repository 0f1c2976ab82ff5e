"""A chat bot's answer to "who is on call?", for all schedules in one go.

    OPSGENIE_API_KEY=... python examples/who_is_on_call.py

Reads questions from stdin, a line each: "who is on call?", "who is on call for Ops?". The first answer asks Opsgenie
about all schedules at once; what it says holds until the next hand-over of each, and is not asked for again before.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import attrs

from opsgenie_async import Opsgenie
from opsgenie_async.models import Schedule, ScheduleTimeline, TimelinePeriod


@attrs.frozen
class Turn:
    """Who is on call for a schedule, and until when that holds."""

    who: tuple[str, ...]
    until: datetime


class OnCallBoard:
    """Who is on call for which schedule. An override that is made in between is seen after `forget`."""

    def __init__(self, og: Opsgenie, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._og = og
        self._now = now
        self._schedules: list[Schedule] = []
        self._turns: dict[str, Turn] = {}
        self._asking = asyncio.Lock()  # many people ask at once, one of them asks Opsgenie

    async def all(self) -> dict[str, Turn]:
        """By the schedules' names."""
        async with self._asking:
            if not self._schedules:
                self._schedules = [schedule async for schedule in self._og.schedules.list() if schedule.enabled]
            now = self._now()
            over = [
                each for each in self._schedules if each.name not in self._turns or self._turns[each.name].until <= now
            ]
            async with asyncio.TaskGroup() as tasks:  # the client keeps within the rate limits and the pool
                for schedule in over:
                    tasks.create_task(self._ask(schedule, now))
        return dict(self._turns)

    def forget(self) -> None:
        """Ask anew next time."""
        self._schedules, self._turns = [], {}

    async def _ask(self, schedule: Schedule, now: datetime) -> None:
        # Two weeks, for timelines begin with Monday's midnight: on a Sunday one week would end tonight.
        timeline = await self._og.schedules.get_timeline(schedule, date=now, interval=2, interval_unit="weeks")
        self._turns[schedule.name] = turn(timeline, now)


def turn(timeline: ScheduleTimeline, now: datetime) -> Turn:
    """Who is on call at *now*; the next hand-over is the next moment at which any period begins or ends."""
    periods = list(_periods(timeline))
    present = [period for period in periods if period.start_date <= now < period.end_date]
    who = dict.fromkeys(
        one.name
        for period in present
        for one in period.flattened_recipients or ([period.recipient] if period.recipient else [])
    )
    changes = [moment for period in periods for moment in (period.start_date, period.end_date) if moment > now]
    return Turn(tuple(who), min(changes, default=timeline.end_date))


def _periods(timeline: ScheduleTimeline) -> Iterator[TimelinePeriod]:
    for rotation in timeline.final_timeline.rotations if timeline.final_timeline else []:
        yield from rotation.periods


async def answer(board: OnCallBoard, question: str) -> str:
    """What the bot says."""
    turns = await board.all()
    asked = re.search(r"\bfor (.+?)\??\s*$", question)
    if asked and asked[1] not in turns:
        return f"I know no schedule called {asked[1]}"
    names = [asked[1]] if asked else sorted(turns)
    return "\n".join(f"{name}: {', '.join(turns[name].who) or 'nobody'}" for name in names)


async def main() -> None:
    async with Opsgenie() as og:
        board = OnCallBoard(og)
        while question := await asyncio.to_thread(sys.stdin.readline):
            print(await answer(board, question), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
