"""The limiter of one rate-limit domain: whether the next call may be sent. Pure; it never waits.

A domain that never saw a 429 is open and has the slow start as its only limit. The first 429 of a period creates a
`RateEstimate` for that period and closes the domain. While it is closed, one probe at a time finds out whether there is
room again; the first success opens it. A 429 of a call that was already in flight at the closing changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from opsgenie_async.events import LaneChanged
from opsgenie_async.logs import get_logger
from opsgenie_async.throttle.concurrency import ConcurrencyWindow, History
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.probing import Probing
from opsgenie_async.throttle.rate import RateEstimate

__all__ = ["DomainLimiter"]

_logger = get_logger(__name__)


class DomainLimiter:
    """The state of one rate-limit domain."""

    __slots__ = ("_known", "_on_change", "closing", "domain", "epoch", "estimates", "history", "window")

    # Opsgenie has limits a second and limits a minute; more periods than these come from something in between.
    MOST_LEARNED = 4

    def __init__(
        self,
        domain: str,
        now: float,
        *,
        limits: Sequence[Limit] = (),
        max_in_flight: int = 100,
        on_change: Callable[[LaneChanged], None] | None = None,
    ) -> None:
        self.domain = domain
        self.window = ConcurrencyWindow(max_in_flight)
        self.history = History()
        self.closing: Probing | None = None
        self.epoch = 0  # the number of closings: it tells calls sent before a closing from those after
        # By period; empty while the slow start is the only limit.
        self.estimates = {limit.period: RateEstimate.from_limit(limit, now) for limit in limits}
        self._known = frozenset(self.estimates)
        self._on_change = on_change

    @property
    def rate(self) -> float:
        """Requests per second of an open domain in the long run."""
        return min((estimate.rate for estimate in self.estimates.values()), default=float("inf"))

    def adopt(self, estimates: Iterable[RateEstimate]) -> None:
        """Continue at rates that were learned elsewhere; a closed domain stays closed."""
        for estimate in estimates:
            if self.closing is None or self.closing.estimate.period != estimate.period:
                self.estimates[estimate.period] = estimate

    def opens_at(self, now: float) -> float | None:
        """When the next call may be sent, *now* at the earliest; None while a probe is in flight."""
        if self.closing is not None:
            return None if self.closing.probing else max(now, self.closing.probe_at)
        return max((estimate.opens_at(now) for estimate in self.estimates.values()), default=now)

    def sure_at(self, now: float) -> float | None:
        """As `opens_at`, for a call that must not be refused: it does not go as a probe before the period is over."""
        if self.closing is None or self.closing.probing:
            return self.opens_at(now)
        return max(now, self.closing.sure_at)

    def take(self, now: float) -> bool:
        """Count one call as sent; true if it is a probe."""
        self.history.add(now)
        if self.closing is not None:
            self.closing.probing = True
            return True
        for estimate in self.estimates.values():
            estimate.take(now)
        return False

    def record_success(self, send_time: float, now: float, *, probe: bool) -> None:
        """Record that the call sent at *send_time* got a response other than 429."""
        self.window.grow()
        if probe and self.closing is not None:
            self._open(send_time, now, self.closing)
        for estimate in self.estimates.values():
            estimate.record_answer(send_time, now)
            if self.closing is None:
                estimate.record_success(now, self.history)

    def slow_down(self, now: float, period: float | None) -> None:
        """Slow down: the response of an accepted call announced throttling."""
        key = period or 1.0
        estimate = self.estimates.get(key) or self._learn(key, RateEstimate.from_warning(key, now, self.history))
        if estimate.slow_down(now, self.history):
            self._announce("paced", period)

    def record_refusal(
        self,
        send_time: float,
        now: float,
        *,
        epoch: int,
        probe: bool,
        period: float | None,
        retry_after: float | None,
        waiting: int,
    ) -> None:
        """Record that the call sent at *send_time*, in *epoch*, got a 429 while *waiting* others queue."""
        self.history.remove(send_time)
        for estimate in self.estimates.values():
            estimate.forget(send_time)
        if self.closing is None:
            if epoch == self.epoch:
                self._close(send_time, now, period, retry_after, waiting)
        elif not probe:
            self.closing.obey(now, retry_after)
        elif period is not None and period > self.closing.estimate.period:
            # There may be room under the limit that closed the domain, but there is none under a longer one.
            self._close(send_time, now, period, retry_after, waiting)
        else:
            self.closing.record_refusal(send_time, now, waiting, retry_after)

    def record_abandonment(self, *, probe: bool) -> None:
        """Record that a call was cancelled or got no response."""
        if probe and self.closing is not None:
            self.closing.record_abandonment()

    def _close(
        self, send_time: float, now: float, period: float | None, retry_after: float | None, waiting: int
    ) -> None:
        key = period or (1.0 if retry_after is None or retry_after <= 1 else 60.0)
        estimate = self.estimates.get(key)
        if estimate is None:
            estimate = self._learn(key, RateEstimate.from_refusal(key, send_time, now, self.history))
        else:
            estimate.record_refusal(send_time, now, self.history)
        self.epoch += 1
        self.closing = Probing(now, period, estimate, retry_after, waiting)
        self._announce("closed", period, max(0.0, self.closing.probe_at - now))

    def _learn(self, period: float, estimate: RateEstimate) -> RateEstimate:
        """Store the rate of a new period, in place of the oldest one if there are too many."""
        learned_periods = [each for each in self.estimates if each not in self._known]
        if len(learned_periods) >= self.MOST_LEARNED:
            del self.estimates[learned_periods[0]]
        self.estimates[period] = estimate
        return estimate

    def _open(self, send_time: float, now: float, closing: Probing) -> None:
        self.closing = None
        for estimate in self.estimates.values():
            estimate.record_probe(send_time)
        idle = send_time - closing.empty_at
        closing.estimate.reopen(now, self.history, is_window=closing.is_window(send_time), idle=idle)
        self._announce("opened", closing.period)

    def _announce(
        self, state: Literal["closed", "opened", "paced"], period: float | None, seconds: float = 0.0
    ) -> None:
        change = LaneChanged(domain=self.domain, state=state, rate=self.rate, seconds=seconds, period=period)
        _logger.debug("rate limit %s %s: %.2f requests/s", change.domain, change.state, change.rate)
        if self._on_change is not None:
            try:
                self._on_change(change)
            except Exception:
                # The domain has changed, whatever the listener raises, and the callers who wait must be woken.
                _logger.exception("a listener failed on %s", change)
