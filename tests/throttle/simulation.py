"""A world in virtual time: servers that limit in three ways, clients that do not know how, and one that does.

The loop's selector never waits: it moves the time to the next timer instead, so an hour of calls takes as long as its
arithmetic. A request reaches the server after half of its latency and the answer takes the other half.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Protocol, TypeVar

import attrs

from opsgenie_async.throttle import Throttle
from tests.clocks import START, LoopClock, VirtualLoop

T = TypeVar("T")


def play(main: Coroutine[object, object, T]) -> T:
    """Run *main* in a world of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


# --- servers -----------------------------------------------------------------------------------------------------


class Meter(Protocol):
    """One limit as one kind of server counts it."""

    period: float

    def free_at(self, now: float) -> float:
        """The first moment from *now* on at which a call would be accepted, if no other came."""
        ...

    def spend(self, now: float) -> None: ...

    def scale(self, now: float, factor: float) -> None: ...


class Bucket:
    """A token bucket that holds one period's worth."""

    def __init__(self, count: int, period: float, *, filled: float = 1.0, phase: float = 0.0) -> None:
        self.count, self.period = float(count), period
        self.tokens, self.stamp = count * filled, START

    def _fill(self, now: float) -> None:
        self.tokens = min(self.count, self.tokens + (now - self.stamp) * self.count / self.period)
        self.stamp = now

    def free_at(self, now: float) -> float:
        self._fill(now)
        # A billionth of a token of slack: a call that waited for exactly one token has it.
        return now if self.tokens >= 1 - 1e-9 else now + (1 - self.tokens) * self.period / self.count

    def spend(self, now: float) -> None:
        self._fill(now)
        self.tokens -= 1

    def scale(self, now: float, factor: float) -> None:
        self._fill(now)
        self.count *= factor


class Rolling:
    """At most so many accepted calls in any period."""

    def __init__(self, count: int, period: float, *, filled: float = 1.0, phase: float = 0.0) -> None:
        self.count, self.period = count, period
        self.times: deque[float] = deque([START] * round(count * (1 - filled)))

    def free_at(self, now: float) -> float:
        while self.times and self.times[0] + self.period <= now:
            self.times.popleft()
        return now if len(self.times) < self.count else self.times[len(self.times) - self.count] + self.period

    def spend(self, now: float) -> None:
        self.times.append(now)

    def scale(self, now: float, factor: float) -> None:
        self.count = round(self.count * factor)


class Fixed:
    """At most so many accepted calls between two strokes of the server's clock."""

    def __init__(self, count: int, period: float, *, filled: float = 1.0, phase: float = 0.0) -> None:
        self.count, self.period, self.phase = count, period, phase
        self.window, self.used = self._window(START), round(count * (1 - filled))

    def _window(self, now: float) -> int:
        return int((now - START) / self.period + self.phase + 1e-9)

    def free_at(self, now: float) -> float:
        if (window := self._window(now)) != self.window:
            self.window, self.used = window, 0
        return now if self.used < self.count else START + (self.window + 1 - self.phase) * self.period

    def spend(self, now: float) -> None:
        self.used += 1

    def scale(self, now: float, factor: float) -> None:
        self.count = round(self.count * factor)


KINDS: dict[str, Callable[..., Meter]] = {"token bucket": Bucket, "rolling window": Rolling, "fixed window": Fixed}


