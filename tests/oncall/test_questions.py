"""Who is next and was before, gaps, comparison, hours, impact: by hand-checked numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from opsgenie_async.oncall import (
    Gap,
    Hours,
    ScheduleError,
    Timeline,
    compare,
    gaps,
    hours,
    impact,
    next_on_call,
    on_call,
    previous_on_call,
    timeline,
)
from tests.oncall.documents import at, daily_window, forwarding, override, rotation, schedule, stamp, weekly_windows

START, END = at("2026-06-01T00:00"), at("2026-06-08T00:00")  # a week from Monday
ROW = rotation(START, "AB", "daily")
OFFICE = weekly_windows(
    *((day, "09:00", day, "17:00") for day in ("monday", "tuesday", "wednesday", "thursday", "friday"))
)


def names(answer: object) -> str:
    return "".join(each.name[0] for each in answer)  # type: ignore[attr-defined]


def test_next_is_the_first_other_one() -> None:
    following = next_on_call(schedule("UTC", ROW), at("2026-06-01T12:00"))
    assert following is not None
    assert (following[0], names(following[1])) == (at("2026-06-02T00:00"), "B")


def test_next_of_one_person_is_the_return_after_a_gap() -> None:
    result = schedule("UTC", rotation(START, "A", timeRestriction=daily_window("09:00", "17:00")))
    following = next_on_call(result, at("2026-06-01T12:00"))
    assert following is not None
    assert (following[0], names(following[1])) == (at("2026-06-02T09:00"), "A")
    assert next_on_call(schedule("UTC", rotation(START, "A")), START) is None


def test_next_before_the_start_and_after_the_end() -> None:
    result = schedule("UTC", ROW | {"endDate": stamp(END)})
    following = next_on_call(result, at("2000-01-01T00:00"))
    assert following is not None
    assert (following[0], names(following[1])) == (START, "A")
    assert next_on_call(result, END) is None
    assert names(previous_on_call(result, at("2050-01-01T00:00"))) == "A"
    assert previous_on_call(result, START) == ()


def test_next_across_years_of_nothing_new() -> None:
    """Somebody who comes by an override in four thousand years is found without walking there."""
    far = at("6000-01-01T00:00")
    result = schedule("UTC", rotation(START, "A", "hourly"), overrides=[override(far, far + timedelta(days=1), "B")])
    following = next_on_call(result, START)
    assert following is not None
    assert (following[0], names(following[1])) == (far, "B")
    assert names(previous_on_call(result, at("9000-01-01T00:00"))) == "B"


def test_next_where_turns_and_weekdays_rarely_meet() -> None:
    """A daily rotation of fifteen, fourteen of whom are one, that is let on call on Mondays alone."""
    result = schedule(
        "UTC",
        rotation(
            START, "ABAAAAAAAAAAAAA", "daily", timeRestriction=weekly_windows(("monday", "09:00", "monday", "17:00"))
        ),
    )
    following = next_on_call(result, at("2026-06-01T12:00"))
    assert following is not None
    moment, name = following
    assert (names(name), (moment.date() - START.date()).days) == ("B", 91)  # the first Monday that is hers, 13 weeks on


def test_participants_are_in_the_order_of_rotations() -> None:
    rows = [rotation(START + timedelta(days=day), name, id=name) for name, day in (("A", 3), ("B", 1))]
    result = schedule("UTC", *rows)
    following = next_on_call(result, at("2026-06-02T12:00"))
    assert following is not None
    assert names(following[1]) == names(on_call(result, following[0])) == "AB"


def test_previous_is_the_last_other_one() -> None:
    assert names(previous_on_call(schedule("UTC", ROW), at("2026-06-03T12:00"))) == "B"


def test_previous_of_one_person_is_the_end_before_a_gap() -> None:
    alone = schedule("UTC", rotation(START, "A", "daily", timeRestriction=OFFICE))
    assert names(previous_on_call(alone, at("2026-06-02T12:00"))) == "A"
    assert previous_on_call(alone, at("2026-06-01T12:00")) == ()


def test_gaps() -> None:
    result = gaps(schedule("Europe/Paris", rotation(START, "A", timeRestriction=OFFICE)), START, at("2026-06-02T12:00"))
    assert result == (
        Gap(START, at("2026-06-01T07:00")),
        Gap(at("2026-06-01T15:00"), at("2026-06-02T07:00")),
    )


def test_gaps_of_one_rotation_may_be_filled_by_another() -> None:
    day = rotation(START, "A", timeRestriction=daily_window("08:00", "20:00"))
    night = rotation(START, "B", id="r2", timeRestriction=daily_window("20:00", "08:00"))
    assert gaps(schedule("UTC", day, night), START, END) == ()


def test_compare_says_when_and_who() -> None:
    later = rotation(START + timedelta(hours=9), "AB", "daily")
    result = compare(schedule("UTC", ROW), schedule("UTC", later), at("2026-06-02T00:00"), at("2026-06-03T00:00"))
    assert [(each.start, each.end, names(each.one), names(each.other)) for each in result] == [
        (at("2026-06-02T00:00"), at("2026-06-02T09:00"), "B", "A")
    ]
    assert compare(schedule("UTC", ROW), schedule("UTC", ROW), START, END) == ()


def test_people_are_the_same_by_name_in_two_accounts() -> None:
    moved = [each | {"id": f"new-{each['id']}"} for each in ROW["participants"]]
    assert compare(schedule("UTC", ROW), schedule("UTC", ROW | {"participants": moved}), START, END) == ()


def recorded(timeline: Timeline) -> dict[str, object]:
    periods = [
        {
            "startDate": stamp(each.start),
            "endDate": stamp(each.end),
            "type": "user",
            "recipient": {"id": each.participant.id, "name": each.participant.name, "type": each.participant.kind},
        }
        for each in timeline.final
    ]
    row = {"id": "r1", "name": "Rot1", "order": 1.0, "periods": periods}
    return {"startDate": stamp(timeline.start), "endDate": stamp(timeline.end), "finalTimeline": {"rotations": [row]}}


def test_a_recorded_timeline_is_the_truth_of_its_side() -> None:
    result = schedule("UTC", ROW)
    document = recorded(timeline(result, START, END))
    assert compare(Timeline.from_json(document), result, START, END) == ()

    del document["finalTimeline"]["rotations"][0]["periods"][1]  # type: ignore[index]
    (missing,) = compare(Timeline.from_json(document), result, START, END)
    assert (missing.start, missing.end, missing.one, names(missing.other)) == (
        at("2026-06-02T00:00"),
        at("2026-06-03T00:00"),
        (),
        "B",
    )
    with pytest.raises(ScheduleError, match="the recorded timeline covers"):
        compare(Timeline.from_json(document), result, START, END + timedelta(days=1))


def test_a_recorded_period_that_is_over_may_name_users_alone() -> None:
    users = [
        {"id": "id-A", "name": "A@example.com", "type": "user"},
        {"id": "id-B", "name": "B@example.com", "type": "user"},
    ]
    period = {"startDate": stamp(START), "endDate": stamp(END), "type": "historical", "flattenedRecipients": users}
    document = {
        "startDate": stamp(START),
        "endDate": stamp(END),
        "finalTimeline": {"rotations": [{"periods": [period]}]},
    }

    assert names(each.participant for each in Timeline.from_json(document).final) == "AB"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"endDate": stamp(END)}, "startDate: expected a date"),
        ({"startDate": stamp(START), "endDate": stamp(END), "finalTimeline": []}, "finalTimeline: expected an object"),
        (
            {"startDate": stamp(START), "endDate": stamp(END), "finalTimeline": {"rotations": [{"periods": [{}]}]}},
            r"finalTimeline\.rotations\.periods\[0\]\.startDate: expected a date",
        ),
    ],
)
def test_a_recorded_timeline_that_makes_no_sense(document: dict[str, object], message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        Timeline.from_json(document)


def test_hours_nights_and_weekends() -> None:
    """Ann has Monday, Wednesday, Friday and Sunday of the week, Ben the other three days."""
    result = {person.name[0]: each for person, each in hours(schedule("UTC", ROW), START, END).items()}
    assert result == {"A": Hours(96, 36, 24), "B": Hours(72, 27, 24)}


def test_nights_are_those_of_the_persons_zone() -> None:
    row = rotation(START, "A", timeRestriction=daily_window("22:00", "07:00"))
    zones = {"a@Example.com": ZoneInfo("Asia/Tokyo")}  # nine hours ahead: 07:00 to 16:00 there
    day = at("2026-06-02T12:00"), at("2026-06-03T12:00")
    (at_home,) = hours(schedule("UTC", row), *day).values()
    (away,) = hours(schedule("UTC", row), *day, zones=zones).values()
    assert (at_home, away) == (Hours(9, 9, 0), Hours(9, 0, 0))


def test_hours_in_two_rotations_at_once_count_once() -> None:
    result = schedule("UTC", rotation(START, "A"), rotation(START, "A", id="r2"))
    (only,) = hours(result, START, END).values()
    assert only.total == 168


def test_hours_over_a_clock_change() -> None:
    zone = "America/Chicago"
    (only,) = hours(
        schedule(zone, rotation(at("2026-10-01T00:00", zone), "A")),
        at("2026-11-01T00:00", zone),
        at("2026-11-02T00:00", zone),
    ).values()
    assert only == Hours(25, 10, 25)


def test_impact_shows_whom_a_new_member_moves() -> None:
    """Adding Cem to the middle of a running rotation moves both of the others."""
    before = schedule("UTC", ROW)
    after = schedule("UTC", rotation(START, "ACB", "daily"))
    result = {each.participant.name[0]: each for each in impact(before, after, START, START + timedelta(days=4))}

    # A B A B becomes A C B A.
    assert {name: (each.gained_hours, each.lost_hours) for name, each in result.items()} == {
        "A": (24, 24),
        "B": (24, 48),
        "C": (24, 0),
    }
    assert result["C"].gained == (Gap(at("2026-06-02T00:00"), at("2026-06-03T00:00")),)
    assert impact(before, before, START, END) == ()


def test_forwarding_counts_for_whoever_gets_the_calls() -> None:
    rules = [forwarding(START, at("2026-06-01T12:00"), "A", "C")]
    result = hours(schedule("UTC", ROW, rules=rules), START, at("2026-06-02T00:00"))
    assert {person.name[0]: each.total for person, each in result.items()} == {"C": 12, "A": 12}


def test_thousands_of_overrides_and_rules_cost_what_they_are() -> None:
    """Twice as many take about twice as long, not four times."""
    counts = []
    for number in (1000, 4000):
        overrides = [
            override(START + timedelta(hours=hour), START + timedelta(hours=hour + 3), "C") for hour in range(number)
        ]
        rules = [
            forwarding(START + timedelta(hours=hour), START + timedelta(hours=hour + 2), "A", "D")
            for hour in range(number)
        ]
        whole = timeline(schedule("UTC", ROW, overrides=overrides, rules=rules), START, START + timedelta(hours=number))
        counts.append(len(whole.final) / number)
    assert counts[0] == pytest.approx(counts[1], rel=0.05)
    assert whole.final[-1].end <= datetime(2026, 12, 1, tzinfo=UTC)
