"""The `params` of `og.request` and `og.documents`: spelled as operations spell them, or refused by name."""

import enum
from datetime import UTC, datetime, timedelta, timezone

import pytest
from aiohttp import web

from opsgenie_async import UNSET, Alias, Name, Opsgenie, OpsgenieError
from opsgenie_async.models import (
    Duration,
    Priority,
)
from tests.http.server import Echo, ReceivedRequest

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Colour(enum.Enum):
    RED = "red"


def fail(request: ReceivedRequest) -> web.Response:
    raise AssertionError(f"sent: {request}")


def accepted(request: ReceivedRequest) -> web.Response:
    return web.json_response({"result": "", "data": [], "took": 0.1, "requestId": "r"}, status=202)


async def test_params_of_a_raw_request():
    """Enumerations, flags, moments, identifiers and several words are spelled as the operations spell them."""
    params = {
        "a": None,
        "b": UNSET,
        "c": True,
        "d": 3,
        "e": 0.5,
        "f": Priority.P1,
        "g": Colour.RED,
        "h": NOON.astimezone(timezone(timedelta(hours=1))),
        "i": Name("ops"),
        "j": Alias("x y"),
        "k": ["rotation", Priority.P2],
        "l": ("a",),
        "m": {"z", "b"},
    }
    async with Echo(accepted) as server, Opsgenie("key", base_url=server.url) as og:
        await og.request("GET", "/v2/x", params=params)
        await og.documents("/v2/x", params=params)
        await og.request("GET", "/v2/x", params={"query": None})
    expected = (
        "/v2/x?c=true&d=3&e=0.5&f=P1&g=red&h=2026-11-28T13%3A00%3A00%2B01%3A00"
        "&i=ops&j=x%20y&k=rotation%2CP2&l=a&m=b%2Cz"
    )
    assert [request.raw_path for request in server.received] == [expected, expected, "/v2/x"]


@pytest.mark.parametrize(
    ("value", "words", "kind"),
    [
        (b"x", "params.x: expected a value that a query can spell, got a bytes", TypeError),
        (object(), "params.x: expected", TypeError),
        ({"a": 1}, "params.x: expected a value that a query can spell, got a dict", TypeError),
        ([None], "params.x[0]: expected a word", TypeError),
        (Duration(time_amount=1), "params.x: expected", TypeError),
        (["a,b"], "params.x[0]: 'a,b' cannot be sent", ValueError),
        (NOON.replace(tzinfo=None), "params.x: 2026-11-28 12:00:00 has no time zone", ValueError),
        (float("inf"), "params.x: inf is not a number", ValueError),
    ],
)
async def test_params_that_cannot_be_sent(value, words, kind):
    async with Echo(fail) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(kind) as caught:
            await og.request("GET", "/v2/x", params={"x": value})
        with pytest.raises(kind):
            og.documents("/v2/x", params={"x": value})
    assert isinstance(caught.value, OpsgenieError)
    assert str(caught.value).startswith(words)
