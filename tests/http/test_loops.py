"""One client and more than one event loop, thread or process: nothing is sent that is not accounted for."""

import asyncio
import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import aiohttp
import pytest

from opsgenie_async import ClientMisused, Config, Name, Opsgenie, OpsgenieError
from opsgenie_async.dx import DX
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.throttle import ThrottleGate
from tests.clocks import FakeClock
from tests.http.server import Echo, envelope
from tests.waiting import LIMIT, wait_until

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def elsewhere(server: Sandbox | Echo) -> Iterator[None]:
    """Serve in a thread of its own, so that loops here may come and go."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(60)
        yield
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox(teams=2, seed=1)
    with elsewhere(running):
        yield running


def test_a_second_run_goes_on_with_new_connections(sandbox: Sandbox):
    og = Opsgenie(sandbox.api_key, base_url=sandbox.url)

    async def raise_alert() -> None:
        pending = await og.alerts.create(message="down")
        await pending.wait()

    async def last() -> None:
        async with og:
            await raise_alert()

    for run in (raise_alert, raise_alert, last):
        asyncio.run(run())
    gc.collect()  # who left something open is heard of here

    assert [request.path for request in sandbox.received if request.method == "POST"] == ["/v2/alerts"] * 3
    wait_until(lambda: sandbox.open_connections == 0)  # its thread hears of the end a little later


def test_views_pagers_and_pending_writes_go_on_as_well(sandbox: Sandbox):
    og = Opsgenie(sandbox.api_key, base_url=sandbox.url)
    view = og.with_config(max_attempts=2)
    pager = og.teams.list()

    async def create() -> object:
        return await view.alerts.create(message="down")

    async def follow_up() -> None:
        assert (await pending.wait()).succeeded  # type: ignore[attr-defined]
        assert len(await pager) == 2
        assert len([team async for team in pager]) == 2
        await og.close()

    pending = asyncio.run(create())
    asyncio.run(follow_up())


USES: dict[str, Callable[[Opsgenie, DX], object]] = {
    "create": lambda og, dx: og.alerts.create(message="m"),
    "request": lambda og, dx: og.request("POST", "/v2/alerts", json={"message": "m"}),
    "view": lambda og, dx: og.with_config(total_timeout=5).alerts.create(message="m"),
    "pager": lambda og, dx: og.teams.list()._collect(),
    "documents": lambda og, dx: og.documents("/v2/teams")._collect(),
    "legacy": lambda og, dx: og.legacy.schedules.create(name="x"),
    "upload": lambda og, dx: og.alerts.add_attachment("a", file=b"x", file_name="a"),
    "dx": lambda og, dx: dx.incidents.upsert(reference_id="r", started_at=NOW),
    "close": lambda og, dx: og.close(),
    "close dx": lambda og, dx: dx.close(),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("pool_size", [1, 100])
async def test_another_thread_is_told_before_anything_is_sent(use: Callable[..., object], pool_size: int):
    config = Config(pool_size=pool_size)
    async with (
        Echo(lambda request: envelope(data=[], ok=True)) as server,
        Opsgenie("key", base_url=server.url, config=config) as og,
        DX("key", base_url=server.url, config=config) as dx,
    ):
        await og.teams.list()
        await dx.incidents.upsert(reference_id="r", started_at=NOW)
        before = len(server.received), server.connections

        async def misuse() -> None:
            with pytest.raises(ClientMisused, match="another event loop") as caught:
                await use(og, dx)  # type: ignore[misc]
            assert isinstance(caught.value, OpsgenieError)

        await asyncio.to_thread(asyncio.run, misuse())
        assert (len(server.received), server.connections) == before
        await og.teams.list()  # and here all is as it was
        await dx.incidents.upsert(reference_id="r", started_at=NOW)


async def test_a_pending_write_is_not_followed_in_another_loop():
    server = Echo(lambda request: envelope(data={"isSuccess": True}))
    async with server, Opsgenie("key", base_url=server.url) as og:
        pending = await og.alerts.create(message="m")

        async def misuse() -> None:
            with pytest.raises(ClientMisused):
                await pending.wait(timeout=1)

        await asyncio.to_thread(asyncio.run, misuse())
    assert len(server.received) == 1


def test_a_callers_session_belongs_to_its_loop(sandbox: Sandbox):
    rest = []

    async def first() -> None:
        async with aiohttp.ClientSession() as session:
            og = Opsgenie(sandbox.api_key, base_url=sandbox.url, session=session)
            rest.append(og)
            assert len(await og.teams.list()) == 2

    async def second() -> None:
        with pytest.raises(ClientMisused, match="session that was given"):
            await rest[0].teams.list()

    asyncio.run(first())
    asyncio.run(second())


async def test_a_callers_session_is_not_used_before_it_is_in_its_loop():
    async with Echo() as server, aiohttp.ClientSession() as session:
        og = Opsgenie("key", base_url=server.url, session=session)

        async def misuse() -> None:
            with pytest.raises(ClientMisused):
                await og.teams.list()

        await asyncio.to_thread(asyncio.run, misuse())
    assert server.connections == 0


async def test_calls_that_died_with_their_loop_hold_no_place_in_the_lane(clock: FakeClock):
    """They may give their tickets back when they are collected, long after: that counts for nothing then."""
    gate = ThrottleGate(clock, max_in_flight=2)
    dead = [await gate.acquire("alert") for _ in range(2)]
    gate.feedback(await gate.acquire("search"), accepted=False, period=60)
    await clock.advance(70)
    probe = await gate.acquire("search")

    gate.forget_calls()

    async with asyncio.timeout(LIMIT):
        again = [await gate.acquire("alert") for _ in range(2)]
        for ticket in (*dead, probe):
            gate.feedback(ticket, accepted=True)
        third = asyncio.ensure_future(gate.acquire("alert"))
        await asyncio.sleep(0)
        assert not third.done()
        gate.feedback(again[0], accepted=True)
        await third
        await gate.acquire("search")


async def test_a_callers_session_that_is_closed_is_said_to_be():
    async with Echo() as server:
        async with aiohttp.ClientSession() as session:
            og = Opsgenie("key", base_url=server.url, session=session)
            await og.request("GET", "/v2/account")
        with pytest.raises(ClientMisused, match="its session is closed"):
            await og.request("GET", "/v2/account")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("closed", [True, False], ids=["its loop is closed", "its loop is open"])
def test_a_forked_child(sandbox: Sandbox, closed: bool):
    og = Opsgenie(sandbox.api_key, base_url=sandbox.url)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    async def create() -> None:
        await og.alerts.create(message="m")

    def in_child() -> None:
        try:
            asyncio.run(create())
        except BaseException as error:  # noqa: BLE001  # the child reports whatever it was
            sender.send(f"{type(error).__name__}: {error}")
        else:
            sender.send("sent")

    def fork() -> str:
        child = context.Process(target=in_child)
        child.start()
        assert receiver.poll(60)
        answer: str = receiver.recv()
        child.join()
        return answer

    async def use_and_fork() -> str:
        await create()
        return "" if closed else fork()

    answer = asyncio.run(use_and_fork()) or fork()
    asyncio.run(og.close())
    receiver.close()
    sender.close()

    if closed:
        assert answer == "sent"
    else:
        assert answer.startswith("ClientMisused: this client belongs to another process")
    assert sandbox.requests == (2 if closed else 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
async def test_the_child_of_a_coroutine_sends_nothing():
    """It goes on in the middle of the parent's loop, with the parent's connections."""
    async with Echo() as server, Opsgenie("key", base_url=server.url) as og:
        await og.request("GET", "/v2/account")
        if not (child := os.fork()):
            try:
                og.request("POST", "/v2/alerts", json={}).send(None)
            except ClientMisused:
                os._exit(7)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)  # noqa: ASYNC222  # it ends at once
        assert os.waitstatus_to_exitcode(status) == 7
        await og.request("GET", "/v2/account")
    assert len(server.received) == 2


class TeamClient(Opsgenie):
    """A subclass with something of its own."""

    team = Name("ops")


async def test_a_view_is_of_the_same_class_and_knows_every_page():
    og = TeamClient("key", base_url="http://h")
    before = og.teams
    view = og.with_config(max_attempts=1)

    assert type(view) is TeamClient
    assert view.team is og.team
    assert view.teams is not before
    assert {"teams", "alerts", "legacy", "team_routing_rules"} <= set(dir(view))
