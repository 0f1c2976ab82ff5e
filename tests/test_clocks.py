"""The clock that the other tests trust."""

import asyncio
from datetime import timedelta

import pytest

from tests.clocks import FakeClock


async def test_sleepers_wake_in_the_order_of_their_moments():
    clock, woken = FakeClock(start=0.0), []

    async def sleeper(moment: float) -> None:
        await clock.sleep_until(moment)
        woken.append((moment, clock.now()))

    async with asyncio.TaskGroup() as group:
        for moment in (30.0, 10.0, 20.0, 10.0):
            group.create_task(sleeper(moment))

    assert woken == [(10.0, 10.0), (10.0, 10.0), (20.0, 20.0), (30.0, 30.0)]
    assert clock.slept == [30.0, 10.0, 20.0, 10.0]
    assert clock.sleepers == 0


async def test_what_a_woken_task_sets_in_motion_happens_before_the_next_moment():
    clock, times = FakeClock(start=0.0), []

    async def chain() -> None:
        await clock.sleep_until(1.0)
        for _ in range(50):
            await asyncio.sleep(0)
        times.append(clock.now())

    async with asyncio.TaskGroup() as group:
        group.create_task(chain())
        group.create_task(clock.sleep_until(1.001))

    assert times == [1.0]


async def test_a_past_moment_still_lets_other_tasks_run():
    clock, names = FakeClock(), []
    asyncio.get_running_loop().call_soon(names.append, True)

    await clock.sleep_until(clock.now() - 5)

    assert names == [True]
    assert clock.slept == [0.0]


async def test_a_deadline_fires_when_time_passes_it_and_not_before():
    clock = FakeClock()
    start = clock.now()

    async with clock.deadline(start + 5):
        await clock.sleep_until(start + 4)
    with pytest.raises(TimeoutError):
        async with clock.deadline(start + 6):
            await clock.sleep_until(start + 60)

    assert clock.now() == start + 6
    await clock.advance(100)  # the sleeper that was given up is not waited for, and no deadline fires late
    assert clock.now() == start + 106


async def test_a_deadline_in_the_past_fires_at_once():
    clock = FakeClock()
    with pytest.raises(TimeoutError):
        async with clock.deadline(clock.now()):
            await asyncio.Event().wait()


async def test_a_hanging_task_meets_its_deadline_when_the_test_moves_time():
    clock = FakeClock()

    async def hang() -> None:
        async with clock.deadline(clock.now() + 30):
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await clock.advance(29)
    assert not task.done()
    await clock.advance(2)
    with pytest.raises(TimeoutError):
        await task


async def test_a_cancelled_sleeper_does_not_move_the_time():
    clock = FakeClock()
    start, utc = clock.now(), clock.utc()
    task = asyncio.create_task(clock.sleep_until(start + 1e6))
    await asyncio.sleep(0)
    task.cancel()
    await clock.advance(10)

    assert task.cancelled()
    assert (clock.now() - start, clock.utc() - utc) == (10, timedelta(seconds=10))


async def test_a_clock_is_set_by_hand():
    clock = FakeClock(100.0)
    start = clock.utc()

    clock.seconds += 60

    assert clock.now() == 160.0
    assert clock.utc() == start + timedelta(minutes=1)


async def test_nobody_wakes_on_a_clock_that_does_not_jump():
    clock = FakeClock(jumps=False)
    sleeper = asyncio.ensure_future(clock.sleep_until(clock.now() + 1))

    for _ in range(20):
        await asyncio.to_thread(int)  # meanwhile the loop has nothing to do

    assert clock.sleepers == 1
    assert not sleeper.done()
    sleeper.cancel()
