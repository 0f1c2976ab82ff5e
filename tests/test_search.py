"""A value that is quoted is found, whatever it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async import Opsgenie
from opsgenie_async.errors import ArgumentTypeError
from opsgenie_async.sandbox.behaviour.search.syntax import And, Comparison, Not, Text, parse
from opsgenie_async.search import quote

HOSTILE = [
    'it\'s: "x"',
    "AND",
    "not",
    "(a OR b)",
    "back\\slash\\",
    '\\"',
    "two\nlines",
    "",
    "status: open",
    "C:\\temp",
    "ünï 💥",
]


@pytest.mark.parametrize("value", [5, None, b"ops", ["ops"]])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(ArgumentTypeError, match="value: expected a str"):
        quote(value)


def test_the_form_of_a_phrase():
    assert quote('it\'s: "x"') == '"it\'s: \\"x\\""'
    assert quote("C:\\temp") == '"C:\\\\temp"'


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_stands_as_it_is(value: str):
    assert parse(f"alias: {quote(value)}", fields=["alias"]) == Comparison("alias", ":", value)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_value_reaches_beyond_its_quotes(one: str, other: str):
    query = f"alias: {quote(one)} AND NOT {quote(other)}"

    assert parse(query, fields=["alias"]) == And((Comparison("alias", ":", one), Not(Text(other))))


@pytest.mark.parametrize("alias", ['disk "a" (OR) full: 90 %', "C:\\temp", "it's", "AND"])
async def test_the_alert_is_found_and_no_other(og: Opsgenie, alias: str):
    await (await og.alerts.create(message="one", alias=alias))
    await (await og.alerts.create(message="other", alias="other"))

    alerts = await og.alerts.list(query=f"alias: {quote(alias)}")

    assert [alert.alias for alert in alerts] == [alias]
