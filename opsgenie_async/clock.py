"""Time: the only place that reads it or waits for it.

Everything that needs a moment, a wait or a deadline is handed a `Clock`; tests hand in one that they move themselves.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from opsgenie_async.deadlines import Deadline, Deadlines

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """What the package needs to know about time."""

    def now(self) -> float:
        """Seconds on a clock that never goes back (not the time of day)."""
        ...

    def utc(self) -> datetime:
        """The time of day, aware, in UTC."""
        ...

    async def sleep_until(self, moment: float) -> None:
        """Return once `now()` is at least *moment*; always lets other tasks run."""
        ...

    def deadline(self, moment: float) -> AbstractAsyncContextManager[object]:
        """What `asyncio.timeout_at` is, for a moment on this clock: `TimeoutError` when `now()` reaches it."""
        ...


class SystemClock:
    """The machine's own clock, the same one that the event loop uses."""

    __slots__ = ("_deadlines", "_of_loops")

    def __init__(self) -> None:
        self._of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, Deadlines] = WeakKeyDictionary()
        self._deadlines: tuple[object, Deadlines] = (None, Deadlines())  # those of the loop that asked last

    now = staticmethod(time.monotonic)

    def utc(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - time.monotonic()))

    def deadline(self, moment: float) -> AbstractAsyncContextManager[object]:
        loop = asyncio.get_running_loop()
        last_loop, deadlines = self._deadlines
        if last_loop is not loop:
            deadlines = self._of_loops.get(loop) or self._of_loops.setdefault(loop, Deadlines())
            self._deadlines = loop, deadlines
        return Deadline(deadlines, moment)
