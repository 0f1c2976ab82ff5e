"""The client's side of a shared throttle: Redis while it responds, otherwise a limiter of the client.

After a loss of Redis, the client's own limiter starts from its last share of the rate. Meanwhile no call waits for
Redis; from time to time a call triggers a reconnection.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from uuid import uuid4

from opsgenie_async.clock import Clock
from opsgenie_async.events import LaneChanged, LaneState, SharingChanged
from opsgenie_async.logs import get_logger
from opsgenie_async.throttle.gate import ThrottleGate
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.protocols import Ticket
from opsgenie_async.throttle.queue import LONGEST_PERIOD, SHORTEST_PERIOD
from opsgenie_async.throttle.shared.lane import Membership, Permit, SharedLane
from opsgenie_async.throttle.shared.link import Link, Reply

__all__ = ["SharedGate"]

logger = get_logger("opsgenie_async")

PARTS = ("state", "history", "members", "seen", "queue")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds between two attempts to reach a lost Redis."""
STEADY = 30.0
"""Seconds after which a Redis that came back is one to rely on; lost sooner, it is the same failure."""


class SharedGate:
    """The throttle of one client that shares limits, as `ThrottleGate` is for a single client."""

    def __init__(
        self,
        make_link: Callable[[], Link],
        fleet: str,
        clock: Clock,
        *,
        keep: int,
        limits: Mapping[str, Sequence[Limit]] | None = None,
        max_in_flight: int = 100,
        on_change: Callable[[LaneChanged | SharingChanged], None] | None = None,
    ) -> None:
        self._make_link = make_link
        self._fleet = sha256(fleet.encode()).hexdigest()[:32]
        self._clock = clock
        self._keep = keep
        self._limits = dict(limits or {})
        self._max_in_flight = max_in_flight
        self._on_change = on_change
        self._own = ThrottleGate(clock, limits, max_in_flight, on_change)
        self._lanes: dict[str, SharedLane] = {}
        self._link = make_link()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_alone = False
        self._try_at = 0.0
        self._pause = FIRST_PAUSE
        self._back_at = -math.inf
        self._id = ""

    async def acquire(
        self, domain: str, deadline: float | None = None, max_wait: float = math.inf, *, last: bool = False
    ) -> Ticket:
        """Return when a request of *domain* may be sent; see `Throttle.acquire`."""
        if not domain or domain == "none":
            return Ticket(domain)
        lane = self._lane(domain)
        if self._is_alone:
            self._look(lane)
        else:
            permit = lane.take()
            if permit is None:
                permit = await lane.wait(math.inf if deadline is None else deadline, max_wait, last=last)
            if permit is not None:
                return permit
        return await self._own.acquire(domain, deadline, max_wait, last=last)

    def feedback(
        self,
        ticket: Ticket,
        *,
        accepted: bool | None,
        period: float | None = None,
        retry_after: float | None = None,
        slow_down: bool = False,
    ) -> None:
        """Report the outcome of *ticket*; see `Throttle.feedback`."""
        if not isinstance(ticket, Permit):
            self._own.feedback(ticket, accepted=accepted, period=period, retry_after=retry_after, slow_down=slow_down)
            return
        lane = ticket.lane
        if lane is not self._lanes.get(ticket.domain):
            return  # of an event loop that is closed
        # A header that makes no sense is ignored.
        if period is not None and not SHORTEST_PERIOD <= period <= LONGEST_PERIOD:
            period = None
        if retry_after is not None and not retry_after >= 0:
            retry_after = None
        lane.answer(ticket, accepted=accepted, period=period, retry_after=retry_after, slow_down=slow_down)

    def lanes(self) -> tuple[LaneState, ...]:
        """The state of each used domain: the common rate, and this client's calls; from any thread."""
        if self._is_alone:
            return self._own.lanes()
        return tuple(lane.state() for lane in list(self._lanes.values()))

    def forget_calls(self) -> None:
        """Keep the learned limits, and forget the calls of a closed event loop."""
        self._own.forget_calls()
        self._loop = None

    async def close(self) -> None:
        """Return unused permits, and close the connections to Redis."""
        if self._loop is asyncio.get_running_loop():
            await asyncio.gather(*(lane.close(reachable=not self._is_alone) for lane in self._lanes.values()))
            await self._link.close()

    def _lane(self, domain: str) -> SharedLane:
        if self._loop is None or self._loop is not asyncio.get_running_loop():
            self._begin()
        lane = self._lanes.get(domain)
        if lane is None:
            lane = self._lanes[domain] = self._new_lane(domain)
            if self._is_alone:
                lane.let_go()
        return lane

    def _begin(self) -> None:
        """Join in the running loop: earlier lanes belong to another one."""
        self._loop = asyncio.get_running_loop()
        self._id = uuid4().hex[:16]
        self._link = self._make_link()
        before, self._lanes = self._lanes, {}
        for domain, lane in before.items():
            self._lanes[domain] = self._new_lane(domain)
            self._lanes[domain].memory = lane.memory

    def _new_lane(self, domain: str) -> SharedLane:
        # The braces keep the keys of a domain on one node of a cluster; the domain is part of them, to spread the load.
        tag = f"opsgenie-async:{{{self._fleet}:{domain}}}"
        membership = Membership(
            self._id, self._link, self._clock, self._keep, self._max_in_flight, self._hear, self._lose
        )
        limits = [(limit.period, limit.count) for limit in self._limits.get(domain, ())]
        return SharedLane(domain, [f"{tag}:{part}" for part in PARTS], membership, limits)

    # --- Redis comes and goes --------------------------------------------------------------------------------------

    def _hear(self, lane: SharedLane, before: Reply | None, reply: Reply) -> None:
        if self._is_alone:
            self._is_alone = False
            self._back_at = self._clock.now()
            logger.info("rate limits are shared again through %s", self._link)
            self._announce(SharingChanged(shared=True, reason=""))
        if before is None or (before.closed, before.epoch) != (reply.closed, reply.epoch):
            if reply.closed:
                self._announce(
                    LaneChanged(
                        domain=lane.domain, state="closed", rate=reply.rate, seconds=reply.opens, period=reply.period
                    )
                )
            elif before is not None:
                self._announce(
                    LaneChanged(domain=lane.domain, state="opened", rate=reply.rate, seconds=0.0, period=before.period)
                )

    def _lose(self, reason: str) -> None:
        now = self._clock.now()
        is_unsteady = now - self._back_at < STEADY
        self._pause = min(LONGEST_PAUSE, 2 * self._pause) if self._is_alone or is_unsteady else FIRST_PAUSE
        self._try_at = now + self._pause
        if self._is_alone:
            return
        self._is_alone = True
        for lane in self._lanes.values():
            if lane.reply is not None:
                share = 1 / max(1, lane.reply.members)
                self._own.adopt(lane.domain, lane.reply.paces, share)
        for lane in self._lanes.values():
            lane.let_go()
        logger.log(
            logging.INFO if is_unsteady else logging.WARNING,
            "rate limits are no longer shared through %s (%s): this client continues with its last share",
            self._link,
            reason,
        )
        self._announce(SharingChanged(shared=False, reason=reason))

    def _look(self, lane: SharedLane) -> None:
        """Reconnect to Redis when due, without waiting for it."""
        now = self._clock.now()
        if now >= self._try_at:
            self._try_at = now + self._link.timeout + self._pause
            lane.start()

    def _announce(self, event: LaneChanged | SharingChanged) -> None:
        if self._on_change is not None:
            try:
                self._on_change(event)
            except Exception:
                logger.exception("a listener failed on %s", event)
