"""Whatever stands in a header is a number within bounds, a date within bounds, or nothing."""

import logging
from datetime import UTC, datetime

import pytest
from aioresponses import aioresponses
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from opsgenie_async import Config, Opsgenie, ServiceUnavailable, Throttled
from opsgenie_async.http.outcome import LONGEST_WAIT, parse_seconds, retry_after
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response
from opsgenie_async.throttle import ThrottleGate, Ticket
from tests.clocks import FakeClock

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GET = Request(method="GET", path="v2/alerts/a", domain="alert", repeatable=True)

ODD = [
    "",
    " ",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "1e5",
    "-1",
    "0x10",
    "1_000",
    "١٢",
    "5e-324",
    "1000000000",
    "9" * 5000,
    "0." + "0" * 5000 + "1",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Thu, 01 Jan 2026 00:00:10 +9999",
    "Thu, 01 Jan 2026 00:00:10 +99999999999999",
    "Thu, 01 Jan 99999999999 00:00:10 GMT",
    "Thu, 01 Jan 2026 99:99:99 GMT",
    "Thu, 32 Foo 2026",
    ", , ,",
    "Thu, 01 Jan 2026 00:00:10 " + "G" * 5000,
    "soon",
]


def answer(**headers: str) -> Response:
    return Response(status=429, headers=CIMultiDict(headers), body=b"", request=GET)


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0.0), ("7", 7.0), (" 60 ", 60.0), ("1.5", 1.5), ("86400", 86400.0)]
)
def test_a_number_of_seconds(text: str, seconds: float):
    assert parse_seconds(text) == seconds
    assert retry_after(answer(**{"Retry-After": text}), NOW) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Thu, 01 Jan 2026 00:00:10 GMT", 10.0),
        ("Thu, 01 Jan 2026 00:00:10 -0000", 10.0),
        ("Thu, 01 Jan 2026 01:00:10 +0100", 10.0),
        ("Wed, 31 Dec 2025 23:59:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
    ],
)
def test_a_date(text: str, seconds: float | None):
    assert retry_after(answer(**{"Retry-After": text}), NOW) == seconds


@given(
    st.text()
    | st.sampled_from(ODD)
    | st.from_regex(r"\w{3}, \d{1,3} \w{3} \d{1,6} \d+:\d+:\d+ [+-]?\w+", fullmatch=True)
)
def test_any_text_is_a_wait_within_bounds_or_nothing(text: str):
    for wait in (parse_seconds(text), retry_after(answer(**{"Retry-After": text}), NOW)):
        assert wait is None or 0 <= wait <= LONGEST_WAIT


@pytest.mark.parametrize("status", [200, 202, 429, 503])
async def test_no_header_closes_a_lane_for_good(clock: FakeClock, status: int):
    """Twenty calls fill the lane's first window: if one of their places were lost, a later one would hang."""
    config = Config(clock=clock, max_attempts=1, total_timeout=7200, max_wait=7200)
    names = ("Retry-After", "X-RateLimit-Period-In-Sec", "X-RateLimit-State", "X-Response-Time", "X-RateLimit-Reason")
    with aioresponses() as mocked:
        async with Opsgenie("k-1", base_url="http://h", config=config) as og:
            for text in ODD:
                headers = dict.fromkeys(names, text) | {"X-RateLimit-State": "THROTTLED"}
                mocked.get("http://h/v2/alerts/a", status=status, headers=headers, payload={"data": None})
                if status < 400:
                    await og.request("GET", "/v2/alerts/a")
                    continue
                with pytest.raises(Throttled if status == 429 else ServiceUnavailable) as caught:
                    await og.request("GET", "/v2/alerts/a")
                assert 0 <= (getattr(caught.value, "retry_after", None) or 0) <= LONGEST_WAIT
            mocked.get("http://h/v2/alerts/a", payload={"data": "fine"})
            started = clock.now()
            assert (await og.request("GET", "/v2/alerts/a")).data == "fine"

    assert clock.now() - started <= 3600


async def test_a_throttle_that_fails_costs_no_answer(caplog: pytest.LogCaptureFixture):
    class Broken(ThrottleGate):
        def feedback(self, ticket: Ticket, **_: object) -> None:
            raise OverflowError("broken")

    config = Config(throttle=Broken(FakeClock()), max_attempts=1)
    with aioresponses() as mocked, caplog.at_level(logging.ERROR):
        mocked.post("http://h/v2/alerts", status=202, payload={"requestId": "r"})
        async with Opsgenie("k-1", base_url="http://h", config=config) as og:
            assert (await og.alerts.create(message="m")).request_id == "r"

    assert "the throttle failed" in caplog.text
