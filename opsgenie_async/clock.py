"""Time: the only module that reads the clock or waits, and the count of milliseconds since 1970.

Everything that needs the time, a wait or a deadline receives a `Clock`; tests pass one that they control.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from opsgenie_async.deadlines import Deadline, LoopDeadlines

__all__ = ["EPOCH", "Clock", "SystemClock", "epoch_milliseconds"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def epoch_milliseconds(moment: datetime, *, up: bool = False) -> int:
    """Whole milliseconds from 1970 to *moment*, timezone-aware; *up* rounds up."""
    elapsed = moment - EPOCH
    return -(-elapsed // MILLISECOND) if up else elapsed // MILLISECOND


class Clock(Protocol):
    """A source of time: the clock, waits and deadlines."""

    def now(self) -> float:
        """Return the monotonic time in seconds."""
        ...

    def utc(self) -> datetime:
        """Return the current time, timezone-aware, in UTC."""
        ...

    async def sleep_until(self, moment: float) -> None:
        """Wait until `now()` is at least *moment*; always lets other tasks run."""
        ...

    def deadline(self, moment: float) -> AbstractAsyncContextManager[object]:
        """Like `asyncio.timeout_at` on this clock: `TimeoutError` when `now()` reaches *moment*."""
        ...


class MakeDeadline(Protocol):
    """The type of `Clock.deadline` as an attribute: pyright binds a `Callable` to its instance."""

    def __call__(self, moment: float) -> Deadline: ...


class SystemClock:
    """The system's clock, which the event loop uses as well."""

    __slots__ = ("deadline",)

    def __init__(self) -> None:
        self.deadline: MakeDeadline = LoopDeadlines().deadline

    now = staticmethod(time.monotonic)

    def utc(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - time.monotonic()))
