"""Deadlines of many tasks on one timer of the event loop.

`asyncio.timeout` makes and cancels a timer for every call, which costs as much as a tenth of the call itself. Nearly no
deadline is ever met, so here they are only noted, in slots of some milliseconds, and one timer rings at the end
of the first slot that holds any. So nothing is ever looked through: what a ring finds in its slot is over, or was put
off since and is noted anew.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import time
from types import TracebackType
from typing import Self
from weakref import WeakKeyDictionary, ref

__all__ = ["Deadline", "Deadlines", "LoopDeadlines"]

SLOT = 1 / 128
"""Seconds: how much later than its moment a deadline may be met; a power of two, so that the sums are exact."""
ROUND = 500
"""How many deadlines are met before the event loop gets its turn."""


class Deadlines:
    """The open deadlines of one event loop by slot; moments are those of `time.monotonic`."""

    __slots__ = ("_numbers", "_timer", "rings_at", "slots")

    def __init__(self) -> None:
        self.slots: dict[int, set[Deadline]] = {}
        self._numbers: list[int] = []  # of the slots, as a heap
        self._timer: ref[asyncio.TimerHandle] | None = None  # a handle holds its loop, which must be free to go
        self.rings_at = math.inf

    def add(self, deadline: Deadline) -> set[Deadline]:
        """Note *deadline*, and return the slot that it is to be taken out of."""
        number = int(deadline.check_at // SLOT)
        slot = self.slots.get(number)
        if slot is None:
            slot = self.slots[number] = set()
            heapq.heappush(self._numbers, number)
            if (end := (number + 1) * SLOT) < self.rings_at:
                self._ring_at(end)
        slot.add(deadline)
        return slot

    def _ring_at(self, when: float) -> None:
        if self._timer is not None and (timer := self._timer()) is not None:
            timer.cancel()
        self.rings_at = when
        self._timer = ref(asyncio.get_running_loop().call_later(when - time.monotonic(), self._ring))

    def _ring(self) -> None:
        """Meet what is over, some at a time, and look for the next slot that holds any."""
        self._timer, self.rings_at = None, math.inf
        now, left = time.monotonic(), ROUND
        while self._numbers:
            number = self._numbers[0]
            slot = self.slots[number]
            end = (number + 1) * SLOT
            if slot and (end > now or not left):
                self._ring_at(end)
                return
            while slot and left:
                slot.pop().ring(now)
                left -= 1
            if not slot:
                heapq.heappop(self._numbers)
                del self.slots[number]


class Deadline:
    """`asyncio.timeout_at` with a shared timer: `TimeoutError` at *when*; being cancelled from elsewhere stays that.

    It has nothing to await, so a plain `with` does as well as `async with`, which every clock's deadline takes.
    """

    __slots__ = ("_before", "_deadlines", "_expired", "_slot", "_task", "check_at", "when")

    def __init__(self, deadlines: Deadlines, when: float) -> None:
        self.when = self.check_at = when
        self._deadlines = deadlines
        self._slot: set[Deadline] | None = None
        self._expired = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task to cancel")
        self._task = task
        self._before = task.cancelling()
        if self.check_at < math.inf:
            self._slot = self._deadlines.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # The timer stays for the next one, which nearly always ends later.
        if self._slot is not None:
            self._slot.discard(self)
        # More requests to cancel than at the start, and this one taken back: somebody else wants the task ended, too.
        if self._expired and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)

    def expect_move(self, moment: float) -> None:
        """Note it under *moment* at first, before the block begins: a `move` to there or later costs nothing then."""
        if moment < self.when:
            self.check_at = moment

    def move(self, when: float) -> None:
        """Put the end of the block, which has begun, to another moment."""
        self.when = when
        if when < self.check_at:
            if self._slot is not None:
                self._slot.discard(self)
            self._note()

    def ring(self, now: float) -> None:
        """End the block when its moment has come, else note it under that."""
        if self.when > now:
            self._note()
            return
        self._expired = True
        self._task.cancel()

    def _note(self) -> None:
        self.check_at = self.when
        self._slot = self._deadlines.add(self) if self.when < math.inf else None


class LoopDeadlines:
    """The open deadlines of every event loop."""

    __slots__ = ("_last", "_of_loops")

    def __init__(self) -> None:
        self._of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, Deadlines] = WeakKeyDictionary()
        self._last: tuple[object, Deadlines] = (None, Deadlines())  # those of the loop that asked last

    def deadline(self, moment: float) -> Deadline:
        """A deadline at *moment* in the running loop."""
        loop = asyncio.get_running_loop()
        last_loop, deadlines = self._last
        if last_loop is not loop:
            deadlines = self._of_loops.get(loop) or self._of_loops.setdefault(loop, Deadlines())
            self._last = loop, deadlines
        return Deadline(deadlines, moment)
