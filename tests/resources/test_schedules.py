"""Schedules, their timelines and rotations, against the sandbox."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from opsgenie_async import Conflict, Name, NotFound, Opsgenie
from opsgenie_async.models import (
    DayInterval,
    NoRecipient,
    Reference,
    RotationType,
    Schedule,
    ScheduleMeta,
    ScheduleRotation,
    ScheduleTimeline,
    TeamMeta,
    TimelineUnit,
    TimeOfDay,
    UserRef,
)
from opsgenie_async.sandbox import Sandbox
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

START = datetime(2026, 2, 2, 8, tzinfo=timezone(timedelta(hours=2)))
NIGHTS = TimeOfDay(restriction=DayInterval(start_hour=20, end_hour=8))


@pytest.fixture
def ann(sandbox: Sandbox) -> UserRef:
    return UserRef(id=sandbox.add_user("ann@corp.example")["id"], username="ann@corp.example")


async def test_the_life_of_a_schedule(og: Opsgenie, sandbox: Sandbox, ann: UserRef):
    ops = sandbox.add_team("ops")
    rotation = ScheduleRotation(name="r", start_date=START, type=RotationType.DAILY, length=2, participants=[ann])

    result = await og.schedules.create(
        name="a/b",
        description="d",
        timezone="Europe/Istanbul",
        enabled=True,
        owner_team=TeamMeta(name="ops"),
        rotations=[rotation],
    )
    assert result == ScheduleMeta(id=result.id, name="a/b", enabled=True)

    there = await og.schedules.get(Name("a/b"))
    assert there == Schedule(
        id=result.id,
        name="a/b",
        description="d",
        timezone="Europe/Istanbul",
        enabled=True,
        owner_team=TeamMeta(id=ops["id"], name="ops"),
        rotations=there.rotations,
    )
    assert [(one.name, one.start_date, one.length, one.participants) for one in there.rotations] == [
        ("r", START, 2, [ann])
    ]
    assert list(unread_fields(there)) == []
    with pytest.raises(Conflict):
        await og.schedules.create(name="a/b")

    changed = await og.schedules.update(there, name="ab", enabled=False)
    assert changed == ScheduleMeta(id=result.id, name="ab", enabled=False)
    await og.schedules.update(Name("ab"), description=None, owner_team=None, rotations=there.rotations * 2)
    after = await og.schedules.get(result)
    assert (after.description, after.owner_team, len(after.rotations)) == ("", None, 2)

    await og.schedules.delete(Name("ab"))
    with pytest.raises(NotFound):
        await og.schedules.get(result)


async def test_the_life_of_a_rotation(og: Opsgenie, sandbox: Sandbox, ann: UserRef):
    schedule = sandbox.add_schedule("a/b", participants=("ann@corp.example",))
    where = Name("a/b")

    result = await og.schedule_rotations.create(
        where,
        name="second",
        start_date=START,
        end_date=START + timedelta(days=9),
        type=RotationType.HOURLY,
        length=12,
        participants=[ann, NoRecipient()],
        time_restriction=NIGHTS,
    )
    assert result == Reference(id=result.id, name="second")

    there = await og.schedule_rotations.get(where, result)
    assert there == ScheduleRotation(
        id=result.id,
        name="second",
        start_date=START,
        end_date=START + timedelta(days=9),
        type=RotationType.HOURLY,
        length=12,
        participants=[ann, NoRecipient()],
        time_restriction=NIGHTS,
        parent=there.parent,
    )
    assert there.parent is not None
    assert (there.parent.id, there.parent.name) == (schedule["id"], "a/b")
    assert list(unread_fields(there)) == []
    assert len(await og.schedule_rotations.list(where)) == 2

    changed = await og.schedule_rotations.update(where, there, name="2nd", length=6, participants=[NoRecipient()])
    assert changed == Reference(id=result.id, name="2nd")
    await og.schedule_rotations.update(where, there, end_date=None, time_restriction=None)
    after = await og.schedule_rotations.get(schedule["id"], result.id)
    assert (after.length, after.participants, after.end_date, after.time_restriction) == (
        6,
        [NoRecipient()],
        None,
        None,
    )

    await og.schedule_rotations.delete(where, after)
    with pytest.raises(NotFound):
        await og.schedule_rotations.get(where, result)


async def test_a_rotation_begins_at_an_aware_moment(og: Opsgenie, ann: UserRef):
    with pytest.raises(ValueError, match="start_date"):
        await og.schedule_rotations.create("s", start_date=datetime(2026, 1, 1), type="daily", participants=[ann])
    with pytest.raises(ValueError, match="end_date"):
        await og.schedule_rotations.update("s", "r", end_date=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="date"):
        await og.schedules.get_timeline("s", date=datetime(2026, 1, 1))


async def test_what_a_timeline_is_asked_for():
    answer = await exchange(
        lambda og: og.schedules.get_timeline(
            Name("a/b"), expand=["base", "override"], interval=2, interval_unit=TimelineUnit.MONTHS, date=START
        ),
        data={"startDate": "2026-02-01T00:00:00Z", "endDate": "2026-04-01T00:00:00Z"},
    )

    assert answer.line == "GET /v2/schedules/a%2Fb/timeline"
    assert answer.query == {
        "identifierType": "name",
        "expand": "base,override",
        "interval": "2",
        "intervalUnit": "months",
        "date": "2026-02-02T08:00:00+02:00",
    }
    assert answer.result == ScheduleTimeline(
        start_date=datetime(2026, 2, 1, tzinfo=UTC), end_date=datetime(2026, 4, 1, tzinfo=UTC)
    )


async def test_a_timeline_shows_turns_and_what_is_laid_over_them(og: Opsgenie, sandbox: Sandbox, ann: UserRef):
    schedule = sandbox.add_schedule("night", participants=("ann@corp.example", "bob@corp.example"))
    begin = datetime(2026, 2, 2, 5, tzinfo=UTC)  # Monday's midnight in New York, where the week of the timeline begins
    await og.schedule_overrides.create(
        Name("night"), user=NoRecipient(), start_date=begin + timedelta(days=1), end_date=begin + timedelta(days=2)
    )

    timeline = await og.schedules.get_timeline(Name("night"), expand=["base", "override", "forwarding"], date=begin)

    assert list(unread_fields(timeline)) == []
    assert timeline.parent == ScheduleMeta(id=schedule["id"], name="night", enabled=True)
    assert timeline.end_date - timeline.start_date == timedelta(weeks=1)
    assert timeline.final_timeline is not None
    assert timeline.base_timeline is not None
    assert timeline.override_timeline is not None
    assert timeline.forwarding_timeline is not None
    override_periods = [period for rotation in timeline.override_timeline.rotations for period in rotation.periods]
    assert [(period.start_date, period.type) for period in override_periods] == [
        (begin + timedelta(days=1), "override")
    ]
    turns = [period for rotation in timeline.base_timeline.rotations for period in rotation.periods]
    assert {period.recipient.name for period in turns if period.recipient} <= {"ann@corp.example", "bob@corp.example"}

    plain = await og.schedules.get_timeline(schedule["id"], interval=3, interval_unit="days", date=begin)
    assert plain.end_date - plain.start_date == timedelta(days=3)
    assert (plain.base_timeline, plain.override_timeline, plain.forwarding_timeline) == (None, None, None)


async def test_a_schedule_is_exported_as_a_calendar(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_schedule("a/b", participants=("ann@corp.example",))

    calendar = await og.schedules.export(Name("a/b"))

    assert calendar.startswith(b"BEGIN:VCALENDAR")
    assert b"ann@corp.example" in calendar
