"""A pytest plug-in: an Opsgenie for each test that asks for one, and a client of it that never waits.

    @pytest.mark.opsgenie(teams=5, seed=7)
    async def test_disk_alert(opsgenie, opsgenie_sandbox):
        opsgenie_sandbox.faults.add(Fault(route="POST /v2/alerts", status=503, times=2))
        await report_disk(opsgenie, "db-1")
        assert [alert["message"] for alert in opsgenie_sandbox.alerts] == ["disk full on db-1"]

pytest finds it by its entry point. What the sandbox is made of is imported when a test first asks for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.config import Config

if TYPE_CHECKING:
    from opsgenie_async.sandbox import Fault, Sandbox

__all__ = ["Fault", "NoWaiting", "Sandbox", "opsgenie", "opsgenie_clock", "opsgenie_config", "opsgenie_sandbox"]

F = TypeVar("F", bound=Callable[..., AsyncIterator[object]])

MARKER = (
    "opsgenie(*, teams=3, seed=0, limits=None, faults=(), account=None, load=None, processing_delay=0, waiting=False): "
    "what the sandbox of the fixtures `opsgenie_sandbox` and `opsgenie` starts with, and whether waits take their time."
)
OF_THE_SANDBOX = ("teams", "seed", "limits", "faults", "account", "load")

LOOPS = ("function", "class", "module", "package", "session")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, as `--strict-markers` demands."""
    config.addinivalue_line("markers", MARKER)


class NoWaiting:
    """A clock on which every wait is over at once: time jumps to its end.

    A deadline is met by the waits of its own task, or else when its time has really passed: a jump of another task is
    no reason to give up.
    """

    def __init__(self) -> None:
        self._real = SystemClock()
        self._jumped = 0.0
        self._deadlines: dict[asyncio.Task[object], list[tuple[float, asyncio.Timeout]]] = {}

    def now(self) -> float:
        """Seconds, with all jumps in them."""
        return self._real.now() + self._jumped

    def utc(self) -> datetime:
        """The time of day, with all jumps in it."""
        return datetime.now(UTC) + timedelta(seconds=self._jumped)

    async def sleep_until(self, moment: float) -> None:
        """Jump to *moment*, or to a deadline of this task before it, and let the others run."""
        task = asyncio.current_task()
        first = min(self._deadlines.get(task, []) if task else [], key=lambda each: each[0], default=None)
        if first is not None and first[0] <= moment:
            self._jump(first[0])
            first[1].reschedule(asyncio.get_running_loop().time())
            await asyncio.Event().wait()  # until the deadline, which is now, ends it
        self._jump(moment)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def deadline(self, moment: float) -> AsyncIterator[object]:
        """`TimeoutError` when the task waits for longer than until *moment*, or its work takes that long."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task that it can end")
        async with asyncio.timeout(moment - self.now()) as timeout:
            mine = self._deadlines.setdefault(task, [])
            mine.append((moment, timeout))
            try:
                yield timeout
            finally:
                mine.remove((moment, timeout))
                if not mine:
                    del self._deadlines[task]

    def _jump(self, moment: float) -> None:
        self._jumped += max(0.0, moment - self.now())


def _asynchronous(fixture: F) -> F:
    """A fixture for whatever runs the tests: pytest-asyncio wants its own in strict mode, others take a plain one."""
    try:
        import pytest_asyncio
    except ImportError:
        return cast("F", pytest.fixture(fixture))
    return cast("F", pytest_asyncio.fixture(fixture))


@pytest.fixture
def opsgenie_clock(request: pytest.FixtureRequest) -> Clock:
    """The time of the sandbox and of the client: without any waiting, unless the marker says `waiting=True`."""
    return SystemClock() if _wanted(request).get("waiting") else NoWaiting()


@pytest.fixture
def opsgenie_config(opsgenie_clock: Clock) -> Config:
    """The settings of `opsgenie`; override it for others, and keep its clock."""
    return Config(clock=opsgenie_clock)


@_asynchronous
async def opsgenie_sandbox(request: pytest.FixtureRequest, opsgenie_clock: Clock) -> AsyncIterator[Sandbox]:
    """An Opsgenie of this test's own: three teams, unless `@pytest.mark.opsgenie(...)` says otherwise."""
    from opsgenie_async.sandbox import Sandbox

    _check_loop(request)
    wanted = _wanted(request)
    settings = {"teams": 3, **{name: value for name, value in wanted.items() if name in OF_THE_SANDBOX}}
    if settings.keys() & {"account", "load"} and "teams" not in wanted:
        settings["teams"] = 0
    sandbox = Sandbox(clock=opsgenie_clock, **settings)  # type: ignore[arg-type]
    sandbox.processing_delay = wanted.get("processing_delay", 0.0)  # type: ignore[assignment]
    async with sandbox:
        yield sandbox


@_asynchronous
async def opsgenie(opsgenie_sandbox: Sandbox, opsgenie_config: Config) -> AsyncIterator[Opsgenie]:
    """A client of `opsgenie_sandbox`."""
    async with Opsgenie(opsgenie_sandbox.api_key, base_url=opsgenie_sandbox.url, config=opsgenie_config) as client:
        yield client


def _wanted(request: pytest.FixtureRequest) -> dict[str, object]:
    """What the markers say; of two that say the same, the nearer one counts."""
    wanted: dict[str, object] = {}
    for marker in request.node.iter_markers("opsgenie"):
        unknown = marker.kwargs.keys() - {*OF_THE_SANDBOX, "processing_delay", "waiting"}
        if marker.args or unknown:
            wrong = ", ".join(sorted(unknown)) or repr(marker.args[0])
            pytest.fail(f"@pytest.mark.opsgenie does not take {wrong}; it is {MARKER}", pytrace=False)
        wanted = {**marker.kwargs, **wanted}
    return wanted


def _check_loop(request: pytest.FixtureRequest) -> None:
    """Fail where the test would hang: a sandbox answers in the event loop that its fixture ran in, and only there."""
    marker = request.node.get_closest_marker("asyncio")
    if marker is None or not request.config.pluginmanager.hasplugin("asyncio"):
        return
    of_test = marker.kwargs.get("loop_scope") or request.config.getini("asyncio_default_test_loop_scope")
    of_fixture = request.config.getini("asyncio_default_fixture_loop_scope")
    if of_fixture not in LOOPS:  # nothing is said, or that it is the fixture's own
        of_fixture = "function"
    if of_test != of_fixture:
        pytest.fail(
            f"the test runs in the event loop of its {of_test}, opsgenie_sandbox in that of its {of_fixture}: "
            f"give both the same, as by asyncio_default_fixture_loop_scope = {of_test} in pytest's configuration",
            pytrace=False,
        )


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in ("Fault", "Sandbox"):
            from opsgenie_async import sandbox

            return getattr(sandbox, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
