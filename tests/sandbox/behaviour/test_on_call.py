"""Who is on call, against hand-worked calendars: clock changes, frames over midnight and the week's end, overrides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")


def user(name: str) -> Doc:
    return {"type": "user", "id": name, "username": f"{name}@corp.example"}


ANN, BOB, CAT = user("ann"), user("bob"), user("cat")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rotation(start: str, kind: str, *participants: Doc, length: int = 1, **more: object) -> Doc:
    return {
        "id": "r1",
        "name": "Rot1",
        "startDate": f"{start}:00Z",
        "type": kind,
        "length": length,
        "participants": list(participants),
        **more,
    }


def override(alias: str, person: Doc, start: str, end: str, *rotations: str) -> Doc:
    bound = [{"id": each, "name": each} for each in rotations]
    return {"alias": alias, "user": person, "startDate": f"{start}:00Z", "endDate": f"{end}:00Z", "rotations": bound}


def account(*rotations: Doc, overrides: tuple[Doc, ...] = (), zone: str = "Etc/UTC") -> Account:
    result = Account()
    result.schedules["s1"] = {"id": "s1", "name": "night", "timezone": zone, "enabled": True}
    result.rotations["s1"] = list(rotations)
    result.overrides["s1"] = {each["alias"]: each for each in overrides}
    return result


def daily(start: tuple[int, int], end: tuple[int, int]) -> Doc:
    frame = {"startHour": start[0], "startMin": start[1], "endHour": end[0], "endMin": end[1]}
    return {"type": "time-of-day", "restriction": frame}


def weekly(*frames: tuple[str, int, str, int]) -> Doc:
    return {
        "type": "weekday-and-time-of-day",
        "restrictions": [
            {"startDay": first, "startHour": opens, "startMin": 0, "endDay": last, "endHour": closes, "endMin": 0}
            for first, opens, last, closes in frames
        ],
    }


def base_periods(row: Doc, zone: ZoneInfo, start: datetime, end: datetime) -> list[on_call.Period]:
    result = account(row, zone=zone.key)
    return on_call.layers(result, result.schedules["s1"], start, end).base["r1"]


def lines(periods: list[on_call.Period]) -> list[str]:
    return [f"{p.start:%d %H:%M} - {p.end:%d %H:%M} {p.participant['id']}" for p in periods]


def final(account: Account, start: str, end: str) -> dict[str, list[str]]:
    result = on_call.final_periods(account, account.schedules["s1"], utc(start), utc(end))
    return {name: lines(periods) for name, periods in result.items()}


def test_daily_turns_keep_their_hour_on_the_wall_when_clocks_change() -> None:
    # New York goes from UTC-5 to UTC-4 on 9 March 2025: nine o'clock is 14:00Z before and 13:00Z after.
    row = rotation("2025-03-07T14:00", "daily", ANN, BOB, CAT)

    assert lines(base_periods(row, NEW_YORK, utc("2025-03-07T00:00"), utc("2025-03-11T00:00"))) == [
        "07 14:00 - 08 14:00 ann",
        "08 14:00 - 09 13:00 bob",
        "09 13:00 - 10 13:00 cat",
        "10 13:00 - 11 00:00 ann",
    ]


def test_a_handover_in_the_hour_that_clocks_skip_comes_right_after_it() -> None:
    # At 02:00 on 9 March it is 03:00: what happens at 02:30 happens then, at 07:00Z.
    row = rotation("2025-03-08T07:30", "daily", ANN, BOB)

    assert lines(base_periods(row, NEW_YORK, utc("2025-03-09T06:50"), utc("2025-03-09T08:00"))) == [
        "09 06:50 - 09 07:00 ann",
        "09 07:00 - 09 08:00 bob",
    ]


def test_weekly_turns_keep_their_hour_when_clocks_are_turned_back() -> None:
    # Berlin goes from UTC+2 to UTC+1 on 26 October 2025: Monday eight o'clock is 06:00Z before and 07:00Z after.
    row = rotation("2025-10-13T06:00", "weekly", ANN, BOB)

    assert lines(base_periods(row, BERLIN, utc("2025-10-20T12:00"), utc("2025-10-28T00:00"))) == [
        "20 12:00 - 27 07:00 bob",
        "27 07:00 - 28 00:00 ann",
    ]
    # In the hour between the two the turn is still Bob's.
    assert lines(base_periods(row, BERLIN, utc("2025-10-27T06:30"), utc("2025-10-27T06:31"))) == [
        "27 06:30 - 27 06:31 bob",
    ]


def test_hourly_turns_last_as_long_as_they_say_when_clocks_change() -> None:
    row = rotation("2025-03-08T13:00", "hourly", ANN, BOB, length=12)

    assert lines(base_periods(row, NEW_YORK, utc("2025-03-09T00:00"), utc("2025-03-10T00:00"))) == [
        "09 00:00 - 09 01:00 ann",
        "09 01:00 - 09 13:00 bob",
        "09 13:00 - 10 00:00 ann",
    ]


def test_frames_over_a_clock_change_follow_the_wall() -> None:
    spring = rotation("2025-03-01T05:00", "weekly", ANN, timeRestriction=daily((1, 30), (3, 30)))
    autumn = rotation("2025-10-01T04:00", "weekly", ANN, timeRestriction=daily((0, 30), (2, 30)))

    # 01:30 EST to 03:30 EDT is one hour, 00:30 EDT to 02:30 EST is three.
    assert lines(base_periods(spring, NEW_YORK, utc("2025-03-08T05:00"), utc("2025-03-10T04:00"))) == [
        "08 06:30 - 08 08:30 ann",
        "09 06:30 - 09 07:30 ann",
    ]
    assert lines(base_periods(autumn, NEW_YORK, utc("2025-11-02T04:00"), utc("2025-11-03T05:00"))) == [
        "02 04:30 - 02 07:30 ann",
    ]


def test_weekly_turns_in_frames_over_midnight_and_the_weeks_end() -> None:
    # 6 January 2025 is a Monday; Berlin is at UTC+1. The turn changes on Mondays at 08:00, 07:00Z.
    frames = weekly(("friday", 22, "monday", 6), ("tuesday", 20, "wednesday", 8))
    row = rotation("2025-01-06T07:00", "weekly", ANN, BOB, timeRestriction=frames)

    assert lines(base_periods(row, BERLIN, utc("2025-01-06T07:00"), utc("2025-01-20T07:00"))) == [
        "07 19:00 - 08 07:00 ann",
        "10 21:00 - 13 05:00 ann",
        "14 19:00 - 15 07:00 bob",
        "17 21:00 - 20 05:00 bob",
    ]


def test_a_weekend_frame_is_shared_when_the_turn_changes_inside_it() -> None:
    # Handed over on Sundays at midnight, Saturday 23:00Z.
    row = rotation("2025-01-04T23:00", "weekly", ANN, BOB, timeRestriction=weekly(("friday", 22, "monday", 6)))

    # The interval itself begins inside the frame, on the Saturday, and ends inside the next one.
    assert lines(base_periods(row, BERLIN, utc("2025-01-11T12:00"), utc("2025-01-17T22:00"))) == [
        "11 12:00 - 11 23:00 ann",
        "11 23:00 - 13 05:00 bob",
        "17 21:00 - 17 22:00 bob",
    ]


def test_a_weekend_frame_that_opened_last_week_is_still_open_on_monday() -> None:
    row = rotation("2025-01-04T23:00", "weekly", ANN, timeRestriction=weekly(("friday", 22, "monday", 6)))

    assert lines(base_periods(row, BERLIN, utc("2025-01-13T02:00"), utc("2025-01-14T00:00"))) == [
        "13 02:00 - 13 05:00 ann"
    ]


def test_a_night_frame_that_opened_yesterday_is_still_open() -> None:
    row = rotation("2025-01-01T00:00", "daily", ANN, timeRestriction=daily((20, 0), (8, 0)))

    # One participant, but each turn is a period of its own: it is handed over at midnight.
    assert lines(base_periods(row, ZoneInfo("UTC"), utc("2025-02-03T06:00"), utc("2025-02-03T23:00"))) == [
        "03 06:00 - 03 08:00 ann",
        "03 20:00 - 03 23:00 ann",
    ]


def test_overlapping_frames_count_once() -> None:
    frames = weekly(("monday", 8, "wednesday", 12), ("tuesday", 0, "thursday", 10), ("friday", 9, "friday", 10))
    row = rotation("2025-01-06T00:00", "weekly", ANN, timeRestriction=frames)

    assert lines(base_periods(row, ZoneInfo("UTC"), utc("2025-01-06T00:00"), utc("2025-01-12T00:00"))) == [
        "06 08:00 - 09 10:00 ann",
        "10 09:00 - 10 10:00 ann",
    ]


def test_nobody_is_on_call_before_the_start_after_the_end_and_in_the_turn_of_none() -> None:
    row = rotation("2025-01-06T00:00", "daily", ANN, {"type": "none"}, endDate="2025-01-08T12:00:00Z")
    zone = ZoneInfo("UTC")

    assert lines(base_periods(row, zone, utc("2025-01-01T00:00"), utc("2025-02-01T00:00"))) == [
        "06 00:00 - 07 00:00 ann",
        "08 00:00 - 08 12:00 ann",
    ]
    assert base_periods(row, zone, utc("2024-01-01T00:00"), utc("2024-02-01T00:00")) == []
    assert base_periods(row, zone, utc("2026-01-01T00:00"), utc("2026-02-01T00:00")) == []


def test_an_override_that_ends_inside_a_restriction_gives_the_rest_back() -> None:
    row = rotation("2025-01-01T00:00", "daily", ANN, timeRestriction=daily((9, 0), (17, 0)))
    result = account(row, overrides=(override("o", BOB, "2025-02-03T06:00", "2025-02-03T12:00"),))

    assert final(result, "2025-02-03T00:00", "2025-02-04T00:00") == {
        "r1": ["03 06:00 - 03 12:00 bob", "03 12:00 - 03 17:00 ann"]
    }
    day = on_call.final_periods(result, result.schedules["s1"], utc("2025-02-03T00:00"), utc("2025-02-04T00:00"))
    assert [period.source for period in day["r1"]] == ["override", "rotation"]


def test_an_override_for_nobody_leaves_a_gap() -> None:
    row = rotation("2025-01-01T00:00", "weekly", ANN)
    result = account(row, overrides=(override("o", {"type": "none"}, "2025-02-03T10:00", "2025-02-03T11:00"),))
    schedule = result.schedules["s1"]

    assert final(result, "2025-02-03T09:00", "2025-02-03T12:00") == {
        "r1": ["03 09:00 - 03 10:00 ann", "03 11:00 - 03 12:00 ann"]
    }
    assert on_call.on_call(result, schedule, utc("2025-02-03T10:00")) == []
    assert on_call.on_call(result, schedule, utc("2025-02-03T11:00")) == [ANN]


def test_an_override_bound_to_a_rotation_leaves_the_others_alone() -> None:
    first = rotation("2025-01-01T00:00", "weekly", ANN)
    second = rotation("2025-01-01T00:00", "weekly", BOB) | {"id": "r2", "name": "Rot2"}
    result = account(first, second, overrides=(override("o", CAT, "2025-02-03T10:00", "2025-02-03T11:00", "r2"),))
    at = utc("2025-02-03T10:30")

    assert on_call.on_call(result, result.schedules["s1"], at) == [ANN, CAT]

    result.overrides["s1"]["o"]["rotations"] = []
    assert on_call.on_call(result, result.schedules["s1"], at) == [CAT]


def test_of_two_overrides_the_later_created_wins_where_they_meet() -> None:
    result = account(
        rotation("2025-01-01T00:00", "weekly", ANN),
        overrides=(
            override("early", BOB, "2025-02-03T01:00", "2025-02-03T20:00"),
            override("late", CAT, "2025-02-03T08:00", "2025-02-03T10:00"),
        ),
    )

    assert final(result, "2025-02-03T00:00", "2025-02-04T00:00")["r1"] == [
        "03 00:00 - 03 01:00 ann",
        "03 01:00 - 03 08:00 bob",
        "03 08:00 - 03 10:00 cat",
        "03 10:00 - 03 20:00 bob",
        "03 20:00 - 04 00:00 ann",
    ]


def test_a_schedule_without_rotations_has_only_its_overrides() -> None:
    result = account(overrides=(override("o", BOB, "2025-02-03T06:00", "2025-02-03T12:00"),))

    assert final(result, "2025-02-03T00:00", "2025-02-03T08:00") == {"or": ["03 06:00 - 03 08:00 bob"]}
    assert on_call.on_call(result, result.schedules["s1"], utc("2025-02-03T12:00")) == []


def test_next_and_previous_are_those_who_are_not_on_call_now() -> None:
    restricted = daily((9, 0), (17, 0))
    row = rotation("2025-02-03T00:00", "weekly", ANN, BOB, CAT, timeRestriction=restricted)
    result = account(row, overrides=(override("o", ANN, "2025-02-10T00:00", "2025-02-11T00:00"),))
    schedule = result.schedules["s1"]
    monday = utc("2025-02-10T12:00")

    # Bob's week: tomorrow at nine he is on call again. Today Ann stands in for him.
    assert on_call.on_call(result, schedule, monday) == [ANN]
    assert on_call.next_on_call(result, schedule, monday, overrides=False) == [CAT]
    assert on_call.next_on_call(result, schedule, monday, overrides=True) == [BOB]
    assert on_call.previous_on_call(result, schedule, monday + timedelta(days=7)) == [BOB]


def test_the_only_participant_comes_after_himself() -> None:
    result = account(rotation("2025-02-03T00:00", "daily", ANN))

    assert on_call.next_on_call(result, result.schedules["s1"], utc("2025-02-10T12:00"), overrides=True) == [ANN]


@pytest.fixture
def company() -> Account:
    """A schedule on which an escalation is on call that asks the schedule itself, a team and a user."""
    escalation = {"type": "escalation", "id": "e1", "name": "ops_escalation"}
    group = {"type": "group", "id": "g1", "name": "group1"}
    team = {"type": "team", "id": "t1", "name": "ops"}
    result = account(
        rotation("2025-02-03T00:00", "daily", escalation, BOB),
        rotation("2025-02-03T00:00", "weekly", group) | {"id": "r2"},
    )
    night = {"type": "schedule", "id": "s1", "name": "night"}
    result.escalations["e1"] = {
        "id": "e1",
        "name": "ops_escalation",
        "rules": [
            {"recipient": night, "notifyType": "next"},
            {"recipient": night, "notifyType": "default"},
            {"recipient": team, "notifyType": "admins"},
            {"recipient": CAT, "notifyType": "default"},
        ],
    }
    result.groups["g1"] = {"id": "g1", "name": "group1", "users": ["dan@corp.example", "bob@corp.example"]}
    members = [({"id": "ann", "username": "ann@corp.example"}, "admin"), ({"id": "eve", "username": "eve@x"}, "user")]
    result.teams["t1"] = {
        "id": "t1",
        "name": "ops",
        "members": [{"user": person, "role": role} for person, role in members],
    }
    return result


def test_participants_nest_as_the_schedule_api_page_shows(company: Account) -> None:
    result = on_call.on_call(company, company.schedules["s1"], utc("2025-02-03T12:00"))

    assert on_call.participant_trees(company, [BOB, *result]) == [
        {"name": "bob@corp.example", "type": "user", "forwarded": "false"},
        {
            "name": "ops_escalation",
            "type": "escalation",
            "participants": [
                {"name": "night", "type": "schedule", "notifyType": "next"},
                {"name": "night", "type": "schedule", "notifyType": "default"},
                {"name": "ops", "type": "team"},
                {"name": "cat@corp.example", "type": "user", "forwarded": "false"},
            ],
        },
        {"name": "group1", "type": "group"},
    ]


def test_flat_recipients_follow_everything_down_and_never_in_circles(company: Account) -> None:
    at = utc("2025-02-03T12:00")
    result = on_call.on_call(company, company.schedules["s1"], at)

    # Next in the schedule is Bob (and the group again), now it is the escalation itself and the group.
    assert on_call.flat(company, result, at) == [
        "bob@corp.example",
        "dan@corp.example",
        "ann@corp.example",
        "cat@corp.example",
    ]
    team = {"type": "team", "id": "t1", "name": "ops"}
    assert on_call.flat(company, [team, ANN], at) == ["ann@corp.example", "eve@x"]
    company.escalations["e1"]["rules"] = [
        {"recipient": {"type": "schedule", "id": "s1", "name": "night"}, "notifyType": "previous"},
        {"recipient": team, "notifyType": "users"},
    ]
    # The group is in its first week: nobody was there before it.
    assert on_call.flat(company, result[:1], at + timedelta(days=2)) == ["bob@corp.example", "eve@x"]


def test_who_is_named_and_not_there_reaches_nobody(company: Account) -> None:
    at = utc("2025-02-03T12:00")
    gone = [{"type": kind, "id": "gone", "name": "gone"} for kind in ("team", "escalation", "group")]
    company.escalations["e1"]["rules"] = [
        {"recipient": {"type": kind, "id": "gone", "name": "gone"}, "notifyType": "default"}
        for kind in ("schedule", "team", "group")
    ]
    result = on_call.on_call(company, company.schedules["s1"], at)

    assert on_call.flat(company, [*gone, result[0], ANN], at) == ["ann@corp.example"]
    assert on_call.participant_trees(company, gone) == [
        {"name": "gone", "type": "team"},
        {"name": "gone", "type": "escalation", "participants": []},
        {"name": "gone", "type": "group"},
    ]
