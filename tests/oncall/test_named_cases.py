"""Cases with hand-checked numbers: change days of the clocks, restrictions over midnight and the week's end, turns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from opsgenie_async.oncall import Policy, gaps, on_call, timeline
from tests.oncall.documents import (
    at,
    daily_window,
    document,
    letters,
    override,
    rotation,
    schedule,
    user,
    weekly_windows,
)

HOUR = timedelta(hours=1)
CHICAGO, LONDON, PARIS = "America/Chicago", "Europe/London", "Europe/Paris"


def lengths(periods: Any) -> list[float]:
    return [(each.end - each.start) / HOUR for each in periods]


def base(zone: str, row: dict[str, Any], start: str, end: str, policy: Policy | None = None) -> Any:
    return timeline(schedule(zone, row), at(start, zone), at(end, zone), policy=policy).base


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-10-19T09:00", "2026-11-09T09:00", [168, 169, 168]),
        ("2027-03-01T09:00", "2027-03-22T09:00", [168, 167, 168]),
    ],
)
def test_weekly_mondays_at_nine_in_chicago(first: str, last: str, expected: list[float]) -> None:
    row = rotation(at("2026-10-19T09:00", CHICAGO), "ABC")

    periods = base(CHICAGO, row, first, last)

    assert lengths(periods) == expected
    assert [each.end for each in periods[:-1]] == [each.start for each in periods[1:]]
    assert gaps(schedule(CHICAGO, row), at(first, CHICAGO), at(last, CHICAGO)) == ()
    assert {each[0][6:] for each in letters(periods, CHICAGO)} == {"09:00"}


def test_daily_half_past_eight_in_london_over_the_end_of_summer() -> None:
    row = rotation(at("2026-10-23T08:30", LONDON), "AB", "daily")

    periods = base(LONDON, row, "2026-10-24T08:30", "2026-10-27T08:30")

    assert letters(periods, LONDON) == [
        ("10-24 08:30", "10-25 08:30", "B"),
        ("10-25 08:30", "10-26 08:30", "A"),
        ("10-26 08:30", "10-27 08:30", "B"),
    ]
    assert lengths(periods) == [25, 24, 24]


def test_a_night_of_eleven_hours_in_paris() -> None:
    night = weekly_windows(("saturday", "20:00", "sunday", "08:00"))
    row = rotation(at("2027-03-01T00:00", PARIS), "A", timeRestriction=night)

    periods = base(PARIS, row, "2027-03-20T00:00", "2027-04-10T00:00")

    assert lengths(periods) == [12, 11, 12]
    assert letters(periods, PARIS)[1] == ("03-27 20:00", "03-28 08:00", "A")


def test_two_weeks_each_for_three_people() -> None:
    row = rotation(at("2026-06-01T09:00"), "ABC", length=2)

    periods = base("UTC", row, "2026-06-01T09:00", "2026-08-10T09:00")

    assert [each[2] for each in letters(periods, "UTC")] == ["A", "B", "C", "A", "B"]
    assert lengths(periods) == [336] * 5


def test_daily_at_half_past_two_which_does_not_exist() -> None:
    row = rotation(at("2027-03-12T02:30", CHICAGO), "AB", "daily")

    periods = base(CHICAGO, row, "2027-03-13T02:30", "2027-03-16T02:30")

    assert letters(periods, CHICAGO) == [
        ("03-13 02:30", "03-14 03:00", "B"),  # the first instant after the gap, not 03:30
        ("03-14 03:00", "03-15 02:30", "A"),
        ("03-15 02:30", "03-16 02:30", "B"),
    ]
    assert lengths(periods) == [23.5, 23.5, 24]


def test_daily_at_half_past_one_which_comes_twice() -> None:
    row = rotation(at("2026-10-30T01:30", CHICAGO), "AB", "daily")

    periods = base(CHICAGO, row, "2026-10-31T01:30", "2026-11-03T01:30")

    assert lengths(periods) == [24, 25, 24]
    assert periods[0].end == at("2026-11-01T01:30", CHICAGO)  # the first time
    assert len(periods) == 3  # one hand-over a turn


@pytest.mark.parametrize(
    ("start", "first", "last", "expected"),
    [
        ("2026-09-01T02:00", "2026-10-03T02:00", "2026-10-06T02:00", [24, 23.5, 24]),
        ("2027-03-01T01:30", "2027-04-03T01:30", "2027-04-06T01:30", [24, 24.5, 24]),
    ],
)
def test_lord_howes_half_hour(start: str, first: str, last: str, expected: list[float]) -> None:
    """Its clocks go from 02:00 to 02:30 in October, and from 02:00 to 01:30 in April."""
    zone = "Australia/Lord_Howe"
    periods = base(zone, rotation(at(start, zone), "AB", "daily"), first, last)

    assert lengths(periods) == expected


@pytest.mark.parametrize(
    ("zone", "day", "first_instant"),
    [
        ("Asia/Beirut", "2027-03-28", "01:00"),
        ("Africa/Cairo", "2027-04-30", "01:00"),
        ("America/Santiago", "2026-09-06", "01:00"),
    ],
)
def test_midnights_that_do_not_exist(zone: str, day: str, first_instant: str) -> None:
    midnight = at(f"{day}T00:00", zone)
    row = rotation(at("2026-08-01T00:00", zone), "AB", "daily")

    periods = timeline(schedule(zone, row), midnight - 30 * HOUR, midnight + 60 * HOUR).base

    local = [each for each in letters(periods, zone) if each[0].startswith(day[5:])]
    assert [each[0] for each in local] == [f"{day[5:]} 01:00"]
    assert [each.end for each in periods[:-1]] == [each.start for each in periods[1:]]
    assert [each.participant.name for each in periods[:-1]] != [each.participant.name for each in periods[1:]]


@pytest.mark.parametrize(("zone", "day"), [("America/Havana", "2026-11-01")])
def test_midnights_that_come_twice(zone: str, day: str) -> None:
    """Havana's 01:00 becomes 00:00 again: the hand-over is at the first midnight, once."""
    row = rotation(at("2026-10-28T00:00", zone), "AB", "daily")

    periods = base(zone, row, "2026-10-31T00:00", "2026-11-03T00:00")

    assert lengths(periods) == [24, 25, 24]
    assert periods[1].start == at(f"{day}T00:00", zone, fold=0)


