"""The waiting: order, cancellation and giving up, on a clock that jumps."""

import asyncio
import random

import pytest

from opsgenie_async.throttle import LaneClosedTooLong, Limit, Throttle, ThrottleGate, Ticket
from tests.clocks import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(idle_rounds=1)


def quiet(gate: ThrottleGate) -> bool:
    """No call counted as under way, nobody in a queue, nobody asleep."""
    return all(
        not queue.waiters and queue.wake_time is None and queue.limiter.window.used == 0
        for queue in gate._queues.values()
    )


async def closed(gate: ThrottleGate, domain: str = "alert", **answer) -> None:
    """Send one call and have it refused."""
    gate.feedback(await gate.acquire(domain), accepted=False, **answer)


async def test_the_gate_is_a_throttle(clock):
    throttle: Throttle = ThrottleGate(clock)
    throttle.feedback(await throttle.acquire("alert", None), accepted=True)


async def test_an_open_lane_lets_pass_without_a_task_switch(clock):
    gate, order = ThrottleGate(clock), []
    asyncio.get_running_loop().call_soon(order.append, True)
    for _ in range(1000):
        ticket = await gate.acquire("alert")
        gate.feedback(ticket, accepted=True)
    assert (order, ticket.waited, clock.slept) == ([], 0.0, [])


@pytest.mark.parametrize("domain", ["", "none"])
async def test_calls_without_a_domain_pass_ungated(clock, domain):
    gate = ThrottleGate(clock, max_in_flight=1)
    tickets = [await gate.acquire(domain) for _ in range(100)]
    for ticket in tickets:
        gate.feedback(ticket, accepted=False, period=60.0)
    assert gate._queues == {}


async def test_no_more_are_under_way_than_the_window_allows(clock):
    gate, most = ThrottleGate(clock, max_in_flight=5), 0
    flying = 0

    async def call() -> None:
        nonlocal flying, most
        ticket = await gate.acquire("alert")
        flying += 1
        most = max(most, flying)
        await clock.sleep_until(clock.now() + 0.1)
        flying -= 1
        gate.feedback(ticket, accepted=True)

    await asyncio.gather(*(call() for _ in range(50)))
    assert most == 5
    assert quiet(gate)


async def test_a_closed_lane_waits_for_its_period_and_opens_for_all(clock):
    gate = ThrottleGate(clock)
    await closed(gate, period=60.0, retry_after=60.0)
    start, done = clock.now(), []

    async def call(number: int) -> None:
        ticket = await gate.acquire("alert")
        done.append((number, ticket.probe, ticket.waited))
        await clock.sleep_until(clock.now() + 0.1)
        gate.feedback(ticket, accepted=True)

    await asyncio.gather(*(call(number) for number in range(10)))
    assert max(clock.slept) == pytest.approx(60)
    assert [number for number, _, _ in done] == list(range(10))
    assert [probe for _, probe, _ in done] == [True] + [False] * 9
    assert done[0][2] == pytest.approx(60)
    assert clock.now() - start < 75
    assert quiet(gate)


async def test_one_probe_at_a_time_while_closed(clock):
    gate, request = ThrottleGate(clock), []
    await closed(gate, period=60.0)

    async def call() -> None:
        for _ in range(4):
            ticket = await gate.acquire("alert")
            request.append((round(clock.now() - start, 3), ticket.probe))
            await clock.sleep_until(clock.now() + 0.2)
            accepted = clock.now() - start > 20
            gate.feedback(ticket, accepted=accepted, period=None if accepted else 60.0)
            if accepted:
                return

    start = clock.now()
    await asyncio.gather(*(call() for _ in range(20)))
    probes = [moment for moment, probe in request if probe]
    assert probes == [
        1.0,
        3.2,
        7.4,
        15.1,
        22.8,
    ]  # a second, doubling, at most an eighth of the minute, after each answer
    assert quiet(gate)


