"""The gate of a client: it admits calls in order of arrival, with one queue for each rate limit domain.

A call first needs room in the concurrency window, then the permission of the limiter. In the other order, every queued
call would have passed the limiter long before it is sent, and a thousand calls would get a thousand 429s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from opsgenie_async.clock import Clock
from opsgenie_async.events import LaneChanged, LaneState
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.limiter import DomainLimiter
from opsgenie_async.throttle.protocols import Ticket
from opsgenie_async.throttle.queue import Queue, QueueTicket
from opsgenie_async.throttle.rate import RateEstimate

__all__ = ["ThrottleGate"]


class ThrottleGate:
    """A throttle that learns each domain's limits from its 429s and stays below them.

    *limits* are the configured limits, by domain; *max_in_flight* is the maximum number of calls of one domain in
    flight; *on_change* is called when a lane closes, opens or changes its rate; its exceptions are logged and
    suppressed.
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
        self._queues: dict[str, Queue] = {}

    async def acquire(
        self, domain: str, deadline: float | None = None, max_wait: float = math.inf, *, last: bool = False
    ) -> Ticket:
        """Return when a request of *domain* may be sent; the domain "none" is never held up. See `Throttle.acquire`."""
        queue = self._queues.get(domain)
        if queue is None:
            if not domain or domain == "none":
                return Ticket(domain)
            queue = self._new_queue(domain)
        limiter = queue.limiter
        window = limiter.window
        if window.used < window.size and not limiter.estimates and not queue.waiters:
            window.used += 1
            now = self._clock.now()
            limiter.history.add(now)
            return QueueTicket(domain, now, limiter.epoch, queue=queue)
        return await queue.enter(deadline, max_wait, last=last)

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
        if not isinstance(ticket, QueueTicket) or (queue := ticket.queue) is None:
            return
        ticket.queue = None
        if queue.is_obsolete:
            return
        limiter = queue.limiter
        if accepted and not slow_down and not limiter.estimates and not queue.waiters:
            limiter.window.used -= 1
            limiter.window.grow()
        else:
            queue.leave(ticket, accepted, period, retry_after, slow_down)

    def lanes(self) -> tuple[LaneState, ...]:
        """The state of each used domain; may be called from another thread."""
        return tuple(
            LaneState(
                domain=domain,
                closed=queue.limiter.closing is not None,
                rate=None if math.isinf(rate := queue.limiter.rate) else rate,
                in_flight=queue.limiter.window.used,
                waiting=len(queue.waiters),
            )
            for domain, queue in list(self._queues.items())
        )

    def forget_calls(self) -> None:
        """Keep the learned limits, and forget the calls of a closed event loop, which return no tickets."""
        for domain, queue in self._queues.items():
            queue.is_obsolete = True
            if queue.limiter.closing is not None and queue.limiter.closing.probing:
                queue.limiter.record_abandonment(probe=True)
            queue.limiter.window.used = 0
            self._queues[domain] = Queue(queue.limiter, self._clock)

    def adopt(self, domain: str, paces: Iterable[tuple[float, float, bool, bool]], share: float) -> None:
        """Send calls of *domain* at rates that were learned elsewhere.

        Args:
            domain: The domain.
            paces: Period in seconds, calls per second, whether the server counts in windows, and whether the limit is
                configured: then its share is never exceeded.
            share: This client's share of each rate.
        """
        now = self._clock.now()
        queue = self._queues.get(domain)
        if queue is None:
            queue = self._new_queue(domain)
        queue.limiter.adopt(
            RateEstimate.from_share(
                period, share * rate, now, is_window=is_window, ceiling=share * rate if is_known else math.inf
            )
            for period, rate, is_window, is_known in paces
        )

    def _new_queue(self, domain: str) -> Queue:
        limiter = DomainLimiter(
            domain,
            self._clock.now(),
            limits=self._limits.get(domain, ()),
            max_in_flight=self._max_in_flight,
            on_change=self._on_change,
        )
        queue = self._queues[domain] = Queue(limiter, self._clock)
        return queue
