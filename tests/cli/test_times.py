"""Times as people type them, in a schedule's zone, with the hours that clocks skip and show twice."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.cli.moments import both_clocks, clock_text
from opsgenie_async.cli.times import read_at, read_time

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
    with pytest.raises(WrongUsage, match=r"^--to: expected a time such as 22:00"):
        read_time("--to", text, BERLIN, NOW)


@pytest.mark.parametrize(
    "text", ["0001-01-02", "0003-12-31 23:59", "9997-01-02", "9999-12-30T23:59:59Z", "tomorrow", "+2w"]
)
def test_who_is_on_call_at_an_end_of_the_calendar_is_not_asked(text: str) -> None:
    now = NOW if text[0].isdigit() else NOW.replace(year=9997)
    with pytest.raises(WrongUsage, match=r"^--at: only the years 4 to 9996 of the calendar"):
        read_at(text, BERLIN, now)
    assert read_at(None, BERLIN, now) == now


def test_a_moment_at_an_end_of_the_calendar_is_shown_in_utc() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    for zone in (ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")):
        assert {clock_text(at, zone)[-3:] for at in (first, last)} >= {"UTC"}
        assert both_clocks(first, zone, BERLIN)
        assert both_clocks(last, BERLIN, zone)


def test_an_hour_that_the_clocks_skip() -> None:
    with pytest.raises(WrongUsage, match=r"^--from: 2027-03-28 02:30 does not exist in Europe/Berlin.* to 03:30"):
        read_time("--from", "2027-03-28 02:30", BERLIN, NOW)


def test_hours_are_hours_and_days_are_days_of_the_calendar() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=BERLIN)

    assert read_time("--to", "+1d", BERLIN, before).isoformat() == "2027-03-28T12:00:00+02:00"
    assert read_time("--to", "+24h", BERLIN, before).isoformat() == "2027-03-28T13:00:00+02:00"


FRIDAY = datetime(2026, 12, 4, 22, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "start", "moment"),
    [
        ("fri 23:00", FRIDAY, "2026-12-04T23:00:00+01:00"),  # later on the same day, and not a week later
        ("fri 21:00", FRIDAY, "2026-12-11T21:00:00+01:00"),
        ("fri", FRIDAY, "2026-12-11T00:00:00+01:00"),
        ("sat 06:00", FRIDAY, "2026-12-05T06:00:00+01:00"),
        ("06:00", FRIDAY, "2026-12-05T06:00:00+01:00"),
        ("+1d", FRIDAY, "2026-12-05T22:00:00+01:00"),
        ("tomorrow 23:00", NOW + timedelta(days=1), "2026-11-29T23:00:00+01:00"),  # of now, and not of the start
        ("today 23:00", FRIDAY, "2026-11-28T23:00:00+01:00"),
        ("2026-12-24", FRIDAY, "2026-12-24T00:00:00+01:00"),
    ],
)
def test_the_end_of_a_period(text: str, start: datetime, moment: str) -> None:
    assert read_time("--to", text, BERLIN, NOW, start=start).isoformat() == moment


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="no TZ")
def test_the_clock_of_this_computer_in_another_season(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        summer = read_time("--at", "2026-07-01T18:00", None, NOW)
        with pytest.raises(WrongUsage, match="does not exist in your time zone"):
            read_time("--at", "2027-03-28 02:30", None, NOW)
    time.tzset()
    assert summer == datetime(2026, 7, 1, 16, tzinfo=UTC)


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


def test_one_clock_is_enough_where_both_show_the_same() -> None:
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert both_clocks(at, ZoneInfo("Europe/Paris"), BERLIN) == "Sat 28 Nov 2026 13:00 CET"
    assert both_clocks(at, UTC, BERLIN) == "Sat 28 Nov 2026 12:00 UTC (13:00 Europe/Berlin)"