def test_trolls_two_hours() -> None:
    """Antarctica/Troll sets its clocks by two hours, 01:00 to 03:00."""
    zone = "Antarctica/Troll"
    row = rotation(at("2027-03-20T02:00", zone), "AB", "daily")

    periods = base(zone, row, "2027-03-27T02:00", "2027-03-30T02:00")

    assert letters(periods, zone)[0] == ("03-27 02:00", "03-28 03:00", "B")
    assert lengths(periods) == [23, 23, 24]


def test_chathams_odd_minutes() -> None:
    """Chatham is 12:45 ahead, and its clocks change at 02:45: 02:45 to 03:45 and back."""
    zone = "Pacific/Chatham"
    row = rotation(at("2026-09-20T03:00", zone), "AB", "daily")

    periods = base(zone, row, "2026-09-26T03:00", "2026-09-29T03:00")

    assert letters(periods, zone) == [
        ("09-26 03:00", "09-27 03:45", "A"),
        ("09-27 03:45", "09-28 03:00", "B"),
        ("09-28 03:00", "09-29 03:00", "A"),
    ]


def test_apias_lost_day() -> None:
    """Apia had no 2011-12-30: the turn of that day begins with the next one, and ends at its hour."""
    zone = "Pacific/Apia"
    row = rotation(at("2011-12-28T08:30", zone), "ABC", "daily")

    periods = base(zone, row, "2011-12-28T08:30", "2012-01-01T08:30")

    assert letters(periods, zone) == [
        ("12-28 08:30", "12-29 08:30", "A"),
        ("12-29 08:30", "12-31 00:00", "B"),
        ("12-31 00:00", "12-31 08:30", "C"),
        ("12-31 08:30", "01-01 08:30", "A"),
    ]


def test_somebody_listed_twice_keeps_both_turns() -> None:
    periods = base("UTC", rotation(at("2026-06-01T00:00"), "AAB", "daily"), "2026-06-01T00:00", "2026-06-07T00:00")

    assert [each.participant.name[0] for each in periods] == ["A", "A", "B", "A", "A", "B"]