class Server:
    """Accepts or refuses, and says of a refusal only which period it was for."""

    def __init__(self, meters: Sequence[Meter], change: tuple[float, float] | None = None) -> None:
        self.meters = sorted(meters, key=lambda meter: -meter.period)
        self.change = change
        self.accepted = self.refused = 0

    def _change(self, now: float) -> None:
        if self.change is not None and now >= START + self.change[0]:
            for meter in self.meters:
                meter.scale(now, self.change[1])
            self.change = None

    def ask(self, now: float) -> float | None:
        """None when the call is accepted, else the period of the limit that it broke."""
        self._change(now)
        for meter in self.meters:
            if meter.free_at(now) > now:
                self.refused += 1
                return meter.period
        for meter in self.meters:
            meter.spend(now)
        self.accepted += 1
        return None

    def reserve(self, now: float) -> float:
        """Book the first free place from *now* on and return its moment: what only the omniscient can do."""
        while True:
            self._change(now)
            free = max((meter.free_at(now) for meter in self.meters), default=now)
            if self.change is not None and free >= START + self.change[0] > now:
                now = START + self.change[0]
            elif free > now:
                now = free
            else:
                for meter in self.meters:
                    meter.spend(now)
                self.accepted += 1
                return now


# --- clients -----------------------------------------------------------------------------------------------------


@attrs.define
class World:
    """One server, the latencies on the way to it and what became of the calls."""

    server: Server
    random: random.Random
    clock: LoopClock = attrs.field(factory=LoopClock)
    lost: int = 0
    booked: float = 0.0

    def latency(self) -> float:
        """A round trip of 50 to 200 ms."""
        return self.random.uniform(0.05, 0.2)

    async def send(self) -> float | None:
        """One exchange: the period of the limit that refused it, or None."""
        loop, latency = asyncio.get_running_loop(), self.latency()
        answer: asyncio.Future[float | None] = loop.create_future()
        arrives = loop.time() + latency / 2

        def arrive() -> None:
            refused = self.server.ask(loop.time())
            loop.call_at(arrives + latency / 2, answer.set_result, refused)

        loop.call_at(arrives, arrive)
        return await answer


class Client(Protocol):
    """A strategy: makes one call, counts it as lost when its attempts are used up."""

    async def call(self, world: World) -> None: ...


ATTEMPTS = 4


class Gated:
    """A client that asks a `Throttle` before each attempt."""

    def __init__(self, throttle: Throttle) -> None:
        self.throttle = throttle

    async def call(self, world: World) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            ticket = await self.throttle.acquire("alert", None, math.inf, last=attempt == ATTEMPTS)
            refused = await world.send()
            self.throttle.feedback(ticket, accepted=refused is None, period=refused)
            if refused is None:
                return
        world.lost += 1


class Omniscient:
    """Knows the limits, the latency of each call and everybody's plans: the ideal that the others are measured by."""

    def __init__(self, in_flight: int = 100) -> None:
        self.slots = asyncio.Semaphore(in_flight)

    async def call(self, world: World) -> None:
        async with self.slots:
            latency = world.latency()
            # Places are booked in order, whoever books.
            world.booked = world.server.reserve(max(world.booked, world.clock.now() + latency / 2))
            await world.clock.sleep_until(world.booked + latency / 2)


@attrs.frozen
class Outcome:
    """What one run came to."""

    makespan: float
    refused: int
    lost: int
    calls: int

    @property
    def per_thousand(self) -> float:
        return 1000 * self.refused / self.calls


def run(
    server: Server,
    client: Callable[[LoopClock, random.Random], Client],
    *,
    seed: int = 0,
    clients: int = 1,
    bursts: int = 1,
    calls: int = 1000,
    pause: float = 0.0,
) -> Outcome:
    """*clients* that do not know of each other make *calls* calls each, in *bursts* bursts with pauses between.

    The makespan is the time from the first call to the last answer, without the pauses.
    """

    async def main() -> Outcome:
        world = World(server, random.Random(seed))
        members = [client(world.clock, world.random) for _ in range(clients)]
        busy = 0.0
        for burst in range(bursts):
            if burst:
                await world.clock.sleep_until(world.clock.now() + pause)
            start = world.clock.now()
            await asyncio.gather(*(member.call(world) for _ in range(calls // bursts) for member in members))
            busy += world.clock.now() - start
        return Outcome(busy, server.refused, world.lost, clients * calls)

    return play(main())
