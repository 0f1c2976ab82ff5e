"""One rate limit domain of one client: waiting calls, unused permits, and the schedule of requests to Redis.

Permits come in batches, and waiting calls get them in order of arrival. While the rate is not used up, a few more are
fetched than needed, so that most calls do not wait. There is one exchange with Redis at a time, which includes all
reports. Between exchanges there is a timer; while the lane is idle, nothing runs.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

import attrs

from opsgenie_async.clock import Clock
from opsgenie_async.events import LaneState
from opsgenie_async.throttle.protocols import LaneClosedTooLong, Ticket
from opsgenie_async.throttle.queue import Patience
from opsgenie_async.throttle.shared.link import Link, Pace, Reply, Unreachable
from opsgenie_async.throttle.shared.outbox import Outbox
from opsgenie_async.throttle.shared.script import HEARTBEAT, HOLD

__all__ = ["Membership", "Permit", "SharedLane"]

REPORT_AFTER = 0.1
"""Seconds for which answers are gathered; sooner when calls wait for room that only answers make."""
REPORT_CALMLY = 0.25
"""The same while no limit is near."""
REPORT_SOON = 0.02
AHEAD, AHEAD_CALMLY = 0.2, 0.3
"""Seconds' worth of calls for which permits are fetched before they are waited for; more while no limit is near."""
MOST_AHEAD = 50


class Permit(Ticket):
    """A ticket that Redis granted."""

    __slots__ = ("at", "lane")

    def __init__(self, lane: SharedLane, grant: _Grant, now: float) -> None:
        super().__init__(lane.domain, send_time=now, epoch=grant.epoch, probe=grant.probe)
        self.lane = lane
        self.at = grant.at


class _Grant:
    __slots__ = ("at", "epoch", "expires_at", "left", "probe")

    def __init__(self, reply: Reply, expires_at: float) -> None:
        self.at, self.epoch, self.probe, self.left = reply.at, reply.epoch, reply.probe, reply.permits
        self.expires_at = expires_at


class _Waiter(Patience):
    __slots__ = ("outcome",)

    def __init__(self, deadline: float, max_wait: float, last: bool, outcome: asyncio.Future[Permit | None]) -> None:
        super().__init__(deadline, max_wait, last)
        self.outcome = outcome


@attrs.frozen
class Membership:
    """The client of a lane.

    keep: seconds for which Redis keeps unused data. limits: the configured limits, period and count.
    """

    id: str
    link: Link
    clock: Clock
    keep: int
    most: int
    on_reply: Callable[[SharedLane, Reply | None, Reply], None]
    on_failure: Callable[[str], None]


