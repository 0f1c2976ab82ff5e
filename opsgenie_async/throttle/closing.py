"""A closed lane: when the next probe may go.

A 429 says that a limit is used up and which period it is for, not when there is room again. So one call at a time is
sent to find out. Under a token bucket there is room after `1 / rate`; under a window that counts from its beginning
perhaps only when the period is over. The first probe therefore goes early and the gap doubles, up to an eighth of the
period. Each refused probe costs its caller one attempt: when the callers at hand have none to spare, the last ones
wait for the end of the period, when every kind of limit has room. A `Retry-After` is taken at its word: nothing is
sent before it is over.
"""

from __future__ import annotations

from opsgenie_async.throttle.pace import Pace

__all__ = ["Closing"]


class Closing:
    """One closing of a lane, from the 429 that caused it to the probe that ends it."""

    __slots__ = ("_end", "_gap", "_most", "_refused", "pace", "period", "probe_at", "probing")

    SHARE = 1 / 8
    UNKNOWN_MOST = 7.5

    def __init__(self, now: float, period: float | None, pace: Pace, retry_after: float | None) -> None:
        self.pace = pace
        self.period = period
        self.probing = False
        self._refused = 0
        self._most = self.UNKNOWN_MOST if period is None else period * self.SHARE
        self._gap = 1.0 if period is None else min(1 / pace.rate, self._most)
        self._end = now + (self._most / self.SHARE if period is None else period)
        self.probe_at = now + self._gap
        self.obey(now, retry_after)

    def obey(self, now: float, retry_after: float | None) -> None:
        """Send nothing before *retry_after* seconds are over."""
        if retry_after is not None:
            self._end = max(self._end, now + retry_after)
            self.probe_at = max(self.probe_at, now + retry_after)

    def refused(self, now: float, spare: int, retry_after: float | None) -> None:
        """The probe was refused; the callers at hand can afford *spare* refusals in all."""
        self.probing = False
        self._refused += 1
        self._gap = min(self._gap * 2, self._most)
        self.probe_at = now + self._gap
        if self._refused + 1 >= spare:
            self.probe_at = max(self.probe_at, self._end)
        self.obey(now, retry_after)

    def abandoned(self, now: float) -> None:
        """The probe's caller went away without an answer: the next in the queue may probe at once."""
        self.probing = False
        self.probe_at = max(self.probe_at, now)
