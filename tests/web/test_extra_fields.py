"""Fields that the caller adds to alerts: as settings those that `og.alerts.create` takes, later any."""

from __future__ import annotations

import inspect
from typing import get_type_hints

import pytest

from opsgenie_async.models import TeamRef
from opsgenie_async.resources.alerts import Alerts
from opsgenie_async.web import alert_on_errors
from opsgenie_async.web.alert_fields import compose, extra_fields
from opsgenie_async.web.asgi import ASGIPlugin
from opsgenie_async.web.jobs import Job
from opsgenie_async.web.log_handler import OpsgenieHandler
from opsgenie_async.web.request_failure import AlertFields
from tests.web.log_records import flush, logger
from tests.web.shop import alerts

WRONG = {
    "message": 5,
    "description": ["long"],
    "responders": [{"name": "Ops", "type": "team"}, "Ops"],
    "visible_to": TeamRef(name="Ops"),
    "actions": "restart",
    "tags": [["db"]],
    "details": "tenant=acme",
    "entity": b"till",
    "source": 1.5,
    "priority": "P6",
    "user": True,
    "note": {"text": "x"},
}
DOORS = {
    "job": lambda alert: Job("backup", alert=alert),
    "log": lambda alert: OpsgenieHandler(api_key="key", alert=alert),
    "asgi": lambda alert: ASGIPlugin().alert_on_errors(alert=alert),
}


def test_the_fields_are_those_of_a_creation():
    assert {*get_type_hints(AlertFields), "alias", "shorten", "self"} == {*inspect.signature(Alerts.create).parameters}
    assert WRONG.keys() == get_type_hints(AlertFields).keys()


@pytest.mark.parametrize("name", WRONG)
def test_a_setting_that_could_not_be_sent_is_refused_at_once(app, name):
    for door in (*DOORS.values(), lambda alert: alert_on_errors(app, alert=alert)):
        with pytest.raises((TypeError, ValueError), match=f"^alert: {name}.*: expected .*, got "):
            door({"tags": ["db"], name: WRONG[name]})


def test_what_a_creation_takes_is_a_setting():
    fields = {
        "message": "m" * 200,
        "responders": ({"name": "Ops", "type": "team"}, TeamRef(id="1")),
        "details": {"till": 4, "open": None},
        "priority": "{{priority}}",
        "tags": {"db"},
        "user": None,
    }
    for door in DOORS.values():
        door(fields)


@pytest.mark.parametrize("name", WRONG)
def test_of_what_comes_with_a_failure_only_the_wrong_field_is_left_out(caplog, name):
    good = {"entity": "till", "tags": ["db"], "user": "shop"}
    wrong = {name: WRONG[name], f"{name}s of mine": 1}
    base = AlertFields(message="out of stock", priority="P2")

    alert = compose(base, None, [lambda _: good, lambda _: {**wrong, "note": "n"} if name != "note" else wrong], "shop")

    expected = {"message": "out of stock", "priority": "P2", **good, **({"note": "n"} if name != "note" else {})}
    assert alert == expected
    assert f"shop: the alert is sent without one field: {name}" in caplog.text
    assert f"there is no field '{name}s of mine'" in caplog.text


class Broken:
    def __str__(self) -> str:
        raise KeyError


def test_a_value_whose_text_fails_without_a_word_costs_its_field_alone(caplog):
    fields = compose(AlertFields(message="down"), None, [lambda _: {"details": {"a": Broken()}, "source": "s"}], "shop")

    assert fields == {"message": "down", "source": "s"}
    assert "shop: the alert is sent without one field: " in caplog.text


def test_a_function_that_fails_costs_no_other_fields(caplog):
    base = AlertFields(message="out of stock")

    alert = compose(base, None, [*extra_fields({"tags": ["db"]}), lambda _: 1 / 0, lambda _: 5], "shop")

    assert alert == {"message": "out of stock", "tags": ["db"]}
    assert "ZeroDivisionError" in caplog.text
    assert "expected a mapping, got int" in caplog.text


async def test_a_record_with_a_wrong_field_keeps_the_priority_of_the_handler(attach, sandbox):
    handler = attach(alert={"priority": "P1", "tags": ["db"]})

    logger.error("no database", extra={"opsgenie": {"priority": "P0", "tags": "slow", "entity": "orders"}})
    await flush(handler)

    (alert,) = alerts(sandbox)
    assert (alert["priority"], alert["tags"], alert["entity"]) == ("P1", ["db"], "orders")
