"""The calls in a sliding window, with their send and arrival times.

A window has room again when its oldest call is one period old, by the moment at which the server counted it. That
moment lies between sending and answer. Where the server is near, the answer is close behind it, and a call that was
held up on its way is not taken for older than it is. Where it is far, the answer would cost a part of every period;
there a call counts as arrived after `SLACK` seconds.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import deque
from heapq import merge
from itertools import islice

from opsgenie_async.throttle.concurrency import History

__all__ = ["SlidingWindow"]


class SlidingWindow:
    """The calls of the last *period* seconds; the caller decides how many are allowed."""

    __slots__ = ("_arrivals", "_departures", "_latency", "_period")

    # Calls may overtake each other on the way by as much: what is sent a period later may arrive sooner than that.
    SLACK = 0.075
    # By how much an answer moves the usual latency, which is a median: some that are held up do not make a server far.
    LATENCY_STEP, LEAST_LATENCY = 1 / 16, 0.001
    # Of calls that are sent together each is counted some time after the one before, but not longer than this in all.
    GAP, LONGEST_QUEUE = 0.005, 0.175
    # How long a call is remembered after it has left, in seconds: a refusal is known when its response arrives.
    AFTERMATH = 0.5

    def __init__(self, period: float) -> None:
        self._period = period
        self._departures: deque[float] = deque()  # without an answer, in order
        self._arrivals: list[tuple[float, float]] = []  # arrival and sending of those with an answer, by arrival
        self._latency: float | None = None

    @classmethod
    def recall(cls, period: float, now: float, history: History) -> SlidingWindow:
        """The window with the calls of *history*, which has no times of responses."""
        window = cls(period)
        for start, count in history.steps(now - period - cls.SLACK - cls.LONGEST_QUEUE):
            queue = min(cls.LONGEST_QUEUE, cls.GAP * (count - 1))
            window._arrivals += [(start + cls.SLACK + queue, start)] * count
        window._arrivals.sort()
        return window

    def count(self, now: float) -> int:
        """The number of calls in it."""
        while self._departures and self._departures[0] + self.SLACK + self._period <= now:
            self._departures.popleft()
        return len(self._departures) + len(self._arrivals) - self._first_place(now)

    def opens_at(self, most: int, now: float) -> float:
        """When there are fewer than *most* calls in it, *now* at the earliest."""
        excess = self.count(now) - most
        if excess < 0:
            return now
        rest = islice(self._arrivals, self._first_place(now), None)
        arrivals = merge((each + self.SLACK for each in self._departures), (arrival for arrival, _ in rest))
        return max(now, next(islice(arrivals, excess, None)) + self._period)

    def overdue(self, moment: float) -> int:
        """The number of calls in it at *moment* that were sent more than a period before."""
        return sum(
            send_time < moment - self._period < arrival
            for arrival, send_time in (*self._arrivals, *((each + self.SLACK, each) for each in self._departures))
        )

    def add(self, send_time: float) -> None:
        """Add a sent call."""
        self._departures.append(send_time)
        if self._arrivals and self._arrivals[0][0] + self._period + self.AFTERMATH < send_time:
            del self._arrivals[: self._first_place(send_time - self.AFTERMATH)]

    def remove(self, send_time: float) -> None:
        """Remove a refused call."""
        if send_time in self._departures:
            self._departures.remove(send_time)

    def record_answer(self, send_time: float, now: float) -> None:
        """Record the response of the call sent at *send_time*: it had arrived before."""
        latency = max(self.LEAST_LATENCY, now - send_time)
        usual = latency if self._latency is None else self._latency
        usual *= 1 + self.LATENCY_STEP if latency > usual else 1 - self.LATENCY_STEP
        self._latency = max(self.LEAST_LATENCY, usual)
        if send_time not in self._departures:
            return
        self._departures.remove(send_time)
        arrival = now if self._latency <= self.SLACK else min(now, send_time + self.SLACK)
        insort(self._arrivals, (arrival, send_time))

    def _first_place(self, now: float) -> int:
        return bisect_right(self._arrivals, now, key=lambda call: call[0] + self._period)
