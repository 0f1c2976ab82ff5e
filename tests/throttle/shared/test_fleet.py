"""Many clients on one account, in virtual time with the real script; `benchmarks/shared_throttle.py` has processes."""

from __future__ import annotations

import asyncio
import random
from itertools import count

import pytest
from redis import Redis

from opsgenie_async.throttle import Limit
from opsgenie_async.throttle.shared.gate import SharedGate
from opsgenie_async.throttle.shared.link import Reply
from tests.throttle.shared.virtual import member
from tests.throttle.simulation import KINDS, Gated, Omniscient, Server, World, play, run

BARS = {"token bucket": (1.05, 60), "rolling window": (1.2, 130), "fixed window": (1.2, 130)}


def server(kind: str, calls: int = 20) -> Server:
    return Server([KINDS[kind](calls, 1.0, phase=0.3)])


@pytest.mark.parametrize(
    ("kind", "clients"), [("token bucket", 1), ("token bucket", 8), ("rolling window", 4), ("fixed window", 4)]
)
def test_all_together_learn_a_limit_that_nobody_was_told(redis: Redis, kind: str, clients: int):
    gates: list[SharedGate] = []

    def client(clock, rng) -> Gated:
        gates.append(member(redis, clock))
        return Gated(gates[-1])

    calls = 1920  # long enough that a last call which is refused, and waits a second, is not what is measured
    ideal = run(server(kind, 40), lambda clock, rng: Omniscient(), calls=calls)
    outcome = run(server(kind, 40), client, clients=clients, calls=calls // clients)
    makespan, refusals = BARS[kind]
    assert outcome.lost == 0
    assert outcome.per_thousand <= refusals
    assert outcome.makespan / ideal.makespan <= makespan


@pytest.mark.parametrize("kind", KINDS)
def test_known_limits_are_kept_by_all_together(redis: Redis, kind: str):
    outcome = run(server(kind), lambda clock, rng: Gated(member(redis, clock, [Limit(20, 1.0)])), clients=5, calls=30)
    assert (outcome.refused, outcome.lost) == (0, 0)


def work(
    redis: Redis, seconds: float, names: str, ends: dict[str, float], kind: str = "token bucket"
) -> dict[str, list[float]]:
    """When the calls of each client were accepted; each has endless work until its end."""

    async def main() -> dict[str, list[float]]:
        world = World(server(kind), random.Random(3))
        accepted: dict[str, list[float]] = {name: [] for name in names}
        start = world.clock.now()

        async def busy(name: str, gate: SharedGate) -> None:
            while True:
                ticket = await gate.acquire("alert")
                refused = await world.send()
                gate.feedback(ticket, accepted=refused is None, period=refused)
                if refused is None:
                    accepted[name].append(world.clock.now() - start)

        async def client(name: str) -> None:
            gate = member(redis, world.clock)
            tasks = [asyncio.create_task(busy(name, gate)) for _ in range(10)]
            await world.clock.sleep_until(start + ends.get(name, seconds))
            if name in ends:  # as when it is killed: nothing is given back
                gate._link.exchange = silence  # type: ignore[method-assign]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        await asyncio.gather(*(client(name) for name in names))
        return accepted

    return play(main())


async def silence(keys: object, request: object) -> Reply:
    """What a killed client hears of Redis."""
    return await asyncio.get_running_loop().create_future()


def between(times: list[float], first: float, last: float) -> int:
    return sum(first <= time < last for time in times)


def test_each_gets_its_share(redis: Redis):
    accepted = work(redis, 25.0, "abcd", {})
    shares = [between(times, 10, 25) for times in accepted.values()]
    assert sum(shares) >= 0.95 * 20 * 15
    assert max(shares) - min(shares) <= 0.2 * sum(shares) / 4


@pytest.mark.parametrize("kind", KINDS)
def test_the_share_of_killed_clients_goes_to_the_others_within_seconds(redis: Redis, kind: str):
    accepted = work(redis, 26.0, "abcd", {"c": 10.0, "d": 10.0}, kind)
    count = accepted["a"] + accepted["b"]
    assert between(count, 15, 25) >= 0.85 * 200


def test_who_comes_later_starts_at_the_learned_pace(redis: Redis):
    async def main() -> tuple[int, int]:
        world = World(server("token bucket"), random.Random(5))
        first = Gated(member(redis, world.clock))
        await asyncio.gather(*(first.call(world) for _ in range(200)))
        refused = world.server.refused
        second = Gated(member(redis, world.clock))
        await asyncio.gather(*(second.call(world) for _ in range(60)))
        return refused, world.server.refused - refused

    before, after = play(main())
    assert before > 5
    assert after <= 2


def test_most_calls_of_an_idle_lane_find_a_permit_at_hand(redis: Redis):
    async def main() -> tuple[int, int]:
        world = World(Server([]), random.Random(5))
        gate = member(redis, world.clock)
        client = Gated(gate)
        for number in count():
            if number == 500:
                break
            await world.clock.sleep_until(world.clock.now() + 0.01)  # a hundred calls a second
            asyncio.get_running_loop().create_task(client.call(world))
        await world.clock.sleep_until(world.clock.now() + 1)
        await gate.close()
        return gate._link.exchanges, gate._lanes["alert"]._flying  # type: ignore[attr-defined]

    exchanges, flying = play(main())
    assert exchanges <= 500 / 5
    assert flying == 0


def test_a_cancelled_caller_leaves_its_permit_to_the_next(redis: Redis):
    async def main() -> int:
        world = World(Server([]), random.Random(5))
        gate = member(redis, world.clock, [Limit(2, 60.0)])
        callers = [asyncio.create_task(gate.acquire("alert")) for _ in range(2)]
        await asyncio.sleep(0)
        callers[0].cancel()
        callers[1].cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        async with asyncio.timeout(5):
            await gate.acquire("alert")
            await gate.acquire("alert")
        return len(gate._lanes["alert"]._queue)

    assert play(main()) == 0


async def _permits_at_hand(world: World, gate: SharedGate) -> None:
    """Make calls until some permits are fetched ahead."""
    for _ in range(100):
        await world.clock.sleep_until(world.clock.now() + 0.01)
        gate.feedback(await gate.acquire("alert"), accepted=True)
        if gate._lanes["alert"]._permits > 1:
            return
    raise AssertionError("nothing was fetched ahead")


@pytest.mark.parametrize("is_other", [False, True], ids=["own", "another's"])
def test_permits_at_hand_are_not_used_once_the_lane_is_closed(redis: Redis, is_other: bool):
    async def main() -> tuple[float, int]:
        world = World(Server([]), random.Random(5))
        gate, other = member(redis, world.clock), member(redis, world.clock)
        await _permits_at_hand(world, other)
        await _permits_at_hand(world, gate)
        ticket = await (other if is_other else gate).acquire("alert")
        closed_at = world.clock.now()
        (other if is_other else gate).feedback(ticket, accepted=False, retry_after=1.0)
        if is_other:
            await world.clock.sleep_until(closed_at + 0.01)
            gate._lanes["alert"].start()  # whatever there is to report: the answer says that the lane is closed
            await world.clock.sleep_until(closed_at + 0.02)
        await gate.acquire("alert", last=True)
        await gate.close()
        await other.close()
        return world.clock.now() - closed_at, gate._lanes["alert"]._permits

    waited, count = play(main())
    assert waited >= 0.9
    assert count == 0


def test_permits_that_were_on_their_way_at_a_refusal_are_not_used(redis: Redis):
    async def main() -> float:
        world = World(Server([]), random.Random(5))
        gate = member(redis, world.clock)
        await _permits_at_hand(world, gate)
        lane = gate._lanes["alert"]
        ticket = await gate.acquire("alert")
        lane._return_expired(everything=True)
        next_call = asyncio.create_task(gate.acquire("alert"))
        await asyncio.sleep(0)
        lane.start()  # Redis is asked before it has heard of the refusal
        gate.feedback(ticket, accepted=False, retry_after=1.0)
        closed_at = world.clock.now()
        await next_call
        await gate.close()
        return world.clock.now() - closed_at

    assert play(main()) >= 0.9
