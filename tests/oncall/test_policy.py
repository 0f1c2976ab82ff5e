"""Each choice of `Policy`, both ways, on a case where it shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from opsgenie_async.oncall import Policy, gaps, on_call, timeline
from tests.oncall.documents import at, daily_window, forwarding, letters, override, rotation, schedule, weekly_windows

CHICAGO = "America/Chicago"
NOON = "2026-06-02T12:00"


def names(turn: Any) -> str:
    return "".join(each.name[0] for each in turn)


@pytest.mark.parametrize(("choice", "expected"), [("first_instant_after", "03-14 03:00"), ("shifted", "03-14 03:30")])
def test_missing_hour(choice: Any, expected: str) -> None:
    row = rotation(at("2027-03-12T02:30", CHICAGO), "AB", "daily")
    result = timeline(
        schedule(CHICAGO, row),
        at("2027-03-14T00:00", CHICAGO),
        at("2027-03-15T00:00", CHICAGO),
        policy=Policy(missing_hour=choice),
    )
    assert letters(result.base, CHICAGO)[1][0] == expected


def test_shifted_windows_that_pass_others_stay_in_order() -> None:
    """Apia's lost day moves its windows onto those of the next day: each counts once, with gaps."""
    zone = "Pacific/Apia"
    windows = weekly_windows(
        *(
            (day, start, day, end)
            for day in ("friday", "saturday")
            for start, end in (("08:00", "10:00"), ("14:00", "16:00"))
        )
    )
    row = rotation(at("2011-12-01T00:00", zone), "A", timeRestriction=windows)
    result = timeline(
        schedule(zone, row),
        at("2011-12-29T00:00", zone),
        at("2012-01-01T00:00", zone),
        policy=Policy(missing_hour="shifted"),
    )
    assert letters(result.base, zone) == [("12-31 08:00", "12-31 10:00", "A"), ("12-31 14:00", "12-31 16:00", "A")]


@pytest.mark.parametrize(("choice", "hours"), [("first", 25), ("second", 24)])
def test_repeated_hour(choice: Any, hours: int) -> None:
    row = rotation(at("2026-10-30T01:30", CHICAGO), "AB", "daily")
    result = timeline(
        schedule(CHICAGO, row),
        at("2026-11-01T12:00", CHICAGO),
        at("2026-11-01T13:00", CHICAGO),
        policy=Policy(repeated_hour=choice),
    )
    whole = timeline(
        schedule(CHICAGO, row),
        at("2026-10-30T00:00", CHICAGO),
        at("2026-11-04T00:00", CHICAGO),
        policy=Policy(repeated_hour=choice),
    )
    (running,) = [each for each in whole.base if each.start <= result.start < each.end]
    assert running.end - running.start == timedelta(hours=hours)


@pytest.mark.parametrize(("choice", "expected"), [("elapsed", "11-01 11:00"), ("local", "11-01 12:00")])
def test_hourly(choice: Any, expected: str) -> None:
    row = rotation(at("2026-10-31T00:00", CHICAGO), "AB", "hourly", length=12)
    result = timeline(
        schedule(CHICAGO, row),
        at("2026-11-01T00:00", CHICAGO),
        at("2026-11-02T00:00", CHICAGO),
        policy=Policy(hourly=choice),
    )
    assert letters(result.base, CHICAGO)[1][0] == expected


@pytest.mark.parametrize(("choice", "expected"), [("last_listed", "C"), ("first_listed", "B"), ("latest_start", "B")])
def test_overlapping_overrides(choice: Any, expected: str) -> None:
    listed = [
        override(at("2026-06-02T06:00"), at("2026-06-03T00:00"), "B"),
        override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "C"),
    ]
    result = schedule("UTC", rotation(at("2026-06-01T00:00"), "A"), overrides=listed)
    assert names(on_call(result, at(NOON), policy=Policy(overlapping_overrides=choice))) == expected


@pytest.mark.parametrize(
    "window", [daily_window("09:00", "09:00"), weekly_windows(("monday", "09:00", "monday", "09:00"))]
)
def test_equal_edges(window: Any) -> None:
    result = schedule("UTC", rotation(at("2026-06-01T00:00"), "A", timeRestriction=window))
    first, last = at("2026-06-01T00:00"), at("2026-06-15T00:00")
    assert gaps(result, first, last) == ()
    (gap,) = gaps(result, first, last, policy=Policy(equal_edges="nothing"))
    assert (gap.start, gap.end) == (first, last)


