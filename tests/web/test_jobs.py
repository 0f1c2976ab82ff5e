"""Jobs: an alert when one fails, a ping when it succeeds, and never a job that fails because of Opsgenie."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial

import pytest

from opsgenie_async import ClientMisused, Config, Opsgenie, blocking
from opsgenie_async.background_loop import BackgroundLoop
from opsgenie_async.errors import ArgumentTypeError
from opsgenie_async.sandbox import Fault
from opsgenie_async.web.jobs import Job
from tests.waiting import LIMIT, until

PING = "/v2/heartbeats/backup/ping"


class OutOfSpace(Exception):
    """What a backup raises."""


def alerts(sandbox) -> list[dict]:
    return list(sandbox.account.alerts.values())


def count_pings(sandbox) -> int:
    return sum(received.path == PING for received in sandbox.received)


@pytest.fixture(autouse=True)
def environment(sandbox, monkeypatch):
    monkeypatch.setenv("OPSGENIE_API_KEY", sandbox.api_key)
    monkeypatch.setenv("OPSGENIE_BASE_URL", sandbox.url)
    monkeypatch.setattr("opsgenie_async.web.jobs.PATIENCE", LIMIT)
    yield
    assert BackgroundLoop._shared is None


@pytest.fixture(params=["coroutine function", "function", "async with", "with"])
def run(request):
    """Run a job once, by each of its doors; what has no loop of its own runs in a thread beside the sandbox's."""

    async def run(job: Job, error: BaseException | None = None) -> str:
        def work() -> str:
            if error is not None:
                raise error
            return "done"

        async def await_work() -> str:
            return work()

        async def async_with() -> str:
            async with job:
                return work()

        def with_() -> str:
            with job:
                return work()

        match request.param:
            case "coroutine function":
                return await job(await_work)()
            case "function":
                return await asyncio.to_thread(job(work))
            case "async with":
                return await async_with()
        return await asyncio.to_thread(with_)

    return run


async def test_a_success_pings(sandbox, run):
    assert await run(Job("backup", heartbeat="backup")) == "done"

    assert (count_pings(sandbox), alerts(sandbox)) == (1, [])


async def test_a_failure_is_an_alert_and_no_ping(sandbox, run):
    job = Job("backup", heartbeat="backup", alert={"priority": "P1", "details": {"disk": "a"}})

    for _ in range(2):
        with pytest.raises(OutOfSpace, match="of 17 GB"):
            await run(job, OutOfSpace("of 17 GB"))

    (alert,) = alerts(sandbox)
    assert alert["message"] == "backup: tests.web.test_jobs.OutOfSpace: of 17 GB"
    assert (alert["alias"], alert["count"], alert["priority"]) == ("job: backup", 2, "P1")
    assert alert["description"].splitlines()[-1].endswith("OutOfSpace: of 17 GB")
    assert "test_jobs.py" in alert["description"]
    assert (alert["details"]["job"], alert["details"]["disk"]) == ("backup", "a")
    assert count_pings(sandbox) == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(0), SystemExit(), asyncio.CancelledError()])
async def test_what_is_no_failure_and_no_success_is_neither(sandbox, error):
    with pytest.raises(type(error)):
        async with Job("backup", heartbeat="backup"):
            raise error

    assert sandbox.received == []


@pytest.mark.parametrize("code", [1, "no disk"])
async def test_an_exit_with_a_status_is_a_failure(sandbox, code):
    with pytest.raises(SystemExit):
        async with Job("backup", heartbeat="backup"):
            raise SystemExit(code)

    assert alerts(sandbox)[0]["message"] == f"backup: SystemExit: {code}"


async def test_exceptions_to_ignore(sandbox, run):
    retry = type("Retry", (type("TaskPredicate", (Exception,), {"__module__": "celery.exceptions"}),), {})
    for error in (OutOfSpace(), retry()):
        with pytest.raises(type(error)):
            await run(Job("backup", heartbeat="backup", ignore=[OutOfSpace]), error)

    assert sandbox.received == []


async def test_a_success_closes_the_alert_if_that_is_to_be(sandbox, run):
    job = Job("backup", heartbeat="backup", close_on_success=True)

    with pytest.raises(OutOfSpace):
        await run(job, OutOfSpace())
    await run(job)

    assert [alert["status"] for alert in alerts(sandbox)] == ["closed"]


async def test_without_alerts(sandbox, run):
    with pytest.raises(OutOfSpace):
        await run(Job("backup", heartbeat="backup", alert_on_error=False), OutOfSpace())

    assert sandbox.received == []


