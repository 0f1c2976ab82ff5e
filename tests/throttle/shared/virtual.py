"""A fleet in virtual time: the real script in a real Redis, whose clock is that of the test's event loop."""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

from opsgenie_async.throttle import Limit
from opsgenie_async.throttle.shared.gate import SharedGate
from opsgenie_async.throttle.shared.link import Address, Link, Reply
from opsgenie_async.throttle.shared.script import FOLDER, PARTS, assemble
from tests.clocks import LoopClock

TIME = "local function server_time() return tonumber(ARGV[2]) end"


VIRTUAL_SOURCE = assemble({name: (FOLDER / f"{name}.lua").read_text("utf-8") for name in PARTS} | {"time": TIME})
"""The program with a clock that is told the time."""


class VirtualLink(Link):
    """Asks Redis in no time at all."""

    def __init__(self, redis: Redis, clock: LoopClock) -> None:
        super().__init__(Address.parse("redis://virtual"), 1.0)
        self._script_at = redis.register_script(VIRTUAL_SOURCE)
        self._clock = clock
        self.exchanges = 0

    async def exchange(self, keys: Sequence[str], request: str) -> Reply:
        self.exchanges += 1
        return Reply.parse(self._script_at(keys=list(keys), args=[request, f"{self._clock.now():.6f}"]))


def member(redis: Redis, clock: LoopClock, limits: Sequence[Limit] = (), most: int = 100) -> SharedGate:
    """One client of the fleet."""
    return SharedGate(
        lambda: VirtualLink(redis, clock), "fleet", clock, keep=3600, limits={"alert": limits}, max_in_flight=most
    )
