"""Deadlines on one shared timer: what `asyncio.timeout_at` promises, for any number of them."""

import asyncio
import gc
import time
from weakref import ref

import pytest

from opsgenie_async.clock import SystemClock
from opsgenie_async.deadlines import Deadline, Deadlines
from tests.waiting import LIMIT


async def ends_after(clock: SystemClock, seconds: float) -> float:
    """Wait without an end under a deadline; how long it took."""
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        async with clock.deadline(start + seconds):
            await asyncio.Event().wait()
    return time.monotonic() - start


async def test_each_ends_at_its_own_moment_whatever_the_order_they_came_in():
    clock = SystemClock()
    lasted = await asyncio.gather(*(ends_after(clock, seconds) for seconds in (0.09, 0.03, 0.06, 0.03)))
    for desired, duration in zip((0.09, 0.03, 0.06, 0.03), lasted, strict=True):
        assert desired <= duration < desired + LIMIT


async def test_one_that_is_over_already_ends_the_block_at_its_first_wait():
    assert await ends_after(SystemClock(), -5) < LIMIT


async def test_a_block_that_ends_in_time_is_left_alone():
    clock = SystemClock()
    async with clock.deadline(clock.now() + 0.01):
        pass
    await asyncio.sleep(0.03)
    assert asyncio.current_task().cancelling() == 0


async def test_being_cancelled_from_elsewhere_stays_that():
    clock = SystemClock()

    async def wait() -> None:
        async with clock.deadline(clock.now() + 60):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelled_and_over_at_the_same_time_is_cancelled():
    clock = SystemClock()

    async def wait() -> None:
        async with clock.deadline(clock.now() + 0.02):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                task.cancel()  # somebody else wants it to end, too
                raise

    task = asyncio.create_task(wait())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_inner_of_two_leaves_the_outer_in_force():
    clock = SystemClock()

    async def two() -> None:
        async with clock.deadline(clock.now() + 0.06):
            await ends_after(clock, 0.02)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await two()
    assert asyncio.current_task().cancelling() == 0


async def test_the_outer_of_two_ends_both():
    clock = SystemClock()
    inner_ended = False

    async def two() -> None:
        nonlocal inner_ended
        async with clock.deadline(clock.now() + 0.02), clock.deadline(clock.now() + 60):
            try:
                await asyncio.Event().wait()
            finally:
                inner_ended = True

    with pytest.raises(TimeoutError):
        await two()
    assert inner_ended


async def test_an_error_of_the_block_is_not_covered_up():
    clock = SystemClock()
    with pytest.raises(KeyError):
        async with clock.deadline(clock.now() + 60):
            raise KeyError("mine")


def test_a_clock_may_be_used_by_one_loop_after_the_other():
    clock = SystemClock()
    for _ in range(2):
        assert asyncio.run(ends_after(clock, 0.01)) < LIMIT


@pytest.mark.parametrize("moved_to", [0.06, None, 0.01])
async def test_one_that_is_noted_early_ends_at_its_own_moment_all_the_same(moved_to: float | None):
    """A call's deadline is noted at the read timeout before there is a connection: that alone must end nothing."""
    clock = SystemClock()
    start = clock.now()
    deadline = clock.deadline(start + (60 if moved_to else 0.06))
    assert isinstance(deadline, Deadline)
    deadline.expect_move(start + 0.02)

    async def wait() -> None:
        async with deadline:
            if moved_to is not None:
                deadline.move(start + moved_to)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await wait()
    assert (moved_to or 0.06) <= time.monotonic() - start < LIMIT


async def test_sixty_thousand_open_ones_do_not_hold_up_the_loop(monkeypatch: pytest.MonkeyPatch):
    """Some of them ring while all the others stay open, which must not be looked through."""
    ring = Deadlines._ring
    rings: list[float] = []

    def timed(deadlines: Deadlines) -> None:
        start = time.thread_time()
        ring(deadlines)
        rings.append(time.thread_time() - start)

    monkeypatch.setattr(Deadlines, "_ring", timed)

    async def cost_of_a_ring(loops: int) -> float:
        """Seconds of the processor, in the median."""
        clock = SystemClock()
        started = clock.now()
        rest = [clock.deadline(started + 100 + number / 1000) for number in range(loops)]
        for deadline in rest:
            await deadline.__aenter__()
        rings.clear()
        await asyncio.gather(*(ends_after(clock, 0.02 * number) for number in range(1, 11)))
        for deadline in rest:
            await deadline.__aexit__(None, None, None)
        return sorted(rings)[len(rings) // 2]

    assert await cost_of_a_ring(60_000) < 20 * await cost_of_a_ring(60) + 1e-3  # looked through, they cost 0.01 s


async def test_a_shared_clock_leaves_one_timer_in_each_loop():
    clock = SystemClock()
    loops = [asyncio.new_event_loop() for _ in range(2)]

    async def use() -> None:
        async with clock.deadline(clock.now() + 60):
            pass

    def alternate() -> list[int]:
        for _ in range(20):
            for loop in loops:
                loop.run_until_complete(use())
        return [len(loop._scheduled) for loop in loops]  # type: ignore[attr-defined]

    try:
        assert max(await asyncio.to_thread(alternate)) <= 1
    finally:
        for loop in loops:
            loop.close()


def test_a_clock_lets_its_loops_go():
    clock = SystemClock()
    loops = []

    async def use() -> None:
        loops.append(ref(asyncio.get_running_loop()))
        async with clock.deadline(clock.now() + 60):
            pass

    for _ in range(3):
        asyncio.run(use())
    gc.collect()
    assert [loop() is None for loop in loops] == [True, True, False]
