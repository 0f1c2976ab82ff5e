"""The numbers of the throttle, checked by hand."""

import pytest

from opsgenie_async.throttle import Limit
from opsgenie_async.throttle.concurrency import ConcurrencyWindow, History
from opsgenie_async.throttle.probing import Probing
from opsgenie_async.throttle.rate import RateEstimate


def history_of(*moments: float) -> History:
    history = History()
    for moment in moments:
        history.add(moment)
    return history


class TestLimit:
    def test_the_rate_is_per_second(self):
        assert Limit(300, 60).rate == 5

    @pytest.mark.parametrize("count", [0, -1, 1.5, True, "10"])
    def test_a_count_is_a_positive_whole_number(self, count):
        with pytest.raises(ValueError, match="count"):
            Limit(count, 1.0)

    @pytest.mark.parametrize("period", [0, -1.0, float("inf"), float("nan")])
    def test_a_period_is_a_positive_number_of_seconds(self, period):
        with pytest.raises(ValueError, match="period"):
            Limit(1, period)


class TestHistory:
    def test_counts_between_two_moments(self):
        history = history_of(1.0, 2.0, 2.0, 3.0, 4.0)
        assert (history.between(2.0, 3.0), history.between(0.0, 9.0), history.between(4.5, 9.0)) == (3, 5, 0)

    def test_a_refused_call_does_not_count(self):
        history = history_of(1.0, 2.0, 3.0)
        history.remove(2.0)
        assert (history.between(0.0, 9.0), history.steps(0.0)) == (2, [(1.0, 1), (3.0, 1)])

    def test_a_bucket_that_was_full_when_the_burst_began(self):
        # 10/s: the bucket holds 10 and half a second brings 5, so the 16th call at 0.5 s is refused.
        history = history_of(*(0.0 for _ in range(10)), 0.1, 0.2, 0.3, 0.4, 0.5)
        assert history.sustained_rate(1.0, 0.5) == pytest.approx(10.0)

    def test_slow_traffic_before_the_burst_does_not_hide_the_rate(self):
        history = history_of(0.0, 20.0, 40.0, *(60.0 for _ in range(10)), *(60.0 + n / 10 for n in range(1, 6)))
        assert history.sustained_rate(1.0, 60.5) == pytest.approx(10.0)

    def test_calls_sent_after_the_refused_one_say_nothing(self):
        assert history_of(1.0, 1.0, 5.0).sustained_rate(1.0, 1.0) == pytest.approx(2.0)

    def test_forgets_what_is_older_than_its_horizon(self):
        history = history_of(0.0, 50.0, History.HORIZON + 1)
        assert history.steps(0.0) == [(50.0, 1), (History.HORIZON + 1, 1)]


class TestFlightWindow:
    def test_starts_small_and_never_exceeds_its_bound(self):
        window = ConcurrencyWindow(30)
        sizes = [window.size]
        for _ in range(12):
            window.grow()
            sizes.append(window.size)
        assert sizes == [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 30, 30]

    def test_slows_down_at_forty(self):
        window = ConcurrencyWindow(100)
        for _ in range(20 + 5):
            window.grow()
        assert window.size == pytest.approx(42)

    def test_a_bound_below_the_first_size(self):
        assert ConcurrencyWindow(3).size == 3