@pytest.mark.parametrize("period", [0.0, -60.0, float("inf"), float("nan")])
async def test_a_period_that_makes_no_sense_is_an_unknown_one(clock, period):
    gate = ThrottleGate(clock)
    await closed(gate, period=period)
    assert (await gate.acquire("alert")).waited == pytest.approx(1.0)


async def test_domains_are_independent(clock):
    gate = ThrottleGate(clock, max_in_flight=3)
    await closed(gate, "alert", period=60.0, retry_after=60.0)
    waiting = [asyncio.create_task(gate.acquire("alert")) for _ in range(10)]
    await asyncio.sleep(0)
    for _ in range(10):
        gate.feedback(await gate.acquire("configuration"), accepted=True)
    assert not any(task.done() for task in waiting)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert quiet(gate)


async def twenty_calls(clock, seconds: float, width: int) -> list[float]:
    """When calls are sent under a known limit of five a second, *width* at a time, each answered after *took*."""
    gate, request = ThrottleGate(clock, {"alert": [Limit(5, 1.0)]}, max_in_flight=width), []

    async def call() -> None:
        ticket = await gate.acquire("alert")
        request.append(clock.now())
        await clock.sleep_until(clock.now() + seconds)
        gate.feedback(ticket, accepted=True)

    await asyncio.gather(*(call() for _ in range(20)))
    return request


async def test_known_limits_are_kept_from_the_first_call(clock):
    """Five calls may arrive late, and the next five in no time."""
    request = await twenty_calls(clock, seconds=0.2, width=20)
    assert all(later - earlier > 1.0 for earlier, later in zip(request, request[5:], strict=False))
    assert request[-1] - request[0] == pytest.approx(3 * 1.075)


async def test_a_call_that_was_answered_had_arrived_by_then(clock):
    """Where the server is near there is less to allow for."""
    request = await twenty_calls(clock, seconds=0.01, width=1)
    gaps = [later - earlier for earlier, later in zip(request, request[5:], strict=False)]
    assert gaps == pytest.approx([1.01] * 15)


class TestTheLastAttempt:
    """One more refusal would lose the call: it is no probe, unless nobody else is, and then a late one."""

    async def test_a_probe_is_for_those_who_have_attempts_left(self, clock):
        gate, request = ThrottleGate(clock), []
        await closed(gate, period=60.0)

        async def call(name: str, last: bool) -> None:
            ticket = await gate.acquire("alert", last=last)
            request.append((name, ticket.probe))
            await clock.sleep_until(clock.now() + 0.1)
            gate.feedback(ticket, accepted=True)

        await asyncio.gather(call("one", True), call("other", True), call("third", False), call("fourth", False))
        assert request == [("third", True), ("one", False), ("other", False), ("fourth", False)]
        assert quiet(gate)

    async def test_alone_it_waits_until_every_kind_of_limit_has_room(self, clock):
        gate = ThrottleGate(clock)
        await closed(gate, period=60.0)
        ticket = await gate.acquire("alert", last=True)
        assert (ticket.probe, ticket.waited) == (True, 60.0)

    async def test_it_looks_early_rather_than_never(self, clock):
        gate, start = ThrottleGate(clock), clock.now()
        await closed(gate, period=60.0)
        assert (await gate.acquire("alert", max_wait=30.0, last=True)).waited == 1.0
        await closed(gate, "search", period=60.0)
        assert (await gate.acquire("search", clock.now() + 30, last=True)).waited == 1.0
        assert clock.now() == start + 2

    async def test_an_open_lane_lets_it_pass(self, clock):
        gate = ThrottleGate(clock, {"alert": [Limit(5, 1.0)]})
        tickets = [await gate.acquire("alert", last=True) for _ in range(5)]
        assert (sum(ticket.waited for ticket in tickets), clock.slept) == (0.0, [])

    async def test_who_comes_meanwhile_waits_with_it_or_is_told_so(self, clock):
        gate, start = ThrottleGate(clock), clock.now()
        await closed(gate, period=60.0)
        careful = asyncio.create_task(gate.acquire("alert", last=True))
        await asyncio.sleep(0)
        with pytest.raises(LaneClosedTooLong, match=r"another 60\.0 s"):
            await gate.acquire("alert", max_wait=59.0)
        behind = asyncio.create_task(gate.acquire("alert"))
        ticket = await behind
        assert (ticket.probe, clock.now(), careful.done()) == (True, start + 60, False)
        gate.feedback(ticket, accepted=True)
        gate.feedback(await careful, accepted=True)
        assert quiet(gate)

    async def test_cancelled_it_hands_on(self, clock):
        gate, start = ThrottleGate(clock), clock.now()
        await closed(gate, period=60.0)
        careful = asyncio.create_task(gate.acquire("alert", last=True))
        await asyncio.sleep(0)
        behind = asyncio.create_task(gate.acquire("alert"))
        await asyncio.sleep(0)
        careful.cancel()
        gate.feedback(await behind, accepted=True)
        assert clock.now() == start + 1
        assert quiet(gate)


