"""What an alert says of a failure, and the backlog: pure."""

from __future__ import annotations

import pytest

from opsgenie_async.web.backlog import Backlog
from opsgenie_async.web.headers import redact_headers
from opsgenie_async.web.request_failure import (
    FIELDS,
    RequestFailure,
    build_alert,
    build_alias,
    fingerprint,
    format_trace,
)


def failure(**facts) -> RequestFailure:
    output = {"kind": "exception", "service": "shop", "method": "GET", "route": "/a/{b}", "path": "/a/1", "status": 500}
    return RequestFailure(**{**output, "seconds": 0.25, "error": "KeyError", **facts})


def test_a_long_alias_is_cut_and_told_apart():
    one, other = build_alias("x" * 600 + "1"), build_alias("x" * 600 + "2")

    assert (len(one), len(other)) == (512, 512)
    assert one != other
    assert build_alias("x" * 512) == "x" * 512


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "shop: GET /a/{b}: KeyError"),
        ({"kind": "status", "status": 503, "error": ""}, "shop: GET /a/{b}: 503"),
        ({"kind": "slow", "status": 200, "error": "", "route": ""}, "shop: GET (no route): slow"),
    ],
)
def test_the_fingerprint_does_not_change_from_one_occurrence_to_the_next(facts, expected):
    assert fingerprint(failure(**facts)) == fingerprint(failure(**facts, path="/a/2")) == expected


def test_everything_is_cut_to_what_the_api_takes():
    headers = {f"X-{number}": "v" * 5000 for number in range(50)}
    alert = build_alert(failure(error_text="long\n" * 1000, trace=["f" * 1000] * 30, headers=headers), FIELDS)

    assert len(alert["message"]) == 130
    assert "\n" not in alert["message"]
    assert len(alert["description"]) == 15_000
    assert sum(len(name) + len(value) for name, value in alert["details"].items()) <= 8000
    assert max(map(len, alert["details"].values())) == 1000


def test_the_way_to_an_exception_is_its_innermost_part():
    def deep(level: int) -> None:
        if level == 0:
            raise KeyError
        deep(level - 1)

    try:
        deep(60)
    except KeyError as error:
        trace = format_trace(error.__traceback__)

    assert len(trace) == 30
    assert all(line.endswith(" in deep") for line in trace)


@pytest.mark.parametrize("name", ["Authorization", "COOKIE", "Proxy-Authorization", "X-Csrf-Token", "api_key"])
def test_headers_that_sound_like_secrets_are_redact_headers(name):
    assert redact_headers({name: "geheim", "Accept": "*/*"}, ()) == {name: "[redacted]", "Accept": "*/*"}


def test_alerts_take_turns():
    backlog = Backlog(10)
    for alias in ("a", "a", "a", "b"):
        backlog.add(alias, failure(), None)
    order = []
    while backlog:
        entry = backlog.next()
        order.append(entry.alias)
        backlog.complete(entry, closed=False)

    assert order == ["a", "b", "a", "a"]


def test_when_there_is_no_room_exactly_one_is_dropped():
    backlog = Backlog(3)
    for alias in ("a", "a", "a"):
        assert backlog.add(alias, failure(), None)

    assert not backlog.add("a", failure(), None)
    assert (backlog.waiting, backlog.dropped) == (3, 1)
    assert backlog.add("b", failure(), None)
    assert backlog.add("c", failure(), None)
    assert (backlog.waiting, backlog.dropped) == (3, 3)
    assert not backlog.add("d", failure(), None)
    assert (backlog.waiting, backlog.dropped) == (3, 4)


def test_an_alert_is_closed_after_its_occurrences_unless_it_goes_on():
    backlog = Backlog(10)
    backlog.add("a", failure(), None)
    backlog.close("a", failure(), None)
    entry = backlog.next()
    assert (entry.count, entry.close_after) == (1, True)
    backlog.complete(entry, closed=False)
    assert (backlog.next().count, backlog.next().close_after) == (0, True)

    backlog.add("a", failure(), None)

    assert (backlog.next().count, backlog.next().close_after) == (1, False)


def test_giving_up_counts_what_is_lost():
    backlog = Backlog(10)
    for alias in ("a", "a", "b"):
        backlog.add(alias, failure(), None)

    assert backlog.drop_all() == 3
    assert (bool(backlog), backlog.waiting, backlog.dropped) == (False, 0, 3)