class TestRateEstimate:
    def test_the_first_429_of_a_burst_tells_the_rate(self):
        history = history_of(*(0.0 for _ in range(10)), 0.1, 0.2, 0.3, 0.4, 0.5)
        assert RateEstimate.from_refusal(1.0, 0.5, 0.6, history).rate == pytest.approx(10.0)

    def test_too_few_calls_tell_nothing_and_one_a_second_is_tried(self):
        assert RateEstimate.from_refusal(60.0, 0.0, 0.1, History()).rate == 1.0

    def test_tokens_flow_in_at_the_rate(self):
        estimate = RateEstimate(60.0, 4.0, 0.0)
        assert estimate.opens_at(0.0) == 0.25
        assert estimate.opens_at(0.25) == 0.25
        estimate.take(0.25)
        assert estimate.opens_at(0.25) == 0.5

    def test_tokens_gather_to_one_period(self):
        estimate = RateEstimate(2.0, 4.0, 0.0)
        for _ in range(8):
            assert estimate.opens_at(100.0) == 100.0
            estimate.take(100.0)
        assert estimate.opens_at(100.0) == 100.25

    def test_an_unproven_rate_grows_with_every_success_up_to_twice_the_measured(self):
        estimate, history = RateEstimate(60.0, 1.0, 0.0), history_of(0.0, 0.0, 0.0)
        estimate.record_success(0.1, history)
        assert estimate.rate == pytest.approx(1.1)
        for _ in range(200):
            estimate.record_success(0.1, history)
        assert estimate.rate == pytest.approx(3.0)  # twice three calls in two seconds

    def test_a_later_429_lowers_to_what_flowed_in_since_the_last(self):
        history = history_of(*(n / 8 for n in range(81)))  # eight a second for ten seconds
        estimate = RateEstimate(1.0, 12.0, 0.0)
        estimate.reopen(0.0, History(), is_window=False)
        estimate.rate = 12.0
        estimate._accepted = 80
        estimate.record_refusal(10.0, 10.1, history)
        assert estimate.rate == pytest.approx(0.98 * 9)  # nine in the last second, both its ends counted

    def test_a_429_soon_after_opening_lowers_more(self):
        history = history_of(*(n / 10 for n in range(101)))
        estimate = RateEstimate(60.0, 10.0, 0.0)
        estimate.record_refusal(10.0, 10.1, history)
        assert estimate.rate == pytest.approx(0.9 * 10, rel=0.02)

    def test_never_below_half(self):
        estimate = RateEstimate(60.0, 10.0, 0.0)
        estimate.record_refusal(10.0, 10.1, History())
        assert estimate.rate == 5.0

    def test_a_proven_rate_is_held_then_grows_in_growing_steps_while_used(self):
        history = history_of(*(n / 10 for n in range(11)))
        estimate = RateEstimate.from_refusal(1.0, 1.0, 1.0, history)
        estimate.reopen(1.0, history, is_window=False)
        rate = estimate.rate
        estimate.record_success(5.9, history)
        assert estimate.rate == rate  # held for five periods
        estimate._tokens, estimate._stamp = 0.0, 6.0
        estimate.record_success(6.0, history)
        assert estimate.rate == pytest.approx(rate * 1.02)
        estimate.record_success(6.5, history)
        assert estimate.rate == pytest.approx(rate * 1.02)  # a step a second
        estimate._tokens, estimate._stamp = 0.0, 7.0
        estimate.record_success(7.0, history)
        assert estimate.rate == pytest.approx(rate * 1.02 * 1.032)

    def test_an_idle_lane_does_not_grow(self):
        history = history_of(*(n / 10 for n in range(11)))
        estimate = RateEstimate.from_refusal(1.0, 1.0, 1.0, history)
        estimate.reopen(1.0, history, is_window=False)
        rate = estimate.rate
        estimate.record_success(100.0, history)  # the tokens have gathered
        assert estimate.rate == rate

    def test_a_window_lets_as_many_in_as_fitted_and_then_waits_a_period(self):
        history = history_of(*(float(n) for n in range(10)))
        estimate = RateEstimate.from_refusal(60.0, 9.0, 9.5, history)
        estimate.reopen(60.5, history, is_window=True)
        assert (estimate.is_window, estimate.rate) == (True, pytest.approx(10 / 60))
        # Of the ten in the window the one sent at 0.0 left it at 60 s; the next leaves at 61 s, and the slack.
        assert estimate.opens_at(60.5) == 60.5
        estimate.take(60.5)
        assert estimate.opens_at(60.5) == pytest.approx(61.0 + RateEstimate.SLACK)

    def test_a_window_that_another_client_took_grows_by_time_as_far_as_what_fitted_once(self):
        calls = [n / 15 for n in range(300)]
        estimate = RateEstimate.from_refusal(60.0, 20.0, 20.1, history_of(*calls))
        estimate.reopen(61.0, history_of(*calls), is_window=True)
        estimate._grow_at = 1000.0  # full speed until somebody else comes, and leaves room for 15
        calls += [61.0 + n / 15 for n in range(15)]
        estimate.record_refusal(121.0, 121.1, history_of(*calls))
        estimate.reopen(181.0, history_of(*calls), is_window=True)
        assert estimate.rate == pytest.approx(15 / 60)
        rates = []
        for burst in range(241, 1000, 60):
            for n in range(max(1, int(estimate.rate * 60))):
                estimate.take(burst + n / 100)
                estimate.record_success(burst + n / 100, History())
            rates.append(estimate.rate)
        # Held until 221: what came due by 241 is three steps; then eight steps of 16 % and more in a minute.
        assert rates[0] == pytest.approx(0.25 * 1.02 * 1.032 * 1.0512)
        assert rates[1] > 1.9 * rates[0]
        index = next(n for n, rate in enumerate(rates) if rate >= RateEstimate.HOPE * 5)
        assert index == 3  # a quarter of an hour with a step a minute
        assert rates[index] < 5 * 1.16
        assert rates[index + 1] == pytest.approx(rates[index] * 1.16)  # beyond what fitted once a step a burst

    def test_a_bucket_grows_no_faster_for_having_paused(self):
        history = history_of(*(n / 10 for n in range(11)))
        estimate = RateEstimate.from_refusal(1.0, 1.0, 1.0, history)
        estimate.reopen(1.0, history, is_window=False)
        rate = estimate.rate
        estimate._tokens, estimate._stamp, estimate._best_rate = 0.0, 60.0, 100.0
        estimate.record_success(60.0, history)
        assert estimate.rate == pytest.approx(rate * 1.02)

    def test_few_calls_do_not_make_a_window(self):
        estimate = RateEstimate.from_refusal(60.0, 9.0, 9.5, history_of(1.0, 2.0))
        estimate.reopen(60.0, history_of(1.0, 2.0), is_window=True)
        assert not estimate.is_window

    def test_a_known_limit_is_kept_from_the_first_call_and_never_exceeded(self):
        estimate, history = RateEstimate.from_limit(Limit(3, 60.0), 0.0), History()
        for _ in range(3):
            assert estimate.opens_at(0.0) == 0.0
            estimate.take(0.0)
            history.add(0.0)
        assert estimate.opens_at(0.0) == 60.0 + RateEstimate.SLACK
        for second in range(1, 1000):
            estimate.record_success(float(second), history)
        assert estimate.rate == 3 / 60

    def test_an_early_sign_slows_down_gently_and_once_a_second(self):
        estimate, history = RateEstimate(1.0, 10.0, 0.0), History()
        assert estimate.slow_down(5.0, history)
        assert not estimate.slow_down(5.5, history)
        assert estimate.rate == pytest.approx(9.5)
        assert estimate.slow_down(6.0, history)
        assert estimate.rate == pytest.approx(9.025)


