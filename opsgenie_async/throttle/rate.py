"""The rate estimate of one limit: how fast a domain may send, learned from refused calls.

Servers count in one of two ways, and the first closings show which.

- A *token bucket* refills all the time: tokens flow in at `rate` and accumulate, while the domain is idle, up to the
  capacity of one period.
- A *sliding window* has room again only when old calls are one period old. When a probe is refused long after a bucket
  would have had room, the estimate changes to at most `rate * period` calls in any period; when one is accepted long
  before the window should have room, it changes back (`Probing.is_window`).

How the rate is found:

- The first 429 gives it: a full bucket lasted that long (`History.sustained_rate`), or so many calls fitted a window.
  With too few calls, or when the two results are far apart, the rate counts as unproven and grows with every success.
- Every later 429 proves it and lowers it to what was accepted since the last one (the bucket was empty both times, so
  what was accepted in between is what flowed in) or in the last period, and a little below. Never below half.
- It is held for five periods and then grows in growing steps as long as it is used up, so that a limit that was raised
  is found again. Where far more fitted a window before, the rate returns there sooner.
"""

from __future__ import annotations

import math

from opsgenie_async.throttle.concurrency import History
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.window import SlidingWindow

__all__ = ["RateEstimate"]


class RateEstimate:
    """The rate that the limit of one period allows."""

    __slots__ = (
        "_accepted",
        "_best_rate",
        "_ceiling",
        "_empty_at",
        "_floor",
        "_grow_at",
        "_idle",
        "_known_since",
        "_last_count",
        "_opened_at",
        "_overdue",
        "_patience",
        "_proven",
        "_rate_before",
        "_refused_at",
        "_settled",
        "_slowed_at",
        "_stamp",
        "_step",
        "_tokens",
        "_tried_at",
        "_window",
        "period",
        "rate",
    )

    # Growth of a proven rate, as a share of it: the first step, what each step makes of the next, the last.
    FIRST_STEP, STEP_GROWTH, LAST_STEP = 0.02, 1.6, 0.16
    # What each later 429 leaves of the hope that what fitted once fits again.
    HOPE = 0.9
    # How long a rate is held before it grows, in seconds: five periods within these bounds.
    SHORTEST_HOLD, LONGEST_HOLD = 3.0, 40.0
    # A window is held for twice as long, and for so many times as long while its limit is found to be the same within
    # this share of it: each try ends in a 429.
    SAME, MOST_PATIENCE = 0.01, 4
    SLACK = SlidingWindow.SLACK
    # Nothing leaves a window for this part of the period: its burst is over.
    PAUSE = 1 / 4
    # Fewer accepted calls than this in a period reveal little about the limit; calls a second are tried instead.
    FEW, FALLBACK_RATE = 10, 1.0
    # Below this period latencies blur a burst too much to tell whether bucket and window disagree about it.
    CLEAR = 10.0
    # How much of what should have flowed into a bucket while nothing was sent is counted on.
    FILLED = 0.9
    # What a bucket gives at least, as a share of what it should: who gets less does not meet a bucket.
    SHORT = 0.93

    def __init__(self, period: float, rate: float, now: float, *, ceiling: float = float("inf")) -> None:
        self.period = period
        self.rate = rate
        self._ceiling = ceiling
        self._floor = self.rate / 2  # signs alone do not slow it down below this
        self._window: SlidingWindow | None = None  # if the limit is one
        self._overdue = 0  # calls sent more than a period before the last 429 that were in the window then
        self._tokens = 0.0
        self._idle = 0.0  # how long nothing was sent before the lane opened
        self._last_count = 0  # how many calls the period before the last 429 had
        self._best_rate = 0.0  # the most that fitted a period, as a rate, and a little less with every 429 since
        self._rate_before: float | None = None  # the rate that met the last 429; none at the first
        self._settled = 0.0  # the rate after the last 429 of a window, and how often it was the same in a row
        self._patience = 1
        self._tried_at = math.inf  # since when more is let in than settled
        self._proven = False
        self._accepted = 0
        self._step = self.FIRST_STEP
        self._stamp = self._opened_at = self._refused_at = self._empty_at = self._grow_at = now
        self._slowed_at = float("-inf")
        self._known_since = float("-inf")  # since when the calls within the limit are known

    @classmethod
    def from_limit(cls, limit: Limit, now: float) -> RateEstimate:
        """The rate of a configured limit: treated as a window, which every kind of server accepts."""
        estimate = cls(limit.period, limit.rate, now, ceiling=limit.rate)
        estimate._window, estimate._rate_before, estimate._proven = SlidingWindow(limit.period), limit.rate, True
        return estimate

    @classmethod
    def from_refusal(cls, period: float, send_time: float, now: float, history: History) -> RateEstimate:
        """The rate after the first 429 of *period*, for a call sent at *send_time*."""
        estimate = cls(period, cls.FALLBACK_RATE, now)
        estimate._refused_at = send_time
        estimate.rate = estimate._clamp(estimate._lower_rate(history))
        estimate._floor = estimate.rate / 2
        return estimate

    @classmethod
    def from_warning(cls, period: float, now: float, history: History) -> RateEstimate:
        """The rate of *period* if the server announces throttling before the first refusal."""
        estimate = cls.from_refusal(period, now, now, history)
        estimate.rate = max(estimate.rate, cls.FALLBACK_RATE)
        estimate._floor = estimate.rate / 2
        return estimate

    @classmethod
    def from_share(
        cls, period: float, rate: float, now: float, *, is_window: bool, ceiling: float = float("inf")
    ) -> RateEstimate:
        """A rate that was learned elsewhere; it continues as after a 429 that proved it."""
        estimate = cls(period, rate, now, ceiling=ceiling)
        estimate._window = SlidingWindow(period) if is_window else None
        estimate._rate_before, estimate._proven, estimate._known_since = rate, True, now
        estimate._hold(now)
        return estimate

    @property
    def is_window(self) -> bool:
        """Whether the server is known to count in windows."""
        return self._window is not None

    def opens_at(self, now: float) -> float:
        """When there is room for a call, *now* at the earliest."""
        if self._window is not None:
            return self._window.opens_at(self._capacity(self._window, now), now)
        self._fill(now)
        # A millionth of slack: a sleeper who waited for exactly one token has it.
        return now if self._tokens >= 1 - 1e-6 else now + (1 - self._tokens) / self.rate

    def take(self, now: float) -> None:
        """Count one call as sent."""
        if self._window is not None:
            self._window.add(now)
        else:
            self._fill(now)
            self._tokens -= 1

    def record_probe(self, send_time: float) -> None:
        """Record that a probe was sent at *send_time*, without a wait for the rate, and accepted."""
        if self._window is not None:
            self._window.add(send_time)

    def forget(self, send_time: float) -> None:
        """Remove the call sent at *send_time*, which was refused."""
        if self._window is not None:
            self._window.remove(send_time)

    def record_refusal(self, send_time: float, now: float, history: History) -> None:
        """Record that a call sent at *send_time*, while the domain was open, was refused."""
        self._empty_at, self._refused_at = self._refused_at, send_time
        self._overdue = self._window.overdue(send_time) if self._window is not None else 0
        self._rate_before = self.rate
        self._step = self.FIRST_STEP
        self._tried_at = math.inf
        self._set_rate(self._lower_rate(history), now)

    def reopen(self, now: float, history: History, *, is_window: bool, idle: float = 0.0) -> None:
        """The domain is open again, and every call that was in flight at the closing has its outcome.

        The last refused call met an empty bucket; *idle* seconds later the probe was accepted.
        """
        if self._defies_bucket(history):
            # What a bucket's arithmetic made of a window means nothing; what fitted into it twice does.
            is_window, self._rate_before = True, max(self._rate_before or 0.0, self._last_count / self.period)
        if not is_window:
            self._window = None
        elif self._window is None and self._last_period(history) >= self.FEW:
            self._window = SlidingWindow.recall(self.period, now, history)
        self.rate = self._clamp(self._lower_rate(history))
        self._floor = self.rate / 2
        self._best_rate = max(self._last_period(history) / self.period, self.HOPE * self._best_rate)
        self._settle()
        self._proven = self._rate_before is not None or self._is_plain(history)
        self._accepted = 0
        # Under a `Retry-After` nobody looked for long, and the bucket filled; less the probe.
        self._tokens = min(max(0.0, self.FILLED * self.rate * idle - 1), self.rate * self.period)
        self._opened_at = self._stamp = now
        self._idle = idle
        self._hold(now)

    def record_answer(self, send_time: float, now: float) -> None:
        """Record the response of the call sent at *send_time*."""
        if self._window is not None:
            self._window.record_answer(send_time, now)

    def record_success(self, now: float, history: History) -> None:
        """Record that a call was accepted while the domain is open."""
        self._accepted += 1
        if not self._proven:
            step = 0.1 if self._accepted < self.FEW else 0.02
            measured = history.between(now - 2.0, now) / 2.0
            self._set_rate(max(self.rate, min(self.rate * (1 + step), 2 * measured)), now)
        elif now >= self._grow_at and self._is_used(now):
            self._grow(now)

    def _grow(self, now: float) -> None:
        """One step up; of a window also those that came due since the last one, as far as what fitted once.

        The answers of a window come in one burst a period. With one step for each, a domain that another client used up
        would need a quarter of an hour to find its way back when that one is done.
        """
        gap = max(self.period / 8, 1.0)
        due = int((now - self._grow_at) / gap) if self.is_window else 0
        self._step_up(now, self._ceiling)
        most = min(self._best_rate, self._ceiling)
        while due and self.rate < most:
            self._step_up(now, most)
            due -= 1
        self._grow_at = now + gap

    def _step_up(self, now: float, most: float) -> None:
        self._set_rate(min(self.rate * (1 + self._step), most), now)
        self._step = min(self.LAST_STEP, self._step * self.STEP_GROWTH)

    def slow_down(self, now: float, history: History) -> bool:
        """The server accepts but announces that it begins to throttle: a little slower, once a second at most.

        Never below half of what the last 429 allowed, nor of what was reached since: a server that does so in every
        response, and accepts every call, would else bring the domain to a stop.
        """
        if now < self._slowed_at + 1.0:
            return False
        self._slowed_at = now
        self._proven = True
        measured = history.between(now - self.period, now) / self.period
        self._set_rate(min(self.rate, max(self.rate * 0.95, measured / 2, self._floor)), now)
        self._hold(now)
        return True

    def _last_period(self, history: History) -> int:
        """The number of calls within the limit when it refused one.

        Of a window that is not quite certain: some calls may have left it or not. What was counted before is likeliest.
        """
        least = history.between(self._refused_at - self.period, self._refused_at)
        most = least + self._overdue
        return max(least, min(most, self._most(self._settled))) if self._settled else most

    def _lower_rate(self, history: History) -> float:
        """The rate after the last 429, by the calls before it."""
        period_rate = self._last_period(history) / self.period
        if self._rate_before is None:
            if self.is_window:
                return period_rate
            sustained = history.sustained_rate(self.period, self._refused_at)
            return sustained if period_rate * self.period >= self.FEW else max(sustained, self.FALLBACK_RATE)
        if self.is_window:
            if self._refused_at - self.period < self._known_since:
                return self._rate_before  # calls that are not known here were within the limit
            least = self._rate_before / 2 if period_rate * self.period < self.FEW else 0.0
            return min(self._rate_before, max(period_rate, least))
        between = self._refused_at - self._empty_at
        inflow = history.between(self._empty_at, self._refused_at) / between if between > 0 else 0.0
        soon = self._refused_at - self._opened_at < self.period / 4 or self._accepted < 5
        return max(min(self._rate_before, max(inflow, period_rate)) * (0.9 if soon else 0.98), self._rate_before / 2)

    def _defies_bucket(self, history: History) -> bool:
        """Whether the last 429 came when a bucket would have had room, and a window as often as before.

        Under a `Retry-After` no probe comes early enough to show it. But after a whole period of rest a bucket is full.
        """
        before, self._last_count = self._last_count, self._last_period(history)
        is_same = abs(self._last_count - before) <= max(1, self._last_count / 25)
        if self._rate_before is None or self._idle < self.FILLED * self.period or not is_same:
            return False
        expected = self._rate_before * (self.period + self._refused_at - self._opened_at)
        return history.between(self._opened_at, self._refused_at) < self.SHORT * expected

    def _is_plain(self, history: History) -> bool:
        """Whether the first 429 revealed the limit: enough calls, and a bucket and a window would agree about them."""
        accepted = self._last_period(history)
        if accepted < self.FEW:
            return False
        return self.is_window or self.period < self.CLEAR or accepted / self.period <= 1.1 * self.rate

    def _settle(self) -> None:
        """Record the rate of a window, and whether it is the same as after the previous 429."""
        is_same = abs(self.rate - self._settled) <= max(0.5 / self.period, self.SAME * self._settled)
        if self._window is None or self.rate < self.HOPE * self._best_rate:  # somebody else may leave room any time
            self._patience = 1
        else:
            self._patience = min(2 * self._patience, self.MOST_PATIENCE) if is_same else 2
        self._settled, self._tried_at = self.rate, math.inf

    def _capacity(self, window: SlidingWindow, now: float) -> int:
        """The number of calls that fit the window.

        One more than before is tried at the end of a burst: if it is refused, the lane is closed while nothing would be
        sent anyway.
        """
        most, settled = self._most(self.rate), self._most(self._settled)
        if not self._settled or most <= settled or now >= self._tried_at + self.period:
            return most
        return most if window.opens_at(settled, now) - now >= self.period * self.PAUSE else settled

    def _most(self, rate: float) -> int:
        return max(1, int(rate * self.period + 1e-6))

    def _is_used(self, now: float) -> bool:
        """Whether the domain sends about as much as the limit allows."""
        capacity = self.rate * self.period
        if self._window is not None:
            return self._window.count(now) >= capacity / 2
        self._fill(now)
        return self._tokens < max(1.0, capacity / 2)

    def _hold(self, now: float) -> None:
        self._grow_at = now + min(self.LONGEST_HOLD, self._patience * max(self.SHORTEST_HOLD, 5 * self.period))

    def _fill(self, now: float) -> None:
        if now > self._stamp:
            self._tokens = min(max(1.0, self.rate * self.period), self._tokens + (now - self._stamp) * self.rate)
            self._stamp = now

    def _set_rate(self, rate: float, now: float) -> None:
        # What flowed in until now did so at the old rate.
        self._fill(now)
        self.rate = self._clamp(rate)
        self._floor = max(self._floor, self.rate / 2)
        if math.isinf(self._tried_at) and self._most(self.rate) > self._most(self._settled):
            self._tried_at = now

    def _clamp(self, rate: float) -> float:
        """The rate, at least one call per period."""
        return min(max(rate, 1 / self.period), self._ceiling)
