"""The gate: callers wait here, first come, first served, one queue for each rate-limit domain.

A call first needs room in the concurrency window, then the limiter's consent. The other way round, every queued call
would have passed the limiter long before it is sent, and a thousand calls would meet a thousand 429s.

Only the first in a queue sleeps, and it checks the time again when it wakes; the others are woken. A probe is an
exception: it goes to a caller with attempts to spare. Whoever leaves (served, refused or cancelled) wakes the next, so
there is no background task.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from opsgenie_async.clock import Clock
from opsgenie_async.events import LaneChanged, LaneState
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.limiter import DomainLimiter
from opsgenie_async.throttle.rate import RateEstimate

__all__ = ["LaneClosedTooLong", "ThrottleGate", "Ticket"]

SHORTEST_PERIOD, LONGEST_PERIOD = 0.1, 3600.0
"""Seconds; Opsgenie sends 1 or 60."""


class LaneClosedTooLong(Exception):
    """Nothing of *domain* will be sent for another *retry_after* seconds, longer than the caller may wait."""

    def __init__(self, domain: str, retry_after: float) -> None:
        super().__init__(domain, retry_after)
        self.domain = domain
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"the rate limit {self.domain!r} is closed for another {self.retry_after:.1f} s"


class Ticket:
    """The permission to send one request now; returned through `feedback` with the outcome."""

    __slots__ = ("_line", "domain", "epoch", "probe", "send_time", "waited")

    def __init__(
        self, domain: str, line: _Line | None = None, send_time: float = 0.0, epoch: int = 0, probe: bool = False
    ) -> None:
        self.domain = domain
        self.send_time = send_time
        self.epoch = epoch
        self.probe = probe
        self.waited = 0.0
        self._line = line


class _Waiter:
    __slots__ = ("deadline", "last", "max_wait", "refusal", "ticket", "wake")

    def __init__(self, deadline: float, max_wait: float, last: bool, wake: asyncio.Future[None]) -> None:
        self.deadline = deadline
        self.max_wait = max_wait
        self.last = last
        self.wake = wake
        self.ticket: Ticket | None = None
        self.refusal: LaneClosedTooLong | None = None

    def call(self) -> None:
        if not self.wake.done():
            self.wake.set_result(None)

    def can_wait(self, moment: float, now: float) -> bool:
        return moment - now <= self.max_wait and moment <= self.deadline


class _Line:
    """The limiter of a domain and the callers who wait for it, in order of arrival."""

    __slots__ = ("dismissal_time", "is_obsolete", "limiter", "waiters", "wake_time")

    def __init__(self, limiter: DomainLimiter) -> None:
        self.limiter = limiter
        self.waiters: OrderedDict[_Waiter, None] = OrderedDict()
        self.wake_time: float | None = None
        self.dismissal_time: float | None = None
        self.is_obsolete = False

    def next(self) -> _Waiter | None:
        """Whose turn it is; a probe is for the first who can bear to be refused, if there is one."""
        first = next(iter(self.waiters), None)
        if first is None or not first.last or self.limiter.closing is None:
            return first
        return next((waiter for waiter in self.waiters if not waiter.last), first)


class ThrottleGate:
    """Learns each domain's limits from its 429s and keeps below them.

    *limits* are the limits that the user knows, by domain; *max_in_flight* bounds the calls of one domain that are sent
    and unanswered; *on_change* hears of every lane that closes, opens or is paced; what it raises is logged and goes no
    further.
    """

    def __init__(
        self,
        clock: Clock,
        limits: Mapping[str, Sequence[Limit]] | None = None,
        max_in_flight: int = 100,
        on_change: Callable[[LaneChanged], None] | None = None,
    ) -> None:
        self._clock = clock
        self._limits = dict(limits or {})
        self._max_in_flight = max_in_flight
        self._on_change = on_change
        self._lines: dict[str, _Line] = {}

    async def acquire(
        self, domain: str, deadline: float | None = None, max_wait: float = math.inf, *, last: bool = False
    ) -> Ticket:
        """Return when a request of *domain* may be sent; the domain "none" is never held up. See `Throttle.acquire`."""
        line = self._lines.get(domain)
        if line is None:
            if not domain or domain == "none":
                return Ticket(domain)
            line = self._lines[domain] = _Line(self._new_limiter(domain))
        limiter = line.limiter
        window = limiter.window
        if window.used < window.size and not limiter.estimates and not line.waiters:
            window.used += 1
            now = self._clock.now()
            limiter.history.add(now)
            return Ticket(domain, line, now, limiter.epoch)
        start = self._clock.now()
        waiter = _Waiter(
            math.inf if deadline is None else deadline, max_wait, last, asyncio.get_running_loop().create_future()
        )
        if (refusal := self._refusal(line, waiter, start)) is not None:
            raise refusal
        async with self._clock.deadline(waiter.deadline):
            ticket = await self._wait(line, waiter)
        ticket.waited = self._clock.now() - start
        return ticket

    def feedback(
        self,
        ticket: Ticket,
        *,
        accepted: bool | None,
        period: float | None = None,
        retry_after: float | None = None,
        slow_down: bool = False,
    ) -> None:
        """Return the ticket and report its outcome to the limiter; see `Throttle.feedback`."""
        line = ticket._line
        if line is None:
            return
        ticket._line = None
        if line.is_obsolete:
            return
        limiter = line.limiter
        if accepted and not slow_down and not limiter.estimates and not line.waiters:
            limiter.window.used -= 1
            limiter.window.grow()
            return
        # Implausible headers are ignored.
        if period is not None and not SHORTEST_PERIOD <= period <= LONGEST_PERIOD:
            period = None
        if retry_after is not None and not retry_after >= 0:
            retry_after = None
        limiter.window.used -= 1
        try:
            self._learn(line, ticket, accepted, period, retry_after, slow_down)
        finally:
            if line.waiters:
                self._admit(line)

    def _learn(
        self,
        line: _Line,
        ticket: Ticket,
        accepted: bool | None,
        period: float | None,
        retry_after: float | None,
        slow_down: bool,
    ) -> None:
        """Report the outcome of *ticket* to the limiter."""
        limiter = line.limiter
        if accepted:
            if limiter.estimates or slow_down:
                now = self._clock.now()
                limiter.record_success(ticket.send_time, now, probe=ticket.probe)
                if slow_down:
                    limiter.slow_down(now, period)
            else:
                limiter.window.grow()
        elif accepted is None:
            limiter.record_abandonment(probe=ticket.probe)
        else:
            now = self._clock.now()
            limiter.record_refusal(
                ticket.send_time,
                now,
                epoch=ticket.epoch,
                probe=ticket.probe,
                period=period,
                retry_after=retry_after,
                waiting=len(line.waiters),
            )
            self._dismiss(line, now)

    def lanes(self) -> tuple[LaneState, ...]:
        """How each domain is that was used; may be called from another thread."""
        return tuple(
            LaneState(
                domain=domain,
                closed=line.limiter.closing is not None,
                rate=None if math.isinf(rate := line.limiter.rate) else rate,
                in_flight=line.limiter.window.used,
                waiting=len(line.waiters),
            )
            for domain, line in list(self._lines.items())
        )

    def forget_calls(self) -> None:
        """Keep what was learned, and forget the calls of an event loop that is closed: they give nothing back."""
        for domain, line in self._lines.items():
            line.is_obsolete = True
            if line.limiter.closing is not None and line.limiter.closing.probing:
                line.limiter.record_abandonment(probe=True)
            line.limiter.window.used = 0
            self._lines[domain] = _Line(line.limiter)

    def adopt(self, domain: str, paces: Iterable[tuple[float, float, bool, bool]], share: float) -> None:
        """Send calls of *domain* at paces that were learned elsewhere.

        Args:
            domain: Whose calls.
            paces: Period in seconds, calls a second, whether the server counts in windows, and whether the limit is
                one that the user knows: then the share of it is never exceeded.
            share: What part of each is this client's.
        """
        now = self._clock.now()
        line = self._lines.get(domain)
        if line is None:
            line = self._lines[domain] = _Line(self._new_limiter(domain))
        line.limiter.adopt(
            RateEstimate.from_share(
                period, share * rate, now, is_window=is_window, ceiling=share * rate if is_known else math.inf
            )
            for period, rate, is_window, is_known in paces
        )

    def _new_limiter(self, domain: str) -> DomainLimiter:
        return DomainLimiter(
            domain,
            self._clock.now(),
            limits=self._limits.get(domain, ()),
            max_in_flight=self._max_in_flight,
            on_change=self._on_change,
        )

    async def _wait(self, line: _Line, waiter: _Waiter) -> Ticket:
        line.waiters[waiter] = None
        try:
            while True:
                self._admit(line)
                if waiter.ticket is not None:
                    return waiter.ticket
                moment = self._wake_time(line, waiter)
                if waiter.refusal is not None:
                    raise waiter.refusal
                if moment is None:
                    await waiter.wake
                    waiter.wake = asyncio.get_running_loop().create_future()
                else:
                    line.wake_time = moment
                    try:
                        await self._clock.sleep_until(moment)
                    finally:
                        line.wake_time = None
        except BaseException:
            line.waiters.pop(waiter, None)
            if waiter.ticket is not None:
                line.limiter.history.remove(waiter.ticket.send_time)
                self.feedback(waiter.ticket, accepted=None)
            else:
                self._admit(line)
            raise

    def _wake_time(self, line: _Line, waiter: _Waiter) -> float | None:
        """When *waiter*, if it is the first, should check again; None if it will be woken."""
        window = line.limiter.window
        if line.wake_time is not None or line.next() is not waiter or window.used >= window.size:
            return None
        now = self._clock.now()
        waiter.refusal = self._refusal(line, waiter, now)
        return self._opens_at(line.limiter, waiter, now)

    def _admit(self, line: _Line) -> None:
        """Let in everyone who may be sent now; call the first of the others to watch the time."""
        if line.wake_time is not None:
            return  # Whoever sleeps checks again on waking: nothing opens the domain before that moment.
        limiter, now = line.limiter, self._clock.now()
        window = limiter.window
        while window.used < window.size and (waiter := line.next()) is not None:
            moment = self._opens_at(limiter, waiter, now)
            if moment is None:
                return
            if moment <= now:
                del line.waiters[waiter]
                window.used += 1
                waiter.ticket = Ticket(limiter.domain, line, now, limiter.epoch, limiter.take(now))
            waiter.call()
            if moment > now:
                return

    def _dismiss(self, line: _Line, now: float) -> None:
        """Dismiss the callers who cannot wait as long as the domain is known to stay closed."""
        moment = line.limiter.opens_at(now)
        if moment is None or moment == line.dismissal_time:
            return  # A hundred 429s of calls sent before the closing need no hundred looks at the queue.
        line.dismissal_time = moment
        for waiter in list(line.waiters):
            waiter.refusal = self._refusal(line, waiter, now)
            if waiter.refusal is not None:
                del line.waiters[waiter]
                waiter.call()

    def _refusal(self, line: _Line, waiter: _Waiter, now: float) -> LaneClosedTooLong | None:
        """Why a caller should not wait, or None."""
        moment = line.limiter.opens_at(now)
        if moment is not None and line.wake_time is not None:
            moment = max(moment, line.wake_time)
        if moment is None or waiter.can_wait(moment, now):
            return None
        return LaneClosedTooLong(line.limiter.domain, moment - now)

    def _opens_at(self, limiter: DomainLimiter, waiter: _Waiter, now: float) -> float | None:
        """When *limiter* opens for *waiter*; a last attempt waits until that is certain, if there is time."""
        if waiter.last:
            sure = limiter.sure_at(now)
            if sure is None or waiter.can_wait(sure, now):
                return sure
        return limiter.opens_at(now)
