"""What happened lately, and how much may be under way at once.

`History` counts the accepted calls of one lane. `FlightWindow` is the slow start: it bounds how many calls are sent
and not yet answered, so that the first 429 of a lane meets ten calls on the wire and not all of them.
"""

from __future__ import annotations

from collections import deque

__all__ = ["FlightWindow", "History"]


class History:
    """The accepted calls of the last minutes, in steps of a tenth of a second."""

    __slots__ = ("_counts", "_open_until", "_starts")

    STEP = 0.1
    HORIZON = 300.0

    def __init__(self) -> None:
        self._starts: deque[float] = deque()
        self._counts: deque[int] = deque()
        self._open_until = float("-inf")

    def add(self, now: float) -> None:
        """Count one call accepted at *now*."""
        if now < self._open_until:
            self._counts[-1] += 1
            return
        self._starts.append(now)
        self._counts.append(1)
        self._open_until = now + self.STEP
        while self._starts[0] < now - self.HORIZON:
            self._starts.popleft()
            self._counts.popleft()

    def since(self, moment: float) -> int:
        """How many calls were accepted at or after *moment*."""
        total = 0
        for start, count in zip(reversed(self._starts), reversed(self._counts), strict=True):
            if start < moment:
                break
            total += count
        return total

    def sustained(self, period: float, now: float) -> float:
        """The rate at which a bucket of *period* seconds' worth of tokens, empty now, let the past through.

        A bucket that was full at some moment and is empty *t* seconds later gave what it held and what flowed in,
        `rate * (period + t)`; taken from a moment when it was not full the same sum is lower. So the highest value
        over all moments is the rate, and it needs no knowledge of when the burst began.
        """
        best, total = 0.0, 0
        for start, count in zip(reversed(self._starts), reversed(self._counts), strict=True):
            total += count
            best = max(best, total / (period + now - start))
        return best


class FlightWindow:
    """How many calls of one lane may be on the wire: ten at first, one more per success, never more than *most*."""

    __slots__ = ("most", "size", "used")

    FIRST = 10

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = min(self.FIRST, most)
        self.used = 0

    def grow(self) -> None:
        if self.size < self.most:
            self.size += 1
