"""A pytest plug-in: a sandbox for each test that uses its fixture, and a client for it that never waits.

    @pytest.mark.opsgenie(teams=5, seed=7)
    async def test_disk_alert(opsgenie, opsgenie_sandbox):
        opsgenie_sandbox.faults.add(Fault(route="POST /v2/alerts", status=503, times=2))
        await report_disk(opsgenie, "db-1")
        assert [alert["message"] for alert in opsgenie_sandbox.alerts] == ["disk full on db-1"]

pytest loads it through its entry point. The sandbox is imported when a test first uses it.
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
    "initial state of the sandbox of the fixtures `opsgenie_sandbox` and `opsgenie`, and whether waits take time."
)
SANDBOX_ARGUMENTS = ("teams", "seed", "limits", "faults", "account", "load")

LOOP_SCOPES = ("function", "class", "module", "package", "session")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, as `--strict-markers` requires."""
    config.addinivalue_line("markers", MARKER)


class NoWaiting:
    """A clock on which every wait ends at once: its time jumps to the end of the wait.

    A deadline expires through the waits of its own task, or in real time; jumps of other tasks do not count.
    """

    def __init__(self) -> None:
        self._system = SystemClock()
        self._offset = 0.0
        self._deadlines: dict[asyncio.Task[object], list[tuple[float, asyncio.Timeout]]] = {}

    def now(self) -> float:
        """Return the monotonic time in seconds, including all jumps."""
        return self._system.now() + self._offset

    def utc(self) -> datetime:
        """Return the time of day, including all jumps."""
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    async def sleep_until(self, moment: float) -> None:
        """Jump to *moment*, or to the task's deadline if earlier, and let other tasks run."""
        task = asyncio.current_task()
        first = min(self._deadlines.get(task, []) if task else [], key=lambda each: each[0], default=None)
        if first is not None and first[0] <= moment:
            self._jump(first[0])
            first[1].reschedule(asyncio.get_running_loop().time())
            await asyncio.Event().wait()  # until the deadline, which is now, cancels it
        self._jump(moment)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def deadline(self, moment: float) -> AsyncIterator[object]:
        """Raise `TimeoutError` when the task waits or works until after *moment*."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task to cancel")
        async with asyncio.timeout(moment - self.now()) as timeout:
            deadlines = self._deadlines.setdefault(task, [])
            deadlines.append((moment, timeout))
            try:
                yield timeout
            finally:
                deadlines.remove((moment, timeout))
                if not deadlines:
                    del self._deadlines[task]

    def _jump(self, moment: float) -> None:
        self._offset += max(0.0, moment - self.now())


def _async_fixture(fixture: F) -> F:
    """Declare an asynchronous fixture: pytest-asyncio needs its own in strict mode, other plug-ins use a plain one."""
    try:
        import pytest_asyncio
    except ImportError:
        return cast("F", pytest.fixture(fixture))
    return cast("F", pytest_asyncio.fixture(fixture))


@pytest.fixture
def opsgenie_clock(request: pytest.FixtureRequest) -> Clock:
    """The clock of the sandbox and of the client: a `NoWaiting`, unless the marker has `waiting=True`."""
    return SystemClock() if _marker_arguments(request).get("waiting") else NoWaiting()


@pytest.fixture
def opsgenie_config(opsgenie_clock: Clock) -> Config:
    """The configuration of `opsgenie`; override the fixture to change it, and keep the clock."""
    return Config(clock=opsgenie_clock)


@_async_fixture
async def opsgenie_sandbox(request: pytest.FixtureRequest, opsgenie_clock: Clock) -> AsyncIterator[Sandbox]:
    """A sandbox for this test, with three teams unless `@pytest.mark.opsgenie(...)` has other arguments."""
    from opsgenie_async.sandbox import Sandbox

    _check_loop(request)
    arguments = _marker_arguments(request)
    settings = {"teams": 3, **{name: value for name, value in arguments.items() if name in SANDBOX_ARGUMENTS}}
    if settings.keys() & {"account", "load"} and "teams" not in arguments:
        settings["teams"] = 0
    sandbox = Sandbox(clock=opsgenie_clock, **settings)  # type: ignore[arg-type]
    sandbox.processing_delay = arguments.get("processing_delay", 0.0)  # type: ignore[assignment]
    async with sandbox:
        yield sandbox


@_async_fixture
async def opsgenie(opsgenie_sandbox: Sandbox, opsgenie_config: Config) -> AsyncIterator[Opsgenie]:
    """A client of `opsgenie_sandbox`."""
    async with Opsgenie(opsgenie_sandbox.api_key, base_url=opsgenie_sandbox.url, config=opsgenie_config) as client:
        yield client


def _marker_arguments(request: pytest.FixtureRequest) -> dict[str, object]:
    """Merge the arguments of the markers; the nearest one wins."""
    arguments: dict[str, object] = {}
    for marker in request.node.iter_markers("opsgenie"):
        unknown = marker.kwargs.keys() - {*SANDBOX_ARGUMENTS, "processing_delay", "waiting"}
        if marker.args or unknown:
            names = ", ".join(sorted(unknown)) or repr(marker.args[0])
            pytest.fail(f"@pytest.mark.opsgenie does not take {names}; it is {MARKER}", pytrace=False)
        arguments = {**marker.kwargs, **arguments}
    return arguments


def _check_loop(request: pytest.FixtureRequest) -> None:
    """Fail where the test would hang: a sandbox only serves in the event loop of its fixture."""
    marker = request.node.get_closest_marker("asyncio")
    if marker is None or not request.config.pluginmanager.hasplugin("asyncio"):
        return
    test_scope = marker.kwargs.get("loop_scope") or request.config.getini("asyncio_default_test_loop_scope")
    fixture_scope = request.config.getini("asyncio_default_fixture_loop_scope")
    if fixture_scope not in LOOP_SCOPES:  # unset: the scope of the fixture
        fixture_scope = "function"
    if test_scope != fixture_scope:
        pytest.fail(
            f"the test runs in the event loop of its {test_scope}, opsgenie_sandbox in that of its {fixture_scope}: "
            f"give both the same, as by asyncio_default_fixture_loop_scope = {test_scope} in pytest's configuration",
            pytrace=False,
        )


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in ("Fault", "Sandbox"):
            from opsgenie_async import sandbox

            return getattr(sandbox, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
