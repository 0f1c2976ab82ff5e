"""A thousand calls against servers whose limits nobody told, in virtual time; `benchmarks/throttle.py` is the whole."""

import random

import pytest

from opsgenie_async.throttle import Limit, ThrottleGate
from tests.throttle.simulation import KINDS, Gated, Omniscient, Outcome, Server, run

TWO = ((20, 1.0), (300, 60.0))
ONE = ((10, 1.0),)
SLOW = ((10, 1.0), (100, 60.0))


def server(kind: str, limits, seed: int = 1) -> Server:
    return Server([KINDS[kind](count, period, phase=random.Random(seed).random()) for count, period in limits])


def played(kind: str, limits, known=()) -> tuple[Outcome, float]:
    """What became of the calls, and the makespan as a multiple of the ideal."""

    def gated(clock, rng) -> Gated:
        return Gated(ThrottleGate(clock, {"alert": known}))

    ideal = run(server(kind, limits), lambda clock, rng: Omniscient(), seed=1)
    assert (ideal.refused, ideal.lost) == (0, 0)
    outcome = run(server(kind, limits), gated, seed=1)
    return outcome, outcome.makespan / ideal.makespan


@pytest.mark.parametrize(
    ("kind", "limits", "makespan", "refusals"),
    [
        ("token bucket", ONE, 1.05, 60),
        ("token bucket", TWO, 1.05, 60),
        ("rolling window", TWO, 1.4, 130),
        ("fixed window", TWO, 1.4, 130),
    ],
)
def test_unknown_limits_are_learned(kind, limits, makespan, refusals):
    outcome, ratio = played(kind, limits)
    assert ratio <= makespan
    assert outcome.per_thousand <= refusals
    assert outcome.lost == 0


@pytest.mark.parametrize("kind", KINDS)
def test_known_limits_are_not_met_at_all(kind):
    outcome, ratio = played(kind, TWO, [Limit(20, 1.0), Limit(300, 60.0)])
    assert (outcome.refused, outcome.lost) == (0, 0)
    assert ratio < 1.4


def test_the_ideal_of_a_bucket_is_what_the_arithmetic_says():
    ideal = run(server("token bucket", ONE), lambda clock, rng: Omniscient(), seed=1)
    assert ideal.makespan == pytest.approx((1000 - 10) / 10, abs=0.25)  # ten at once, ten a second, and the way


@pytest.mark.parametrize("kind", KINDS)
def test_a_lone_caller_in_an_exhausted_lane_is_served(kind):
    """The eleventh call has three more attempts to cover a minute, and nobody to share the refusals with."""
    limits = ((10, 60.0),)
    outcome = run(server(kind, limits), lambda clock, rng: Gated(ThrottleGate(clock)), seed=1, calls=11)
    assert outcome.lost == 0


@pytest.mark.parametrize("seed", [2010, 2022, 2033])
def test_a_call_that_was_refused_thrice_is_not_lost_as_a_probe(seed):
    """Each of these lost a call when whoever was first in the queue had to find out whether there is room."""
    phase = random.Random(seed).random()
    meters = [KINDS["fixed window"](count, period, filled=0.0, phase=phase) for count, period in SLOW]
    outcome = run(Server(meters), lambda clock, rng: Gated(ThrottleGate(clock)), seed=seed)
    assert outcome.lost == 0


@pytest.mark.parametrize("seed", [19, 42, 62])
def test_a_client_that_another_one_starved_finds_its_way_back(seed):
    """Left with a few calls a minute, each of these needed 2.5 to 3.8 times the ideal: one step up a minute."""

    def clients(strategy) -> Outcome:
        return run(server("fixed window", TWO, seed), strategy, seed=seed, clients=2)

    outcome = clients(lambda clock, rng: Gated(ThrottleGate(clock)))
    assert outcome.makespan < 1.8 * clients(lambda clock, rng: Omniscient()).makespan
    assert outcome.lost == 0
