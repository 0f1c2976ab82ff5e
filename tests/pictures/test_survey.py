"""The survey of an account's on-call, by hand-checked numbers, and its page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsgenie_async.oncall import Directory, Participant, Schedule
from opsgenie_async.pictures.survey import OwnedSchedule, RoutingRule, Team, fairness, survey
from tests.oncall.documents import at, daily_window, rotation, user

START = at("2026-11-02T00:00")
DAY = timedelta(days=1)
END = START + 28 * DAY


def schedule(name, *rotations, **more):
    return Schedule.from_json({"id": "", "name": name, "timezone": "UTC", "rotations": list(rotations)} | more)


DAYS = schedule("Days", rotation(START, "ab", "daily", name="Rot1"))
MORNINGS = schedule("Mornings", rotation(START, "a", "daily", timeRestriction=daily_window("06:00", "12:00"), name="R"))
OFF = schedule("Off", rotation(START, "c"), enabled=False)
TEAMWORK = schedule("Teamwork", rotation(START, "c") | {"participants": [{"type": "team", "name": "Pair"}]})


def member(name):
    return {"user": {"username": f"{name}@example.com"}}


def directory(*schedules):
    return Directory.from_json(
        teams=[{"name": "Pair", "members": [member("x"), member("y")]}, {"name": "Empty", "members": []}],
        escalations=[
            {"name": "good", "rules": [{"recipient": {"type": "schedule", "name": "Days"}}]},
            {"name": "off", "rules": [{"recipient": {"type": "schedule", "name": "Off"}}]},
            {"name": "circle", "rules": [{"recipient": {"type": "escalation", "name": "circle"}}]},
            {"name": "empty", "rules": [{"recipient": {"type": "team", "name": "Empty"}}]},
            {"name": "user", "rules": [{"recipient": user("q")}]},
        ],
        schedules=schedules,
    )


def look(*schedules, **more):
    owned = [OwnedSchedule(each, "T", each.name != "Mornings") for each in schedules]
    return survey(owned, directory(*schedules), START, END, **more)


@pytest.mark.parametrize(
    ("amounts", "share"),
    [([5, 5, 5], 1), ([9, 0, 0], 1 / 3), ([1, 3], 16 / 20), ([], None), ([0, 0], None), ([4], 1)],
)
def test_fairness(amounts, share):
    assert fairness(amounts) == (None if share is None else pytest.approx(share))


def test_load_counts_two_schedules_at_once_once():
    result = look(DAYS, MORNINGS)
    a, b = result.loads

    assert (a.user, a.hours.total, a.schedules) == ("a@example.com", 14 * 24 + 14 * 6, ("Days", "Mornings"))
    assert (b.user, b.hours.total) == ("b@example.com", 14 * 24)
    assert a.hours.nights == 14 * 9 + 14 * 1  # and 06:00 to 07:00 of each other day
    assert b.hours.weekends == 4 * 24
    assert result.fairness == pytest.approx((420 + 336) ** 2 / (2 * (420**2 + 336**2)))


def test_who_is_on_call_twice_at_once():
    (overlap,) = look(DAYS, MORNINGS).overlaps

    assert (overlap.user, overlap.places) == ("a@example.com", ("Days / Rot1", "Mornings / R"))
    assert (overlap.start, overlap.hours) == (START + timedelta(hours=6), 14 * 6)
    assert look(DAYS).overlaps == ()


def test_gaps_and_now_and_next():
    days, mornings, off = look(DAYS, MORNINGS, OFF).duties

    assert (days.users, days.until, days.next_users) == (("a@example.com",), START + DAY, ("b@example.com",))
    assert (days.gaps, days.fairness) == ((), 1)
    assert (mornings.users, mornings.gap_hours, len(mornings.gaps)) == ((), 28 * 18, 29)
    assert (off.users, off.next_at, off.gap_hours, off.fairness) == ((), None, 28 * 24, None)


def test_the_hours_of_a_team_are_those_of_its_members():
    result = look(TEAMWORK)

    assert {(load.user, load.hours.total) for load in result.loads} == {
        ("x@example.com", 672),
        ("y@example.com", 672),
    }
    assert result.overlaps == ()


def test_who_has_no_turn_at_all_lowers_fairness():
    forward = schedule("Forward", rotation(START, "ab", length=52))

    assert look(forward).fairness == pytest.approx(1 / 2)


def test_what_leads_nowhere():
    def rule(name, kind=None, target=""):
        return RoutingRule("T", name, Participant(kind, "", target) if kind else None)

    result = look(
        DAYS,
        MORNINGS,
        OFF,
        rules=[
            rule("ok", "schedule", "days"),
            rule("none", "none"),
            rule("nothing"),
            rule("off", "schedule", "Off"),
            rule("gone", "escalation", "deleted"),
            rule("hollow", "escalation", "off"),
            rule("", "team", "Empty"),
            rule("pair", "team", "Pair"),
        ],
        escalations=dict.fromkeys(["good", "off", "circle", "empty", "user"], "T"),
        teams=[Team("Pair", 2)],
    )

    assert {each.name: each.reason for each in result.rules} == {
        "none": "notifies nobody",
        "nothing": "notifies nobody",
        "off": "nobody is on call in the schedule Off",
        "gone": "there is no escalation deleted",
        "hollow": "nobody is on call in the escalation off",
        "(no name)": "nobody is on call in the team Empty",
    }
    assert [each.name for each in result.escalations] == ["circle", "empty", "off"]
    assert [each.schedule.name for each in result.unused] == ["Mornings"]


def test_the_page_shows_all_of_it_as_text():
    pytest.importorskip("jinja2")
    from opsgenie_async.pictures.report_page import report_page
    from tests.pictures.test_files import HOSTILE, Tags

    bad = schedule(HOSTILE, rotation(START, "a", name=HOSTILE), rotation(START, "a", name="other"))
    result = survey(
        [OwnedSchedule(bad, HOSTILE, used=False)],
        directory(bad),
        START,
        END,
        teams=[Team(HOSTILE, 0)],
        rules=[RoutingRule(HOSTILE, HOSTILE, None)],
        escalations={"circle": HOSTILE},
    )
    page = report_page(result, HOSTILE)

    assert "script" not in Tags(page).tags
    assert Tags(page).links == []
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert page.count("&lt;script&gt;") >= 8
    assert "notifies nobody" in page
    assert "tz database" in page
