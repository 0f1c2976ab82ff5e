"""The clocks of the tests: one that jumps, one that is set, one that stands, one without waking, one of a fast loop."""

from __future__ import annotations

import asyncio
import heapq
import selectors
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

__all__ = ["START", "FakeClock", "FixedClock", "LoopClock", "ManualClock", "SleepingClock", "VirtualLoop"]

START = 1000.0
"""Seconds on a clock that nobody has moved; not 0, so that a moment is not taken for an amount."""
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class FakeClock:
    """A `Clock` that jumps to the next sleeper's moment as soon as the event loop has nothing else to do.

    Sleepers are woken in the order of their moments (first come first when equal), one at a time, and whatever a woken
    task sets in motion is played to its end before the next one wakes. So a test of an hour takes milliseconds and
    always happens in the same order.

    `slept` lists what was asked for, in seconds, one number per sleep. A deadline never moves the time by itself: it
    fires when a sleeper, or `advance`, carries the time past it. *idle_rounds* is how many turns the loop must find
    nothing to do before time jumps; sockets served by the same loop need a few, pure computation needs one.
    """

    def __init__(
        self,
        start: float = START,
        *,
        utc: datetime = NEW_YEAR,
        idle_rounds: int = 3,
    ) -> None:
        self._now = self._start = start
        self._utc = utc
        self._idle_rounds = idle_rounds
        self._idle = 0
        self._ticking = False
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._deadlines: list[tuple[float, int, Callable[[], None]]] = []
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def utc(self) -> datetime:
        return self._utc + timedelta(seconds=self._now - self._start)

    async def sleep_until(self, moment: float) -> None:
        self.slept.append(max(0.0, moment - self._now))
        await self._wait(moment)

    async def advance(self, seconds: float) -> None:
        """Let *seconds* pass, waking every sleeper and firing every deadline on the way in order."""
        await self._wait(self._now + seconds)

    @asynccontextmanager
    async def deadline(self, moment: float) -> AsyncIterator[asyncio.Timeout]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(None) as timeout:
            over = False

            def fire() -> None:
                if not over:
                    timeout.reschedule(loop.time())

            if moment <= self._now:
                fire()
            else:
                heapq.heappush(self._deadlines, (moment, next(self._order), fire))
            try:
                yield timeout
            finally:
                over = True

    @property
    def sleepers(self) -> int:
        """How many tasks sleep now."""
        return sum(not future.done() for _, _, future in self._sleepers)

    async def _wait(self, moment: float) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (moment, next(self._order), future))
        if not self._ticking:
            self._ticking, self._idle = True, 0
            loop.call_soon(self._tick, loop)
        await future

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        # The loop's own queue is the only thing that knows whether a task is about to run.
        self._idle = 0 if loop._ready else self._idle + 1  # type: ignore[attr-defined]
        if self._idle >= self._idle_rounds:
            self._idle = 0
            self._step()
        self._ticking = bool(self._sleepers)
        if self._ticking:
            loop.call_soon(self._tick, loop)

    def _step(self) -> None:
        """Move to the next moment and wake what is due there: one deadline or one sleeper."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if not self._sleepers:
            return
        if self._deadlines and self._deadlines[0][0] <= self._sleepers[0][0]:
            moment, _, fire = heapq.heappop(self._deadlines)
            self._now = max(self._now, moment)
            fire()
        else:
            moment, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, moment)
            future.set_result(None)


class ManualClock:
    """A clock that a test sets by hand."""

    def __init__(self, seconds: float = START) -> None:
        self.seconds = seconds

    def now(self) -> float:
        return self.seconds

    def utc(self) -> datetime:
        return NEW_YEAR + timedelta(seconds=self.seconds)


class FixedClock:
    """A clock that stands at one moment."""

    def __init__(self, utc: datetime, seconds: float = START) -> None:
        self._utc = utc
        self._seconds = seconds

    def now(self) -> float:
        return self._seconds

    def utc(self) -> datetime:
        return self._utc


class SleepingClock:
    """A clock on which nobody ever wakes, but from a deadline; `asleep` is set when somebody falls asleep."""

    def __init__(self) -> None:
        self.asleep = asyncio.Event()

    def now(self) -> float:
        return 0.0

    def utc(self) -> datetime:
        return NEW_YEAR

    async def sleep_until(self, moment: float) -> None:
        self.asleep.set()
        await asyncio.Event().wait()

    def deadline(self, moment: float) -> AbstractAsyncContextManager[asyncio.Timeout]:
        return asyncio.timeout(60)


class _ImpatientSelector(selectors.DefaultSelector):
    """A selector that turns waiting into passing time."""

    now = START

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("every task waits and no timer will wake one")
        self.now += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in which a second takes no time."""

    def __init__(self) -> None:
        self._impatient = _ImpatientSelector()
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.now


class LoopClock:
    """The `Clock` of a `VirtualLoop`."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def utc(self) -> datetime:
        return NEW_YEAR + timedelta(seconds=self.now() - START)

    async def sleep_until(self, moment: float) -> None:
        loop = asyncio.get_running_loop()
        if moment <= loop.time():
            await asyncio.sleep(0)
        else:
            future = loop.create_future()
            timer = loop.call_at(moment, future.set_result, None)
            try:
                await future
            finally:
                timer.cancel()

    def deadline(self, moment: float) -> AbstractAsyncContextManager[asyncio.Timeout]:
        return asyncio.timeout_at(moment)
