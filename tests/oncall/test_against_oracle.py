"""The engine against the slow oracle: whatever schedule, zone and date, they agree in every minute."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opsgenie_async.oncall import Period, Policy, Schedule, next_on_call, on_call, timeline
from tests.oncall import oracle
from tests.oncall.documents import document, forwarding, override, rotation, stamp, user

CASES = int(os.environ.get("ONCALL_CASES", "250"))  # `nox -s oncall` takes ten thousand

CHANGES = [
    ("America/Chicago", "2026-11-01"),
    ("America/Chicago", "2027-03-14"),
    ("Europe/London", "2026-10-25"),
    ("Europe/Paris", "2027-03-28"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Australia/Lord_Howe", "2027-04-04"),
    ("Asia/Beirut", "2027-03-28"),
    ("Asia/Beirut", "2026-10-25"),
    ("Africa/Cairo", "2027-04-30"),
    ("Africa/Cairo", "2026-10-30"),
    ("America/Santiago", "2026-09-06"),
    ("America/Santiago", "2027-04-04"),
    ("America/Havana", "2026-11-01"),
    ("Antarctica/Troll", "2027-03-28"),
    ("Antarctica/Troll", "2026-10-25"),
    ("Pacific/Chatham", "2026-09-27"),
    ("Pacific/Chatham", "2027-04-04"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kathmandu", "2026-06-15"),
    ("Africa/Casablanca", "2026-02-15"),
    ("UTC", "2027-01-01"),
]

PLAIN = settings(
    max_examples=CASES,
    deadline=None,
    derandomize=CASES < 1000,  # the same in every run of CI; the nightly run looks elsewhere each time
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
hours_of_day = st.tuples(st.integers(0, 24), st.sampled_from([0, 30, 30, 10, 45])).map(
    lambda each: (each[0], each[1] if each[0] < 24 else 0)
)
near_hours = st.tuples(st.integers(0, 4), st.sampled_from([0, 30]))
edges = st.one_of(near_hours, hours_of_day)


@st.composite
def windows(draw: Any) -> dict[str, Any] | None:
    kind = draw(st.sampled_from(["none", "daily", "daily", "weekly", "weekly"]))
    if kind == "none":
        return None

    def window() -> dict[str, int]:
        (start, first), (end, last) = draw(edges), draw(edges)
        return {"startHour": start, "startMin": first, "endHour": end, "endMin": last}

    if kind == "daily":
        return {"type": "time-of-day", "restriction": window()}
    days = st.sampled_from(oracle.DAYS)
    several = [window() | {"startDay": draw(days), "endDay": draw(days)} for _ in range(draw(st.integers(1, 3)))]
    return {"type": "weekday-and-time-of-day", "restrictions": several}


@st.composite
def rotations(draw: Any, number: int, zone: ZoneInfo, change: datetime) -> dict[str, Any]:
    # A start that exists on the wall, once, at a minute that needs no moving: what moves has a test of its own.
    days = draw(st.one_of(st.integers(-4, 2), st.integers(-4000, -5)))
    hour, minute = draw(st.one_of(near_hours, st.tuples(st.integers(0, 23), st.sampled_from([0, 30]))))
    wall = datetime.combine(change.date() + timedelta(days=days), datetime.min.time()).replace(hour=hour, minute=minute)
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    if start.astimezone(zone).minute not in (0, 30):
        start = change - timedelta(days=9)
    more: dict[str, Any] = {"id": f"r{number}", "name": f"Rot{number}", "timeRestriction": draw(windows())}
    if (length := draw(st.one_of(st.none(), st.integers(1, 3), st.sampled_from([8, 12, 24, 1000])))) is not None:
        more["length"] = length
    if draw(st.integers(0, 5)) == 0:
        more["endDate"] = stamp(start + timedelta(hours=draw(st.integers(1, 60)) * 2))
    if draw(st.integers(0, 9)) == 0:
        more["enabled"] = False
    people = "".join(draw(st.lists(st.sampled_from("ABC-"), min_size=1, max_size=5)))
    return rotation(start, people, draw(st.sampled_from(["hourly", "daily", "weekly"])), **more)


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    name, day = draw(st.sampled_from(CHANGES))
    zone = ZoneInfo(name)
    change = datetime.fromisoformat(day).replace(tzinfo=UTC)
    start = change + timedelta(minutes=draw(st.integers(-60 * 30, 60 * 6)))
    end = start + timedelta(minutes=draw(st.one_of(st.integers(1, 180), st.integers(60, 60 * 60))))
    rows = [draw(rotations(number, zone, change)) for number in range(draw(st.integers(1, 3)))]
    span = st.tuples(st.integers(-60 * 24, 60 * 60), st.integers(0, 60 * 40))

    def times() -> tuple[datetime, datetime]:
        offset, length = draw(span)
        return change + timedelta(minutes=offset), change + timedelta(minutes=offset + length)

    refs = st.sampled_from([(), ({"id": "r0"},), ({"name": "Rot1"},), ({"id": "r0"}, {"id": "r2", "name": "Rot2"})])
    overrides = [
        override(*times(), draw(st.sampled_from("ABCD-")), *draw(refs)) for _ in range(draw(st.integers(0, 3)))
    ]
    users = st.sampled_from("ABCD")
    rules = [forwarding(*times(), draw(users), draw(users)) for _ in range(draw(st.integers(0, 3)))]
    policy = Policy(
        overlapping_overrides=draw(st.sampled_from(["last_listed", "first_listed", "latest_start"])),
        equal_edges=draw(st.sampled_from(["whole", "nothing"])),
        forwarding_chains=draw(st.sampled_from(["one_step", "followed"])),
        forward_overrides=draw(st.booleans()),
    )
    return {
        "document": document(name, *rows, enabled=draw(st.integers(0, 19)) > 0),
        "overrides": overrides,
        "rules": rules,
        "start": start,
        "end": end,
        "policy": policy,
    }


def rules_of(policy: Policy) -> oracle.Rules:
    words = {"last_listed": "last", "first_listed": "first", "latest_start": "latest_start"}
    return oracle.Rules(
        override_wins=words[policy.overlapping_overrides],
        empty_window=policy.equal_edges,
        chain=policy.forwarding_chains == "followed",
        forward_overrides=policy.forward_overrides,
    )


def changes(
    periods: Iterable[Period], start: datetime, end: datetime
) -> dict[str, list[tuple[datetime, tuple[str, str] | None]]]:
    """When whom a rotation has changes, by the periods of the engine."""
    rows: dict[str, list[tuple[datetime, tuple[str, str] | None]]] = {}
    for period in periods:
        assert start <= period.start < period.end <= end
        row = rows.setdefault(period.rotation.id, [(start, None)])
        assert row[-1][0] <= period.start, "two at once in one rotation"
        _note(row, period.start, (period.participant.kind, period.participant.id))
        _note(row, period.end, None)
    return rows


def _note(row: list[Any], moment: datetime, person: tuple[str, str] | None) -> None:
    if row[-1][0] == moment:
        row.pop()
    if not row or row[-1][1] != person:
        row.append((moment, person))


def walked(case: dict[str, Any]) -> dict[str, dict[str, list[tuple[datetime, tuple[str, str] | None]]]]:
    """The same by the oracle, for the base and the final layer."""
    layers: dict[str, dict[str, list[Any]]] = {"base": {}, "final": {}}
    minutes = oracle.walk(
        case["document"], case["overrides"], case["rules"], case["start"], case["end"], rules_of(case["policy"])
    )
    for moment, row in minutes:
        for id, minute in row.items():
            for layer, person in (("base", minute.base), ("final", minute.final)):
                turns = layers[layer].setdefault(id, [(case["start"], None)])
                _note(turns, moment, None if person is None or person[0] == "none" else person)
    for rows in layers.values():
        for row in rows.values():
            _note(row, case["end"], None)
    return layers


def read(case: dict[str, Any]) -> Schedule:
    return Schedule.from_json(case["document"], overrides=case["overrides"], forwarding=case["rules"])


MISSING_WINDOW = {
    "document": document(
        "America/Chicago",
        rotation(
            datetime(2027, 3, 1, 6, tzinfo=UTC),
            "A",
            id="r0",
            timeRestriction={
                "type": "time-of-day",
                "restriction": {"startHour": 2, "startMin": 0, "endHour": 2, "endMin": 30},
            },
        ),
    ),
    "overrides": [],
    "rules": [],
    "start": datetime(2027, 3, 13, tzinfo=UTC),
    "end": datetime(2027, 3, 16, tzinfo=UTC),
    "policy": Policy(),
}


@PLAIN
@given(cases())
@example(MISSING_WINDOW)
def test_the_engine_agrees_with_the_oracle_in_every_minute(case: dict[str, Any]) -> None:
    computed = timeline(read(case), case["start"], case["end"], policy=case["policy"])

    expected = walked(case)
    empty = [(case["start"], None)]
    for layer, periods in (("base", computed.base), ("final", computed.final)):
        rows = changes(periods, case["start"], case["end"])
        for id, row in expected[layer].items():
            assert rows.get(id, empty) == row, (layer, id)


def glued(periods: Iterable[Period]) -> list[Period]:
    """*periods* with those made one that a cut had made two: the same in all but their times, end to start."""
    row: list[Period] = []
    for period in sorted(periods, key=lambda each: (each.rotation.id, each.start)):
        last = row[-1] if row else None
        if last and last.end == period.start and _same(last, period):
            row[-1] = Period(last.start, period.end, last.rotation, last.participant, last.source, last.forwarded_from)
        else:
            row.append(period)
    return row


def _same(one: Period, other: Period) -> bool:
    def facts(each: Period) -> tuple[object, ...]:
        return each.rotation, each.participant, each.source, each.forwarded_from

    return facts(one) == facts(other)


@st.composite
def policies(draw: Any) -> Policy:
    return Policy(
        missing_hour=draw(st.sampled_from(["first_instant_after", "shifted"])),
        repeated_hour=draw(st.sampled_from(["first", "second"])),
        hourly=draw(st.sampled_from(["elapsed", "local"])),
        forwarding_chains=draw(st.sampled_from(["one_step", "followed"])),
    )


@settings(PLAIN, max_examples=max(CASES // 2, 50))
@given(cases(), policies(), st.floats(0, 1))
def test_a_timeline_is_the_sum_of_its_parts(case: dict[str, Any], policy: Policy, share: float) -> None:
    schedule = read(case)
    first, last = case["start"], case["end"]
    middle = first + (last - first) * share

    whole = timeline(schedule, first, last, policy=policy)
    parts = [timeline(schedule, first, middle, policy=policy), timeline(schedule, middle, last, policy=policy)]

    for layer in ("base", "forwarding", "final"):
        pieces = [period for part in parts for period in getattr(part, layer)]
        assert glued(pieces) == glued(getattr(whole, layer)), layer


@settings(PLAIN, max_examples=max(CASES // 4, 50))
@given(cases())
def test_next_on_call_is_who_is_on_call_then(case: dict[str, Any]) -> None:
    schedule, start = read(case), case["start"]

    following = next_on_call(schedule, start, policy=case["policy"])

    if following is None:
        return
    moment, participants = following
    now = set(on_call(schedule, start, policy=case["policy"]))
    assert moment > start or not now
    assert participants == on_call(schedule, moment, policy=case["policy"])
    between = timeline(schedule, start, moment, policy=case["policy"]).final
    if set(participants) - now:
        assert {each.participant for each in between} <= now, "somebody else came before"


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("minute", [0, 14, 15, 30, 44, 45, 59])
def test_starts_and_ends_move_to_the_half_hour_of_the_schedules_zone(zone: str, minute: int) -> None:
    start = datetime(2026, 6, 15, 8, minute, 20, tzinfo=ZoneInfo(zone))
    case = {
        "document": document(zone, rotation(start, "AB", "daily", id="r0", endDate=stamp(start + timedelta(days=1)))),
        "overrides": [],
        "rules": [],
        "start": datetime(2026, 6, 14, tzinfo=UTC),
        "end": datetime(2026, 6, 17, tzinfo=UTC),
        "policy": Policy(),
    }

    computed = timeline(read(case), case["start"], case["end"])

    assert changes(computed.base, case["start"], case["end"])["r0"] == walked(case)["base"]["r0"]
    assert computed.base[0].start.astimezone(ZoneInfo(zone)).minute in (0, 30)


def test_the_oracle_knows_what_nobody_disputes() -> None:
    """A weekday of two people, by hand."""
    case = document("UTC", rotation(datetime(2026, 6, 15, 9, tzinfo=UTC), "AB", "daily"))
    result = [
        (f"{moment:%d %H:%M}", row["r1"].final)
        for moment, row in oracle.walk(
            case, [], [], datetime(2026, 6, 15, tzinfo=UTC), datetime(2026, 6, 17, tzinfo=UTC), oracle.Rules()
        )
        if moment.minute == 0 and moment.hour in (8, 9)
    ]
    a, b = [("user", user(name)["id"]) for name in "AB"]
    assert result == [("15 08:00", None), ("15 09:00", a), ("16 08:00", a), ("16 09:00", b)]
