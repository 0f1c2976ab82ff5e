"""Alerts of log records: what they say, and what logging never has to wait for."""

from __future__ import annotations

import asyncio
import logging
import logging.config

import pytest

from opsgenie_async.models import TeamRef
from opsgenie_async.web.log_handler import OpsgenieHandler
from tests.web.log_records import flush, logger, record_of
from tests.web.shop import alerts


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


async def test_a_fingerprint_that_raises_costs_no_alert(attach, sandbox):
    handler = attach(fingerprint=lambda record: 1 / 0)

    handler.handle(record_of("one"))
    await flush(handler)

    assert [alert["alias"] for alert in alerts(sandbox)] == ["shop: shop.orders: one"]


async def test_a_record_that_cannot_be_read_is_reported_as_logging_does(attach, sandbox, capsys):
    handler = attach()

    handler.handle(record_of("order %d is lost", "no number"))
    await flush(handler)

    assert alerts(sandbox) == []
    assert "--- Logging error ---" in capsys.readouterr().err


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
        ({"alert": {"priority": "P0"}}, ValueError, "priority: expected P1, P2, P3, P4 or P5, got 'P0'"),
        ({"region": "mars"}, ValueError, "region"),
        ({"level": "LOUD"}, ValueError, "LOUD"),
    ],
)
def test_settings_are_checked_at_once(settings, error, name):
    with pytest.raises(error, match=name):
        OpsgenieHandler(**{"api_key": "key", **settings})


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no text")


async def test_a_value_that_has_no_text_costs_no_alert(attach, sandbox):
    handler = attach()

    logger.error("no database", extra={"basket": Unprintable(), "tenant": "acme"})
    await flush(handler)

    (alert,) = alerts(sandbox)
    assert alert["details"]["tenant"] == "acme"
    assert alert["details"]["basket"] == ""
    assert (handler.delivered, handler.failed) == (1, 0)


async def test_a_traceback_that_came_as_text_is_in_the_description(attach, sandbox):
    """As a record from another process has it, whose exception cannot be pickled."""
    handler = attach()
    record = record_of("no database")
    record.exc_text, record.stack_info = "ValueError: of the worker", "Stack (most recent call last):"

    handler.handle(record)
    await flush(handler)

    assert alerts(sandbox)[0]["description"].splitlines() == [
        "no database", "ValueError: of the worker", "Stack (most recent call last):"
    ]  # fmt: skip


async def test_responders_and_those_who_see_it_are_counted_together(attach, sandbox):
    teams = [TeamRef(name=sandbox.add_team(f"Team {number}")["name"]) for number in range(60)]
    handler = attach(alert={"responders": teams[:40], "visible_to": teams[40:], "tags": None})

    logger.error("no database")
    await flush(handler)

    [body] = [each.json for each in sandbox.received if each.method == "POST"]
    assert (len(body["responders"]), len(body["visibleTo"])) == (40, 10)
