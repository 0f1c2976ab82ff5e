"""What was sent and what was not; how long a connection may take, and how long an answer; and the end by `close`."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from opsgenie_async import ClientMisused, Config, Opsgenie, OpsgenieError, OutcomeUnknown, TransportError
from opsgenie_async.http import closing
from tests.clocks import FakeClock
from tests.http.server import Echo, ReceivedRequest, envelope
from tests.waiting import LIMIT, until


class Hold:
    """Answers when the test lets it."""

    def __init__(self) -> None:
        self._end = asyncio.Event()

    def release(self) -> None:
        self._end.set()

    async def __call__(self, request: ReceivedRequest) -> web.Response:
        await self._end.wait()
        return envelope(data=1)


def taking(seconds: float, clock: FakeClock) -> Callable[[ReceivedRequest], Awaitable[web.Response]]:
    """Answers after *seconds* on the client's clock, however long that takes."""

    async def answer(request: ReceivedRequest) -> web.Response:
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

    assert len(answers) == len(server.received) == 6


async def test_a_write_that_got_no_connection_was_not_sent():
    config = Config(pool_size=1, max_attempts=1)
    hold = Hold()
    async with Echo(hold) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        first = asyncio.ensure_future(read(og))
        await until(lambda: server.received)
        with pytest.raises(TransportError, match="Connection timeout"):
            await create(og.with_config(pool_timeout=0.1))
        hold.release()
        await first

    assert [request.method for request in server.received] == ["GET"]


async def test_a_call_that_met_its_deadline_without_a_connection_was_not_sent(clock: FakeClock):
    config = Config(pool_size=1, max_attempts=1, clock=clock)
    async with Echo(taking(10, clock)) as server, Opsgenie("key", base_url=server.url, config=config) as og:
        first = asyncio.ensure_future(read(og))
        await asyncio.sleep(0)
        with pytest.raises(TransportError):
            await create(og.with_config(total_timeout=5))
        await first
        with pytest.raises(OutcomeUnknown):
            await create(og.with_config(total_timeout=5))

    assert [request.method for request in server.received] == ["GET", "POST"]


@pytest.mark.parametrize("own", [True, False], ids=["own session", "caller's session"])
async def test_an_answer_that_takes_too_long_leaves_a_write_unknown(own: bool):
    config = Config(pool_size=1, read_timeout=0.1, max_attempts=1)
    async with Echo(Hold()) as server, aiohttp.ClientSession() as session:
        value = None if own else session
        async with Opsgenie("key", base_url=server.url, config=config, session=value) as og:
            with pytest.raises(OutcomeUnknown, match=r"no response within 0\.1 s of sending"):
                await create(og)
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
    assert [request.method for request in server.received] == ["POST", *["GET"] * 6]


# --- close


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """`close` waits without an end for calls that were ended and go on."""
    monkeypatch.setattr(closing, "UNWINDING", 600.0)


async def closed_under(
    og: Opsgenie, *calls: Awaitable[object], when: Callable[[], object], **options: float
) -> list[object]:
    """How *calls* end when the client is closed under them, which takes no time, as soon as *when* holds."""
    tasks = [asyncio.ensure_future(call) for call in calls]  # type: ignore[arg-type]
    await until(when)
    async with asyncio.timeout(LIMIT):
        await og.close(**options)
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(task.cancelling() == 0 for task in tasks)
    return ended


async def test_calls_in_flight_end_as_what_they_are(endless: None):
    async with Echo(Hold()) as server:
        og = Opsgenie("key", base_url=server.url, config=Config(pool_size=2))
        calls = create(og), read(og), create(og)
        write, reading, queued = await closed_under(og, *calls, when=lambda: len(server.received) == 2)

    assert type(write) is OutcomeUnknown
    assert type(reading) is type(queued) is TransportError
    assert "the client was closed" in str(write)
    assert write.attempts == 1
    assert len(server.received) == 2


async def test_a_call_that_sleeps_in_a_closed_lane_ends_at_once(endless: None):
    limited = {"Retry-After": "60", "X-RateLimit-State": "THROTTLED", "X-RateLimit-Period-In-Sec": "60"}
    clock = FakeClock(jumps=False)
    async with Echo(lambda request: web.json_response({"message": "slow"}, status=429, headers=limited)) as server:
        og = Opsgenie("key", base_url=server.url, config=Config(clock=clock))
        calls = [og.request("POST", "/v2/alerts", json={}) for _ in range(3)]
        ended = await closed_under(og, *calls, when=lambda: clock.sleepers > 0)

    assert [type(each) for each in ended] == [TransportError] * 3


async def test_a_call_that_backs_off_ends_at_once(endless: None):
    clock = FakeClock(jumps=False)
    async with Echo(lambda request: web.Response(status=502)) as server:
        og = Opsgenie("key", base_url=server.url, config=Config(jitter=lambda bound: 20.0, clock=clock))
        [ended] = await closed_under(og, read(og), when=lambda: clock.sleepers > 0)

    assert type(ended) is TransportError


async def test_calls_in_flight_may_be_waited_for():
    async with Echo() as server:
        for close_timeout, timeout in ((0, {"timeout": LIMIT}), (LIMIT, {})):
            server.answer = hold = Hold()
            server.received.clear()
            og = Opsgenie("key", base_url=server.url, config=Config(close_timeout=close_timeout))
            answer = asyncio.ensure_future(create(og))
            await until(lambda: server.received)
            ending = asyncio.ensure_future(og.close(**timeout))
            for _ in range(10):  # the call outlives the beginning of the end
                await asyncio.sleep(0)
            hold.release()
            await ending
            assert answer.done()
            assert await answer
        server.answer = Hold()
        og = Opsgenie("key", base_url=server.url)
        [late] = await closed_under(og, create(og), when=lambda: len(server.received) == 2, timeout=0.05)
        assert type(late) is OutcomeUnknown


async def test_a_view_that_closes_ends_the_calls_of_its_client():
    async with Echo(Hold()) as server:
        og = Opsgenie("key", base_url=server.url)
        [ended] = await closed_under(og.with_config(max_attempts=1), create(og), when=lambda: server.received)

    assert type(ended) is OutcomeUnknown


async def test_who_is_cancelled_while_the_client_closes_is_cancelled():
    async with Echo(Hold()) as server:
        og = Opsgenie("key", base_url=server.url)
        task = asyncio.ensure_future(create(og))
        await until(lambda: server.received)
        task.cancel()
        ending = asyncio.ensure_future(og.close())
        with pytest.raises(asyncio.CancelledError):
            await task
        await ending


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
