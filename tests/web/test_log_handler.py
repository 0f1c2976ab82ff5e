"""Alerts of log records: what they say, how many are sent, and what logging never has to wait for."""

from __future__ import annotations

import asyncio
import logging
import logging.config
import os
import subprocess
import sys
import threading
import time

import pytest

from opsgenie_async.background_loop import BackgroundLoop
from opsgenie_async.models import TeamRef
from opsgenie_async.sandbox import Fault
from opsgenie_async.web.log_handler import OpsgenieHandler
from opsgenie_async.web.log_throttle import LogThrottle

CREATE = "POST /v2/alerts"
logger = logging.getLogger("shop.orders")


def alerts(sandbox) -> list[dict]:
    return list(sandbox.account.alerts.values())


@pytest.fixture
async def attach(sandbox):
    """Make a handler of the root logger; it is closed at the end, and its thread with it."""
    handlers = []

    def attach(**settings) -> OpsgenieHandler:
        settings = {"api_key": sandbox.api_key, "base_url": sandbox.url, "service": "shop", **settings}
        handlers.append(OpsgenieHandler(**settings))
        logging.getLogger().addHandler(handlers[-1])
        return handlers[-1]

    yield attach
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
        await asyncio.to_thread(handler.close)
    assert BackgroundLoop._shared is None


def record_of(message: str, *args: object) -> logging.LogRecord:
    """A record that no other handler sees: those of pytest do not take everything."""
    return logging.LogRecord("shop.orders", logging.ERROR, "orders.py", 17, message, args, None)


async def flush(handler) -> None:
    """The sandbox is served by the loop of the test, which must not wait."""
    await asyncio.to_thread(handler.flush)


def fail(number: int) -> None:
    raise KeyError(number)


async def test_an_error_becomes_an_alert(attach, sandbox):
    handler = attach()

    try:
        fail(17)
    except KeyError:
        logger.exception("order %d is lost", 17, extra={"tenant": "acme", "api_token": "geheim"})
    await flush(handler)

    (alert,) = alerts(sandbox)
    assert alert["message"] == "order 17 is lost"
    assert alert["alias"].startswith("shop: shop.orders: order %d is lost: KeyError at test_log_handler.py:")
    assert (alert["priority"], alert["source"], alert["entity"]) == ("P2", "shop", "shop.orders")
    assert alert["description"].splitlines()[0] == "order 17 is lost"
    assert alert["description"].splitlines()[-2].endswith("in fail")
    assert alert["description"].splitlines()[-1] == "KeyError: 17"
    details = alert["details"]
    assert (details["tenant"], details["api_token"], details["level"]) == ("acme", "[redacted]", "ERROR")
    assert details["location"].startswith("test_log_handler.py:")
    assert details["location"].endswith("in test_an_error_becomes_an_alert")
    assert (handler.occurrences, handler.delivered, handler.waiting) == (1, 1, 0)


@pytest.mark.parametrize(
    ("level", "priorities", "priority"),
    [
        ("CRITICAL", None, "P1"),
        ("ERROR", None, "P2"),
        ("WARNING", None, "P3"),
        ("INFO", None, "P4"),
        ("DEBUG", None, "P5"),
        ("ERROR", {"ERROR": "P1"}, "P1"),
        ("ERROR", {25: "P4", 40: "P5"}, "P5"),
    ],
)
async def test_the_level_is_the_priority(attach, sandbox, level, priorities, priority):
    handler = attach(level="DEBUG", priorities=priorities)

    handler.handle(logging.LogRecord("a", logging.getLevelNamesMapping()[level], "f.py", 1, "m", None, None))
    await flush(handler)

    assert [alert["priority"] for alert in alerts(sandbox)] == [priority]


async def test_below_the_level_is_nothing(attach, sandbox):
    handler = attach()

    logger.warning("careful")
    await flush(handler)

    assert (alerts(sandbox), handler.occurrences) == ([], 0)


async def test_equal_records_are_one_alert_with_a_count(attach, sandbox):
    handler = attach()

    for number in range(50):
        logger.error("order %d is lost", number)
    logger.error("another")
    logging.getLogger("shop.till").error("another")
    await flush(handler)

    assert [(alert["message"], alert["count"]) for alert in alerts(sandbox)] == [
        ("order 0 is lost", 50),
        ("another", 1),
        ("another", 1),
    ]


async def test_a_storm_sends_a_part_and_the_number_of_the_others(attach, sandbox):
    handler = attach(burst=3, per=60)

    for _ in range(1000):
        logger.error("no database")
    await flush(handler)

    (alert,) = alerts(sandbox)
    assert alert["count"] == 4
    sends = [received for received in sandbox.received if received.path == "/v2/alerts"]
    notes = [send.json["note"] for send in sends if "note" in send.json]
    assert notes == ["997 more records like this were not sent one by one"]
    assert (handler.occurrences, handler.suppressed, handler.delivered) == (1000, 997, 4)


async def test_the_number_of_the_others_is_sent_when_the_time_is_over(attach, sandbox):
    attach(burst=1, per=0.05)

    for _ in range(3):
        logger.error("no database")
    async with asyncio.timeout(5):
        while sum(received.path == "/v2/alerts" for received in sandbox.received) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert sandbox.received[-1].json["note"].startswith("2 more records")


def test_a_throttle_begins_anew_after_its_time():
    throttle = LogThrottle[str](2, 60)

    assert [throttle.admit("a", "x", now) for now in (0, 1, 2, 3)] == [
        (True, None),
        (True, None),
        (False, 60),
        (False, None),
    ]
    assert throttle.admit("b", "x", 4) == (True, None)
    assert throttle.take("a") == ("x", 2)
    assert throttle.take("a") is None
    assert throttle.admit("b", "x", 100) == (True, None)
    assert throttle.take_all() == []