@pytest.mark.parametrize("error", [None, OutOfSpace()])
@pytest.mark.parametrize("failure", ["refused", "no key", "silent", "500", "exit"])
async def test_a_job_never_fails_because_of_opsgenie(
    sandbox, run, error, failure, monkeypatch, caplog, unused_tcp_port
):
    caplog.set_level(logging.WARNING)
    job = Job("backup", heartbeat="backup", timeout=0.3, every=60, og_or_config=Config(max_attempts=2))
    match failure:
        case "refused":
            monkeypatch.setenv("OPSGENIE_BASE_URL", f"http://127.0.0.1:{unused_tcp_port}")
        case "no key":
            monkeypatch.delenv("OPSGENIE_API_KEY")
        case "silent":
            sandbox.faults.add(Fault(route="*", delay=60))
        case "500":
            sandbox.faults.add(Fault(route="*", status=500))
        case "exit":
            job = Job("backup", heartbeat="backup", every=60, og_or_config=lambda: sys.exit(3))
    if error is None:
        assert await run(job) == "done"
    else:
        with pytest.raises(OutOfSpace):
            await run(job, error)

    assert f"job backup: the {'ping' if error is None else 'alert'} did not get through" in caplog.text


async def test_pings_while_a_long_job_runs(sandbox, run):
    job = Job("backup", heartbeat="backup", every=0.01)

    if await run(job) == "done":  # both kinds start to ping at once
        assert count_pings(sandbox) >= 1
    async with job:
        await until(lambda: count_pings(sandbox) >= 5)
    count = count_pings(sandbox)
    await asyncio.sleep(0.05)

    assert count_pings(sandbox) == count


async def test_a_client_of_the_loop_stays_open(sandbox, og):
    async with Job("backup", heartbeat="backup", og_or_config=og, every=60):
        pass

    assert count_pings(sandbox) >= 1
    assert await og.account.get()
    with pytest.raises(TypeError, match="event loop"):
        Job("backup", og_or_config=og).__enter__()


async def test_a_function_may_make_the_client(sandbox):
    def client() -> Opsgenie:
        return Opsgenie(key, base_url=sandbox.url)

    key = sandbox.add_key(team="Ops")
    with pytest.raises(OutOfSpace):
        async with Job("backup", og_or_config=client):
            raise OutOfSpace

    assert alerts(sandbox)[0]["responders"] or alerts(sandbox)[0]["ownerTeamId"]


async def test_runs_of_one_job_at_the_same_time(sandbox):
    job = Job("backup", heartbeat="backup")

    @job
    async def work(number: int) -> int:
        """Back up."""
        await asyncio.sleep(0.001 * (10 - number))
        if number == 3:
            raise OutOfSpace(number)
        return number

    results = await asyncio.gather(*map(work, range(10)), return_exceptions=True)

    assert [type(result).__name__ for result in results].count("OutOfSpace") == 1
    assert (count_pings(sandbox), len(alerts(sandbox)), job._runs) == (9, 1, {})


async def test_a_block_may_end_in_another_thread_or_task(sandbox):
    """As that of a generator: a fixture, or a dependency of FastAPI."""
    job = Job("backup", heartbeat="backup", every=60)
    await asyncio.to_thread(job.__enter__)
    with ThreadPoolExecutor(1) as other:
        await asyncio.wrap_future(other.submit(job.__exit__, None, None, None))
    await asyncio.create_task(job.__aenter__())
    await job.__aexit__(None, None, None)

    assert count_pings(sandbox) >= 2
    assert not job._runs


async def test_a_job_in_the_thread_that_sends_does_not_wait_for_itself(sandbox):
    loop = BackgroundLoop.acquire()

    async def call() -> str:
        return Job("backup", heartbeat="backup", every=60)(lambda: "done")()

    assert await asyncio.to_thread(loop.run, call()) == "done"
    await until(lambda: BackgroundLoop._users == 1)
    await asyncio.to_thread(loop.release)

    assert count_pings(sandbox) >= 1


async def test_a_job_does_not_wait_for_a_loop_that_is_blocked(sandbox, caplog, monkeypatch):
    monkeypatch.setattr("opsgenie_async.web.jobs.PATIENCE", 0.02)
    go_on = threading.Event()
    loop = BackgroundLoop.acquire()

    def block() -> None:
        while not go_on.is_set():
            pass

    loop.call_soon(block)

    assert await asyncio.to_thread(Job("backup", heartbeat="backup", timeout=0.02)(lambda: "done")) == "done"
    go_on.set()
    await asyncio.to_thread(loop.release)

    assert "the event loop stands still" in caplog.text


