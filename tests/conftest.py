"""A sandbox on a real socket and clients of it, on a clock that tests move; and what no test may do."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from weakref import WeakSet

import aiohttp
import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import HealthCheck, settings

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Sandbox
from tests import aioresponses_shim
from tests.clocks import FakeClock
from tests.compilation import import_tests
from tests.ports import reserve_port

aioresponses_shim.apply()
# What takes 20 ms alone may take 300 beside others: nothing here goes by the clock.
_UNTIMED = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
# The same examples in each run: a rare one fails for who explores, not for who has changed something else.
settings.register_profile("same examples", _UNTIMED, derandomize=True)
settings.register_profile("exploring", _UNTIMED, derandomize=False)
settings.load_profile("same examples")


# What whoever started the tests ignores (nohup, a job in the background) would be ignored by the commands that tests
# interrupt, too. A handler is not inherited by what is executed.
for _name, _handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", lambda *_: None)):
    if (_number := getattr(signal, _name, None)) and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _handler)


# What somebody's shell says of colours, widths and accounts is nothing that a test or its processes should follow.
COLOURS_AND_WIDTHS = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES")
for _name in (*COLOURS_AND_WIDTHS, "OPSGENIE_API_KEY", "OPSGENIE_BASE_URL", "OPSGENIE_REGION"):
    os.environ.pop(_name, None)


def pytest_xdist_auto_num_workers() -> int:
    """Two workers more than processors, for `-n auto`: there are always some that wait for a process or a socket."""
    return (os.cpu_count() or 1) + 2


def pytest_collection(session: pytest.Session) -> None:
    """Share the compilation of the tests between workers, where all of them are to run."""
    if session.config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        import_tests(Path(__file__).parent)


def pytest_collection_finish() -> None:
    """Leave out of every collection of garbage what stays until the end anyway: a twentieth of all the time."""
    gc.collect()
    gc.freeze()


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
def fail_on_leaks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
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
    leaks = [repr(task) for task in tasks] + [repr(session) for session in sessions if not session.closed]
    if leaks:
        pytest.fail(f"left behind: {', '.join(leaks)}")


@pytest.fixture(autouse=True, scope="session")
def loop_never_blocked() -> Iterator[BlockBuster]:
    """Fail every test in which our code blocks the event loop.

    A time zone is read from the disk once, in no time, and a fork is what the background loop stands still for.
    """
    with blockbuster_ctx("opsgenie_async") as buster:
        for function in buster.functions.values():
            function.can_block_in("opsgenie_async/models/wire_types.py", "zone")
            function.can_block_in("opsgenie_async/background_loop.py", "stand")
            function.can_block_in("aiohttp/helpers.py", "netrc_from_env")  # of aiohttp before 3.14
        yield buster


@pytest.fixture
def unused_tcp_port() -> Iterator[int]:
    """A port on which nobody listens."""
    with reserve_port() as port:
        yield port
