"""What becomes of permits that nobody uses, and of feedback that is odd: nothing is lost, and the lane goes on."""

from __future__ import annotations

import asyncio
import logging
import math
import random

import pytest
from redis import Redis

from opsgenie_async.throttle import Limit
from opsgenie_async.throttle.shared import RedisThrottle, throttle
from opsgenie_async.throttle.shared.gate import SharedGate
from opsgenie_async.throttle.shared.script import HOLD
from tests.throttle.shared.virtual import member
from tests.throttle.simulation import Server, World, play


def world_of(redis: Redis, *limits: Limit) -> tuple[World, SharedGate]:
    world = World(Server([]), random.Random(5))
    return world, member(redis, world.clock, limits)


def test_a_permit_that_comes_as_its_caller_is_cancelled_goes_back(redis: Redis, monkeypatch):
    async def main() -> None:
        _, gate = world_of(redis, Limit(1, 60.0))
        caller = asyncio.create_task(gate.acquire("alert"))
        hear = SharedGate._hear

        def cancel(self: SharedGate, *arguments: object) -> None:
            caller.cancel()
            hear(self, *arguments)

        monkeypatch.setattr(SharedGate, "_hear", cancel)
        with pytest.raises(asyncio.CancelledError):
            await caller
        async with asyncio.timeout(5):
            await gate.acquire("alert")
        await gate.close()

    play(main())


def test_a_permit_that_has_expired_is_not_used(redis: Redis):
    async def main() -> None:
        world, gate = world_of(redis, Limit(3, 60.0))
        first = await gate.acquire("alert")
        lane = gate._lanes["alert"]
        lane._use = 10.0
        lane.start()
        await world.clock.sleep_until(world.clock.now() + 0.01)
        assert lane._permits > 0
        lane._stop_timer()
        await world.clock.sleep_until(world.clock.now() + HOLD)
        old = {grant.at for grant in lane._grants}

        ticket = await gate.acquire("alert")

        assert old
        assert ticket.at not in {*old, first.at}  # type: ignore[attr-defined]
        await gate.close()
        assert lane._permits == 0

    play(main())


@pytest.mark.parametrize("period", [None, 60.0])
def test_a_warning_slows_the_others_down(redis: Redis, period: float | None):
    async def main() -> None:
        world, gate = world_of(redis)
        other = member(redis, world.clock)
        for _ in range(20):
            await world.clock.sleep_until(world.clock.now() + 0.05)
            gate.feedback(await gate.acquire("alert"), accepted=True)
        gate.feedback(await gate.acquire("alert"), accepted=False, period=period or 1.0, retry_after=0.1)
        gate.feedback(await gate.acquire("alert"), accepted=True)
        await world.clock.sleep_until(world.clock.now() + 1.0)
        other.feedback(await other.acquire("alert"), accepted=True)
        [before] = other.lanes()

        gate.feedback(await gate.acquire("alert"), accepted=True, slow_down=True, period=period)
        await world.clock.sleep_until(world.clock.now() + 1.0)
        other.feedback(await other.acquire("alert"), accepted=True)

        [after] = other.lanes()
        reply = other._lanes["alert"].reply
        assert reply is not None
        assert [pace[0] for pace in reply.paces] == [period or 1.0]
        assert before.rate is not None
        assert after.rate is not None
        assert after.rate < before.rate
        assert (after.domain, after.closed, after.in_flight, after.waiting) == ("alert", False, 0, 0)
        await gate.close()
        await other.close()

    play(main())


def test_a_probe_that_was_never_sent_is_sent_by_the_next(redis: Redis):
    async def main() -> float:
        world, gate = world_of(redis)
        gate.feedback(await gate.acquire("alert"), accepted=False, retry_after=1.0)
        probe = await gate.acquire("alert")
        assert probe.probe
        began = world.clock.now()
        gate.feedback(probe, accepted=None)
        async with asyncio.timeout(30):
            assert (await gate.acquire("alert")).probe
        await gate.close()
        return world.clock.now() - began

    assert play(main()) < 0.5


@pytest.mark.parametrize("value", [math.nan, -1.0, 0.0, 1e9, math.inf])
def test_a_header_that_makes_no_sense_tells_nothing(redis: Redis, value: float):
    async def main() -> None:
        _, gate = world_of(redis)
        retry_after = value if value <= 0 or math.isnan(value) else None
        gate.feedback(await gate.acquire("alert"), accepted=False, period=value, retry_after=retry_after)
        async with asyncio.timeout(120):
            gate.feedback(await gate.acquire("alert"), accepted=True)
        assert not gate._is_alone
        await gate.close()

    play(main())


def test_a_call_of_no_domain_waits_for_nothing(redis: Redis):
    async def main() -> None:
        _, gate = world_of(redis, Limit(1, 60.0))
        for _ in range(3):
            gate.feedback(await gate.acquire("none"), accepted=True)
        assert gate.lanes() == ()

    play(main())


def test_a_listener_that_fails_is_logged_and_holds_up_nothing(redis: Redis, caplog: pytest.LogCaptureFixture):
    async def main() -> None:
        _, gate = world_of(redis)
        gate._on_change = lambda event: 1 / 0  # type: ignore[assignment]
        gate.feedback(await gate.acquire("alert"), accepted=False, retry_after=1.0)
        gate.feedback(await gate.acquire("alert"), accepted=True)
        await gate.close()

    with caplog.at_level(logging.ERROR):
        play(main())
    assert {record.getMessage()[:19] for record in caplog.records} == {"a listener failed o"}


def test_without_redis_py_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throttle, "INSTALLED", False)
    with pytest.raises(ImportError, match=r"pip install 'opsgenie-async\[redis\]'"):
        RedisThrottle("redis://host")
