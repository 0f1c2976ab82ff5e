"""Counters of a client's requests, 429s, and waits for rate limits, as a hook."""

from __future__ import annotations

from collections import deque

from opsgenie_async.clock import Clock
from opsgenie_async.events import AttemptEnded, Event, Waiting
from opsgenie_async.quantity import quantity

__all__ = ["Meter"]

SPAN = 2.0
"""Seconds over which the present rate is counted."""


class Meter:
    """A hook for `Config.hooks`.

    Attributes:
        requests: The number of requests sent.
        refused: The number of 429 responses.
        throttle_waits: The number of calls that waited for a rate limit.
        retried: The number of calls that waited for a retry.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._recent: deque[float] = deque()
        self.requests = 0
        self.refused = 0
        self.throttle_waits = 0
        self.retried = 0

    def __call__(self, event: Event) -> None:
        match event:
            case AttemptEnded():
                self.requests += 1
                self.refused += event.status == 429
                self._recent.append(self._clock.now())
                self._forget()
            case Waiting(cause="backoff"):
                self.retried += 1
            case Waiting():
                self.throttle_waits += 1
            case _:
                pass

    def now(self) -> float:
        """Seconds on the clock of the counters."""
        return self._clock.now()

    def rate(self) -> float:
        """Requests per second over the last two seconds."""
        self._forget()
        return len(self._recent) / SPAN

    def _forget(self) -> None:
        """Drop old entries: memory must not grow with the number of requests."""
        oldest = self._clock.now() - SPAN
        while self._recent and self._recent[0] < oldest:
            self._recent.popleft()

    def totals(self, detail: str) -> str:
        """Return the totals that are not zero as text; *detail* adds durations."""
        text = f"{quantity(self.requests, 'request')}{detail}"
        if self.refused:
            text += f", {self.refused:,} refused with 429"
        return f"{text}, {self.retried:,} retried" if self.retried else text
