"""A sandbox on a real socket and clients of it, on a clock that tests move; and what no test may do."""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
from collections.abc import AsyncIterator, Iterator
from weakref import WeakSet

import aiohttp
import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Sandbox
from tests import aioresponses_shim
from tests.clocks import FakeClock

aioresponses_shim.apply()
settings.register_profile(
    "without deadline", deadline=None, max_examples=50
)  # what takes 20 ms alone may take 300 beside others
settings.load_profile("without deadline")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors, for `-n auto`: there is always one that waits for a process or a socket."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def clock() -> FakeClock:
    """Time for the sandbox and for `timed_og`; between two tasks' turns the sockets need some rounds of the loop."""
    return FakeClock(idle_rounds=30)


@pytest.fixture
async def sandbox(clock: FakeClock) -> AsyncIterator[Sandbox]:
    """An account of three teams; its limits and delayed work go by `clock`."""
    async with Sandbox(teams=3, seed=1, clock=clock) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    """A client on the machine's clock that backs off for no time at all."""
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(jitter=lambda bound: 0.0)) as client:
        yield client


@pytest.fixture
async def timed_og(sandbox: Sandbox, clock: FakeClock) -> AsyncIterator[Opsgenie]:
    """A client on `clock` that always waits as long as it may: 0.25, 0.5, 1... seconds."""
    config = Config(clock=clock, jitter=lambda bound: bound)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as client:
        yield client


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that leaves a task running or a client session open."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("_watch_for_leaks")


@pytest.fixture
async def _watch_for_leaks(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    sessions: WeakSet[aiohttp.ClientSession] = WeakSet()
    begin = aiohttp.ClientSession.__init__

    def noted(self: aiohttp.ClientSession, *args: object, **kwargs: object) -> None:
        sessions.add(self)
        begin(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(aiohttp.ClientSession, "__init__", noted)
    before = asyncio.all_tasks()
    yield
    for _ in range(3):  # a cancelled task and a closed socket need a turn of the loop each
        await asyncio.sleep(0)
    tasks = asyncio.all_tasks() - before - {asyncio.current_task()}
    left = [repr(task) for task in tasks] + [repr(session) for session in sessions if not session.closed]
    if left:
        pytest.fail(f"left behind: {', '.join(left)}")


@pytest.fixture(autouse=True, scope="session")
def loop_never_blocked() -> Iterator[BlockBuster]:
    """Fail every test in which our code blocks the event loop; a time zone is read from the disk once, in no time."""
    with blockbuster_ctx("opsgenie_async") as buster:
        for function in buster.functions.values():
            function.can_block_in("opsgenie_async/models/wire_types.py", "_zone")
            function.can_block_in("aiohttp/helpers.py", "netrc_from_env")  # of aiohttp before 3.14
        yield buster


@pytest.fixture
def unused_tcp_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port
