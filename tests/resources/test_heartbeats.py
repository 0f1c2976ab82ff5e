"""`og.heartbeats` against the sandbox: a heartbeat's life, and what a repeat of its creation finds."""

import pytest

from opsgenie_async import Conflict, Name, NotFound, Opsgenie
from opsgenie_async.models import HeartbeatUnit, Priority, TeamMeta
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from tests.resources.reading import unread_fields


async def test_a_heartbeat_is_made_read_changed_and_gone(og: Opsgenie):
    result = await og.heartbeats.create(
        name="night / backup",
        interval=10,
        interval_unit=HeartbeatUnit.MINUTES,
        enabled=False,
        description="runs at 3",
        alert_tags=["backup"],
        alert_priority=Priority.P2,
    )
    assert (result.name, result.enabled, result.expired) == ("night / backup", False, False)

    changed = await og.heartbeats.update(result, interval=2, interval_unit="hours", alert_message="No backup")
    there = await og.heartbeats.get(Name("night / backup"))
    assert changed.name == there.name == "night / backup"
    assert (there.interval, there.interval_unit) == (2, HeartbeatUnit.HOURS)
    assert (there.alert_message, there.alert_tags, there.alert_priority) == ("No backup", ["backup"], Priority.P2)
    assert there.last_ping_time is None

    assert (await og.heartbeats.enable("night / backup")).enabled
    assert not (await og.heartbeats.disable(there)).enabled
    assert await og.heartbeats.get(result) in await og.heartbeats.list()
    assert list(unread_fields([result, changed, there])) == []

    await og.heartbeats.delete(result)
    with pytest.raises(NotFound):
        await og.heartbeats.get(result)


async def test_a_ping_answers_nothing_and_is_seen(og: Opsgenie):
    await og.heartbeats.create(name="beat", interval=1, interval_unit="days", enabled=True)

    await og.heartbeats.ping("beat")
    await og.heartbeats.ping("nobody knows this one")

    assert (await og.heartbeats.get("beat")).last_ping_time is not None


async def test_the_owner_is_a_team(og: Opsgenie):
    (team, *_) = await og.teams.list()
    await og.heartbeats.create(
        name="beat", interval=1, interval_unit="days", enabled=True, owner_team=TeamMeta(name=team.name)
    )

    assert (await og.heartbeats.get("beat")).owner_team == TeamMeta(id=team.id, name=team.name)


async def test_a_name_is_taken_once(og: Opsgenie):
    await og.heartbeats.create(name="beat", interval=1, interval_unit="days", enabled=True)

    with pytest.raises(Conflict):
        await og.heartbeats.create(name="beat", interval=1, interval_unit="days", enabled=True)


@pytest.mark.parametrize(
    ("heartbeat", "settles"), [({}, True), ({"interval": 2}, False), ({"alert_tags": ["x"]}, False)]
)
async def test_a_repeat_that_finds_the_very_same_heartbeat_was_the_success(
    sandbox: Sandbox, og: Opsgenie, heartbeat: dict[str, object], settles: bool
):
    """The first answer is lost, whatever it did; the second says "taken"."""
    (team, *_) = await og.teams.list()
    desired = {
        "name": "beat",
        "interval": 1,
        "interval_unit": "days",
        "enabled": True,
        "alert_tags": ("a", "b"),
        "owner_team": TeamMeta(name=team.name),
    }
    await og.heartbeats.create(**{**desired, **heartbeat})
    sandbox.faults.add(Fault(route="POST *", html=True, times=1))

    if settles:
        assert (await og.heartbeats.create(**desired)).alert_tags == ["a", "b"]
    else:
        with pytest.raises(Conflict):
            await og.heartbeats.create(**desired)
