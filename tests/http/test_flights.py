"""What was sent and what was not; how long a connection may take, and how long an answer; and the end by `close`."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from opsgenie_async import ClientMisused, Config, Opsgenie, OpsgenieError, OutcomeUnknown, TransportError
from tests.clocks import FakeClock
from tests.http.server import Echo, Seen, envelope


def slow(seconds: float) -> Callable[[Seen], Awaitable[web.Response]]:
    async def answer(seen: Seen) -> web.Response:
        await asyncio.sleep(seconds)
        return envelope(data=1)

    return answer


def taking(seconds: float, clock: FakeClock) -> Callable[[Seen], Awaitable[web.Response]]:
    """Answers after *seconds* on the client's clock, however long that takes."""

    async def answer(seen: Seen) -> web.Response:
        await clock.advance(seconds)
        return envelope(data=1)

    return answer


def create(og: Opsgenie) -> Awaitable[object]:
    return og.request("POST", "/v2/alerts", json={}, domain="none")


def read(og: Opsgenie) -> Awaitable[object]:
    return og.request("GET", "/v2/teams", domain="none")


# --- waiting for a connection


async def test_waiting_for_a_connection_is_not_waiting_for_an_answer(clock: FakeClock):
    config = Config(pool_size=1, read_timeout=15, max_attempts=1, clock=clock)
    async with Echo(taking(10, clock)) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        answers = await asyncio.gather(create(og), *(read(og) for _ in range(5)))

    assert len(answers) == len(server.seen) == 6


async def test_a_write_that_got_no_connection_was_not_sent():
    config = Config(pool_size=1, pool_timeout=0.1, max_attempts=1)
    async with Echo(slow(0.5)) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        first = asyncio.ensure_future(read(og))
        await asyncio.sleep(0.05)
        with pytest.raises(TransportError, match="Connection timeout"):
            await create(og)
        await first

    assert [seen.method for seen in server.seen] == ["GET"]


async def test_a_call_that_met_its_deadline_without_a_connection_was_not_sent():
    config = Config(pool_size=1, max_attempts=1)
    async with Echo(slow(0.4)) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        first = asyncio.ensure_future(read(og))
        await asyncio.sleep(0.05)
        with pytest.raises(TransportError):
            await create(og.with_config(total_timeout=0.1))
        await first
        with pytest.raises(OutcomeUnknown):
            await create(og.with_config(total_timeout=0.1))

    assert [seen.method for seen in server.seen] == ["GET", "POST"]


@pytest.mark.parametrize("own", [True, False], ids=["own session", "caller's session"])
async def test_an_answer_that_takes_too_long_leaves_a_write_unknown(own: bool):
    config = Config(pool_size=1, read_timeout=0.1, max_attempts=1)
    async with Echo(slow(5)) as server, aiohttp.ClientSession() as session:
        value = None if own else session
        async with Opsgenie("key", base_url=server.url, config=config, session=value) as og:
            began = time.monotonic()
            with pytest.raises(OutcomeUnknown, match=r"no answer within 0\.1 s of sending"):
                await create(og)
            assert time.monotonic() - began < 4
            with pytest.raises(TransportError, match="of sending"):
                await read(og)


async def test_the_pool_of_a_callers_session_is_waited_for_as_well(clock: FakeClock):
    config = Config(read_timeout=15, max_attempts=1, clock=clock)
    connector = aiohttp.TCPConnector(limit=1)
    async with (
        Echo(taking(10, clock)) as server,
        aiohttp.ClientSession(connector=connector) as session,
        Opsgenie("key", base_url=server.url, config=config, session=session) as og,
    ):
        await asyncio.gather(create(og), *(read(og) for _ in range(5)))
        with pytest.raises(TransportError):
            await asyncio.gather(read(og), create(og.with_config(total_timeout=5)))
    assert [seen.method for seen in server.seen] == ["POST", *["GET"] * 6]


# --- close


async def closed_under(og: Opsgenie, *calls: Awaitable[object], **close: float) -> list[object]:
    tasks = [asyncio.ensure_future(call) for call in calls]  # type: ignore[arg-type]
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await og.close(**close)
    assert time.monotonic() - began < 2
    ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 1)
    assert all(task.cancelling() == 0 for task in tasks)
    return ended


async def test_calls_in_flight_end_as_what_they_are():
    async with Echo(slow(5)) as server:
        og = Opsgenie("key", base_url=server.url, config=Config(pool_size=2))
        write, reading, queued = await closed_under(og, create(og), read(og), create(og))

    assert type(write) is OutcomeUnknown
    assert type(reading) is type(queued) is TransportError
    assert "the client was closed" in str(write)
    assert write.attempts == 1
    assert len(server.seen) == 2


async def test_a_call_that_sleeps_in_a_closed_lane_ends_at_once():
    limited = {"Retry-After": "60", "X-RateLimit-State": "THROTTLED", "X-RateLimit-Period-In-Sec": "60"}
    async with Echo(lambda seen: web.json_response({"message": "slow"}, status=429, headers=limited)) as server:
        og = Opsgenie("key", base_url=server.url)
        calls = [og.request("POST", "/v2/alerts", json={}) for _ in range(3)]
        ended = await closed_under(og, *calls)

    assert [type(each) for each in ended] == [TransportError] * 3


async def test_a_call_that_backs_off_ends_at_once():
    async with Echo(lambda seen: web.Response(status=502)) as server:
        og = Opsgenie("key", base_url=server.url, config=Config(jitter=lambda bound: 20.0))
        [ended] = await closed_under(og, read(og))

    assert type(ended) is TransportError


async def test_calls_in_flight_may_be_waited_for():
    async with Echo(slow(0.2)) as server:
        for og, close in (
            (Opsgenie("key", base_url=server.url), {"timeout": 5}),
            (Opsgenie("key", base_url=server.url, config=Config(close_timeout=5)), {}),
        ):
            [answer] = await closed_under(og, create(og), **close)
            assert not isinstance(answer, BaseException)
        og = Opsgenie("key", base_url=server.url)
        [late] = await closed_under(og, create(og), timeout=0.05)
        assert type(late) is OutcomeUnknown


async def test_a_view_that_closes_ends_the_calls_of_its_client():
    async with Echo(slow(5)) as server:
        og = Opsgenie("key", base_url=server.url)
        [ended] = await closed_under(og.with_config(max_attempts=1), create(og))

    assert type(ended) is OutcomeUnknown


async def test_who_is_cancelled_while_the_client_closes_is_cancelled():
    async with Echo(slow(5)) as server:
        og = Opsgenie("key", base_url=server.url)
        task = asyncio.ensure_future(create(og))
        await asyncio.sleep(0.05)
        task.cancel()
        closing = asyncio.ensure_future(og.close())
        with pytest.raises(asyncio.CancelledError):
            await task
        await closing


async def test_after_close_nothing_is_sent():
    async with Echo() as server:
        og = Opsgenie("key", base_url=server.url)
        pager = og.teams.list()
        await og.close()
        await og.close()
        for call in (create(og), pager._collect(), og.with_config(max_attempts=1).teams.list()._collect()):
            with pytest.raises(ClientMisused, match="this client is closed") as caught:
                await call
            assert isinstance(caught.value, OpsgenieError)
    assert server.connections == 0
