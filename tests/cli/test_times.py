"""Times as people type them, in a schedule's zone, with the hours that clocks skip and show twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.cli.times import read_time

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 18, 30, tzinfo=BERLIN)  # a Saturday


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-11-28T18:30:00+01:00"),
        ("22:00", "2026-11-28T22:00:00+01:00"),
        ("06:00", "2026-11-29T06:00:00+01:00"),
        ("6:00", "2026-11-29T06:00:00+01:00"),
        ("18:30", "2026-11-29T18:30:00+01:00"),
        ("+8h", "2026-11-29T02:30:00+01:00"),
        ("+90m", "2026-11-28T20:00:00+01:00"),
        ("+1d12h", "2026-11-30T06:30:00+01:00"),
        ("+2w", "2026-12-12T18:30:00+01:00"),
        ("today 23:15", "2026-11-28T23:15:00+01:00"),
        ("tomorrow 06:00", "2026-11-29T06:00:00+01:00"),
        ("tomorrow", "2026-11-29T00:00:00+01:00"),
        ("Mon 09:00", "2026-11-30T09:00:00+01:00"),
        ("saturday 09:00", "2026-12-05T09:00:00+01:00"),
        ("2026-12-24 08:00", "2026-12-24T08:00:00+01:00"),
        ("2026-12-24", "2026-12-24T00:00:00+01:00"),
        ("2026-12-24T08:00", "2026-12-24T08:00:00+01:00"),
        ("2026-12-24T08:00Z", "2026-12-24T09:00:00+01:00"),
        ("2026-12-24 08:00-05:00", "2026-12-24T14:00:00+01:00"),
        ("2026-07-01 08:00", "2026-07-01T08:00:00+02:00"),
        ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00"),  # the first of two
    ],
)
def test_what_people_type(text: str, moment: str) -> None:
    assert read_time("--from", text, BERLIN, NOW).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["", "bla", "25:00", "12:60", "+", "+8", "8h", "2026-13-01", "2026-02-30 08:00", "tomorrow 8", "+9999999h"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(WrongUsage, match=r"^--to: expected a time as 22:00"):
        read_time("--to", text, BERLIN, NOW)


def test_an_hour_that_the_clocks_skip() -> None:
    with pytest.raises(WrongUsage, match=r"^--from: 2027-03-28 02:30 does not exist in Europe/Berlin.* to 03:30"):
        read_time("--from", "2027-03-28 02:30", BERLIN, NOW)


def test_hours_are_hours_and_days_are_days_of_the_calendar() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=BERLIN)

    assert read_time("--to", "+1d", BERLIN, before).isoformat() == "2027-03-28T12:00:00+02:00"
    assert read_time("--to", "+24h", BERLIN, before).isoformat() == "2027-03-28T13:00:00+02:00"


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    st.times(),
)
def test_a_clock_time_is_the_next_one(now: datetime, name: str, clock: object) -> None:
    zone = ZoneInfo(name)
    text = f"{clock:%H:%M}"
    try:
        moment = read_time("--from", text, zone, now)
    except WrongUsage as error:
        assert "does not exist" in str(error)  # noqa: PT017
        return
    assert moment.strftime("%H:%M") == text
    assert timedelta(0) <= moment.astimezone(UTC) - now <= timedelta(hours=26)