@pytest.mark.parametrize("every", [None, 60])
def test_a_job_goes_on_where_no_thread_can_be_started(sandbox, monkeypatch, caplog, every):
    """As Python 3.12 has it in the functions of `atexit`."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    job = Job("backup", heartbeat="backup", every=every)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert job(lambda: "done")() == "done"
        with blocking.Opsgenie() as og, pytest.raises(ClientMisused, match="at interpreter shutdown"):
            og.account.get()

    assert "no thread can be started" in caplog.text


async def test_a_group_of_what_is_ignored_is_ignored(sandbox, run):
    job = Job("backup", ignore=[OutOfSpace])
    with pytest.raises(ExceptionGroup):
        await run(job, ExceptionGroup("tasks", [OutOfSpace(), ExceptionGroup("more", [OutOfSpace()])]))
    assert alerts(sandbox) == []

    with pytest.raises(ExceptionGroup):
        await run(job, ExceptionGroup("tasks", [OutOfSpace(), KeyError("disk")]))
    assert alerts(sandbox)[0]["message"].endswith("OutOfSpace; KeyError: 'disk'")


def test_a_decorated_function_is_what_it_was():
    @Job("backup")
    def work(number: int) -> int:
        """Back up."""
        return number

    assert (work.__name__, work.__doc__, str(inspect.signature(work))) == (
        "work",
        "Back up.",
        "(number: 'int') -> 'int'",
    )


class Work:
    """Is called like a coroutine function, and is none for `inspect`."""

    async def __call__(self, error: BaseException | None) -> str:
        if error is not None:
            raise error
        return "done"


@pytest.mark.parametrize("every", [None, 60])
@pytest.mark.parametrize("work", [Work(), lambda error: Work()(error)], ids=["object", "function"])
async def test_what_returns_a_coroutine_has_run_when_that_has(sandbox, work, every):
    job = Job("backup", heartbeat="backup", every=every)
    coroutine = await asyncio.to_thread(job(work), None)
    before = count_pings(sandbox)
    assert await coroutine == "done"
    assert count_pings(sandbox) > before
    with pytest.raises(OutOfSpace):
        await job(Work())(OutOfSpace())
    assert len(alerts(sandbox)) == 1
    assert not job._runs


class Items:
    """Is called like a generator function."""

    def __call__(self) -> Iterator[int]:
        yield 1


@pytest.mark.parametrize("work", [Items(), partial(Items.__call__, Items())], ids=["object", "partial"])
def test_a_generator_by_another_name_is_refused(work):
    with pytest.raises(ArgumentTypeError, match="generator"):
        Job("backup")(work)


@pytest.mark.parametrize("work", [None, 5, classmethod(lambda cls: 1)])
def test_what_cannot_be_called_is_refused(work):
    with pytest.raises(ArgumentTypeError, match="a job is a function"):
        Job("backup")(work)


def test_a_generator_is_refused():
    def work():
        yield

    with pytest.raises(TypeError, match="generator"):
        Job("backup")(work)


@pytest.mark.parametrize(
    ("settings", "error", "name"),
    [
        ({"name": ""}, ValueError, "name"),
        ({"every": 60}, ValueError, "every"),
        ({"every": 0, "heartbeat": "b"}, ValueError, "every"),
        ({"timeout": 0}, ValueError, "timeout"),
        ({"alert": {"alias": "x"}}, ValueError, "alias"),
        ({"alert": {"priority": "urgent"}}, ValueError, "alert: priority: expected P1, P2, P3, P4 or P5, got 'urgent'"),
    ],
)
def test_settings_are_checked_at_once(settings, error, name):
    with pytest.raises(error, match=name):
        Job(**{"name": "backup", **settings})


async def test_fields_that_make_no_sense_cost_no_alert(sandbox, run):
    fields = {"priority": "P9", "tags": ["disk"], "entity": 5}
    for alert in (lambda failure: fields, lambda failure: failure.nothing, lambda failure: None):
        with pytest.raises(OutOfSpace):
            await run(Job("backup", alert=alert), OutOfSpace())

    (alert,) = alerts(sandbox)
    assert (alert["count"], alert["tags"], alert["priority"], alert["entity"]) == (3, ["disk"], "P3", "backup")


def count_to(end):
    yield from range(end)


async def count_slowly(end):
    yield end


@functools.wraps(count_to)
def wrapper(*args):
    return count_to(*args)


async def coroutine_function(end):
    return count_to(end)


BODIES = {
    "wrapper": wrapper,
    "lambda": lambda end: count_to(end),
    "asynchronous": lambda end: count_slowly(end),
    "context manager": contextmanager(count_to),
    "asynchronous context manager": asynccontextmanager(count_slowly),
    "coroutine function": coroutine_function,
    "coroutine": lambda end: coroutine_function(end),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_has_not_run_is_no_success(sandbox, name):
    job = Job("backup", heartbeat="backup", alert={"tags": ["nightly"]})

    async def run() -> None:
        await (await asyncio.to_thread(job(BODIES[name]), 3))

    with pytest.raises(ArgumentTypeError, match="returned a generator, whose body has not run"):
        await run()

    assert count_pings(sandbox) == 0
    assert [alert["tags"] for alert in alerts(sandbox)] == [["nightly"]]


async def test_a_body_that_was_used_up_by_a_wrapper_is_a_success(sandbox):
    @functools.wraps(count_to)
    def count(end):
        return list(count_to(end))

    assert await asyncio.to_thread(Job("backup", heartbeat="backup")(count), 3) == [0, 1, 2]
    assert count_pings(sandbox) == 1


async def test_a_context_manager_that_is_no_generator_is_a_result(sandbox):
    assert isinstance(await asyncio.to_thread(Job("backup", heartbeat="backup")(ExitStack)), ExitStack)
    assert count_pings(sandbox) == 1
