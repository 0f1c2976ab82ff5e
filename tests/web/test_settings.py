"""Settings that make no sense are refused at once, by errors of this package that are the usual ones besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aiohttp import web

from opsgenie_async import Opsgenie
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError, ClientMisused, OpsgenieError
from opsgenie_async.web import OPSGENIE, alert_on_errors, heartbeat, setup, webhooks
from opsgenie_async.web.aiohttp.plugin import client_of
from opsgenie_async.web.asgi import ASGIPlugin
from opsgenie_async.web.jobs import Job
from opsgenie_async.web.log_handler import OpsgenieHandler


async def on_event(*_: object) -> None:
    """Nothing."""


DOORS: Mapping[str, Callable[..., object]] = {
    "aiohttp errors": lambda **settings: alert_on_errors(web.Application(), **{"service": "shop", **settings}),
    "aiohttp heartbeat": lambda **settings: heartbeat(web.Application(), **{"name": "shop", "every": 60, **settings}),
    "aiohttp webhooks": lambda **settings: webhooks(
        web.Application(), "/opsgenie", on_event, **{"secret": "s3cr3t", **settings}
    ),
    "asgi errors": lambda **settings: ASGIPlugin().alert_on_errors(**{"service": "shop", **settings}),
    "asgi heartbeat": lambda **settings: ASGIPlugin().heartbeat(**{"name": "shop", "every": 60, **settings}),
    "asgi webhooks": lambda **settings: ASGIPlugin().webhooks(
        **{"path": "/opsgenie", "handler": on_event, "secret": "s3cr3t", **settings}
    ),
    "job": lambda **settings: Job(**{"name": "backup", "heartbeat": "backup", **settings}),
    "log": lambda **settings: OpsgenieHandler(api_key="key", **settings),
}
ERRORS: Mapping[str, Any] = {"service": [None], "fields": [["nothing"]], "statuses": ["500"], "ignore": ["/health"]}
REFUSED: Mapping[str, Mapping[str, list[Any]]] = {
    "errors": {
        **ERRORS,
        "slow_after": [-1, "2", True],
        "recovered_after": [0, "5"],
        "queue_size": [0, "9"],
        "flush": [-1, float("nan")],
        "alert": [5, {"nothing": 1}, {"tags": "db"}, {"tags": [1]}, {"priority": 1}],
    },
    "heartbeat": {"name": ["", " ", None, 5], "every": [0, -1, "60", None, float("nan"), float("inf")]},
    "webhooks": {
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
        "alert": [5, {"nothing": 1}],
        "ignore": ["KeyError", [KeyError()], KeyError],
    },
    "log": {
        "queue_size": [0, "9"],
        "burst": [0, None],
        "per": [-1, "60"],
        "flush": [-1, None],
        "priorities": [{"LOUD": "P1"}, {"ERROR": "P9"}, {"ERROR": 1}, 5],
        "alert": [5, {"alias": "mine"}],
    },
}
CASES = [
    (door, name, value) for door in DOORS for name, values in REFUSED[door.split()[-1]].items() for value in values
]


@pytest.mark.parametrize(("door", "name", "value"), CASES)
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
