"""The waiting: first come, first served, one lane per domain, one task asleep per lane.

A call first needs room in the lane's flight window and then the lane itself, in this order: the other way round every
queued call would have passed the gate long before it is sent, and a thousand calls would meet a thousand 429s.

Callers queue in order. Only the next may sleep, until a moment that is checked again on waking; the others wait to be
called. The next is the first, but for a probe: that is left to one whose attempts are not nearly used up. Whoever
leaves (served, refused or cancelled) calls the next one, so nobody sleeps on another's behalf and no background task is
needed.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from opsgenie_async.clock import Clock
from opsgenie_async.events import LaneChanged
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.limiter import DomainLimiter

__all__ = ["LaneClosedTooLong", "Throttle", "ThrottleGate", "Ticket"]

SHORTEST_PERIOD, LONGEST_PERIOD = 0.1, 3600.0
"""Seconds; Opsgenie tells 1 or 60."""


class LaneClosedTooLong(Exception):
    """Nothing of *domain* will be sent for another *retry_after* seconds, longer than the caller may wait."""

    def __init__(self, domain: str, retry_after: float) -> None:
        super().__init__(domain, retry_after)
        self.domain = domain
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"the rate limit {self.domain!r} is closed for another {self.retry_after:.1f} s"


class Ticket:
    """The right to send one request now, to be given back through `feedback` with what came of it."""

    __slots__ = ("_door", "domain", "epoch", "probe", "sent", "waited")

    def __init__(
        self, domain: str, door: _Door | None = None, sent: float = 0.0, epoch: int = 0, probe: bool = False
    ) -> None:
        self.domain = domain
        self.sent = sent
        self.epoch = epoch
        self.probe = probe
        self.waited = 0.0
        self._door = door


class Throttle(Protocol):
    """What the transport needs of a throttle, for those who bring their own."""

    async def acquire(self, domain: str, give_up_at: float | None, max_wait: float, *, last: bool = False) -> Ticket:
        """Return when a request of *domain* may be sent.

        Args:
            domain: The rate-limit domain.
            give_up_at: A moment on the clock after which nobody waits; None for no end.
            max_wait: The longest wait, in seconds.
            last: Whether another 429 is the end of the request.

        Raises:
            LaneClosedTooLong: At once, when the wait is known to be longer than that.
            TimeoutError: At *give_up_at*, when it was not known.
        """
        ...

    def feedback(
        self,
        ticket: Ticket,
        *,
        accepted: bool | None,
        period: float | None = None,
        retry_after: float | None = None,
        slow_down: bool = False,
    ) -> None:
        """Say what came of *ticket*: exactly once, and never raises.

        *accepted* is False for a 429, None when there was no answer (cancelled, connection lost), else True.
        *period* is `X-RateLimit-Period-In-Sec` and *retry_after* `Retry-After`, both in seconds. *slow_down* says that
        the answer of an accepted call carried `X-RateLimit-State: THROTTLED`.
        """
        ...


class _Waiter:
    __slots__ = ("called", "give_up_at", "last", "max_wait", "refusal", "ticket")

    def __init__(self, give_up_at: float, max_wait: float, last: bool, called: asyncio.Future[None]) -> None:
        self.give_up_at = give_up_at
        self.max_wait = max_wait
        self.last = last
        self.called = called
        self.ticket: Ticket | None = None
        self.refusal: LaneClosedTooLong | None = None

    def call(self) -> None:
        if not self.called.done():
            self.called.set_result(None)

    def can_wait(self, moment: float, now: float) -> bool:
        return moment - now <= self.max_wait and moment <= self.give_up_at


class _Door:
    """A lane and those who wait for it, in order of arrival."""

    __slots__ = ("asleep_until", "dismissed_for", "forgotten", "limiter", "queue")

    def __init__(self, limiter: DomainLimiter) -> None:
        self.limiter = limiter
        self.queue: OrderedDict[_Waiter, None] = OrderedDict()
        self.asleep_until: float | None = None
        self.dismissed_for: float | None = None
        self.forgotten = False

    def next(self) -> _Waiter | None:
        """Whose turn it is; a probe is for the first who can bear to be refused, if there is one."""
        first = next(iter(self.queue), None)
        if first is None or not first.last or self.limiter.closing is None:
            return first
        return next((waiter for waiter in self.queue if not waiter.last), first)


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
        self._doors: dict[str, _Door] = {}

    async def acquire(
        self, domain: str, give_up_at: float | None = None, max_wait: float = math.inf, *, last: bool = False
    ) -> Ticket:
        """Return when a request of *domain* may be sent; the domain "none" is never held up. See `Throttle.acquire`."""
        door = self._doors.get(domain)
        if door is None:
            if not domain or domain == "none":
                return Ticket(domain)
            door = self._doors[domain] = _Door(self._lane(domain))
        limiter = door.limiter
        window = limiter.window
        if window.used < window.size and not limiter.estimates and not door.queue:
            window.used += 1
            now = self._clock.now()
            limiter.history.add(now)
            return Ticket(domain, door, now, limiter.epoch)
        started = self._clock.now()
        waiter = _Waiter(
            math.inf if give_up_at is None else give_up_at, max_wait, last, asyncio.get_running_loop().create_future()
        )
        if (refusal := self._refusal(door, waiter, started)) is not None:
            raise refusal
        async with self._clock.deadline(waiter.give_up_at):
            ticket = await self._wait(door, waiter)
        ticket.waited = self._clock.now() - started
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
        """Give the ticket back and tell the lane what came of it; see `Throttle.feedback`."""
        door = ticket._door
        if door is None:
            return
        ticket._door = None
        if door.forgotten:
            return
        limiter = door.limiter
        if accepted and not slow_down and not limiter.estimates and not door.queue:
            limiter.window.used -= 1
            limiter.window.grow()
            return
        # A header that makes no sense tells nothing.
        if period is not None and not SHORTEST_PERIOD <= period <= LONGEST_PERIOD:
            period = None
        if retry_after is not None and not retry_after >= 0:
            retry_after = None
        limiter.window.used -= 1
        try:
            self._learn(door, ticket, accepted, period, retry_after, slow_down)
        finally:
            if door.queue:
                self._admit(door)

    def _learn(
        self,
        door: _Door,
        ticket: Ticket,
        accepted: bool | None,
        period: float | None,
        retry_after: float | None,
        slow_down: bool,
    ) -> None:
        """Tell the lane what came of *ticket*."""
        limiter = door.limiter
        if accepted:
            if limiter.estimates or slow_down:
                now = self._clock.now()
                limiter.accepted(ticket.sent, now, probe=ticket.probe)
                if slow_down:
                    limiter.slow_down(now, period)
            else:
                limiter.window.grow()
        elif accepted is None:
            limiter.abandoned(probe=ticket.probe)
        else:
            now = self._clock.now()
            limiter.refused(
                ticket.sent,
                now,
                epoch=ticket.epoch,
                probe=ticket.probe,
                period=period,
                retry_after=retry_after,
                waiting=len(door.queue),
            )
            self._dismiss(door, now)

    def forget_calls(self) -> None:
        """Keep what was learned, and forget the calls of an event loop that is closed: they give nothing back."""
        for domain, door in self._doors.items():
            door.forgotten = True
            if door.limiter.closing is not None and door.limiter.closing.probing:
                door.limiter.abandoned(probe=True)
            door.limiter.window.used = 0
            self._doors[domain] = _Door(door.limiter)

    def _lane(self, domain: str) -> DomainLimiter:
        return DomainLimiter(
            domain,
            self._clock.now(),
            limits=self._limits.get(domain, ()),
            most=self._max_in_flight,
            on_change=self._on_change,
        )

    async def _wait(self, door: _Door, waiter: _Waiter) -> Ticket:
        door.queue[waiter] = None
        try:
            while True:
                self._admit(door)
                if waiter.ticket is not None:
                    return waiter.ticket
                moment = self._wakes_at(door, waiter)
                if waiter.refusal is not None:
                    raise waiter.refusal
                if moment is None:
                    await waiter.called
                    waiter.called = asyncio.get_running_loop().create_future()
                else:
                    door.asleep_until = moment
                    try:
                        await self._clock.sleep_until(moment)
                    finally:
                        door.asleep_until = None
        except BaseException:
            door.queue.pop(waiter, None)
            if waiter.ticket is not None:
                door.limiter.history.remove(waiter.ticket.sent)
                self.feedback(waiter.ticket, accepted=None)
            else:
                self._admit(door)
            raise

    def _wakes_at(self, door: _Door, waiter: _Waiter) -> float | None:
        """When *waiter*, if it is the next, should look again by itself; None if it will be called."""
        window = door.limiter.window
        if door.asleep_until is not None or door.next() is not waiter or window.used >= window.size:
            return None
        now = self._clock.now()
        waiter.refusal = self._refusal(door, waiter, now)
        return self._opens_at(door.limiter, waiter, now)

    def _admit(self, door: _Door) -> None:
        """Let in everyone who may be sent now; call the first of the others to watch the time."""
        if door.asleep_until is not None:
            return  # Who sleeps will look when awake: nothing opens a lane before the moment slept for.
        limiter, now = door.limiter, self._clock.now()
        window = limiter.window
        while window.used < window.size and (waiter := door.next()) is not None:
            opens = self._opens_at(limiter, waiter, now)
            if opens is None:
                return
            if opens <= now:
                del door.queue[waiter]
                window.used += 1
                waiter.ticket = Ticket(limiter.domain, door, now, limiter.epoch, limiter.take(now))
            waiter.call()
            if opens > now:
                return

    def _dismiss(self, door: _Door, now: float) -> None:
        """Send away those who cannot wait as long as the lane is known to stay closed."""
        opens = door.limiter.opens_at(now)
        if opens is None or opens == door.dismissed_for:
            return  # A hundred 429s of calls sent before the closing need no hundred looks at the queue.
        door.dismissed_for = opens
        for waiter in list(door.queue):
            waiter.refusal = self._refusal(door, waiter, now)
            if waiter.refusal is not None:
                del door.queue[waiter]
                waiter.call()

    def _refusal(self, door: _Door, waiter: _Waiter, now: float) -> LaneClosedTooLong | None:
        """Why a caller should not wait, or None."""
        opens = door.limiter.opens_at(now)
        if opens is not None and door.asleep_until is not None:
            opens = max(opens, door.asleep_until)
        if opens is None or waiter.can_wait(opens, now):
            return None
        return LaneClosedTooLong(door.limiter.domain, opens - now)

    def _opens_at(self, limiter: DomainLimiter, waiter: _Waiter, now: float) -> float | None:
        """When *lane* opens for *waiter*: who may not be refused again waits until it is sure, if there is time."""
        if waiter.last:
            sure = limiter.sure_at(now)
            if sure is None or waiter.can_wait(sure, now):
                return sure
        return limiter.opens_at(now)
