"""When a sliding window has room again, checked by hand."""

import pytest

from opsgenie_async.throttle.concurrency import History
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.limiter import DomainLimiter
from opsgenie_async.throttle.rate import RateEstimate
from opsgenie_async.throttle.window import SlidingWindow

SLACK = SlidingWindow.SLACK


def window(*send_times: float, latency: float | None = None) -> SlidingWindow:
    result = SlidingWindow(1.0)
    for send_time in send_times:
        result.add(send_time)
    if latency is not None:
        for send_time in send_times:
            result.record_answer(send_time, send_time + latency)
    return result


def test_a_call_without_an_answer_leaves_a_period_and_the_slack_after_it_was_sent():
    assert window(0.0, 0.5).opens_at(2, 0.6) == 1.0 + SLACK
    assert window(0.0, 0.5).opens_at(3, 0.6) == 0.6


@pytest.mark.parametrize(("latency", "arrival"), [(0.01, 0.01), (0.07, 0.07), (0.3, SLACK)])
def test_an_answer_tells_when_a_call_had_arrived_at_the_latest(latency, arrival):
    assert window(0.0, latency=latency).opens_at(1, 0.6) == pytest.approx(1.0 + arrival)


def test_a_call_that_a_near_server_answers_late_may_have_arrived_late():
    near = window(0.0, 0.1, 0.2, latency=0.005)
    near.add(0.3)
    near.record_answer(0.3, 0.45)
    assert near.opens_at(1, 0.6) == 1.45


def test_answers_in_any_order_leave_the_earliest_arrival_first():
    result = window(0.0, 0.01, 0.02)
    result.record_answer(0.0, 0.06)
    result.record_answer(0.02, 0.03)
    assert [result.opens_at(most, 0.1) for most in (3, 2, 1)] == [1.03, 1.06, 1.01 + SLACK]


def test_a_refused_call_takes_no_place():
    result = window(0.0, 0.5)
    result.remove(0.0)
    result.remove(7.0)  # one that has left it
    assert result.count(0.6) == 1


def test_what_has_left_is_forgotten():
    result = window(0.0, 0.2, latency=0.01)
    assert (result.count(0.5), result.count(1.05), result.count(9.0)) == (2, 1, 0)
    result.add(9.0)
    assert result._arrivals == []


def test_calls_that_were_sent_together_were_counted_one_after_another():
    history = History()
    for _ in range(11):
        history.add(0.0)
    history.add(0.5)
    result = SlidingWindow.recall(1.0, 0.9, history)
    assert result.opens_at(12, 0.9) == pytest.approx(1.0 + SLACK + 10 * SlidingWindow.GAP)
    assert result.opens_at(1, 0.9) == pytest.approx(1.5 + SLACK)


# --- the pace of a window ------------------------------------------------------------------------------------------


class Lane:
    """A limiter of a near server that counts in windows; answers come after five milliseconds."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.limiter = DomainLimiter("alert", 0.0)
        self.limiter.estimates[1.0] = self.estimate = RateEstimate.from_share(1.0, float(limit), 0.0, is_window=True)

    def send(self, now: float, *, answer: float | None = None, refused: bool = False) -> None:
        probe = self.limiter.take(now)
        answer = now + 0.005 if answer is None else answer
        if refused:
            self.limiter.record_refusal(
                now, answer, epoch=self.limiter.epoch, probe=probe, period=1.0, retry_after=1.0, waiting=50
            )
        else:
            self.limiter.record_success(now, answer, probe=probe)

    def burst(self, now: float, count: int, gap: float = 0.001) -> None:
        for index in range(count):
            self.send(now + index * gap)

    def refuse(self, now: float) -> None:
        """One call too many, and the probe that opens the lane again."""
        self.send(now, refused=True)
        self.send(now + 1.01)


def test_a_refusal_while_old_calls_may_not_have_left_does_not_lower_the_rate():
    """Ten had been held up, and were still counted when ten of the next twenty came."""
    lane = Lane(20)
    lane.estimate._settled = 20.0
    lane.burst(0.0, 10)
    for index in range(10):
        lane.send(0.02 + index / 1000, answer=0.2)
    lane.burst(1.1, 10)
    lane.refuse(1.15)
    assert lane.estimate.rate == 20


def test_a_limit_that_was_halved_is_seen_at_once():
    lane = Lane(20)
    lane.estimate._settled = 20.0
    lane.burst(0.0, 20)
    lane.burst(1.03, 10)
    lane.refuse(1.05)
    assert lane.estimate.rate == 10


def test_a_limit_that_is_the_same_again_is_tried_after_a_longer_time():
    lane, pauses = Lane(20), []
    start = 0.0
    for _ in range(4):
        lane.burst(start, 20)
        lane.refuse(start + 0.1)
        pauses.append(lane.estimate._grow_at - (start + 1.115))
        start += 3
    assert pauses == pytest.approx([10, 20, 20, 20])
    lane.burst(start, 15)  # somebody else took a part, and may leave
    lane.refuse(start + 0.1)
    assert lane.estimate._grow_at - (start + 1.115) == pytest.approx(5)


def test_one_more_than_before_is_tried_at_the_end_of_a_burst():
    lane = Lane(20)
    lane.estimate._settled = 20.0
    lane.burst(0.0, 20, gap=0.01)
    lane.estimate._set_rate(21.0, 0.9)
    assert lane.estimate.opens_at(0.9) == pytest.approx(1.005)
    lane.burst(1.01, 20, gap=0.01)
    assert lane.estimate.opens_at(1.25) == 1.25  # nothing leaves before 2.015
    assert lane.estimate.opens_at(1.95) == 1.95  # tried for a period


def test_calls_at_even_distances_have_no_burst_to_wait_for():
    lane = Lane(20)
    lane.estimate._settled = 20.0
    lane.burst(0.0, 20, gap=0.05)
    lane.estimate._set_rate(21.0, 0.96)
    assert lane.estimate.opens_at(0.96) > 0.96
    lane.burst(1.0, 20, gap=0.05)
    assert lane.estimate.opens_at(1.96) == 1.96


def test_a_probe_counts_in_every_window():
    lane = Lane(20)
    lane.limiter.estimates[60.0] = RateEstimate.from_limit(Limit(5, 60.0), 0.0)
    lane.send(0.0)
    lane.refuse(0.1)
    minute = lane.limiter.estimates[60.0]._window
    assert minute is not None
    assert minute.count(1.2) == 2
