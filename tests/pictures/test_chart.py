"""A chart as values: what is drawn where."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.oncall import Schedule
from opsgenie_async.pictures import Drawing, chart_of
from opsgenie_async.pictures.colours import CHOICES, assign_colours
from opsgenie_async.pictures.text import lines_of
from opsgenie_async.printable import cell_width
from tests.oncall.documents import at, rotation, stamp, user

START = at("2026-10-19T00:00", "Europe/Paris")
END = at("2026-11-02T00:00", "Europe/Paris")


def schedule(*rotations, overrides=(), name="Ops", **more):
    document = {"id": "1", "name": name, "timezone": "Europe/Paris", "rotations": list(rotations), **more}
    return Schedule.from_json(document, overrides=overrides)


def override(first, last, name="z", **more):
    return {"user": user(name), "startDate": stamp(first), "endDate": stamp(last), "alias": "o", **more}


def chart(*schedules, other=None, now=START):
    return chart_of([Drawing(each, "Team", other) for each in schedules], START, END, now=now, against="old")


def test_turns_of_one_person_in_a_row_are_one_bar():
    (section,) = chart(schedule(rotation(START, "aab", "daily"))).sections
    row = section.rows[0]

    assert [bar.label for bar in row.lanes[0]] == ["a", "b"] * 4 + ["a"]
    assert row.lanes[0][0].end - row.lanes[0][0].start == timedelta(days=2)
    assert all(one.end == other.start for one, other in pairwise(row.lanes[0]))


def test_the_final_layer_is_last_and_shows_overrides_and_gaps():
    day = timedelta(days=1)
    text = chart(
        schedule(
            rotation(START, "ab", endDate=stamp(END - 2 * day)),
            overrides=[override(START + day, START + 2 * day)],
        )
    )
    (section,) = text.sections
    kinds = [row.kind for row in section.rows]
    (final,) = section.rows[-1].lanes

    assert kinds == ["rotation", "override", "final"]
    assert [bar.kind for bar in final] == ["rotation", "override", "rotation", "rotation", "gap"]
    assert final[1].label == "⇄ z"
    assert "override" in final[1].title
    assert section.gap_hours == 48
    assert (final[0].start, final[-1].end) == (text.start, text.end) == (START, END)


def test_two_on_call_at_once_lie_in_two_lanes():
    (section,) = chart(schedule(rotation(START, "a"), rotation(START, "b"))).sections

    assert [[bar.label for bar in lane] for lane in section.rows[-1].lanes] == [["a"], ["b"]]


def test_days_are_as_long_as_they_are():
    (section,) = chart(schedule(rotation(START, "a"))).sections

    assert len(section.days) == 14
    assert [(day.number, day.hours) for day in section.days if day.irregular] == [(25, 25)]
    assert [day.weekday for day in section.days if day.weekend] == ["Sat", "Sun"] * 2
    assert all(one.end == other.start for one, other in pairwise(section.days))


def test_a_day_that_a_zone_left_out_does_not_come():
    first, last = at("2011-12-28T00:00", "Pacific/Apia"), at("2012-01-03T00:00", "Pacific/Apia")
    apia = Schedule.from_json({"id": "1", "name": "x", "timezone": "Pacific/Apia", "rotations": []})
    (section,) = chart_of([Drawing(apia)], first, last, now=first).sections

    assert [day.number for day in section.days] == [28, 29, 31, 1, 2]


def test_differences_have_a_row_with_both_sides():
    (section,) = chart(schedule(rotation(START, "ab")), other=schedule(rotation(START, "ac"))).sections
    kinds = [row.kind for row in section.rows]
    (bar,) = section.rows[-1].lanes[0]

    assert kinds == ["rotation", "final", "other", "difference"]
    assert section.differences == 1
    assert section.rows[2].label == "final in old"
    assert (bar.label, bar.end) == ("b ≠ c", END)
    assert "here b, there c" in bar.title


def test_titles_have_local_times_and_the_zone():
    (section,) = chart(schedule(rotation(START, "a"))).sections

    assert section.rows[0].lanes[0][0].title == (
        "a@example.com · Mon 19 Oct 00:00 CEST to Mon 02 Nov 00:00 CET Europe/Paris · 337 h · Rot1"
    )


@given(st.lists(st.lists(st.text(max_size=4), max_size=9), max_size=8))
def test_colours_differ_within_a_schedule(groups):
    keys = [[("user", name) for name in group] for group in groups]
    colours = assign_colours(keys)

    neighbours = {key: {other for group in keys if key in group for other in group} for group in keys for key in group}
    for group in keys:
        for one, other in combinations(set(group), 2):
            if max(len(neighbours[one]), len(neighbours[other])) <= len(CHOICES):
                assert colours[one] != colours[other]


def test_a_colour_stays_when_others_come():
    alone = assign_colours([[("user", "ann")]])
    together = assign_colours([[("user", "ann"), ("user", "zoe")], [("user", "bob")]])

    assert alone[("user", "ann")] == together[("user", "ann")]
    assert len({alone[key] for key in alone}) == 1


def test_colours_do_not_change_with_the_weeks():
    """Who is on call in other weeks only has a place among the colours, and none in the legend."""
    ops = schedule(rotation(START, "abcdefgh"), overrides=[override(END, END + timedelta(days=1), "i")])

    def colours(first, weeks):
        text = chart_of([Drawing(ops)], first, first + timedelta(weeks=weeks), now=START)
        return {person.label: person.colour for person in text.people}

    year = colours(START, 52)
    assert len(year) == 9
    for week in range(8):
        part = colours(START + timedelta(weeks=week), 1)
        assert part.items() <= year.items()
        assert len(part) < 4


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_terminal(width):
    wide = schedule(
        rotation(START, "abc", "daily", name="データ基盤の当番表"),
        rotation(START, "d-", "hourly", length=7, name="a name that is longer than what is left for it"),
        name="基盤" * 50,
        overrides=[override(START, START + timedelta(hours=30))],
    )
    lines = ["".join(piece.text for piece in line) for line in lines_of(chart(wide, other=schedule()), width)]

    assert max(map(cell_width, lines)) <= width
    assert sum("final" in line for line in lines) == 2
    assert any("Sun 25 Oct has 25 h" in line for line in lines)


def test_a_bar_of_the_terminal_is_as_long_as_its_time():
    half = schedule(rotation(START, "a", endDate=stamp(START + (END - START) / 2)))
    lines = [list(line) for line in lines_of(chart(half), 80)]
    (final,) = (line for line in lines if line and line[0].text.startswith("final"))
    _, bar, gap = final

    assert bar.text.startswith("▏a")
    assert gap.text.startswith("░nobody")
    assert abs(len(bar.text) - len(gap.text)) <= 1
    assert bar.fill.startswith("#")