@pytest.mark.parametrize(
    ("zone", "first", "expected"),
    [
        (PARIS, "2026-10-16T00:00", [63, 64, 63]),
        (PARIS, "2027-03-19T00:00", [63, 62, 63]),
        (CHICAGO, "2026-10-23T00:00", [63, 64, 63]),
    ],
)
def test_weekends_from_friday_to_monday(zone: str, first: str, expected: list[float]) -> None:
    weekend = weekly_windows(("friday", "17:00", "monday", "08:00"))
    row = rotation(at("2026-01-05T08:00", zone), "A", timeRestriction=weekend)
    start = at(first, zone)

    assert lengths(timeline(schedule(zone, row), start, start + timedelta(days=21)).base) == expected


def test_a_start_in_utc_is_read_on_the_wall_of_its_own_date() -> None:
    """13:00Z in summer is 08:00 in Chicago: in winter the hand-over stays at 08:00, which is 14:00Z."""
    row = rotation(at("2026-07-06T13:00"), "AB")

    periods = base(CHICAGO, row, "2026-12-01T00:00", "2026-12-20T00:00")

    assert {each[0][6:] for each in letters(periods[1:], CHICAGO)} == {"08:00"}
    assert {f"{each.start:%H:%M}" for each in periods[1:]} == {"14:00"}


def test_a_window_that_lies_in_a_missing_hour_does_not_exist() -> None:
    row = rotation(at("2027-03-01T00:00", CHICAGO), "A", timeRestriction=daily_window("02:00", "02:30"))

    periods = base(CHICAGO, row, "2027-03-13T00:00", "2027-03-16T00:00")

    assert [each[0] for each in letters(periods, CHICAGO)] == ["03-13 02:00", "03-15 02:00"]


def test_a_window_that_opens_in_a_missing_hour_opens_after_it() -> None:
    row = rotation(at("2027-03-01T00:00", CHICAGO), "A", timeRestriction=daily_window("02:30", "05:00"))

    assert letters(base(CHICAGO, row, "2027-03-14T00:00", "2027-03-15T00:00"), CHICAGO) == [
        ("03-14 03:00", "03-14 05:00", "A")
    ]


def test_a_window_over_a_doubled_hour_is_one_piece() -> None:
    row = rotation(at("2026-10-01T00:00", CHICAGO), "A", timeRestriction=daily_window("01:30", "03:00"))

    periods = base(CHICAGO, row, "2026-11-01T00:00", "2026-11-02T00:00")

    assert lengths(periods) == [2.5]


def test_hourly_turns_count_elapsed_hours() -> None:
    row = rotation(at("2026-10-31T00:00", CHICAGO), "AB", "hourly", length=12)

    periods = base(CHICAGO, row, "2026-11-01T00:00", "2026-11-02T00:00")

    assert [each[0] for each in letters(periods, CHICAGO)] == ["11-01 00:00", "11-01 11:00", "11-01 23:00"]


def test_turns_go_on_while_nobody_is_let_on_call() -> None:
    """Of four people on weekdays the one whose turn falls on Sunday is skipped, not postponed."""
    weekdays = weekly_windows(*((day, "00:00", day, "24:00") for day in ("monday", "tuesday", "wednesday")))
    row = rotation(at("2026-06-01T00:00"), "ABCD", "daily", timeRestriction=weekdays)  # a Monday

    periods = base("UTC", row, "2026-06-01T00:00", "2026-06-15T00:00")

    assert [each.participant.name[0] for each in periods] == ["A", "B", "C", "D", "A", "B"]


def test_minutes_of_a_restriction_move_to_the_half_hour() -> None:
    row = rotation(at("2026-06-01T00:00"), "A", timeRestriction=daily_window("08:14", "17:45"))

    assert letters(base("UTC", row, "2026-06-02T00:00", "2026-06-03T00:00"), "UTC") == [
        ("06-02 08:00", "06-02 18:00", "A")
    ]


@pytest.mark.parametrize("second", ["11:30", "12:00"])
def test_windows_that_touch_or_overlap_are_one(second: str) -> None:
    windows = weekly_windows(("monday", "09:00", "monday", "12:00"), ("monday", second, "monday", "17:00"))
    row = rotation(at("2026-06-01T00:00"), "A", timeRestriction=windows)

    assert lengths(base("UTC", row, "2026-06-01T00:00", "2026-06-08T00:00")) == [8]


