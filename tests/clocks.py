"""The clocks of the tests: one that jumps to whoever sleeps, and that of a loop in which a second takes no time."""

from __future__ import annotations

import asyncio
import heapq
import selectors
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

__all__ = ["NEW_YEAR", "START", "FakeClock", "LoopClock", "VirtualLoop"]

START = 1000.0
"""Seconds on a clock that nobody has moved; not 0, so that a moment is not taken for an amount."""
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class FakeClock:
    """A `Clock` that jumps to the next sleeper's moment as soon as the event loop has nothing else to do.

    Sleepers are woken in the order of their moments (first come first when equal), one at a time, and whatever a woken
    task sets in motion is played to its end before the next one wakes. So a test of an hour takes milliseconds and
    always happens in the same order.

    `slept` lists what was asked for, in seconds, one number per sleep. A deadline never moves the time by itself: it
    fires when a sleeper, or `advance`, carries the time past it. Where nobody sleeps, a test sets `seconds` by hand, or
    leaves the clock where it stands.

    Args:
        start: The seconds of the monotonic time.
        utc: What time it is then.
        idle_rounds: How many turns the loop must find nothing to do before time jumps; sockets served by the same loop
            need a few, pure computation needs one.
        jumps: Whether time jumps at all; otherwise whoever falls asleep on this clock sleeps on.
    """

    def __init__(
        self,
        start: float = START,
        *,
        utc: datetime = NEW_YEAR,
        idle_rounds: int = 3,
        jumps: bool = True,
    ) -> None:
        self.seconds = self._start = start
        self._utc = utc
        self._idle_rounds = idle_rounds
        self._jumps = jumps
        self._idle = 0
        self._ticking = False
        self._waits = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._deadlines: list[tuple[float, int, Callable[[], None]]] = []
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def utc(self) -> datetime:
        return self._utc + timedelta(seconds=self.seconds - self._start)

    async def sleep_until(self, moment: float) -> None:
        self.slept.append(max(0.0, moment - self.seconds))
        await self._wait(moment)

    async def advance(self, seconds: float) -> None:
        """Let *seconds* pass, waking every sleeper and firing every deadline on the way in order."""
        await self._wait(self.seconds + seconds)

    @asynccontextmanager
    async def deadline(self, moment: float) -> AsyncIterator[asyncio.Timeout]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(None) as timeout:
            over = False

            def fire() -> None:
                if not over:
                    timeout.reschedule(loop.time())

            if moment <= self.seconds:
                fire()
            else:
                heapq.heappush(self._deadlines, (moment, self._number(), fire))
            try:
                yield timeout
            finally:
                over = True

    @property
    def sleepers(self) -> int:
        """How many tasks sleep now."""
        return sum(not future.done() for _, _, future in self._sleepers)

    def _number(self) -> int:
        # Of two that are due at once, the first that asked. A plain number: a clock is copied with what holds it.
        self._waits += 1
        return self._waits

    async def _wait(self, moment: float) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (moment, self._number(), future))
        if self._jumps and not self._ticking:
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
            self.seconds = max(self.seconds, moment)
            fire()
        else:
            moment, _, future = heapq.heappop(self._sleepers)
            self.seconds = max(self.seconds, moment)
            future.set_result(None)


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