class SharedLane:
    """The client's side of one domain."""

    def __init__(
        self, domain: str, keys: Sequence[str], membership: Membership, limits: Sequence[tuple[float, int]]
    ) -> None:
        self.domain = domain
        self.reply: Reply | None = None
        self.memory: tuple[Pace, ...] = ()
        self._keys = tuple(keys)
        self._client = membership
        self._clock = membership.clock
        self._limits = limits
        self._queue: OrderedDict[_Waiter, None] = OrderedDict()
        self._grants: deque[_Grant] = deque()
        self._permits = 0
        self._called = 0  # calls that have a permit and no answer yet
        self._outbox = Outbox()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Reply] | None = None
        self._ask_again = False
        self._is_closing = False
        self._was_alone = False  # since the last reply calls were sent that Redis does not know
        self._last_exchange = self._clock.now()
        self._known_waiting = self._known_flying = 0  # as last reported to Redis
        self._refused = -1  # the latest epoch of a refusal that was not reported to Redis yet
        self._issues = 0
        self._use = 0.0  # calls a second, lately

    # --- permits ---------------------------------------------------------------------------------------------------

    def take(self) -> Permit | None:
        """Take an unused permit, if no call waits for one."""
        if self._queue or not self._grants:
            return None
        if self._grants[0].expires_at <= self._clock.now():
            self._return_expired()
            return self.take()
        permit = self._issue()
        if 3 * self._permits < self._ahead():
            self._schedule(0.0)
        return permit

    async def wait(self, deadline: float, max_wait: float, *, last: bool) -> Permit | None:
        """Wait for a permit in order of arrival; None when Redis is lost meanwhile.

        Raises:
            LaneClosedTooLong: The lane is known to stay closed for longer than the caller can wait.
            TimeoutError: It is *deadline*.
        """
        started = self._clock.now()
        waiter = _Waiter(deadline, max_wait, last, self._loop.create_future())
        self._queue[waiter] = None
        self._ask_for_more(started)
        try:
            async with self._clock.deadline(deadline):
                permit = await waiter.outcome
        except BaseException:
            self._queue.pop(waiter, None)
            outcome = waiter.outcome
            if outcome.done() and not outcome.cancelled() and outcome.exception() is None:
                self._put_back(outcome.result())
            raise
        waited = self._clock.now() - started
        if permit is not None and waited > REPORT_SOON:  # less is no wait for a pace but the way to Redis
            permit.waited = waited
        return permit

    def answer(
        self, permit: Permit, *, accepted: bool | None, period: float | None, retry_after: float | None, slow_down: bool
    ) -> None:
        """Record the outcome of *permit* for the next exchange."""
        self._called -= 1
        delay = self._report_after
        if accepted:
            now = self._clock.now()
            self._outbox.accept(permit.at, now, now - permit.send_time, probe=permit.probe)
            if slow_down:
                self._outbox.slow_down(period)
            if permit.probe:
                delay = 0.0
            elif self._queue and (self._known_waiting < len(self._queue) or (self.reply and self.reply.full)):
                delay = REPORT_SOON
        elif accepted is None:
            if permit.probe:
                self._outbox.abandon_probe()
                delay = 0.0
        else:
            self._outbox.refuse(permit.at, permit.epoch, probe=permit.probe, period=period, retry_after=retry_after)
            self._refused = max(self._refused, permit.epoch)
            self._return_outdated(permit.epoch)
            delay = 0.0
        self._schedule(delay)

    def _issue(self) -> Permit:
        grant = self._grants[0]
        grant.left -= 1
        if not grant.left:
            self._grants.popleft()
        self._permits -= 1
        self._called += 1
        self._issues += 1
        return Permit(self, grant, self._clock.now())

    def _put_back(self, permit: Permit | None) -> None:
        """Take back *permit*, whose call has left."""
        if permit is not None:
            self._called -= 1
            self._outbox.return_unused(permit.at, 1, probe=permit.probe)
            self._schedule(0.0)

    def _return_expired(self, *, everything: bool = False) -> None:
        now = self._clock.now()
        while self._grants and (everything or self._grants[0].expires_at <= now):
            self._return(self._grants.popleft())

    def _return_outdated(self, epoch: int) -> None:
        """Return permits granted up to *epoch*, before the lane was closed: their calls would be refused."""
        outdated = [grant for grant in self._grants if grant.epoch <= epoch and not grant.probe]
        for grant in outdated:
            self._grants.remove(grant)
            self._return(grant)

    def _return(self, grant: _Grant) -> None:
        self._permits -= grant.left
        self._outbox.return_unused(grant.at, grant.left, probe=grant.probe)

    def _ahead(self) -> int:
        seconds = AHEAD_CALMLY if self._is_calm else AHEAD
        return 0 if self._is_closing else min(MOST_AHEAD, round(self._use * seconds))

    @property
    def _is_calm(self) -> bool:
        return self.reply is not None and self.reply.calm and not self._queue

    @property
    def _report_after(self) -> float:
        return REPORT_CALMLY if self._is_calm else REPORT_AFTER

    def state(self) -> LaneState:
        """The state of the lane, as last reported by Redis."""
        return LaneState(
            domain=self.domain,
            closed=self.reply is not None and self.reply.closed,
            rate=self.reply.rate if self.reply is not None else None,
            in_flight=self._called,
            waiting=len(self._queue),
        )

    # --- when to ask -----------------------------------------------------------------------------------------------

    def _ask_for_more(self, now: float) -> None:
        """Request permits for a new call at once, unless it is known that there are none yet."""
        queued, reply = len(self._queue), self.reply
        if queued == 1 or reply is None or reply.opens == 0:
            self._schedule(0.0)
        elif queued > 2 * self._known_waiting:
            self._schedule(max(0.0, self._last_exchange + REPORT_SOON - now))

    def _schedule(self, delay: float) -> None:
        """Exchange in *delay* seconds at the latest."""
        if self._task is not None:
            self._ask_again |= delay < REPORT_AFTER
            return
        when = self._loop.time() + delay
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self.start)

    def start(self) -> None:
        """Exchange now, if no exchange is under way."""
        self._stop_timer()
        if self._task is None:
            self._task = self._loop.create_task(self._client.link.exchange(self._keys, self._request()))
            self._task.add_done_callback(self._finish)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule_next(self, reply: Reply) -> None:
        delays = []
        if self._queue:
            delays.append(reply.wait)
        if self._ask_again:
            delays.append(0.0 if self._outbox else REPORT_SOON)
        elif self._outbox or (not self._flying and self._known_flying):
            delays.append(self._report_after)
        if self._grants:
            delays.append(self._grants[0].expires_at - self._clock.now())
        if self._flying:
            delays.append(HEARTBEAT)
        self._ask_again = False
        if delays:
            self._schedule(max(0.0, min(delays)))

    # --- exchanges -------------------------------------------------------------------------------------------------

    @property
    def _flying(self) -> int:
        return self._called + self._permits

    def _finish(self, task: asyncio.Task[Reply]) -> None:
        """Handle the end of an exchange; whatever its outcome, waiting calls must not wait forever."""
        self._task = None
        if task.cancelled():
            self._client.on_failure("cancelled")
        elif (failure := task.exception()) is not None:
            self._client.on_failure(str(failure) if isinstance(failure, Unreachable) else type(failure).__name__)
        else:
            self._receive(task.result())

    def _request(self) -> str:
        now = self._clock.now()
        self._return_expired()
        self._measure_use(now)
        waiting = [waiter for waiter in self._queue if not waiter.outcome.done()]
        flying = self._flying
        room = max(0, self._client.most - flying)
        sure_at = now + self.reply.sure if self.reply is not None else now
        outbox, self._outbox = self._outbox, Outbox()
        self._refused = -1
        self._known_waiting, self._known_flying = min(len(waiting), room), flying
        self._last_exchange = now
        return json.dumps(
            {
                "id": self._client.id,
                "keep": self._client.keep,
                "most": self._client.most,
                "flying": flying,
                "waiting": self._known_waiting,
                "safe": sum(not waiter.last or not waiter.can_wait(sure_at, now) for waiter in waiting),
                "ahead": max(0, min(self._ahead() - self._permits, room - self._known_waiting)),
                "limits": self._limits,
                "memory": [pace[:3] for pace in self.memory],
                "alone": self._was_alone,
                **outbox.render(now),
            }
        )

    def _measure_use(self, now: float) -> None:
        elapsed = max(now - self._last_exchange, REPORT_SOON)
        share = min(1.0, 2 * elapsed)  # of the last half second
        self._use += share * (self._issues / elapsed - self._use)
        self._issues = 0

    def _receive(self, reply: Reply) -> None:
        before, self.reply = self.reply, reply
        self._was_alone = False
        self.memory = tuple(pace for pace in reply.paces if not pace[3])
        now = self._clock.now()
        if reply.permits:
            self._grants.append(_Grant(reply, now + HOLD))
            self._permits += reply.permits
            self._known_flying += reply.permits
        self._return_outdated(max(self._refused, reply.epoch - 1))
        self._serve()
        self._dismiss(now)
        self._schedule_next(reply)
        self._client.on_reply(self, before, reply)

    def _serve(self) -> None:
        """Give unused permits to waiting calls."""
        while self._grants and self._queue:
            waiter = self._next(probe=self._grants[0].probe)
            del self._queue[waiter]
            if not waiter.outcome.done():
                waiter.outcome.set_result(self._issue())

    def _next(self, *, probe: bool) -> _Waiter:
        """The next call; a probe is for the first one that can afford a refusal, if there is one."""
        first = next(iter(self._queue))
        if not probe or not first.last:
            return first
        return next((waiter for waiter in self._queue if not waiter.last), first)

    def _dismiss(self, now: float) -> None:
        """Dismiss the calls that cannot wait until there is room."""
        if self.reply is None or not self.reply.opens:
            return
        opens = now + self.reply.opens
        for waiter in list(self._queue):
            if not waiter.can_wait(opens, now):
                del self._queue[waiter]
                if not waiter.outcome.done():
                    waiter.outcome.set_exception(LaneClosedTooLong(self.domain, self.reply.opens))

    # --- the end ---------------------------------------------------------------------------------------------------

    def let_go(self) -> None:
        """Stop waiting for Redis and reporting to it, after its loss."""
        self._stop_timer()
        self._was_alone = True
        self._outbox = Outbox()
        self._grants.clear()
        self._permits = 0
        for waiter in self._queue:
            if not waiter.outcome.done():
                waiter.outcome.set_result(None)
        self._queue.clear()

    async def close(self, *, reachable: bool) -> None:
        """Return unused permits, if Redis is *reachable*, and stop everything."""
        self._is_closing = True
        if self._task is not None:
            if not reachable:
                self._task.cancel()
            await asyncio.wait([self._task])
        self._return_expired(everything=True)
        if reachable and (self._outbox or self._known_flying):
            self.start()
            if self._task is not None:
                await asyncio.wait([self._task])
        self._stop_timer()
        self._is_closing = False