class TestGivingUp:
    async def test_a_lane_closed_beyond_the_longest_wait_raises_at_once(self, clock):
        gate = ThrottleGate(clock)
        await closed(gate, period=60.0, retry_after=45.0)
        with pytest.raises(LaneClosedTooLong, match=r"'alert' is closed for another 45\.0 s") as raised:
            await gate.acquire("alert", max_wait=30.0)
        assert (raised.value.domain, raised.value.retry_after, clock.slept) == ("alert", 45.0, [])
        assert quiet(gate)

    async def test_a_lane_closed_beyond_the_callers_time_raises_at_once(self, clock):
        gate = ThrottleGate(clock)
        await closed(gate, period=60.0, retry_after=45.0)
        with pytest.raises(LaneClosedTooLong):
            await gate.acquire("alert", clock.now() + 44)
        assert clock.slept == []
        assert (await gate.acquire("alert", clock.now() + 46)).waited == 45.0

    async def test_who_comes_to_a_queue_that_waits_longer_than_it_may_raises_at_once(self, clock):
        gate = ThrottleGate(clock)
        await closed(gate, period=60.0, retry_after=45.0)
        patient = asyncio.create_task(gate.acquire("alert"))
        await asyncio.sleep(0)
        start = clock.now()
        with pytest.raises(LaneClosedTooLong):
            await gate.acquire("alert", start + 10)
        assert clock.now() == start
        gate.feedback(await patient, accepted=True)
        assert quiet(gate)

    async def test_those_in_the_queue_are_sent_away_when_the_lane_closes(self, clock):
        gate = ThrottleGate(clock, max_in_flight=1)
        ticket = await gate.acquire("alert")
        start = clock.now()
        patient = asyncio.create_task(gate.acquire("alert", start + 100))
        hasty = [asyncio.create_task(gate.acquire("alert", start + 10)) for _ in range(3)]
        await asyncio.sleep(0)
        gate.feedback(ticket, accepted=False, period=60.0, retry_after=45.0)
        assert [type(error) for error in await asyncio.gather(*hasty, return_exceptions=True)] == [
            LaneClosedTooLong
        ] * 3
        assert clock.now() == start
        gate.feedback(await patient, accepted=True)
        assert clock.now() == start + 45
        assert quiet(gate)

    async def test_a_known_limit_that_is_used_up_for_too_long_raises_too(self, clock):
        gate = ThrottleGate(clock, {"alert": [Limit(1, 60.0)]})
        gate.feedback(await gate.acquire("alert"), accepted=True)
        with pytest.raises(LaneClosedTooLong):
            await gate.acquire("alert", clock.now() + 10)

    def test_the_error_survives_pickling(self):
        import pickle

        error = pickle.loads(pickle.dumps(LaneClosedTooLong("alert", 12.5)))
        assert (error.domain, error.retry_after) == ("alert", 12.5)


