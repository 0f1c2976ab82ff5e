"""The recent calls of a domain, and the limit of calls in flight.

`History` records when calls were sent. `ConcurrencyWindow` is a slow start: it bounds the calls in flight, so that the
first 429 of a domain meets a few calls and not all of them.
"""

from __future__ import annotations

from collections import deque

__all__ = ["ConcurrencyWindow", "History"]


class History:
    """The send times of the calls in the last minutes, except refused ones, in steps of a fiftieth of a second.

    Counted when sent and not when answered: a refused call met the limit together with every call sent before it,
    whether their answers are in or not.
    """

    __slots__ = ("_counts", "_starts", "_step_end")

    STEP = 0.02
    HORIZON = 120.0

    def __init__(self) -> None:
        self._starts: deque[float] = deque()
        self._counts: deque[int] = deque()
        self._step_end = float("-inf")

    def add(self, now: float) -> None:
        """Count one call sent at *now*."""
        if now < self._step_end:
            self._counts[-1] += 1
            return
        self._starts.append(now)
        self._counts.append(1)
        self._step_end = now + self.STEP
        while self._starts[0] < now - self.HORIZON:
            self._starts.popleft()
            self._counts.popleft()

    def remove(self, send_time: float) -> None:
        """Take back the call sent at *send_time*: it was refused."""
        for index in range(len(self._starts) - 1, -1, -1):
            if self._starts[index] <= send_time:
                self._counts[index] -= 1
                return

    def between(self, first: float, last: float) -> int:
        """The number of calls sent from *first* to *last*."""
        total = 0
        for start, count in zip(reversed(self._starts), reversed(self._counts), strict=True):
            if start < first:
                break
            if start <= last:
                total += count
        return total

    def steps(self, first: float) -> list[tuple[float, int]]:
        """The start of each step from *first* on, and the number of calls sent in it, in order."""
        return [step for step in zip(self._starts, self._counts, strict=True) if step[0] >= first and step[1] > 0]

    def sustained_rate(self, period: float, last: float) -> float:
        """The rate of a bucket of *period* seconds' worth that let the past through and was empty at *last*.

        A bucket that was full at some moment and is empty *t* seconds later gave what it held and what flowed in,
        `rate * (period + t)`; taken from a moment when it was not full the same sum is lower. So the highest value
        over all moments is the rate, and it needs no knowledge of when the burst began.
        """
        best, total = 0.0, 0
        for start, count in zip(reversed(self._starts), reversed(self._counts), strict=True):
            if start <= last:
                total += count
                best = max(best, total / (period + last - start))
        return best


class ConcurrencyWindow:
    """The number of calls of one domain that may be in flight.

    20 at first and one more per success, then two more per five: sixty calls are under way after the first twenty
    answers, and a limit of fifty a second is not overrun by another fifty before its first 429 arrives.
    """

    __slots__ = ("_max_size", "size", "used")

    FIRST = 20
    EAGER_UNTIL = 40
    STEP = 0.4

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self.size: float = min(self.FIRST, max_size)
        self.used = 0

    def grow(self) -> None:
        """Grow after a successful call."""
        if self.size < self._max_size:
            self.size = min(self._max_size, self.size + (1 if self.size < self.EAGER_UNTIL else self.STEP))
