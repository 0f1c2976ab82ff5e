"""Settings that make no sense are refused at once, by errors of this package that are the usual ones besides."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aiohttp import web

from opsgenie_async import Opsgenie
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError, ClientMisused, OpsgenieError
from opsgenie_async.web import OPSGENIE, alert_on_errors, heartbeat, setup, webhooks
from opsgenie_async.web.aiohttp.plugin import client_of
from opsgenie_async.web.asgi import ASGIPlugin
from opsgenie_async.web.callbacks import text_of
from opsgenie_async.web.jobs import Job
from opsgenie_async.web.log_handler import OpsgenieHandler
from tests.tables import each_row


async def on_event(*_: object) -> None:
    """Nothing."""


DOORS: Mapping[str, Callable[..., object]] = {
    "aiohttp errors": lambda **settings: alert_on_errors(web.Application(), **{"service": "shop", **settings}),
    "aiohttp heartbeat": lambda **settings: heartbeat(web.Application(), **{"name": "shop", "every": 60, **settings}),
    "aiohttp webhooks": lambda **settings: webhooks(
        web.Application(), **{"path": "/opsgenie", "handler": on_event, "secret": "s3cr3t", **settings}
    ),
    "asgi errors": lambda **settings: ASGIPlugin().alert_on_errors(**{"service": "shop", **settings}),
    "asgi heartbeat": lambda **settings: ASGIPlugin().heartbeat(**{"name": "shop", "every": 60, **settings}),
    "asgi webhooks": lambda **settings: ASGIPlugin().webhooks(
        **{"path": "/opsgenie", "handler": on_event, "secret": "s3cr3t", **settings}
    ),
    "job": lambda **settings: Job(**{"name": "backup", "heartbeat": "backup", **settings}),
    "log": lambda **settings: OpsgenieHandler(api_key="key", **settings),
}
ERRORS: Mapping[str, Any] = {
    "service": [None],
    "fields": [["nothing"]],
    "statuses": ["500", ["5xx"], {None}],
    "ignore": ["/health"],
}
REFUSED: Mapping[str, Mapping[str, list[Any]]] = {
    "errors": {
        **ERRORS,
        "slow_after": [-1, "2", True],
        "recovered_after": [0, "5"],
        "queue_size": [0, "9"],
        "flush": [-1, float("nan")],
        "fingerprint": [None, "alias", on_event, lambda: "alias"],
        "alert": [5, {"nothing": 1}, {"tags": "db"}, {"tags": [1]}, {"priority": 1}],
        "slow": [1],
        "priority": ["P1"],
    },
    "heartbeat": {
        "name": ["", " ", None, 5],
        "every": [0, -1, "60", None, float("nan"), float("inf")],
        "healthy": [True, lambda app, request: True],
    },
    "webhooks": {
        "handler": [None, "on_event", lambda event: None, lambda: None],
        "max_sise": [1],
        "secret": ["", [], [""], ["old", ""], 5, b"bytes", [b"bytes"], ["old", None]],
        "header": ["", None],
        "max_size": [0, "1"],
        "remember": [-1, "1"],
        "most_remembered": [0, "1"],
    },
    "job": {
        "name": ["", None, 5],
        "heartbeat": ["", 5],
        "every": [0, "60"],
        "timeout": [0, -1, "10", None],
        "alert": [5, {"nothing": 1}, on_event, lambda one, two: one],
        "og_or_config": ["s3cr3t", Opsgenie.teams, lambda one, two: None, on_event],
        "ignore": ["KeyError", [KeyError()], KeyError],
    },
    "log": {
        "queue_size": [0, "9"],
        "burst": [0, None],
        "per": [-1, "60"],
        "flush": [-1, None],
        "service": ["", 5],
        "fingerprint": [None, 5, on_event, lambda: "key"],
        "config": [5, "config"],
        "priorities": [{"LOUD": "P1"}, {"ERROR": "P9"}, {"ERROR": 1}, 5],
        "alert": [5, {"alias": "mine"}],
    },
}
CASES = [
    (door, name, value) for door in DOORS for name, values in REFUSED[door.split()[-1]].items() for value in values
]


@each_row(("door", "name", "value"), CASES)
def test_setting_that_makes_no_sense_is_refused_by_name(door: str, name: str, value: object) -> None:
    with pytest.raises(OpsgenieError, match=name) as caught:
        DOORS[door](**{name: value})
    assert isinstance(caught.value, ArgumentTypeError | ArgumentValueError)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("path", ["opsgenie", "", 5, "/opsgenie"])
def test_path_of_webhooks_is_refused(path: Any) -> None:
    plugin = ASGIPlugin()
    plugin.webhooks("/opsgenie", on_event, secret=None)
    with pytest.raises((ArgumentTypeError, ArgumentValueError), match="path"):
        plugin.webhooks(path, on_event, secret=None)


@pytest.mark.parametrize("route", ["/orders", on_event])
def test_route_that_is_no_function_is_refused(route: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="route"):
        ASGIPlugin(route=route)


@pytest.mark.parametrize(("say", "text"), [(lambda value: 1 // value, ""), (str, "0"), (lambda _: None, ""), (abs, "")])
def test_function_that_fails_says_nothing(say: Callable[[int], Any], text: str) -> None:
    assert text_of("fingerprint", say, 0) == text


@pytest.mark.parametrize("result", [7, True])
def test_what_is_no_text_is_written_as_one(result: Any) -> None:
    assert text_of("fingerprint", lambda _: result, 0) == str(result)


def test_client_outside_of_its_application() -> None:
    with pytest.raises(ClientMisused, match="does not run"):
        _ = ASGIPlugin().client
    with pytest.raises(ClientMisused, match="setup"):
        client_of(web.Application(), OPSGENIE)
    with pytest.raises(ArgumentValueError, match="session"):
        setup(web.Application(), lambda _: Opsgenie("key"), session=web.AppKey("session"))


def test_generator_is_no_job() -> None:
    with pytest.raises(ArgumentTypeError, match="generator"):

        @Job("backup")
        def items() -> Any:
            yield 1


SOURCES: list[Any] = ["s3cr3t", b"s3cr3t", {"api_key": "s3cr3t"}, on_event, lambda one, two, three: None]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)
def test_what_makes_no_client_is_refused_at_once_and_not_shown(source: Any) -> None:
    for door in (lambda: setup(web.Application(), source), lambda: ASGIPlugin(source)):
        with pytest.raises(ArgumentTypeError, match="og_or_config") as caught:
            door()
        assert "s3cr3t" not in str(caught.value)


def test_the_class_of_the_client_would_take_the_application_for_a_key() -> None:
    with pytest.raises(ArgumentTypeError, match="class Opsgenie"):
        setup(web.Application(), Opsgenie)
    ASGIPlugin(Opsgenie)


def test_health_check_of_aiohttp_gets_the_application() -> None:
    with pytest.raises(ArgumentTypeError, match=r"healthy: the function is called with \(app\)"):
        heartbeat(web.Application(), "shop", every=60, healthy=lambda: True)
    heartbeat(web.Application(), "shop", every=60, healthy=bool)


def test_function_written_in_c_is_believed() -> None:
    Job("backup", alert=dict)


def test_handler_of_log_records_that_could_not_be_made_is_silent_at_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSGENIE_API_KEY", raising=False)
    before = [*logging._handlerList]
    with pytest.raises(ArgumentValueError, match="api_key"):
        OpsgenieHandler()
    assert logging._handlerList == before