@pytest.mark.parametrize("choice", ["whole", "nothing"])
def test_from_midnight_to_midnight_is_a_day_either_way(choice: Any) -> None:
    result = schedule("UTC", rotation(at("2026-06-01T00:00"), "A", timeRestriction=daily_window("00:00", "24:00")))
    assert names(on_call(result, at(NOON), policy=Policy(equal_edges=choice))) == "A"


@pytest.mark.parametrize(("choice", "expected"), [("one_step", "B"), ("followed", "C")])
def test_forwarding_chains(choice: Any, expected: str) -> None:
    day = at("2026-06-02T00:00"), at("2026-06-03T00:00")
    rules = [forwarding(*day, "A", "B"), forwarding(*day, "B", "C")]
    result = schedule("UTC", rotation(at("2026-06-01T00:00"), "A"), rules=rules)
    policy = Policy(forwarding_chains=choice)
    assert names(on_call(result, at(NOON), policy=policy)) == expected
    (period,) = timeline(result, *day, policy=policy).forwarding
    assert period.forwarded_from is not None
    assert period.forwarded_from.name[0] == "A"  # whose calls they are, however many steps they went


def test_a_circle_of_forwarding_ends_before_it_closes() -> None:
    day = at("2026-06-02T00:00"), at("2026-06-03T00:00")
    rules = [forwarding(*day, one, other) for one, other in ("AB", "BC", "CA", "DD")]
    result = schedule("UTC", rotation(at("2026-06-01T00:00"), "A"), rules=rules)
    assert names(on_call(result, at(NOON), policy=Policy(forwarding_chains="followed"))) == "C"
    own_forwarding = schedule("UTC", rotation(at("2026-06-01T00:00"), "D"), rules=rules)
    assert timeline(own_forwarding, *day).forwarding == ()


def test_a_long_chain_of_forwarding_does_not_end_the_stack() -> None:
    day = at("2026-06-02T00:00"), at("2026-06-03T00:00")
    rules = [forwarding(*day, "A" if not number else f"u{number}", f"u{number + 1}") for number in range(2000)]
    result = schedule("UTC", rotation(at("2026-06-01T00:00"), "A"), rules=rules)
    (person,) = on_call(result, at(NOON), policy=Policy(forwarding_chains="followed"))
    assert person.name == "u2000@example.com"


@pytest.mark.parametrize(("choice", "expected"), [(True, "C"), (False, "B")])
def test_forward_overrides(choice: bool, expected: str) -> None:
    day = at("2026-06-02T00:00"), at("2026-06-03T00:00")
    result = schedule(
        "UTC",
        rotation(at("2026-06-01T00:00"), "A"),
        overrides=[override(*day, "B")],
        rules=[forwarding(*day, "B", "C")],
    )
    assert names(on_call(result, at(NOON), policy=Policy(forward_overrides=choice))) == expected


@pytest.mark.parametrize("name", ["missing_hour", "hourly", "forward_overrides"])
def test_a_choice_that_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: expected one of .*, got 'perhaps'$"):
        Policy(**{name: "perhaps"})


@pytest.mark.parametrize(
    ("policy", "handover", "wall", "expected"),
    [
        (Policy(missing_hour="shifted"), "02:30", "2027-03-14T03:10", "A"),  # due at 02:30, comes at 03:30
        (Policy(missing_hour="shifted"), "02:30", "2027-03-14T03:40", "B"),
        (Policy(), "02:30", "2027-03-14T03:10", "B"),
        (Policy(), "01:30", "2026-11-01T01:40", "A"),
        (Policy(repeated_hour="second"), "01:30", "2026-11-01T01:40", "B"),
    ],
)
def test_a_question_next_to_a_change_of_the_clocks(policy: Policy, handover: str, wall: str, expected: str) -> None:
    moment = at(wall, CHICAGO)
    result = schedule(CHICAGO, rotation(at(f"2026-10-30T{handover}", CHICAGO), "AB", "daily"))
    whole = timeline(result, moment - timedelta(days=3), moment + timedelta(days=3), policy=policy).base
    (running,) = [each for each in whole if each.start <= moment < each.end]

    assert names(on_call(result, moment, policy=policy)) == names([running.participant]) == expected
