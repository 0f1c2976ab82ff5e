"""The pace of one limit: how fast a lane may send under the limit of one period, learned from what was refused.

Calls spend tokens that flow in at `rate` and gather, while the lane is idle, to what one period is worth.

- The first 429 gives the rate at which a full bucket lasted that long (`History.sustained`). That rate is unproven: it
  grows with every success until a second 429 shows that it is too high.
- Every later 429 while open lowers the rate to what was accepted since the lane opened, or in the last period, a
  little below it, and never below half.
- A proven rate is held for five periods, then grows in steps that grow themselves, as long as it is used up: a limit
  that was raised on the way is found again.
"""

from __future__ import annotations

from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.window import History

__all__ = ["Pace"]


class Pace:
    """The tokens and the rate of one period of one lane."""

    __slots__ = (
        "_accepted",
        "_ceiling",
        "_grow_at",
        "_opened_at",
        "_proven",
        "_slowed_at",
        "_stamp",
        "_step",
        "period",
        "rate",
        "tokens",
    )

    FIRST_STEP = 0.02
    LAST_STEP = 0.16
    STEP_GROWTH = 1.6

    def __init__(self, period: float, rate: float, now: float, *, tokens: float = 0.0, ceiling: float = float("inf")):
        self.period = period
        self.rate = rate
        self.tokens = tokens
        self._ceiling = ceiling
        self._stamp = now
        self._proven = ceiling < float("inf")
        self._opened_at = now
        self._slowed_at = now
        self._accepted = 0
        self._step = self.FIRST_STEP
        self._grow_at = now

    @classmethod
    def known(cls, limit: Limit, now: float) -> Pace:
        """The pace of a limit that the user told, with all its tokens and never above it."""
        return cls(limit.period, limit.rate, now, tokens=limit.count, ceiling=limit.rate)

    @classmethod
    def first(cls, period: float, now: float, history: History) -> Pace:
        """The pace after the first 429 of *period*."""
        return cls(period, max(history.sustained(period, now), 1 / period), now)

    def opens_at(self, now: float) -> float:
        """When there is a token, *now* at the earliest."""
        self._fill(now)
        # A millionth of slack: a sleeper who waited for exactly one token has it.
        return now if self.tokens >= 1 - 1e-6 else now + (1 - self.tokens) / self.rate

    def take(self) -> None:
        self.tokens -= 1

    def opened(self, now: float) -> None:
        """The lane is open again: what it holds is unknown, so it starts with nothing."""
        self._opened_at = self._stamp = now
        self._accepted = 0
        self.tokens = 0.0
        self._grow_at = now + min(60.0, max(3.0, 5 * self.period))

    def accepted(self, now: float, history: History) -> None:
        """A call was accepted while the lane is open."""
        self._accepted += 1
        if not self._proven:
            step = 0.1 if self._accepted < 10 else 0.02
            measured = history.since(now - 2.0) / 2.0
            self._turn(max(self.rate, min(self.rate * (1 + step), 2 * measured)), now)
        elif now >= self._grow_at:
            self._fill(now)
            if self.tokens < max(1.0, self.rate * self.period / 2):
                self._turn(self.rate * (1 + self._step), now)
                self._step = min(self.LAST_STEP, self._step * self.STEP_GROWTH)
                self._grow_at = now + max(self.period / 4, 1.0)

    def refused(self, now: float, history: History) -> None:
        """A call sent while the lane was open was refused."""
        elapsed = now - self._opened_at
        seen = max(self._accepted / elapsed if elapsed > 0 else 0.0, history.since(now - self.period) / self.period)
        early = elapsed < self.period / 4 or self._accepted < 5
        self._turn(max(min(self.rate, seen) * (0.9 if early else 0.98), self.rate / 2), now)
        self._proven = True
        self._step = self.FIRST_STEP

    def slow_down(self, now: float, history: History) -> bool:
        """The server accepts but says that it begins to throttle: a little slower, once a second at most."""
        if now < self._slowed_at + 1.0:
            return False
        self._slowed_at = now
        self._proven = True
        self._turn(max(self.rate * 0.95, history.since(now - self.period) / self.period / 2), now)
        return True

    def _fill(self, now: float) -> None:
        if now > self._stamp:
            self.tokens = min(max(1.0, self.rate * self.period), self.tokens + (now - self._stamp) * self.rate)
            self._stamp = now

    def _turn(self, rate: float, now: float) -> None:
        self._fill(now)
        self.rate = min(rate, self._ceiling)
