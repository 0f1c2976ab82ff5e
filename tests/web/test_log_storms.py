"""Storms of log records: a part of them is sent, and the number of the others is a note on their alert."""

from __future__ import annotations

import logging

from opsgenie_async.models import Alias
from opsgenie_async.sandbox import Fault
from opsgenie_async.web.backlog import Backlog
from opsgenie_async.web.log_throttle import LogThrottle
from tests.clocks import FakeClock
from tests.waiting import until
from tests.web.log_records import flush, logger
from tests.web.shop import alerts

ALIAS = "shop: shop.orders: no database"
ADD_NOTE = "POST /v2/alerts/{identifier}/notes"


def notes(sandbox) -> list[list[str]]:
    """The notes of each alert."""
    return [[note["note"] for note in sandbox.account.alert_notes.get(alert["id"], ())] for alert in alerts(sandbox)]


async def test_a_storm_sends_a_part_and_the_number_of_the_others(attach, sandbox):
    handler = attach(burst=3, per=60)

    for _ in range(1000):
        logger.error("no database")
    await flush(handler)

    assert [alert["count"] for alert in alerts(sandbox)] == [3]
    assert notes(sandbox) == [["997 more records like this were not sent individually"]]
    assert (handler.occurrences, handler.suppressed, handler.delivered) == (1000, 997, 3)


async def test_each_alert_has_its_own_number(attach, sandbox):
    handler = attach(burst=1, alert={"note": "see the runbook"})

    for number in range(1, 4):
        for _ in range(1 + number):
            logging.getLogger(f"shop.{number}").error("no database")
    await flush(handler)

    assert notes(sandbox) == [
        ["see the runbook", "1 more record like this was not sent individually"],
        ["see the runbook", "2 more records like this were not sent individually"],
        ["see the runbook", "3 more records like this were not sent individually"],
    ]


async def test_the_number_of_the_others_is_sent_when_the_time_is_over(attach, sandbox):
    handler = attach(burst=1, per=60)
    handler._clock = clock = FakeClock()

    with handler._state:  # the time is not over before all of them are logged
        logger.error("no database")
        clock.seconds += 59.99
        logger.error("no database")
        logger.error("no database")
    await until(lambda: notes(sandbox) == [["2 more records like this were not sent individually"]])


async def test_the_number_is_on_a_new_alert_if_the_first_one_was_closed(attach, sandbox, og):
    handler = attach(burst=1, alert={"note": "see the runbook"})

    logger.error("no database")
    await until(lambda: handler.delivered)
    await (await og.alerts.close(Alias(ALIAS)))
    for _ in range(4):
        logger.error("no database")
    await flush(handler)

    assert [(alert["status"], alert["count"]) for alert in alerts(sandbox)] == [("closed", 1), ("open", 1)]
    assert notes(sandbox)[1] == ["4 more records like this were not sent individually\nsee the runbook"]


async def test_a_key_that_may_not_read_adds_one_note(attach, sandbox):
    """The outcome of the note stays unknown, and it was accepted."""
    sandbox.faults.add(Fault(route="GET /v2/alerts/requests/{request}", status=403))
    handler = attach(burst=1)

    for _ in range(3):
        logger.error("no database")
    await flush(handler)

    assert [alert["count"] for alert in alerts(sandbox)] == [1]
    assert notes(sandbox) == [["2 more records like this were not sent individually"]]


def test_numbers_that_wait_are_summed_up_and_one_that_grows_while_it_is_sent_is_not_lost():
    backlog = Backlog(10)
    backlog.add("a", None, None)
    for others in (5, 2):
        backlog.add("a", None, None, others=others)
    assert backlog.waiting == 2
    backlog.complete(backlog.next(), closed=False)

    entry = backlog.next()
    assert (entry.alias, entry.count, entry.others) == ("a", 1, 7)
    backlog.add("a", None, None, others=4)
    backlog.complete(entry, closed=False, others=7)
    assert (backlog.next().others, backlog.waiting) == (4, 1)
    backlog.complete(backlog.next(), closed=False, others=4)

    assert (bool(backlog), backlog.waiting) == (False, 0)


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
