"""Paths without ids: every path of the API, whatever stands in it."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.events.templates import WORDS, template_of
from opsgenie_async.telemetry.targets import error_type, target_of
from tests.tables import each_row

TABLE = Path(__file__).parents[1] / "routes" / "table.csv"
PATHS = sorted({row["path"] for row in csv.DictReader(TABLE.read_text().splitlines())})


@each_row("path", PATHS)
def test_every_path_of_the_api_is_its_own_template(path: str):
    filled = re.sub(r"\{\w+\}", "9c1f0b", path)

    assert template_of(filled) == re.sub(r"\{\w+\}", "{identifier}", path)


@given(st.text(min_size=1))
def test_what_is_of_an_account_is_in_no_template(name: str):
    segment = quote(name, safe="", errors="replace")
    if segment not in WORDS:
        assert template_of(f"v2/teams/{segment}") in ("/v2/teams/{identifier}", "/v2/teams/{identifier}.ics")


def test_the_target_of_a_call():
    target = target_of("DELETE v2/users/ann%40example.com", "configuration", "https://api.eu.opsgenie.com/")

    assert target.span_name == "DELETE /v2/users/{identifier}"
    assert target.span_attributes["server.port"] == 443
    assert "ann" not in repr(target.labels(204, ""))


def test_a_word_that_is_no_method_makes_no_name():
    target = target_of("BREW v2/teams", "configuration", "https://api.opsgenie.com/")

    assert target.span_name == "HTTP /v2/teams"
    assert target.span_attributes["http.request.method_original"] == "BREW"
    assert target.labels(405, "405")["http.request.method"] == "_OTHER"


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (200, "", ""),
        (404, "NotFound", "404"),
        (None, "ClientOSError: [Errno 104] reset", "ClientOSError"),
        (None, "no response within 30 s of sending", "timeout"),
        (None, "cannot reach api.opsgenie.com: connection refused", "ClientConnectorError"),
        (None, "something else", "_OTHER"),
        (200, "ProtocolError", "ProtocolError"),
    ],
)
def test_error_types_are_few(status: int | None, reason: str, expected: str):
    assert error_type(status, reason) == expected