class TestProbing:
    def probing(self, period=60.0, rate=2.0, retry_after=None, waiting=50) -> Probing:
        return Probing(0.0, period, RateEstimate(period or 1.0, rate, 0.0), retry_after, waiting)

    def test_the_gap_starts_at_one_token_and_doubles_to_an_eighth_of_the_period(self):
        probing, gaps, now = self.probing(), [], 0.0
        for _ in range(7):
            gaps.append(probing.probe_at - now)
            now = probing.probe_at
            probing.record_refusal(now, now, 50, None)
        assert gaps == [0.5, 1.0, 2.0, 4.0, 7.5, 7.5, 7.5]

    def test_retry_after_is_obeyed_from_the_start_and_later(self):
        probing = self.probing(retry_after=17.0)
        assert probing.probe_at == 17.0
        probing.record_refusal(17.0, 17.2, 50, 30.0)
        assert probing.probe_at == pytest.approx(47.2)
        probing.obey(20.0, 5.0)
        assert probing.probe_at == pytest.approx(47.2)

    def test_without_a_period_the_first_look_is_after_a_second_and_backs_off(self):
        probing = self.probing(period=None)
        assert probing.probe_at == 1.0
        probing.record_refusal(1.0, 1.1, 50, None)
        assert probing.probe_at == pytest.approx(3.1)

    def test_a_lone_caller_is_not_worn_out(self):
        probing = self.probing(waiting=0)
        assert probing.probe_at == 1.0
        probing.record_refusal(1.0, 1.1, 0, None)
        assert probing.probe_at == 60.0

    def test_probes_refused_long_after_a_bucket_would_have_room_tell_a_window(self):
        probing = self.probing()
        probing.record_refusal(2.0, 2.1, 50, None)
        assert not probing.is_window(3.0)
        probing.record_refusal(7.6, 7.7, 50, None)
        assert probing.is_window(60.0)

    def test_a_known_window_is_probed_early_once_and_then_when_it_has_room(self):
        estimate = RateEstimate.from_limit(Limit(1, 60.0), -20.0)
        estimate.take(-20.0)
        probing = Probing(0.0, 60.0, estimate, None, 50)
        assert probing.probe_at == 7.5
        probing.record_refusal(7.5, 7.6, 50, None)
        assert probing.probe_at == 40.0 + RateEstimate.SLACK
        assert probing.is_window(40.1)

    def test_room_long_before_the_window_should_have_it_tells_a_bucket(self):
        estimate = RateEstimate.from_limit(Limit(60, 60.0), 0.0)
        for _ in range(60):
            estimate.take(0.0)
        assert not Probing(0.0, 60.0, estimate, None, 50).is_window(1.0)
