"""What Redis computes: the same as the learned limiter, for many, and nothing that stays."""

from __future__ import annotations

import json
import random

import pytest
from redis import Redis

from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.limiter import DomainLimiter
from opsgenie_async.throttle.shared.gate import PARTS
from opsgenie_async.throttle.shared.link import Reply
from opsgenie_async.throttle.shared.script import HEARTBEAT, HOLD, LEASE
from tests.clocks import START
from tests.throttle.shared.virtual import VIRTUAL_SOURCE
from tests.throttle.simulation import KINDS

KEYS = [f"{{lane}}:{part}" for part in PARTS]
QUIET: dict[str, object] = {
    "keep": 60,
    "most": 100,
    "flying": 0,
    "waiting": 0,
    "safe": 0,
    "ahead": 0,
    "limits": [],
    "memory": [],
    "alone": False,
    "accepted": [],
    "refused": [],
    "unused": [],
    "abandoned": False,
    "slow_down": False,
}


class Lane:
    """Exchanges at moments that the test chooses."""

    def __init__(self, redis: Redis) -> None:
        self.script = redis.register_script(VIRTUAL_SOURCE)
        self.now = START

    def exchange(self, id: str = "a", **request: object) -> Reply:
        request.setdefault("safe", request.get("waiting", 0))
        text = json.dumps(QUIET | {"id": id} | request)
        return Reply.parse(self.script(keys=KEYS, args=[text, f"{self.now:.6f}"]))


@pytest.fixture
def lane(redis: Redis) -> Lane:
    return Lane(redis)


CHANGES = {300: 0.3, 500: 4.0}
"""At which step the server's limits become which multiple of themselves."""


def refused(grant: Reply, period: float | bool = 1.0, retry_after: float | bool = False) -> list[object]:
    return [grant.at, grant.epoch, grant.probe, period, retry_after]


