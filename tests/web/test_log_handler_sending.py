"""Alerts of log records on their way: threads, loops, forks, outages and the end of the program."""

from __future__ import annotations

import asyncio
import logging
import logging.config
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from opsgenie_async.background_loop import BackgroundLoop
from opsgenie_async.sandbox import Fault
from opsgenie_async.web.log_records import LogFailure
from opsgenie_async.web.request_failure import AlertFields
from tests.waiting import LIMIT, until
from tests.web.log_records import flush, logger, record_of
from tests.web.shop import CREATE, alerts


async def test_what_is_logged_in_order_to_send_is_never_an_alert(attach, sandbox):
    """Every library logs at every level, while Opsgenie refuses and delays."""
    handler = attach(level="DEBUG", config={"max_attempts": 2})
    logging.getLogger().setLevel(logging.DEBUG)
    sandbox.faults.add(Fault(route=CREATE, status=500, times=1))
    try:
        names = []
        handler.addFilter(lambda record: names.append(record.name) or record.name == logger.name)
        logger.error("no database")
        await flush(handler)
        in_thread = [logging.getLogger(name) for name in ("aiohttp.client", "asyncio", "anything")]
        assert handler._loop is not None
        for each in in_thread:
            handler._loop.call_soon(lambda each=each: each.error("from the sending thread"))
        logging.getLogger("opsgenie_async.anything").error("from anywhere")
        await flush(handler)
        await asyncio.to_thread(handler.close)
    finally:
        logging.getLogger().setLevel(logging.WARNING)

    assert [alert["message"] for alert in alerts(sandbox)] == ["no database"]
    assert not {"anything", "opsgenie_async.anything"} & set(names)


async def test_an_argument_that_logs_is_no_endless_recursion(attach, sandbox):
    class Chatty:
        def __str__(self):
            logger.error("asked for a text")
            return "chatty"

    handler = attach()
    handler.handle(record_of("said by %s", Chatty()))
    await flush(handler)

    assert [alert["message"] for alert in alerts(sandbox)] == ["said by chatty"]


async def test_threads_and_tasks_log_at_the_same_time(attach, sandbox):
    handler = attach(burst=1000)

    def work():
        for _ in range(20):
            logger.error("no database")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    work()
    await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in threads))
    await flush(handler)

    assert [alert["count"] for alert in alerts(sandbox)] == [180]


async def test_logging_does_not_wait_and_the_queue_is_bounded(attach, sandbox):
    sandbox.faults.add(Fault(route=CREATE, delay=60))
    handler = attach(queue_size=5, flush=0)

    started = time.monotonic()
    for _ in range(20):
        logger.error("no database")
    assert time.monotonic() - started < LIMIT  # and not the minute that one answer takes
    await asyncio.to_thread(handler.close)

    assert (handler.occurrences, handler.delivered, handler.dropped) == (20, 0, 20)


async def test_an_outage_is_waited_out_by_a_flush(attach, sandbox):
    sandbox.faults.add(Fault(route=CREATE, status=500, times=1))
    handler = attach(config={"max_attempts": 1})

    logger.error("no database")
    for _ in range(3):  # a flush has its whole time each time
        await flush(handler)

    assert (handler.delivered, handler.waiting) == (1, 0)


async def test_the_end_does_not_wait_for_a_function_that_blocks(attach, sandbox, monkeypatch):
    monkeypatch.setattr("opsgenie_async.web.log_handler.PATIENCE", 0.05)
    go_on = threading.Event()

    def wait(failure: LogFailure) -> AlertFields:
        while not go_on.is_set():
            pass
        return {}

    handler = attach(alert=wait, flush=0)
    handler.handle(record_of("no database"))
    await flush(handler)
    assert (handler.delivered, handler.waiting) == (0, 1)

    go_on.set()
    await until(lambda: handler.delivered)
    assert len(alerts(sandbox)) == 1


async def test_a_function_that_exits_costs_nobody_an_alert(attach, sandbox):
    """Neither this handler, nor others of the same thread."""

    def leave(*_: object) -> AlertFields:
        sys.exit(3)

    handlers = attach(alert=leave), attach(config={"hooks": (leave,)}), attach()
    handlers[0].handle(record_of("one"))
    await flush(handlers[0])
    handlers[1].handle(record_of("two"))
    await flush(handlers[1])
    handlers[2].handle(record_of("three"))
    await flush(handlers[2])

    assert {"one", "three"} <= {alert["message"] for alert in alerts(sandbox)}


