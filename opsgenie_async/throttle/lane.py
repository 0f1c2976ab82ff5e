"""One lane: whether the next call of a domain may be sent, by the answers so far. No waiting here.

A lane that never saw a 429 is open and costs nothing but the slow start. The first 429 of a period gives the lane a
`Pace` for that period and closes it. While closed, one probe at a time finds out whether there is room again; the
first success opens. Calls that were under way when the lane closed may be refused too: that is no news.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import attrs

from opsgenie_async.throttle.closing import Closing
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.pace import Pace
from opsgenie_async.throttle.window import FlightWindow, History

__all__ = ["Lane", "LaneChange"]


@attrs.frozen
class LaneChange:
    """A lane was closed by a 429, opened by a probe, or paced because the server began to delay.

    *rate* is what the lane will send when open, in requests per second; *until* is the moment of the next probe, on
    the gate's clock, when closed; *period* is the period of the limit that was met, in seconds, when known.
    """

    domain: str
    state: Literal["closed", "opened", "paced"]
    rate: float
    until: float | None = None
    period: float | None = None


class Lane:
    """The state of one rate-limit domain."""

    __slots__ = ("_on_change", "_paces", "closing", "domain", "epoch", "history", "window")

    # Callers give up a call after so many attempts; the probes of a closed lane are spread accordingly.
    ATTEMPTS = 4

    def __init__(
        self,
        domain: str,
        now: float,
        *,
        limits: Sequence[Limit] = (),
        most: int = 100,
        on_change: Callable[[LaneChange], None] | None = None,
    ) -> None:
        self.domain = domain
        self.window = FlightWindow(most)
        self.history = History()
        self.closing: Closing | None = None
        self.epoch = 0
        self._paces = {limit.period: Pace.known(limit, now) for limit in limits}
        self._on_change = on_change

    @property
    def paced(self) -> bool:
        """Whether anything but the slow start holds this lane back."""
        return bool(self._paces)

    @property
    def closed_until(self) -> float | None:
        """The moment before which nothing will be sent, when the lane is closed and that is known."""
        return None if self.closing is None or self.closing.probing else self.closing.probe_at

    @property
    def rate(self) -> float:
        """Requests per second that an open lane sends in the long run."""
        return min((pace.rate for pace in self._paces.values()), default=float("inf"))

    def opens_at(self, now: float) -> float | None:
        """When the next call may be sent, *now* at the earliest; None while a probe's answer is awaited."""
        if self.closing is not None:
            return None if self.closing.probing else max(now, self.closing.probe_at)
        return max((pace.opens_at(now) for pace in self._paces.values()), default=now)

    def take(self) -> bool:
        """Count one call as sent; true if it is a probe."""
        if self.closing is not None:
            self.closing.probing = True
            return True
        for pace in self._paces.values():
            pace.take()
        return False

    def accepted(self, now: float, *, probe: bool, slow_down: bool, period: float | None) -> None:
        """A call got an answer that is not a 429."""
        self.history.add(now)
        if slow_down:
            self._slow_down(now, period)
        else:
            self.window.grow()
        if probe and self.closing is not None:
            self._open(now, self.closing)
        if self.closing is None:
            for pace in self._paces.values():
                pace.accepted(now, self.history)

    def refused(
        self, now: float, *, epoch: int, probe: bool, period: float | None, retry_after: float | None, waiting: int
    ) -> None:
        """A call sent in *epoch* got a 429; *waiting* callers are at hand to probe."""
        if self.closing is None:
            if epoch == self.epoch:
                self._close(now, period, retry_after)
        elif probe:
            self.closing.refused(now, (self.ATTEMPTS - 1) * (waiting + 1), retry_after)
        else:
            self.closing.obey(now, retry_after)

    def abandoned(self, now: float, *, probe: bool) -> None:
        """A call was cancelled or got no answer."""
        if probe and self.closing is not None:
            self.closing.abandoned(now)

    def _close(self, now: float, period: float | None, retry_after: float | None) -> None:
        key = period or (1.0 if retry_after is None or retry_after <= 1 else 60.0)
        pace = self._paces.get(key)
        if pace is None:
            pace = self._paces[key] = Pace.first(key, now, self.history)
        else:
            pace.refused(now, self.history)
        self.epoch += 1
        self.closing = Closing(now, period, pace, retry_after)
        self._announce(LaneChange(self.domain, "closed", self.rate, self.closing.probe_at, period))

    def _open(self, now: float, closing: Closing) -> None:
        self.closing = None
        closing.pace.opened(now)
        self._announce(LaneChange(self.domain, "opened", self.rate, None, closing.period))

    def _slow_down(self, now: float, period: float | None) -> None:
        key = period or 1.0
        pace = self._paces.get(key)
        if pace is None:
            pace = self._paces[key] = Pace.first(key, now, self.history)
        elif not pace.slow_down(now, self.history):
            return
        self._announce(LaneChange(self.domain, "paced", self.rate, None, period))

    def _announce(self, change: LaneChange) -> None:
        if self._on_change is not None:
            self._on_change(change)
