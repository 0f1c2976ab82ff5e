"""A heartbeat: beats while the application is well, through rate limits and outages, until it stops."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from opsgenie_async.resources.heartbeats import Heartbeats
from opsgenie_async.sandbox import Fault
from opsgenie_async.web import heartbeat, setup

PING = "GET /v2/heartbeats/shop/ping"


def count_pings(sandbox) -> int:
    return sum(received.path == "/v2/heartbeats/shop/ping" for received in sandbox.received)


@pytest.fixture
def app(timed_og):
    app = web.Application()
    setup(app, timed_og)
    return app


async def test_one_at_the_start_and_one_each_time(app, sandbox, serve, clock):
    beats = heartbeat(app, "shop", every=60, clock=clock)
    await serve(app)

    await clock.advance(150)

    assert (count_pings(sandbox), beats.delivered, beats.failed, beats.skipped) == (3, 3, 0, 0)


async def test_every_may_be_a_timedelta(app, sandbox, serve, clock):
    heartbeat(app, "shop", every=timedelta(minutes=1), clock=clock)
    await serve(app)

    await clock.advance(61)

    assert count_pings(sandbox) == 2


@pytest.mark.parametrize("every", [0, -1, float("nan"), timedelta(0)])
async def test_no_time_at_all_is_refused(app, every):
    with pytest.raises(ValueError, match="every"):
        heartbeat(app, "shop", every=every)


async def test_an_application_that_is_not_well_is_silent(app, sandbox, serve, clock):
    well = [True, False, True]

    async def healthy(app):
        return well.pop(0)

    beats = heartbeat(app, "shop", every=60, healthy=healthy, clock=clock)
    await serve(app)

    await clock.advance(130)

    assert (count_pings(sandbox), beats.skipped) == (2, 1)


async def test_a_check_that_raises_says_no(app, sandbox, serve, clock):
    beats = heartbeat(app, "shop", every=60, healthy=lambda app: 1 / 0, clock=clock)
    await serve(app)

    await clock.advance(70)

    assert (count_pings(sandbox), beats.skipped) == (0, 2)


async def test_a_check_that_hangs_says_no_and_is_asked_again(app, sandbox, serve, clock):
    paths = []

    async def healthy(app):
        paths.append(clock.now())
        if len(paths) == 1:
            await clock.sleep_until(clock.now() + 1000)
        return True

    beats = heartbeat(app, "shop", every=60, healthy=healthy, clock=clock)
    await serve(app)

    await clock.advance(130)

    assert beats.skipped == 1
    assert count_pings(sandbox) == 2


async def test_a_rate_limit_costs_beats_and_nothing_else(app, sandbox, serve, clock):
    sandbox.throttle(period=150, times=5, domain="heartbeat")
    beats = heartbeat(app, "shop", every=60, clock=clock)
    await serve(app)

    await clock.advance(610)

    assert sandbox.refused["heartbeat"] == 5
    assert beats.failed >= 1  # the lane was closed for longer than to the next beat
    assert beats.delivered >= 3
    assert count_pings(sandbox) == 5 + beats.delivered


async def test_a_ping_gives_up_when_the_next_one_is_due(app, sandbox, serve, clock):
    """One call alone would wait two minutes for the lane."""
    sandbox.throttle(period=100, times=100, domain="heartbeat")
    beats = heartbeat(app, "shop", every=10, clock=clock)
    await serve(app)

    await clock.advance(101)

    assert beats.failed >= 9


async def test_an_outage_does_not_end_it(app, sandbox, serve, clock):
    sandbox.faults.add(Fault(route=PING, status=500, times=5))
    beats = heartbeat(app, "shop", every=60, clock=clock)
    await serve(app)

    await clock.advance(70)

    assert (beats.failed, beats.delivered) == (1, 1)


async def test_it_stops_with_the_application(app, sandbox, serve, clock):
    heartbeat(app, "shop", every=60, clock=clock)
    client = await serve(app)
    await clock.advance(10)

    await client.close()
    await clock.advance(600)

    assert count_pings(sandbox) == 1


async def test_without_setup_it_says_what_to_do(clock):
    app = web.Application()
    heartbeat(app, "shop", every=60, clock=clock)
    server = TestServer(app)

    with pytest.raises(RuntimeError, match="setup"):
        await server.start_server()

    await server.close()


@pytest.mark.parametrize("error", [OverflowError("an absurd date"), RuntimeError("anything"), ZeroDivisionError()])
async def test_the_beats_go_on_whatever_is_raised(app, sandbox, serve, clock, monkeypatch, caplog, error):
    beats = heartbeat(app, "shop", every=60, clock=clock)
    ping = Heartbeats.ping

    async def broken(self, name):
        monkeypatch.setattr(Heartbeats, "ping", ping)
        raise error

    monkeypatch.setattr(Heartbeats, "ping", broken)
    await serve(app)
    await clock.advance(150)

    assert (count_pings(sandbox), beats.delivered, beats.failed) == (2, 2, 1)
    assert type(error).__name__ in caplog.text


async def test_an_answer_of_the_check_that_is_no_truth_stops_nothing(app, sandbox, serve, clock):
    class Unsure:
        def __bool__(self):
            raise ValueError("both")

    answers = [Unsure(), True, True]
    beats = heartbeat(app, "shop", every=60, healthy=lambda app: answers.pop(0), clock=clock)
    await serve(app)
    await clock.advance(150)

    assert (beats.delivered, beats.failed) == (2, 1)


@pytest.mark.parametrize("every", [5e-324, float("inf"), 1e300, timedelta.max])
async def test_a_time_that_nobody_can_wait_for_is_refused(app, every):
    with pytest.raises(ValueError, match="every"):
        heartbeat(app, "shop", every=every)
