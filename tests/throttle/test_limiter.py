"""The limiter of one domain: its reaction to each event, without any waiting."""

import logging

import pytest

from opsgenie_async.events import LaneChanged
from opsgenie_async.throttle import Limit
from opsgenie_async.throttle.limiter import DomainLimiter
from opsgenie_async.throttle.rate import RateEstimate


class Played:
    """A lane and what it announced."""

    def __init__(self, **options) -> None:
        self.changes: list[LaneChanged] = []
        self.limiter = DomainLimiter("alert", 0.0, on_change=self.changes.append, **options)

    def send(self, now: float) -> tuple[float, int, bool]:
        return now, self.limiter.epoch, self.limiter.take(now)

    def accept(self, call: tuple[float, int, bool], now: float) -> None:
        self.limiter.record_success(call[0], now, probe=call[2])

    def refuse(self, call, now, *, period=60.0, retry_after=None, waiting=50) -> None:
        request, epoch, probe = call
        self.limiter.record_refusal(
            request, now, epoch=epoch, probe=probe, period=period, retry_after=retry_after, waiting=waiting
        )

    @property
    def states(self) -> list[str]:
        return [change.state for change in self.changes]


def closed(**options) -> Played:
    """Twenty calls at once, of which the last is refused after a tenth of a second."""
    played = Played()
    calls = [played.send(0.0) for _ in range(20)]
    for call in calls[:-1]:
        played.accept(call, 0.1)
    played.refuse(calls[-1], 0.1, **options)
    return played


def test_a_lane_is_open_until_the_first_429():
    played = Played()
    for _ in range(500):
        assert played.limiter.opens_at(0.0) == 0.0
        played.accept(played.send(0.0), 0.1)
    assert (played.limiter.estimates, played.changes) == ({}, [])


def test_a_429_closes_and_the_probe_opens():
    played = closed()
    rate = 19 / 60
    assert played.changes == [
        LaneChanged(
            domain="alert", state="closed", rate=pytest.approx(rate), seconds=pytest.approx(1 / rate), period=60.0
        )
    ]
    probe = played.send(4.0)
    assert probe[2]
    assert played.limiter.opens_at(4.0) is None  # nobody else while the probe is under way
    played.accept(probe, 4.1)
    assert played.states == ["closed", "opened"]
    assert played.limiter.opens_at(4.1) > 4.1


def test_429s_of_calls_sent_before_the_closing_change_nothing():
    played = Played()
    calls = [played.send(0.0) for _ in range(20)]
    for call in calls[:10]:
        played.accept(call, 0.1)
    for call in calls[10:]:
        played.refuse(call, 0.2)
    assert played.states == ["closed"]
    # The ten refused are not counted: ten fitted, so the bucket held ten.
    played.accept(played.send(8.0), 8.1)
    assert played.limiter.rate == pytest.approx(10 / 60, rel=0.2)

    played.refuse((0.0, 0, False), 9.0)  # the slowest of them, after the opening
    assert played.states == ["closed", "opened"]


def test_an_accepted_call_from_before_the_closing_does_not_open():
    played = Played()
    first, second = played.send(0.0), played.send(0.0)
    played.refuse(second, 0.1)
    played.accept(first, 0.2)
    assert played.states == ["closed"]


def test_retry_after_replaces_the_period():
    assert closed(retry_after=33.0).limiter.opens_at(1.0) == pytest.approx(33.1)


def test_the_retry_after_of_a_straggler_is_obeyed_too():
    played = closed()
    played.refuse((0.0, 0, False), 0.2, retry_after=44.0)
    assert played.limiter.opens_at(1.0) == pytest.approx(44.2)


def test_a_probe_refused_for_a_longer_period_closes_for_that_period():
    played = closed(period=1.0)
    probe = played.send(2.0)
    played.refuse(probe, 2.1, period=60.0)
    assert [(change.state, change.period) for change in played.changes] == [("closed", 1.0), ("closed", 60.0)]
    assert played.limiter.opens_at(2.1) > 2.1 + 1.0  # no longer in gaps of an eighth of a second


def test_a_probe_that_goes_away_hands_on():
    played = closed()
    probe = played.send(4.0)
    played.limiter.record_abandonment(probe=probe[2])
    assert played.limiter.opens_at(4.0) == 4.0


def test_a_share_stays_while_calls_that_are_not_known_may_count():
    """What this client, or others, sent before it went on alone was within the limit that refuses the first call."""
    played = Played()
    played.limiter.estimates[1.0] = RateEstimate.from_share(1.0, 20.0, 0.0, is_window=True)
    calls = [played.send(0.1) for _ in range(12)]
    for call in calls[:-1]:
        played.accept(call, 0.2)
    played.refuse(calls[-1], 0.2, period=1.0)
    assert played.limiter.rate == 20
    played.accept(played.send(1.2), 1.3)
    assert played.limiter.rate == 20

    calls = [played.send(2.5) for _ in range(12)]
    for call in calls[:-1]:
        played.accept(call, 2.6)
    played.refuse(calls[-1], 2.6, period=1.0)
    assert played.limiter.rate == 11


def test_limits_of_two_periods_are_both_kept():
    played = Played(limits=[Limit(2, 1.0), Limit(3, 60.0)])
    played.send(0.0)
    played.send(0.0)
    assert played.limiter.opens_at(0.0) == pytest.approx(1.075)
    played.send(1.1)
    assert played.limiter.opens_at(1.1) == pytest.approx(60.075)


def test_an_early_sign_paces_without_closing():
    played = Played()
    for n in range(40):
        played.accept(played.send(n / 10), n / 10 + 0.05)
    played.limiter.slow_down(4.0, None)
    assert played.states == ["paced"]
    assert played.limiter.closing is None
    assert 5 < played.limiter.rate < 10
    played.limiter.slow_down(4.1, None)
    assert played.states == ["paced"]  # one sign a second counts


def test_a_failing_listener_is_logged_and_stops_nothing(caplog):
    def listener(change: LaneChanged) -> None:
        raise RuntimeError("listener")

    limiter = DomainLimiter("alert", 0.0, on_change=listener)
    with caplog.at_level(logging.ERROR):
        limiter.record_refusal(0.0, 0.1, epoch=0, probe=limiter.take(0.0), period=1.0, retry_after=None, waiting=0)
    assert limiter.closing is not None
    assert "a listener failed" in caplog.text
