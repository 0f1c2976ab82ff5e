"""The callers of one rate-limit domain who cannot be sent at once, in order of arrival.

Only the first in a queue sleeps, and it checks the time again when it wakes; the others are woken. A probe is an
exception: it goes to a caller with attempts to spare. Whoever leaves (served, refused or cancelled) wakes the next, so
there is no background task.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict

import attrs

from opsgenie_async.clock import Clock
from opsgenie_async.throttle.limiter import DomainLimiter
from opsgenie_async.throttle.protocols import LaneClosedTooLong, Ticket

__all__ = ["LONGEST_PERIOD", "SHORTEST_PERIOD", "Patience", "Queue", "QueueTicket"]

SHORTEST_PERIOD, LONGEST_PERIOD = 0.1, 3600.0
"""Seconds; Opsgenie sends 1 or 60."""


class Patience:
    """The time that a caller can wait for its turn: until *deadline*, and for *max_wait* seconds.

    Attributes:
        last: Whether it is the last attempt of a request.
    """

    __slots__ = ("deadline", "last", "max_wait")

    def __init__(self, deadline: float, max_wait: float, last: bool) -> None:
        self.deadline = deadline
        self.max_wait = max_wait
        self.last = last

    def can_wait(self, moment: float, now: float) -> bool:
        """Whether a turn at *moment* is soon enough."""
        return moment - now <= self.max_wait and moment <= self.deadline


class _Waiter(Patience):
    __slots__ = ("refusal", "ticket", "wake")

    def __init__(self, deadline: float, max_wait: float, last: bool, wake: asyncio.Future[None]) -> None:
        super().__init__(deadline, max_wait, last)
        self.wake = wake
        self.ticket: Ticket | None = None
        self.refusal: LaneClosedTooLong | None = None

    def call(self) -> None:
        if not self.wake.done():
            self.wake.set_result(None)


@attrs.define(eq=False)
class QueueTicket(Ticket):
    """A ticket of a queue, to which it is returned once."""

    queue: Queue | None = attrs.field(default=None, repr=False)


class Queue:
    """The limiter of a domain and the callers who wait for it."""

    __slots__ = ("_clock", "_dismissal_time", "is_obsolete", "limiter", "waiters", "wake_time")

    def __init__(self, limiter: DomainLimiter, clock: Clock) -> None:
        self.limiter = limiter
        self.waiters: OrderedDict[_Waiter, None] = OrderedDict()
        self.wake_time: float | None = None
        self.is_obsolete = False
        self._clock = clock
        self._dismissal_time: float | None = None

    async def enter(self, deadline: float | None, max_wait: float, *, last: bool) -> Ticket:
        """Return when it is the caller's turn; see `Throttle.acquire`."""
        start = self._clock.now()
        waiter = _Waiter(
            math.inf if deadline is None else deadline, max_wait, last, asyncio.get_running_loop().create_future()
        )
        if (refusal := self._refusal(waiter, start)) is not None:
            raise refusal
        async with self._clock.deadline(waiter.deadline):
            ticket = await self._wait(waiter)
        ticket.waited = self._clock.now() - start
        return ticket

    def leave(
        self,
        ticket: Ticket,
        accepted: bool | None,
        period: float | None = None,
        retry_after: float | None = None,
        slow_down: bool = False,
    ) -> None:
        """Report the outcome of *ticket* to the limiter, and let in who may be sent now; see `Throttle.feedback`."""
        # Implausible headers are ignored.
        if period is not None and not SHORTEST_PERIOD <= period <= LONGEST_PERIOD:
            period = None
        if retry_after is not None and not retry_after >= 0:
            retry_after = None
        self.limiter.window.used -= 1
        try:
            self._learn(ticket, accepted, period, retry_after, slow_down)
        finally:
            if self.waiters:
                self._admit()

    async def _wait(self, waiter: _Waiter) -> Ticket:
        self.waiters[waiter] = None
        try:
            while True:
                self._admit()
                if waiter.ticket is not None:
                    return waiter.ticket
                moment = self._wake_time(waiter)
                if waiter.refusal is not None:
                    raise waiter.refusal
                if moment is None:
                    await waiter.wake
                    waiter.wake = asyncio.get_running_loop().create_future()
                else:
                    self.wake_time = moment
                    try:
                        await self._clock.sleep_until(moment)
                    finally:
                        self.wake_time = None
        except BaseException:
            self.waiters.pop(waiter, None)
            if waiter.ticket is not None:
                self.limiter.history.remove(waiter.ticket.send_time)
                if not self.is_obsolete:
                    self.leave(waiter.ticket, accepted=None)
            else:
                self._admit()
            raise

    def _wake_time(self, waiter: _Waiter) -> float | None:
        """When *waiter*, if it is the first, should check again; None if it will be woken."""
        window = self.limiter.window
        if self.wake_time is not None or self._next() is not waiter or window.used >= window.size:
            return None
        now = self._clock.now()
        waiter.refusal = self._refusal(waiter, now)
        return self._opens_at(waiter, now)

    def _next(self) -> _Waiter | None:
        """Whose turn it is; a probe is for the first who can bear to be refused, if there is one."""
        first = next(iter(self.waiters), None)
        if first is None or not first.last or self.limiter.closing is None:
            return first
        return next((waiter for waiter in self.waiters if not waiter.last), first)

    def _admit(self) -> None:
        """Let in everyone who may be sent now; call the first of the others to watch the time."""
        if self.wake_time is not None:
            return  # Whoever sleeps checks again on waking: nothing opens the domain before that moment.
        limiter, now = self.limiter, self._clock.now()
        window = limiter.window
        while window.used < window.size and (waiter := self._next()) is not None:
            moment = self._opens_at(waiter, now)
            if moment is None:
                return
            if moment <= now:
                del self.waiters[waiter]
                window.used += 1
                waiter.ticket = QueueTicket(limiter.domain, now, limiter.epoch, limiter.take(now), self)
            waiter.call()
            if moment > now:
                return

    def _dismiss(self, now: float) -> None:
        """Dismiss the callers who cannot wait as long as the domain is known to stay closed."""
        moment = self.limiter.opens_at(now)
        if moment is None or moment == self._dismissal_time:
            return  # A hundred 429s of calls sent before the closing need no hundred looks at the queue.
        self._dismissal_time = moment
        for waiter in list(self.waiters):
            waiter.refusal = self._refusal(waiter, now)
            if waiter.refusal is not None:
                del self.waiters[waiter]
                waiter.call()

    def _refusal(self, waiter: _Waiter, now: float) -> LaneClosedTooLong | None:
        """Why a caller should not wait, or None."""
        moment = self.limiter.opens_at(now)
        if moment is not None and self.wake_time is not None:
            moment = max(moment, self.wake_time)
        if moment is None or waiter.can_wait(moment, now):
            return None
        return LaneClosedTooLong(self.limiter.domain, moment - now)

    def _opens_at(self, waiter: _Waiter, now: float) -> float | None:
        """When the domain opens for *waiter*; a last attempt waits until that is certain, if there is time."""
        if waiter.last:
            sure = self.limiter.sure_at(now)
            if sure is None or waiter.can_wait(sure, now):
                return sure
        return self.limiter.opens_at(now)

    def _learn(
        self,
        ticket: Ticket,
        accepted: bool | None,
        period: float | None,
        retry_after: float | None,
        slow_down: bool,
    ) -> None:
        """Report the outcome of *ticket* to the limiter."""
        limiter = self.limiter
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
                waiting=len(self.waiters),
            )
            self._dismiss(now)