def test_a_throttle_is_bounded():
    throttle = LogThrottle[str](1, 60)

    for number in range(20_000):
        throttle.admit(str(number), "x", 0)

    assert len(throttle._windows) == 10_000


async def test_fields_of_the_alert(attach, sandbox):
    sandbox.add_team("Ops")
    handler = attach(alert={"responders": [TeamRef(name="Ops")], "tags": ["all"]})

    logger.error("no database", extra={"opsgenie": {"priority": "P1", "tags": ["db"]}})
    await flush(handler)

    (alert,) = alerts(sandbox)
    assert (alert["priority"], alert["tags"], len(alert["responders"])) == ("P1", ["db"], 1)


@pytest.mark.parametrize("extra", [{"priority": "P9"}, {"titel": 1}, 5, {"tags": "db"}])
async def test_fields_that_make_no_sense_cost_no_alert(attach, sandbox, extra):
    handler = attach()

    logger.error("no database", extra={"opsgenie": extra})
    await flush(handler)

    assert [alert["priority"] for alert in alerts(sandbox)] == ["P2"]


async def test_a_formatter_writes_the_description(attach, sandbox):
    handler = attach()
    handler.setFormatter(logging.Formatter("%(levelname)s of %(name)s: %(message)s"))

    logger.error("no database")
    await flush(handler)

    assert alerts(sandbox)[0]["description"] == "ERROR of shop.orders: no database"


async def test_an_own_fingerprint(attach, sandbox):
    handler = attach(fingerprint=lambda record: record.name)

    logger.error("one")
    logger.error("two")
    await flush(handler)

    assert [(alert["alias"], alert["count"]) for alert in alerts(sandbox)] == [("shop: shop.orders", 2)]


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


async def test_a_record_that_cannot_be_read_is_reported_as_logging_does(attach, sandbox, capsys):
    handler = attach()

    handler.handle(record_of("order %d is lost", "no number"))
    await flush(handler)

    assert alerts(sandbox) == []
    assert "--- Logging error ---" in capsys.readouterr().err


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
    assert time.monotonic() - started < 1
    await asyncio.to_thread(handler.close)

    assert (handler.occurrences, handler.delivered, handler.dropped) == (20, 0, 20)


async def test_an_outage_is_waited_out_by_a_flush(attach, sandbox):
    sandbox.faults.add(Fault(route=CREATE, status=500, times=1))
    handler = attach(config={"max_attempts": 1})

    logger.error("no database")
    for _ in range(3):  # a flush has its whole time each time
        await flush(handler)

    assert (handler.delivered, handler.waiting) == (1, 0)


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


async def test_by_dict_config(sandbox):
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {
                "opsgenie": {
                    "class": "opsgenie_async.web.log_handler.OpsgenieHandler",
                    "level": "ERROR",
                    "api_key": sandbox.api_key,
                    "base_url": sandbox.url,
                    "config": {"max_attempts": 2},
                    "priorities": {"ERROR": "P1"},
                    "alert": {"tags": ["db"]},
                }
            },
            "loggers": {"by.config": {"handlers": ["opsgenie"]}},
        }
    )
    (handler,) = logging.getLogger("by.config").handlers
    logging.getLogger("by.config").error("no database")
    await asyncio.to_thread(handler.close)
    logging.getLogger("by.config").removeHandler(handler)

    (alert,) = alerts(sandbox)
    assert (alert["priority"], alert["tags"], alert["source"]) == ("P1", ["db"], handler.service)


async def test_the_key_is_in_no_repr(attach):
    handler = attach(api_key="geheim")

    assert "geheim" not in f"{handler!r} {vars(handler)!r}"
    assert repr(handler) == "<OpsgenieHandler 'shop' (ERROR)>"


@pytest.mark.parametrize(
    ("settings", "error", "name"),
    [
        ({"queue_size": 0}, ValueError, "queue_size"),
        ({"burst": 0}, ValueError, "burst"),
        ({"flush": -1}, ValueError, "flush"),
        ({"priorities": {"LOUD": "P1"}}, ValueError, "LOUD"),
        ({"alert": {"alias": "x"}}, ValueError, "alias"),
        ({"region": "mars"}, ValueError, "region"),
        ({"level": "LOUD"}, ValueError, "LOUD"),
    ],
)
def test_settings_are_checked_at_once(settings, error, name):
    with pytest.raises(error, match=name):
        OpsgenieHandler(**{"api_key": "key", **settings})


PROGRAM = """
import logging, os, sys
from opsgenie_async.web.log_handler import OpsgenieHandler

logging.getLogger().addHandler(OpsgenieHandler(service="program"))
"""
AT_THE_END = 'logging.error("the last word")'
UNHANDLED = "sys.excepthook = lambda *e: logging.critical('crash', exc_info=e)\n1 / 0"
FORK = """
logging.error("before")
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
async def test_a_fork_waits_until_the_loop_holds_no_lock():
    """As that of an import: in the child nobody releases it, and the handler there could send nothing."""

    def fork() -> int:
        lock, held = threading.Lock(), threading.Event()

        def step() -> None:
            with lock:
                held.set()
                end = time.monotonic() + 0.1
                while time.monotonic() < end:
                    pass

        loop = BackgroundLoop.acquire()
        loop.call_soon(step)
        held.wait()
        child = os.fork()
        if not child:
            os._exit(0 if lock.acquire(timeout=1) else 1)
        loop.release()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert await asyncio.to_thread(fork) == 0


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
