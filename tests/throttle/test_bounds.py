"""What a server says may slow a lane down; nothing that it says may stop it for good, or fill the memory."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.throttle import Limit, ThrottleGate
from opsgenie_async.throttle.limiter import DomainLimiter
from tests.clocks import FakeClock


@pytest.mark.parametrize("seconds", [1e9, math.inf, 1e300])
async def test_one_answer_closes_a_lane_for_an_hour_at_most(clock: FakeClock, seconds: float):
    gate = ThrottleGate(clock)
    gate.feedback(await gate.acquire("alert"), accepted=False, period=60.0, retry_after=seconds)

    assert (await gate.acquire("alert")).waited == pytest.approx(3600.0)


@pytest.mark.parametrize("seconds", [math.nan, -math.inf, -5.0])
async def test_an_order_that_makes_no_sense_is_none(clock: FakeClock, seconds: float):
    gate = ThrottleGate(clock)
    gate.feedback(await gate.acquire("alert"), accepted=False, period=1.0, retry_after=seconds)

    assert (await gate.acquire("alert")).waited <= 1.1


@pytest.mark.parametrize("period", [None, 1.0, 60.0, 3600.0])
@pytest.mark.parametrize("first", [1, 30, 500])
def test_signs_alone_never_starve_a_lane(first: int, period: float | None):
    """Every call is accepted, and every answer says that the server begins to throttle."""
    limiter, now = DomainLimiter("alert", 0.0), 0.0
    for _ in range(first):
        limiter.record_success(now, now, probe=limiter.take(now))
        now += 0.02
    for _ in range(3000):
        opens = limiter.opens_at(now)
        assert opens is not None
        now = max(now, opens)
        limiter.record_success(now, now, probe=limiter.take(now))
        limiter.slow_down(now, period)

    assert limiter.rate >= 0.5
    assert now < 7200


def test_what_429s_taught_is_not_forgotten_over_signs():
    limiter = DomainLimiter("alert", 0.0)
    for _ in range(5):
        limiter.take(0.0)
    limiter.record_refusal(0.0, 0.1, epoch=0, probe=False, period=60.0, retry_after=None, waiting=9)
    assert limiter.closing is not None
    probe_at = limiter.closing.probe_at
    limiter.record_success(probe_at, probe_at, probe=limiter.take(probe_at))
    learned = limiter.rate

    limiter.slow_down(probe_at + 1, 60.0)

    assert learned / 2 <= limiter.rate < learned


def test_periods_without_an_end_leave_a_few():
    limiter = DomainLimiter("alert", 0.0, limits=[Limit(10, 1.0), Limit(300, 60.0)])
    for number in range(2000):
        limiter.slow_down(number * 2.0, 2.0 + number / 100)
        limiter.record_refusal(
            0.0, 1.0, epoch=limiter.epoch, probe=False, period=100.0 + number, retry_after=None, waiting=0
        )
        limiter.closing = None

    assert len(limiter.estimates) <= 2 + DomainLimiter.MOST_LEARNED
    assert {1.0, 60.0} <= limiter.estimates.keys()  # what the user knows stays


ODD = st.none() | st.floats() | st.integers() | st.sampled_from([5e-324, 1e308, 10**400, -(10**400), 1e-9, 0.0, -0.0])


@given(
    st.lists(
        st.tuples(st.sampled_from([True, False, None]), ODD, ODD, st.booleans(), st.floats(0, 1e6)),
        min_size=1,
        max_size=60,
    )
)
def test_no_answer_takes_a_place_for_good(answers: list[tuple[bool | None, float | None, float | None, bool, float]]):
    async def play() -> None:
        clock = FakeClock()
        gate = ThrottleGate(clock, max_in_flight=3)
        for accepted, period, retry_after, slow_down, pause in answers:
            ticket = await gate.acquire("alert")
            await clock.sleep_until(clock.now() + pause)
            gate.feedback(ticket, accepted=accepted, period=period, retry_after=retry_after, slow_down=slow_down)
            assert gate._queues["alert"].limiter.window.used == 0
            assert gate._queues["alert"].limiter.rate > 0
        assert (await gate.acquire("alert")).waited <= 3600.1

    asyncio.run(play())


async def test_a_lane_that_fails_gives_the_place_back_and_goes_on(clock: FakeClock, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    gate = ThrottleGate(clock, max_in_flight=1)
    ticket = await gate.acquire("alert")
    waiting = asyncio.create_task(gate.acquire("alert"))
    await asyncio.sleep(0)
    monkeypatch.setattr(DomainLimiter, "record_refusal", fail)

    with pytest.raises(ZeroDivisionError):
        gate.feedback(ticket, accepted=False)

    assert (await waiting).domain == "alert"


@pytest.mark.parametrize(("count", "period"), [(1, 5e-324), (1, 1e300), (10**400, 60.0), (1, 0.0), (1, math.nan)])
def test_a_limit_is_one_that_arithmetic_can_bear(count: int, period: float):
    with pytest.raises(ValueError, match="must be"):
        Limit(count, period)