async def test_after_the_end_records_are_dropped_and_counted(attach, sandbox):
    handler = attach()
    logger.error("one")
    await asyncio.to_thread(handler.close)
    await asyncio.to_thread(handler.close)

    logger.error("two")

    assert (len(alerts(sandbox)), handler.dropped) == (1, 1)


async def test_two_handlers_share_a_thread(attach, sandbox):
    one, other = attach(service="one"), attach(service="other")

    logger.error("no database")
    await flush(one)
    await flush(other)

    assert one._loop is other._loop
    assert sorted(alert["source"] for alert in alerts(sandbox)) == ["one", "other"]


PROGRAM = """
import logging, os, sys
from opsgenie_async import background_loop
from opsgenie_async.web.log_handler import OpsgenieHandler

background_loop.PATIENCE = 60
logging.getLogger().addHandler(OpsgenieHandler(service="program", flush=60))
"""
AT_THE_END = 'logging.error("the last word")'
UNHANDLED = "sys.excepthook = lambda *e: logging.critical('crash', exc_info=e)\n1 / 0"
FORK = """
logging.error("before")
del os.environ["OPSGENIE_API_KEY"]  # as of those who hide it from their children
child = os.fork()
logging.error("in the child" if child == 0 else "in the parent")
if child:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
PROCESS = """
import multiprocessing
logging.error("before")
worker = multiprocessing.get_context("fork").Process(target=lambda: logging.error("in the child"))
worker.start()
worker.join()
assert worker.exitcode == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("by_helper", [False, True], ids=["the loop", "its helper"])
async def test_a_fork_waits_until_no_lock_is_held(monkeypatch, by_helper):
    """As that of an import: in the child nobody releases it, and the handler there could send nothing."""
    monkeypatch.setattr("opsgenie_async.background_loop.PATIENCE", LIMIT)

    def fork() -> int:
        lock, ready, pausing = threading.Lock(), threading.Event(), threading.Event()

        def step() -> None:
            with lock:
                ready.set()
                pausing.wait(LIMIT)
                end = time.monotonic() + 0.1
                while time.monotonic() < end:
                    pass

        def ask_to_pause(loop: BackgroundLoop, function: Callable[[], object]) -> None:
            call_soon(loop, function)
            pausing.set()

        call_soon = BackgroundLoop.call_soon
        loop = BackgroundLoop.acquire()
        loop.call_soon(partial(loop._loop.run_in_executor, None, step) if by_helper else step)
        ready.wait()
        monkeypatch.setattr(BackgroundLoop, "call_soon", ask_to_pause)
        child = os.fork()
        if not child:
            os._exit(0 if lock.acquire(timeout=1) else 1)
        loop.release()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert await asyncio.to_thread(fork) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("here", ["the loop", "a helper"])
async def test_a_fork_by_the_loop_itself_waits_for_its_helpers_alone(monkeypatch, here):
    """It has its own step, or call, behind it; that of the other thread ends first."""
    monkeypatch.setattr("opsgenie_async.background_loop.PATIENCE", LIMIT)
    lock, ready = threading.Lock(), threading.Event()

    def step() -> None:
        with lock:
            ready.set()
            end = time.monotonic() + 0.1
            while time.monotonic() < end:
                pass

    def fork() -> int:
        child = os.fork()
        if not child:
            os._exit(0 if lock.acquire(blocking=False) else 1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    async def main() -> int:
        running = asyncio.get_running_loop()
        other = running.run_in_executor(None, step)
        await until(ready.is_set)
        code = fork() if here == "the loop" else await running.run_in_executor(None, fork)
        await other
        return code

    loop = BackgroundLoop.acquire()
    start = time.monotonic()
    assert await asyncio.to_thread(loop.run, main()) == 0
    assert time.monotonic() - start < LIMIT
    await asyncio.to_thread(loop.release)


@pytest.mark.parametrize(
    ("program", "messages"),
    [
        (AT_THE_END, {"the last word": 1}),
        (UNHANDLED, {"crash": 1}),
        pytest.param(
            FORK,
            {"before": 1, "in the child": 1, "in the parent": 1},
            marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here"),
        ),
        pytest.param(
            PROCESS,
            {"before": 1, "in the child": 1},
            marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here"),
        ),
    ],
    ids=["end", "crash", "fork", "multiprocessing"],
)
async def test_a_program_sends_its_last_records_at_its_end(sandbox, program, messages):
    """By the name of a host: that needs a thread, at a time when no new thread can be started."""
    settings = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url.replace("127.0.0.1", "localhost")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM + program, env=os.environ | settings, stderr=subprocess.PIPE
    )
    _, errors = await process.communicate()

    assert {alert["message"]: alert["count"] for alert in alerts(sandbox)} == messages, errors.decode()
