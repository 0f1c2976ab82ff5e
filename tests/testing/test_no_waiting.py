"""The clock on which every wait is over at once."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from opsgenie_async.testing import NoWaiting
from tests.waiting import LIMIT

HOUR = 3600.0


async def test_time_jumps_to_the_end_of_a_wait():
    clock = NoWaiting()
    before, start = clock.now(), time.monotonic()
    await clock.sleep_until(before + HOUR)

    assert time.monotonic() - start < LIMIT
    assert clock.now() == pytest.approx(before + HOUR, abs=LIMIT)
    assert clock.utc() - datetime.now(UTC) == pytest.approx(timedelta(hours=1), abs=timedelta(seconds=LIMIT))


async def test_it_never_goes_back():
    clock = NoWaiting()
    await clock.sleep_until(clock.now() + HOUR)
    later = clock.now()
    await clock.sleep_until(later - 60)

    assert clock.now() >= later


async def test_a_wait_lets_the_others_run():
    clock = NoWaiting()
    turns = []

    async def waits(name: str) -> None:
        for _ in range(2):
            turns.append(name)
            await clock.sleep_until(clock.now() + 1)

    await asyncio.gather(waits("a"), waits("b"))
    assert turns == ["a", "b", "a", "b"]


async def test_a_deadline_ends_a_wait_that_is_longer():
    clock = NoWaiting()
    before = clock.now()

    async def works() -> None:
        async with clock.deadline(before + 60):
            await clock.sleep_until(before + 59)
            await clock.sleep_until(before + HOUR)

    with pytest.raises(TimeoutError):
        await works()

    assert before + 59.9 <= clock.now() < before + 60 + LIMIT


async def test_the_nearer_of_two_deadlines_counts():
    clock = NoWaiting()
    before = clock.now()
    async with clock.deadline(before + HOUR):
        with pytest.raises(TimeoutError):
            async with clock.deadline(before + 60):
                await clock.sleep_until(before + HOUR)
        await clock.sleep_until(before + 120)

    await clock.sleep_until(before + 2 * HOUR)  # over: it ends nothing any more


async def test_the_wait_of_another_task_is_no_reason_to_give_up():
    clock = NoWaiting()
    waited = asyncio.Event()

    async def works() -> str:
        async with clock.deadline(clock.now() + 60):
            await waited.wait()
            await asyncio.sleep(0)
            return "done"

    work = asyncio.ensure_future(works())
    await asyncio.sleep(0)
    await clock.sleep_until(clock.now() + HOUR)
    waited.set()

    assert await work == "done"


async def test_a_deadline_that_really_passes_is_met():
    clock = NoWaiting()
    with pytest.raises(TimeoutError):
        async with clock.deadline(clock.now() + 0.01):
            await asyncio.Event().wait()


async def test_being_cancelled_in_a_wait_is_no_timeout():
    clock = NoWaiting()

    async def works() -> None:
        async with clock.deadline(clock.now() + 60):
            await asyncio.Event().wait()

    work = asyncio.ensure_future(works())
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert clock._deadlines == {}
