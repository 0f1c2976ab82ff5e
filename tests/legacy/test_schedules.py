"""The schedules of API v1 through the public client, against the sandbox."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from opsgenie_async import Name, NotFound, Opsgenie, OpsgenieError, OutcomeUnknown, ProtocolError, Unauthorized
from opsgenie_async.legacy import models
from opsgenie_async.legacy.models import Restriction, Rotation
from opsgenie_async.sandbox import Fault, Sandbox
from tests.http.server import Echo, envelope

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)

BERLIN = ZoneInfo("Europe/Berlin")
ANN, BOB = "ann@corp.example", "bob@corp.example"
NIGHTS = Rotation(
    name="Nights",
    start_date=datetime(2026, 1, 1, 18),
    end_date=datetime(2026, 12, 31, 8, 30),
    participants=[ANN, BOB, "none"],
    rotation_type="weekly",
    rotation_length=2,
    restrictions=[
        Restriction(start_day="monday", start_hour=8, start_minute=30, end_day="thursday", end_hour=17, end_minute=0)
    ],
)
ALWAYS = Rotation(start_date=datetime(2025, 1, 6, 9), participants=[ANN, BOB], rotation_type="daily")


@pytest.fixture
async def users(sandbox: Sandbox) -> None:
    await asyncio.to_thread(
        lambda: [BERLIN.utcoffset(datetime(2026, 1, 1)), sandbox.add_user(ANN), sandbox.add_user(BOB)]
    )


@pytest.fixture
async def on_call(og: Opsgenie, users: None) -> str:
    """The id of `a/b on call?`, a schedule in Berlin where Ann and Bob take turns."""
    result = await og.legacy.schedules.create(name="a/b on call?", timezone="Europe/Berlin", rotations=[ALWAYS])
    return result.id


async def test_a_schedule_is_created_read_changed_and_deleted(og: Opsgenie, sandbox: Sandbox, users: None):
    schedules = og.legacy.schedules
    sandbox.add_team("ops")

    result = await schedules.create(
        name="network", timezone="Europe/Berlin", enabled=False, rotations=[NIGHTS], team="ops", description="nights"
    )
    read = await schedules.get(result.id)

    assert (read.id, read.name, read.timezone, read.enabled) == (result.id, "network", "Europe/Berlin", False)
    assert read.team == "ops"
    assert (await og.schedules.get(result.id)).description == "nights"
    [rule] = read.rules
    assert (rule.name, rule.rotation_type, rule.rotation_length) == ("Nights", "weekly", 2)
    assert rule.start_date == datetime(2026, 1, 1, 18, tzinfo=BERLIN)
    assert rule.end_date == datetime(2026, 12, 31, 8, 30, tzinfo=BERLIN)
    assert [(each.participant, each.type) for each in rule.participants] == [
        (ANN, "user"),
        (BOB, "user"),
        ("none", ""),
    ]
    assert rule.restrictions == NIGHTS.restrictions

    await schedules.update(result.id, name="renamed", enabled=True)
    after = await schedules.get(Name("renamed"))
    assert (after.id, after.enabled, after.rules) == (result.id, True, read.rules)

    moved = rule.as_rotation()
    moved.start_date = datetime(2026, 1, 1, 17, tzinfo=UTC)
    await schedules.update(after, rotations=[moved, ALWAYS], timezone="Europe/Berlin")
    first, second = (await schedules.get(after)).rules
    assert first.start_date == rule.start_date
    assert second.start_date == datetime(2025, 1, 6, 9, tzinfo=BERLIN)

    await schedules.delete(Name("renamed"))
    with pytest.raises(NotFound):
        await schedules.get(result.id)
    with pytest.raises(NotFound):
        await schedules.delete(result.id)


async def test_a_schedule_is_changed_by_name(og: Opsgenie, on_call: str):
    await og.legacy.schedules.update(Name("a/b on call?"), description="of the night")

    assert (await og.schedules.get(on_call)).description == "of the night"
    with pytest.raises(ValueError, match="select it by id"):
        await og.legacy.schedules.update(Name("a/b on call?"), name="new")


async def test_all_are_listed(og: Opsgenie, sandbox: Sandbox, on_call: str):
    listed = await og.legacy.schedules.list()

    assert {schedule.id for schedule in listed} == set(sandbox.account.schedules)
    assert all(rule.start_date.tzinfo is not None for schedule in listed for rule in schedule.rules)


async def test_the_key_goes_where_v1_wants_it(og: Opsgenie, sandbox: Sandbox, on_call: str):
    await og.legacy.schedules.get(on_call)
    posted, read = sandbox.received[-2:]

    assert (posted.query, posted.json["apiKey"]) == ({}, "***")
    assert read.query == {"id": on_call, "apiKey": "***"}
    assert not any("Authorization" in request.headers for request in (posted, read))
    async with Opsgenie("another", base_url=sandbox.url) as stranger:
        with pytest.raises(Unauthorized) as caught:
            await stranger.legacy.schedules.get(on_call)
        assert caught.value.code == 2
        with pytest.raises(Unauthorized):
            await stranger.legacy.schedules.create(name="x")


@pytest.mark.parametrize(
    ("unit", "count", "first", "days"),
    [
        ("days", 3, datetime(2026, 3, 1), 3),
        ("weeks", 2, datetime(2026, 2, 23), 14),  # a Sunday belongs to the week before
        ("months", 1, datetime(2026, 3, 1), 31),
    ],
)
async def test_a_timeline_is_told_in_the_schedules_zone(
    og: Opsgenie, on_call: str, unit: str, count: int, first: datetime, days: int
):
    answer = await og.legacy.schedules.timeline(
        Name("a/b on call?"),
        interval=count,
        interval_unit=unit,  # type: ignore[arg-type]
        date=datetime(2026, 3, 1),
    )

    timeline = answer.timeline
    assert answer.schedule.id == on_call
    assert timeline.start_time == first.replace(tzinfo=BERLIN)
    assert timeline.end_time.date() == (first + timedelta(days=days)).date()
    [rotation] = timeline.final_schedule.rotations
    assert {recipient.name for period in rotation.periods for recipient in period.recipients} == {ANN, BOB}
    assert all(period.start_time.tzinfo == BERLIN for period in rotation.periods)
    assert timeline.base_schedule is None


async def test_a_timeline_shows_its_layers_when_asked(og: Opsgenie, on_call: str):
    answer = await og.legacy.schedules.timeline(
        on_call, date=datetime(2026, 3, 1, tzinfo=UTC), timezone="Europe/Berlin", details=True
    )

    assert answer.timeline.start_time == datetime(2026, 2, 23, tzinfo=BERLIN)
    assert answer.timeline.base_schedule is not None
    with pytest.raises(ValueError, match="time zone"):
        await og.legacy.schedules.timeline(on_call, date=datetime(2026, 3, 1, tzinfo=UTC))


MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "timezone", "user"),
    [
        (MONDAY, None, ANN),
        (MONDAY + timedelta(days=1), None, BOB),
        (MONDAY.replace(tzinfo=None), None, ANN),
        (datetime(2026, 1, 6, 8, 59), None, ANN),
        (datetime(2026, 1, 6, 9, 1), None, BOB),
        (datetime(2026, 1, 6, 8, 59), "UTC", BOB),
        (datetime(2026, 1, 6, 8, 59, tzinfo=BERLIN), None, ANN),
        (datetime(2026, 1, 6, 8, 59, tzinfo=BERLIN), "America/New_York", ANN),
    ],
)
async def test_who_is_on_call_at_a_moment(og: Opsgenie, on_call: str, time: datetime, timezone: str | None, user: str):
    more = {} if timezone is None else {"timezone": timezone}

    nested = await og.legacy.schedules.who_is_on_call(on_call, time=time, **more)
    flat = await og.legacy.schedules.who_is_on_call(Name("a/b on call?"), time=time, flat=True, **more)

    assert isinstance(nested, models.OnCall)
    assert isinstance(flat, models.FlatOnCall)
    assert [participant.name for participant in nested.participants] == flat.recipients == [user]
    assert (nested.id, flat.id, flat.is_enabled) == (on_call, on_call, True)
    assert nested.participants[0].forwarded is False


async def test_who_is_on_call_everywhere_and_next(og: Opsgenie, sandbox: Sandbox, on_call: str):
    schedules = og.legacy.schedules

    nested = await schedules.list_who_is_on_call()
    flat = await schedules.list_who_is_on_call(flat=True, time=MONDAY)
    assert [each.id for each in nested] == [each.id for each in flat] == [*sandbox.account.schedules]
    assert next(each for each in flat if each.id == on_call).recipients == [ANN]

    following = await schedules.who_is_on_call_next(on_call)
    plain = await schedules.who_is_on_call_next(on_call, flat=True)
    assert [each.name for each in following.final_next_on_calls] == plain.final_next_recipients
    assert plain.final_next_recipients == plain.rotation_next_recipients != []
    assert {request.path.rpartition("/")[2] for request in sandbox.received[-4:]} == {"whoIsOnCall", "whoIsOnCallNext"}


async def test_a_calendar_is_exported(og: Opsgenie, on_call: str):
    by_id = await og.legacy.schedules.export(on_call)
    by_name = await og.legacy.schedules.export(Name("a/b on call?"))
    by_user = await og.legacy.schedules.export(Name(ANN))

    assert by_id == by_name
    assert by_id.startswith(b"BEGIN:VCALENDAR")
    assert by_id.rstrip().endswith(b"END:VCALENDAR")
    assert ANN.encode() in by_user
    assert BOB.encode() not in by_user
    async with Echo(lambda request: envelope(status="odd")) as server, Opsgenie("k", base_url=server.url) as other:
        with pytest.raises(ProtocolError, match="calendar"):
            await other.legacy.schedules.export("x")


async def test_what_may_be_repeated(og: Opsgenie, sandbox: Sandbox, on_call: str):
    schedules = og.legacy.schedules
    sandbox.faults.add(Fault(html=True, after=0, times=1))
    await schedules.update(on_call, description="by id")

    sandbox.faults.add(Fault(html=True, times=1))
    with pytest.raises(OutcomeUnknown):
        await schedules.update(Name("a/b on call?"), description="by name")
    sandbox.faults.add(Fault(html=True, after_state=True, times=1))
    with pytest.raises(OutcomeUnknown):
        await schedules.create(name="new")
    sandbox.faults.add(Fault(reset=True, after_state=True, times=1))
    await schedules.delete(on_call)
    with pytest.raises(NotFound):
        await schedules.delete(on_call)


async def test_what_makes_no_sense_is_not_sent(og: Opsgenie, sandbox: Sandbox, on_call: str):
    before = sandbox.requests
    aware = Rotation(start_date=datetime(2026, 1, 1, tzinfo=UTC), participants=[ANN], rotation_type="daily")

    with pytest.raises(ValueError, match=r"rotations\[0\]\.start_date"):
        await og.legacy.schedules.create(name="x", rotations=[aware])
    with pytest.raises(ValueError, match="unknown time zone"):
        await og.legacy.schedules.create(name="x", rotations=[aware], timezone="Mars/Base")
    for empty in ("", Name("")):
        with pytest.raises(ValueError, match="empty"):
            await og.legacy.schedules.delete(empty)

    assert sandbox.requests == before


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda schedules: schedules.get(None), "schedule"),
        (lambda schedules: schedules.get(17), "schedule"),
        (lambda schedules: schedules.timeline("s", date="2016-04-16 18:00"), "date"),
        (lambda schedules: schedules.who_is_on_call("s", time="2016-04-16 18:00"), "time"),
    ],
)
async def test_an_argument_of_the_wrong_type_is_named(call, argument):
    async with Opsgenie("k", base_url="http://127.0.0.1:1") as og:
        with pytest.raises(TypeError, match=f"^{argument}: expected"):
            await call(og.legacy.schedules)


@pytest.mark.parametrize(
    ("name", "args", "fields", "words"),
    [
        ("create", (), {"name": 7}, "name: expected a str, got 7 (legacy.schedules.create)"),
        ("create", (), {"name": "n", "enabled": "yes"}, "enabled: expected a bool, got 'yes'"),
        ("create", (), {"name": "n", "rotations": "daily"}, "rotations: expected a list of Rotation, got 'daily'"),
        ("create", (), {"name": None}, "name: expected a str, got None"),
        ("update", ("s",), {"team": ["ops"]}, "team: expected a str, got a list (legacy.schedules.update)"),
        ("timeline", ("s",), {"interval": "2"}, "interval: expected an int, got '2'"),
        ("timeline", ("s",), {"details": 1}, "details: expected a bool, got 1"),
        ("timeline", ("s",), {"interval_unit": "years"}, "interval_unit: expected days, weeks or months, got 'years'"),
        ("who_is_on_call", ("s",), {"flat": "true"}, "flat: expected a bool, got 'true'"),
        ("who_is_on_call", ("s",), {"timezone": 2}, "timezone: expected a str, got 2"),
        ("who_is_on_call", ("s",), {"time": NOON, "timezone": "Mars/Base"}, "timezone: "),
        ("get", (7,), {}, "schedule: expected a str, a Name or a model with an id, got 7"),
        ("get", ("",), {}, "schedule: an empty id selects nothing"),
        ("get", ("s",), {"flt": True}, "Schedules.get() got an unexpected keyword argument 'flt'"),
        ("create", (), {}, "Schedules.create() missing 1 required keyword-only argument: 'name'"),
        (
            "timeline",
            ("s",),
            {"intervall": 1},
            "Schedules.timeline() got an unexpected keyword argument 'intervall'; did you mean 'interval'?",
        ),
        ("list", ("x",), {}, "Schedules.list() takes 1 positional argument but 2 were given"),
    ],
)
async def test_a_wrong_argument_is_refused_before_anything_is_sent(name, args, fields, words):
    async with Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        with pytest.raises((TypeError, ValueError)) as caught:
            await getattr(og.legacy.schedules, name)(*args, **fields)
    assert isinstance(caught.value, OpsgenieError)
    assert str(caught.value).startswith(words)


async def test_none_is_left_out_of_a_query_of_v1():
    async with Sandbox(teams=1) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        (schedule, *_) = await og.legacy.schedules.list()
        await og.legacy.schedules.timeline(schedule, interval=None, interval_unit=None, date=None, details=None)
        await og.legacy.schedules.who_is_on_call(schedule, time=None, timezone=None)
        queries = [set(received.query) - {"apiKey"} for received in sandbox.received[-2:]]
    assert queries == [{"id"}, {"id"}]
