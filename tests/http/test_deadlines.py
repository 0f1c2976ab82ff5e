"""The deadline of a call, and the patience for one answer."""

import asyncio

import pytest
from aiohttp import web

from opsgenie_async import (
    Config,
    Opsgenie,
    OpsgenieError,
    OutcomeUnknown,
    ServerError,
    Throttled,
    TransportError,
)
from opsgenie_async.sandbox import Fault, Sandbox
from tests.clocks import FakeClock
from tests.http.calls import call
from tests.http.server import Echo, envelope
from tests.waiting import until


async def test_a_deadline_ends_a_call_that_waits_for_its_lane(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    hasty = timed_og.with_config(total_timeout=20)
    sandbox.throttle(period=60, times=1000)

    with pytest.raises(Throttled) as caught:
        await hasty.request("GET", "/v2/teams")

    assert clock.now() - 1000 <= 20
    assert caught.value.waited == pytest.approx(clock.now() - 1000)


async def test_a_deadline_ends_a_call_that_was_never_sent(clock: FakeClock):
    """The only place in the lane is taken, so not even a write can have happened."""
    config = Config(clock=clock, pool_size=1)
    async with Echo(silence) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        first = asyncio.create_task(call(og, repeatable=True))
        await pass_time(server, clock, 1)
        queued = asyncio.create_task(call(og.with_config(total_timeout=7), repeatable=False))
        for _ in range(10):  # until it waits for its place
            await asyncio.sleep(0)
        await clock.advance(7)
        with pytest.raises(TransportError, match="no response within 7 s") as caught:
            await queued
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)

    assert (caught.value.attempts, caught.value.waited, len(server.received)) == (0, 7, 1)


async def test_a_deadline_is_met_without_a_useless_back_off(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    """The third wait would end after the deadline, so its failure is raised when it is known."""
    sandbox.faults.add(Fault(html=True))

    with pytest.raises(ServerError) as caught:
        await timed_og.with_config(total_timeout=1.5).request("GET", "/v2/teams")

    assert (caught.value.status, caught.value.attempts, clock.slept) == (502, 3, [0.25, 0.5])


@pytest.mark.parametrize(("repeatable", "kind"), [(True, TransportError), (False, OutcomeUnknown)])
async def test_a_deadline_ends_a_call_in_flight(clock: FakeClock, repeatable: bool, kind: type):
    async with Echo(silence) as server, Opsgenie("key", base_url=server.url, config=Config(clock=clock)) as og:
        hasty = og.with_config(total_timeout=7)
        passing = asyncio.create_task(pass_time(server, clock, 7))
        with pytest.raises(OpsgenieError, match="no response within 7 s") as caught:
            await call(hasty, repeatable=repeatable)
        await passing

        assert (type(caught.value), caught.value.attempts, len(server.received)) == (kind, 1, 1)
        server.answer = lambda request: envelope(data=1)
        assert (await og.request("GET", "/v2/teams")).data == 1


async def test_a_silent_server_is_left_after_the_read_timeout():
    """In real time, by the deadlines of the event loop."""
    config = Config(read_timeout=0.02, max_attempts=1)
    async with Echo(silence) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        with pytest.raises(TransportError, match=r"no response within 0.02 s"):
            await og.request("GET", "/v2/teams")
        with pytest.raises(OutcomeUnknown, match=r"no response within 0.02 s"):
            await call(og, repeatable=False)
        await until(lambda: server.connections == 2)


async def test_settings_of_one_call_leave_the_client_alone(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    sandbox.faults.add(Fault(html=True, times=4))
    view = timed_og.with_config(max_attempts=2)

    with pytest.raises(ServerError):
        await view.teams.list()
    assert sandbox.requests == 2
    assert len(await timed_og.teams.list()) == 3
    assert sandbox.requests == 5
    assert sandbox.connections == 1


async def silence(_: object) -> web.Response:
    await asyncio.sleep(600)
    raise AssertionError("nobody waits that long")


async def pass_time(server: Echo, clock: FakeClock, seconds: float) -> None:
    """Let time pass once the server has a request."""
    await until(lambda: server.received)
    await clock.advance(seconds)
