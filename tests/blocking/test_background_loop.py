"""The thread behind a blocking client: what its workers fail at, what is cancelled, and looking now and then."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from opsgenie_async import background_loop
from opsgenie_async.background_loop import BackgroundLoop
from tests.waiting import LIMIT


@pytest.fixture
def loop() -> Iterator[BackgroundLoop]:
    acquired = BackgroundLoop.acquire()
    yield acquired
    acquired.release()


def test_what_fails_in_a_worker_fails_for_its_caller(loop: BackgroundLoop):
    async def work() -> float:
        return await asyncio.get_running_loop().run_in_executor(None, lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        loop.run(work())


def test_what_was_cancelled_before_a_worker_was_free_never_runs(loop: BackgroundLoop):
    go, runs = threading.Event(), []

    async def work() -> None:
        running = asyncio.get_running_loop()
        busy = [running.run_in_executor(None, go.wait, LIMIT) for _ in range(2)]
        late = running.run_in_executor(None, runs.append, "late")
        late.cancel()
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*busy)
        await running.run_in_executor(None, runs.append, "next")

    loop.run(work())
    assert runs == ["next"]


@pytest.mark.parametrize("poll", [None, 0.001])
def test_a_wait_that_looks_now_and_then_ends_with_the_call(loop: BackgroundLoop, monkeypatch, poll: float | None):
    async def fail() -> None:
        await asyncio.sleep(0.01)
        raise TimeoutError("of the call")

    monkeypatch.setattr(background_loop, "POLL", poll)
    assert loop.run(asyncio.sleep(0.01, "done")) == "done"
    with pytest.raises(TimeoutError, match="of the call"):
        loop.run(fail())


@pytest.mark.parametrize("poll", [None, 0.001])
def test_an_interrupt_is_raised_when_the_call_has_ended(loop: BackgroundLoop, monkeypatch, poll: float | None):
    started, ended = threading.Event(), []

    async def work() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            ended.append("call")

    def interrupt(*_: object) -> None:
        started.wait(LIMIT)
        raise KeyboardInterrupt

    monkeypatch.setattr(background_loop, "POLL", poll)
    monkeypatch.setattr(background_loop._Call, "wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        loop.run(work())
    assert ended == ["call"]


def test_the_last_user_ends_what_still_runs():
    started, ended = threading.Event(), threading.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    other = BackgroundLoop()
    tasks: list[asyncio.Task[None]] = []
    other.call_soon(lambda: tasks.append(other._loop.create_task(work())))
    started.wait(LIMIT)
    other.call_soon(other._stop)
    other._thread.join(LIMIT)
    assert ended.is_set()
    assert other._loop.is_closed()
