"""Deadlines of any number of tasks on one timer of the event loop.

`asyncio.timeout` makes and cancels a timer for every call, which costs as much as a tenth of the call itself. Nearly no
deadline is ever met, so here they are only noted, and looked through when the timer of the earliest one rings.
"""

from __future__ import annotations

import asyncio
import math
import time
from types import TracebackType
from typing import Self

__all__ = ["Deadline", "Deadlines"]


class Deadlines:
    """The open deadlines of one event loop, and when they are looked through; moments are those of `time.monotonic`."""

    __slots__ = ("_timer", "loop", "open", "rings_at")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.open: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None
        self.rings_at = math.inf

    def ring_at(self, when: float) -> None:
        """Look through them at *when*, which is before any other moment so far."""
        if self._timer is not None:
            self._timer.cancel()
        self.rings_at = when
        self._timer = self.loop.call_later(when - time.monotonic(), self._ring)

    def _ring(self) -> None:
        self._timer, self.rings_at = None, math.inf
        now = time.monotonic()
        for deadline in [each for each in self.open if each.when <= now]:
            self.open.discard(deadline)
            deadline.expire()
        earliest = min((each.when for each in self.open), default=math.inf)
        if earliest < math.inf:
            self.ring_at(earliest)


class Deadline:
    """`asyncio.timeout_at` with a shared timer: `TimeoutError` at *when*; being cancelled from elsewhere stays that."""

    __slots__ = ("_before", "_deadlines", "_expired", "_task", "when")

    def __init__(self, deadlines: Deadlines, when: float) -> None:
        self.when = when
        self._deadlines = deadlines
        self._expired = False

    async def __aenter__(self) -> Self:
        deadlines = self._deadlines
        task = asyncio.current_task(deadlines.loop)
        if task is None:
            raise RuntimeError("a deadline needs a task that it can end")
        self._task = task
        self._before = task.cancelling()
        deadlines.open.add(self)
        if self.when < deadlines.rings_at:
            deadlines.ring_at(self.when)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # The timer stays for the next one, which nearly always ends later.
        self._deadlines.open.discard(self)
        # More requests to cancel than at the start, and this one taken back: somebody else wants the task ended, too.
        if self._expired and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """End the block: its moment has come."""
        self._expired = True
        self._task.cancel()