def test_nobody_before_the_start_and_from_the_end_on() -> None:
    row = rotation(at("2026-06-01T09:00"), "AB", "daily", endDate="2026-06-02T12:00:00Z")

    assert letters(base("UTC", row, "2026-05-01T00:00", "2026-07-01T00:00"), "UTC") == [
        ("06-01 09:00", "06-02 09:00", "A"),
        ("06-02 09:00", "06-02 12:00", "B"),
    ]


def test_a_disabled_schedule_or_rotation_puts_nobody_on_call() -> None:
    row = rotation(at("2026-06-01T00:00"), "A")
    over = [override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "B")]
    moment = at("2026-06-02T12:00")

    assert on_call(schedule("UTC", row, overrides=over), moment)
    assert on_call(schedule("UTC", row, overrides=over, enabled=False), moment) == ()
    assert on_call(schedule("UTC", row | {"enabled": False}, overrides=over), moment) == ()


def test_final_shows_a_whole_schedule_override_in_each_rotation() -> None:
    rows = [rotation(at("2026-06-01T00:00"), name, id=f"r{name}", name=name) for name in "AB"]
    over = override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "C")

    whole = timeline(schedule("UTC", *rows, overrides=[over]), at("2026-06-01T00:00"), at("2026-06-04T00:00"))

    covered = [(each.rotation.id, each.source) for each in whole.final if each.participant.name[0] == "C"]
    assert covered == [("rA", "override"), ("rB", "override")]
    assert [(each.rotation.id, each.rotation.name) for each in whole.overrides] == [("", "")]


def test_an_override_of_one_rotation_has_its_id_and_name() -> None:
    rows = [rotation(at("2026-06-01T00:00"), name, id=f"r{name}", name=name) for name in "AB"]
    over = override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "C", {"name": "B"})

    whole = timeline(schedule("UTC", *rows, overrides=[over]), at("2026-06-01T00:00"), at("2026-06-04T00:00"))

    assert [(each.rotation.id, each.rotation.name) for each in whole.overrides] == [("rB", "B")]
    assert {each.rotation.id for each in whole.final if each.source == "override"} == {"rB"}


def test_an_override_for_nobody_leaves_a_gap() -> None:
    row = rotation(at("2026-06-01T00:00"), "A")
    over = override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "-")

    result = gaps(schedule("UTC", row, overrides=[over]), at("2026-06-01T00:00"), at("2026-06-04T00:00"))

    assert [(each.start, each.end) for each in result] == [(at("2026-06-02T00:00"), at("2026-06-03T00:00"))]


def test_several_rotations_at_once_are_named_in_their_order() -> None:
    rows = [rotation(at("2026-06-01T00:00"), name, id=name, name=name) for name in "BCA"]

    assert [each.name[0] for each in on_call(schedule("UTC", *rows), at("2026-06-02T00:00"))] == ["B", "C", "A"]


def test_participants_of_every_kind() -> None:
    people = [user("A"), {"type": "team", "id": "t", "name": "T"}, {"type": "escalation", "id": "e", "name": "E"}]
    row = rotation(at("2026-06-01T00:00"), "", "daily", participants=[*people, {"type": "none"}])

    whole = timeline(schedule("UTC", row), at("2026-06-01T00:00"), at("2026-06-05T00:00"))

    assert [each.participant.kind for each in whole.final] == ["user", "team", "escalation"]
    assert document("UTC", row)["rotations"][0]["participants"][-1] == {"type": "none"}


@pytest.mark.parametrize(
    ("wall", "fold", "expected"), [("01:15", 0, "B"), ("01:45", 0, "A"), ("01:15", 1, "A"), ("01:45", 1, "A")]
)
def test_a_question_in_a_doubled_hour(wall: str, fold: int, expected: str) -> None:
    """Handed over at the first 01:30; at the second 01:15 the clock shows a time before it, and it is over."""
    row = rotation(at("2026-10-30T01:30", CHICAGO), "AB", "daily")
    moment = at(f"2026-11-01T{wall}", CHICAGO, fold=fold)

    serving = on_call(schedule(CHICAGO, row), moment)
    assert [each.name[0] for each in serving] == [expected]
    assert timeline(schedule(CHICAGO, row), moment, moment + HOUR / 60).base[0].start == moment
