"""Probing: when a closed domain sends its next probe, and the conclusions from probes.

A 429 shows that a limit is used up and its period, not when there is room again. So one call at a time is sent to
find out. With a bucket there is room after `1 / rate`; with a window perhaps only at the end of the period. So the
first probe goes early and the gap doubles, up to an eighth of the period; once the limit is known to be a window, the
second probe waits until the window should have room.

A refused probe costs its caller one attempt. When half as many probes were refused as callers wait, the next one waits
for the end of the period, when every kind of limit has room; so does a caller on its last attempt, if nobody else can
probe before. `Retry-After` is obeyed, up to one hour: nothing is sent before it is over.
"""

from __future__ import annotations

from opsgenie_async.throttle.rate import RateEstimate

__all__ = ["Probing"]


class Probing:
    """One closing of a domain, from the 429 that caused it to the probe that ends it."""

    __slots__ = (
        "_end",
        "_expected",
        "_gap",
        "_is_late",
        "_max_gap",
        "_refusals",
        "_start",
        "empty_at",
        "estimate",
        "period",
        "probe_at",
        "probing",
    )

    SHARE = 1 / 8
    # An answer without a period may be about the longest one; the first look is after a second then.
    LONGEST, FIRST_LOOK = 60.0, 1.0
    # Latencies hide what happens within this many seconds.
    BLUR = 0.25
    # So few callers cannot share the refused probes: none is risked on the chance that there is room early.
    FEW_WAIT = 3
    # A single answer must not close a domain for the life of the process.
    LONGEST_ORDER = 3600.0

    def __init__(
        self, now: float, period: float | None, estimate: RateEstimate, retry_after: float | None, waiting: int
    ) -> None:
        self.estimate = estimate
        self.period = period
        self.probing = False
        self._start = self.empty_at = now  # when there was certainly no room
        self._refusals = 0
        self._is_late = False
        longest = self.LONGEST if period is None else period
        self._max_gap = longest * self.SHARE
        self._gap = self.FIRST_LOOK if period is None else min(1 / estimate.rate, self._max_gap)
        self._end = now + longest
        self._expected = estimate.opens_at(now) if estimate.is_window else None
        self.probe_at = now + self._gap
        if waiting < self.FEW_WAIT:
            self.probe_at = max(self.probe_at, now + self.FIRST_LOOK)
            if self._expected is not None:
                self.probe_at = max(self.probe_at, self._expected if self._expected > now else self._end)
        self.obey(now, retry_after)

    @property
    def sure_at(self) -> float:
        """When every kind of limit has room, for a probe whose caller cannot afford another refusal."""
        return max(self.probe_at, self._end)

    def obey(self, now: float, retry_after: float | None) -> None:
        """Send nothing until *retry_after* seconds have passed."""
        if retry_after is not None:
            retry_after = min(retry_after, self.LONGEST_ORDER)
            self._end = max(self._end, now + retry_after)
            self.probe_at = max(self.probe_at, now + retry_after)

    def record_refusal(self, send_time: float, now: float, waiting: int, retry_after: float | None) -> None:
        """Record that the probe sent at *send_time* was refused; *waiting* others could send the next ones."""
        self.probing = False
        self._refusals += 1
        self.empty_at = send_time
        self._is_late = self._is_late or send_time - self._start > max(3 / self.estimate.rate, self._max_gap, self.BLUR)
        self._gap = min(self._gap * 2, self._max_gap)
        self.probe_at = now + self._gap
        if self._expected is not None and self._expected > now:
            self.probe_at = self._expected
        if 2 * self._refusals > waiting:
            self.probe_at = max(self.probe_at, self._end)
        self.obey(now, retry_after)

    def record_abandonment(self) -> None:
        """Record that the probe's caller left without a response: the next in the queue may probe."""
        self.probing = False

    def is_window(self, send_time: float) -> bool:
        """Whether the limit is a window, by the probe accepted at *send_time* and the refused ones before it."""
        if self._expected is None:
            return self._is_late
        return self._refusals > 0 or send_time >= self._expected - self._max_gap