@pytest.mark.parametrize("orders", [False, True], ids=["period alone", "Retry-After"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_one_client_is_paced_as_by_the_learned_limiter(lane, kind, orders, seed):
    """Both go through the same calls and answers, and agree at every step on whether the next may be sent, and why."""
    rng = random.Random(seed)
    meters = [KINDS[kind](10, 1.0, phase=0.3), KINDS[kind](400, 60.0, phase=0.3)]
    limiter = DomainLimiter("alert", lane.now)
    under_way: list[tuple[float, Reply, bool, float | None]] = []
    requests = epoch = 0
    for step in range(900):
        if step in CHANGES:
            for meter in meters:
                meter.scale(lane.now, CHANGES[step])
        lane.now = round(lane.now + rng.choice((0.03, 0.04, 0.11)), 6)
        report: dict[str, object] = {}
        if under_way and (len(under_way) == 3 or rng.random() < 0.6):
            moment, grant, probe, broken = under_way.pop(0)
            limiter.window.used -= 1
            if broken is None:
                limiter.record_success(moment, lane.now, probe=probe)
                report["accepted"] = [[grant.at, 1, 0.0, lane.now - moment, grant.probe]]
            else:
                order = broken if orders and broken == 1 else None
                limiter.record_refusal(
                    moment, lane.now, epoch=grant.epoch, probe=probe, period=broken, retry_after=order, waiting=5
                )
                report["refused"] = [refused(grant, broken, order or False)]
        reply = lane.exchange(waiting=5, flying=len(under_way), most=len(under_way) + 1, **report)
        may = limiter.opens_at(lane.now) == lane.now
        assert bool(reply.permits) == may, (lane.now, limiter.opens_at(lane.now), reply)
        if reply.permits:
            # Only one: the others would be sent at the same moment, which the limiter does not do.
            if reply.permits > 1:
                lane.exchange(waiting=0, flying=len(under_way) + 1, unused=[[reply.at, reply.permits - 1]])
            limiter.window.used += 1
            probe = limiter.take(lane.now)
            assert reply.probe == probe
            broken = next((meter.period for meter in reversed(meters) if meter.free_at(lane.now) > lane.now), None)
            if broken is None:
                for meter in meters:
                    meter.spend(lane.now)
            under_way.append((lane.now, reply, probe, broken))
            requests += 1
        assert (reply.epoch, reply.closed) == (limiter.epoch, limiter.closing is not None)
        epoch = limiter.epoch
        expected = [
            (each.period, pytest.approx(each.rate), each.is_window, False) for each in limiter.estimates.values()
        ]
        assert list(reply.paces) == expected
    assert requests > 100
    assert epoch >= 3


def test_the_window_of_the_slow_start_is_one_for_all(lane):
    first = lane.exchange("a", waiting=15)
    second = lane.exchange("b", waiting=15)
    assert (first.permits, second.permits) == (15, 5)
    assert lane.exchange("a", flying=0, accepted=[[first.at, 15, 0.0, 0.1, False]]).permits == 0
    assert lane.exchange("b", flying=5, waiting=10).permits == 10


def test_a_refusal_to_one_closes_the_lane_for_all_and_one_probe_is_sent(lane):
    grant = lane.exchange("a", waiting=3)
    lane.now += 0.1
    assert lane.exchange("a", flying=2, waiting=5, refused=[refused(grant)]).closed
    assert lane.exchange("b", waiting=5).permits == 0
    lane.now += 0.3
    probe = lane.exchange("b", waiting=5)
    assert (probe.permits, probe.probe) == (1, True)
    assert lane.exchange("a", flying=2, waiting=5).permits == 0
    opened = lane.exchange("b", flying=0, waiting=4, accepted=[[probe.at, 1, 0.0, 0.1, True]])
    assert not opened.closed
    assert lane.exchange("c").paces == opened.paces  # who comes later knows what the others learned


def test_a_probe_is_not_for_calls_on_their_last_attempt_while_others_wait(lane):
    grant = lane.exchange("a", waiting=3)
    closed = lane.exchange("a", flying=2, waiting=5, refused=[refused(grant, 60.0)])
    lane.now += closed.opens
    assert lane.exchange("b", waiting=5, safe=0).permits == 0
    assert lane.exchange("a", flying=2, waiting=5).probe
    assert lane.exchange("b", waiting=5, safe=0).permits == 0  # the probe is under way
    lane.exchange("a", flying=2, waiting=0, abandoned=True)
    assert lane.exchange("b", waiting=5, safe=0).permits == 0
    lane.now += 60
    assert lane.exchange("b", waiting=5, safe=0).probe  # there is room by now, whatever the limit is


def test_permits_of_a_dead_client_are_back_within_seconds(lane):
    assert lane.exchange("dead", waiting=20).permits == 20
    assert lane.exchange("a", waiting=1).permits == 0
    lane.now += HEARTBEAT
    assert lane.exchange("a", waiting=1).permits == 0
    lane.now += LEASE
    assert lane.exchange("a", waiting=1).permits == 1


def test_a_probe_of_a_dead_client_is_sent_by_another(lane):
    grant = lane.exchange("dead", waiting=3)
    lane.exchange("dead", flying=2, waiting=5, refused=[refused(grant)])
    lane.now += 1
    assert lane.exchange("dead", flying=2, waiting=5).probe
    lane.now += LEASE + 0.1
    assert lane.exchange("a", waiting=1).probe


def test_a_dead_client_in_the_queue_holds_up_nobody(lane):
    know = {"limits": [[1.0, 10]]}
    assert lane.exchange("dead", waiting=10, **know).permits == 10
    assert lane.exchange("dead", flying=0, waiting=10, **know).permits == 0
    lane.now += 1.9  # ten are free again, and the dead did not come for its share
    assert lane.exchange("a", waiting=10, **know).permits == 10


def test_permits_that_were_not_used_go_back(lane):
    known = {"limits": [[1.0, 10]]}
    grant = lane.exchange("a", waiting=10, **known)
    assert grant.permits == 10
    assert lane.exchange("b", waiting=4, **known).permits == 0
    lane.exchange("a", unused=[[grant.at, 4]], flying=6, **known)
    assert lane.exchange("b", waiting=4, **known).permits == 4


def test_those_who_wait_get_turns(lane):
    """Who asks first gets no more than the others, who ask for theirs a moment later; who asks anew has no arrears."""
    known = {"limits": [[1.0, 12]]}
    assert lane.exchange("a", waiting=12, **known).permits == 12
    for name in "abc":
        lane.exchange(name, waiting=50, flying=12 if name == "a" else 0, **known)
    for _ in range(3):
        lane.now += 1.08
        granted = [lane.exchange(name, waiting=50, **known).permits for name in "abc"]
        assert sum(granted) == 12
        assert max(granted) - min(granted) <= 1


def test_permits_ahead_are_only_given_from_what_is_left_over(lane):
    known = {"limits": [[1.0, 10]]}
    assert lane.exchange("a", waiting=2, ahead=20, **known).permits == 2 + 4
    lane.exchange("b", waiting=0, ahead=0, **known)
    assert lane.exchange("b", waiting=4, ahead=20, **known).permits == 4


@pytest.mark.parametrize("used_after", [0.0, HOLD - 0.01])
def test_a_known_limit_is_kept_however_late_a_permit_is_used(lane, used_after):
    """Permits that are fetched ahead count from when they are used at the latest, not from when they were granted."""
    known = {"limits": [[1.0, 10]]}
    grant = lane.exchange("a", waiting=1, ahead=9, **known)
    assert grant.permits == 5
    granted = lane.now
    rest = lane.exchange("b", waiting=10, **known)
    assert rest.permits == 5
    lane.now = granted + used_after
    for _ in range(200):
        lane.now += 0.02
        reply = lane.exchange("c", waiting=10, **known)
        if reply.permits:
            break
    # Ten in any second: the first five may have been sent as late as HOLD after the grant.
    assert lane.now >= granted + 1.0 + (HOLD if reply.permits > 5 else 0.0)


def test_the_strictest_known_limit_holds_until_nobody_repeats_it(lane):
    assert lane.exchange("a", waiting=20, limits=[[1.0, 5]]).permits == 5
    lane.now += 2
    assert lane.exchange("b", waiting=20, limits=[[1.0, 8]]).permits == 5
    lane.now += 61
    assert lane.exchange("b", waiting=20, limits=[[1.0, 8]]).permits == 8


def test_a_server_that_forgot_is_told_by_the_first_who_remembers(lane, redis):
    redis.flushall()
    reply = lane.exchange("a", waiting=50, memory=[[1.0, 30.0, False], [60.0, 5.0, True]])
    assert [rate[:3] for rate in reply.paces] == [(1, 30, False), (60, 5, True)]
    again = lane.exchange("b", memory=[[1.0, 99.0, False]])
    assert [rate[:2] for rate in again.paces] == [(1, 30), (60, 5)]


@pytest.mark.parametrize("forgets", [True, False])
def test_a_refusal_means_little_while_not_all_calls_are_known(lane, redis, forgets):
    """Those of clients who were alone until now: only what comes a period later tells of the limit."""
    memory = [[1.0, 20.0, True]]
    lane.exchange("a", waiting=50, memory=memory)
    if forgets:
        redis.flushall()
    lane.now += 5
    lane.exchange("a", memory=memory, alone=True)
    lane.now += 0.9
    for moment, rate in ((0.3, 20), (2.5, 12)):
        lane.exchange("b", memory=memory, alone=moment < 1)
        lane.now += moment
        grant = lane.exchange("a", waiting=13)
        assert grant.permits
        lane.now += 0.1
        lane.exchange("a", accepted=[[grant.at, grant.permits - 1, 0.0, 0.1, False]], refused=[refused(grant)])
        lane.now += 1.5
        probe = lane.exchange("a", waiting=1)
        assert probe.probe
        lane.now += 0.1
        reply = lane.exchange("a", accepted=[[probe.at, 1, 0.0, 0.1, True]])
        assert reply.paces[0][1] == pytest.approx(rate, rel=0.05)


def test_every_key_expires(lane, redis):
    lane.exchange("a", waiting=3)
    lane.now += 1
    lane.exchange("b", waiting=30)
    assert set(redis.keys()) == set(KEYS)
    assert all(0 < redis.ttl(key) <= 60 for key in KEYS)


def test_a_warning_of_the_server_slows_all_down(lane):
    grant = lane.exchange("a", waiting=10)
    lane.now += 0.5
    reply = lane.exchange("a", accepted=[[grant.at, 10, 0.0, 0.1, False]], slow_down=1.0)
    assert reply.rate is not None
    assert lane.exchange("b").rate == reply.rate


def test_the_limits_of_a_lane_are_what_the_limiter_of_one_client_makes_of_them(lane):
    limiter = DomainLimiter("alert", START, limits=[Limit(10, 1.0), Limit(300, 60.0)])
    reply = lane.exchange(limits=[[1.0, 10], [60.0, 300]])
    assert [rate[1] for rate in reply.paces] == [each.rate for each in limiter.estimates.values()]