class TestCancelling:
    async def test_the_sleeper_hands_on_to_the_next(self, clock):
        gate = ThrottleGate(clock)
        await closed(gate, period=60.0, retry_after=60.0)
        start = clock.now()
        first, second = (asyncio.create_task(gate.acquire("alert")) for _ in range(2))
        await clock.advance(20)
        first.cancel()
        gate.feedback(await second, accepted=True)
        assert clock.now() - start == 60
        assert first.cancelled()
        assert quiet(gate)

    async def test_a_probe_that_is_cancelled_on_the_way_hands_on(self, clock):
        gate = ThrottleGate(clock)
        await closed(gate, period=60.0, retry_after=60.0)
        probe = await gate.acquire("alert")
        waiting = asyncio.create_task(gate.acquire("alert"))
        await asyncio.sleep(0)
        gate.feedback(probe, accepted=None)
        ticket = await waiting
        assert (probe.probe, ticket.probe, ticket.waited) == (True, True, 0.0)
        gate.feedback(ticket, accepted=True)
        assert quiet(gate)

    async def test_who_is_cancelled_in_the_moment_of_being_served_gives_the_place_back(self, clock):
        gate = ThrottleGate(clock, max_in_flight=1)
        ticket = await gate.acquire("alert")
        first, second = (asyncio.create_task(gate.acquire("alert")) for _ in range(2))
        await asyncio.sleep(0)
        gate.feedback(ticket, accepted=True)  # serves the first, who has not run yet
        first.cancel()
        gate.feedback(await second, accepted=True)
        assert first.cancelled()
        assert quiet(gate)

    async def test_feedback_counts_once(self, clock):
        gate = ThrottleGate(clock)
        ticket = await gate.acquire("alert")
        gate.feedback(ticket, accepted=None)
        gate.feedback(ticket, accepted=False, period=60.0)
        assert quiet(gate)
        assert gate._queues["alert"].limiter.estimates == {}

    async def test_a_ticket_of_someone_elses_making_is_harmless(self, clock):
        ThrottleGate(clock).feedback(Ticket("alert"), accepted=True)

    @pytest.mark.parametrize("seed", range(3))
    async def test_ten_thousand_calls_under_random_cancellation_leave_nothing(self, seed):
        clock, rng = FakeClock(idle_rounds=1), random.Random(seed)
        gate, served, before = ThrottleGate(clock, max_in_flight=50), {}, asyncio.all_tasks()

        async def call(number: int, domain: str) -> None:
            ticket = await gate.acquire(domain, None)
            served.setdefault(domain, []).append(number)
            answer: dict[str, object] = {"accepted": None}
            try:
                await clock.sleep_until(clock.now() + rng.uniform(0.01, 0.2))
                refused = rng.random() < 0.02
                answer = {"accepted": not refused, "period": 1.0 if refused else None}
            finally:
                gate.feedback(ticket, **answer)

        tasks = []
        for number in range(10_000):
            task = asyncio.create_task(call(number, rng.choice(["alert", "search"])))
            tasks.append(task)
            if rng.random() < 0.3:
                asyncio.get_running_loop().call_soon(rng.choice(tasks[-200:]).cancel)
            if rng.random() < 0.01:
                await clock.advance(rng.uniform(0, 0.5))
        for task in rng.sample(tasks, 3000):
            task.cancel()
            if rng.random() < 0.01:
                await clock.advance(rng.uniform(0, 0.5))
        results = await asyncio.gather(*tasks, return_exceptions=True)

        assert {type(result) for result in results} == {type(None), asyncio.CancelledError}
        assert results.count(None) > 4000
        assert quiet(gate)
        assert asyncio.all_tasks() == before
        assert all(numbers == sorted(numbers) for numbers in served.values())
