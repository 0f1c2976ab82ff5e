"""Creates, updates and moves whose answers are lost: none of them makes two of anything."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from opsgenie_async import Conflict, OutcomeUnknown
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync.applying.executor import Ids, Steps
from opsgenie_async.sync.planning.changes import Change
from tests.clocks import FakeClock
from tests.sync.applying.world import CASES, POLICY, REAL, WORLD, World, matches, read, the
from tests.sync.changes import change, create

AFTER_THE_CHANGE = {
    "reset": Fault(route="POST *", reset=True, after_state=True, times=1),
    "truncated": Fault(route="POST *", truncate=True, times=1),
    "gateway": Fault(route="POST *", html=True, after_state=True, times=1),
    "page with 200": Fault(route="POST *", html=True, status=200, after_state=True, times=1),
    "no id": Fault(route="POST *", body={"data": {}}, status=200, after_state=True, times=1),
}
BEFORE_THE_CHANGE = {
    "reset": Fault(route="POST *", reset=True, times=2),
    "gateway": Fault(route="POST *", html=True, times=2),
}


@pytest.mark.parametrize("fault", AFTER_THE_CHANGE.values(), ids=AFTER_THE_CHANGE)
@pytest.mark.parametrize("kind", [kind for kind in REAL if not kind.single], ids=lambda kind: kind.name)
async def test_a_lost_answer_makes_no_second_one(world: World, kind: Any, fault: Fault) -> None:
    fields, parent, _ = CASES[kind.name]
    before = len(await world.list_kind(kind.name, parent))
    world.sandbox.faults.add(fault)
    result = await world.take(the(kind.name, "create", fields))
    world.sandbox.faults.clear()
    assert result.how == "adopted"
    assert len(await world.list_kind(kind.name, parent)) == before + 1
    document = await read(world, kind.name, result.id)
    assert document["status"]["enabled"] is False if kind.toggled else matches(document, fields)


@pytest.mark.parametrize("fault", BEFORE_THE_CHANGE.values(), ids=BEFORE_THE_CHANGE)
@pytest.mark.parametrize("word", ["user", "schedule_rotation", "team", "service", "incident_template"])
async def test_what_never_came_is_sent_again(world: World, word: str, fault: Fault) -> None:
    fields, parent, _ = CASES[word]
    before = len(await world.list_kind(word, parent))
    world.sandbox.faults.add(fault)
    result = await world.take(the(word, "create", fields))
    assert result.how == "done"
    assert len(await world.list_kind(word, parent)) == before + 1


async def test_a_second_one_of_the_same_name_is_not_taken_for_the_first(world: World) -> None:
    fields = CASES["schedule_rotation"][0]
    first = await world.take(the("schedule_rotation", "create", fields))
    world.sandbox.faults.add(Fault(route="POST *", reset=True, times=1))
    second = await world.take(create("schedule_rotation", "n#2", fields, parent="night"))
    assert second.how == "done"
    assert second.id != first.id
    assert len(await world.list_kind("schedule_rotation", "night")) == 3


async def test_two_of_a_name_are_not_on_their_way_at_once(world: World) -> None:
    """The first never comes; the second does, and must not be taken for the first while its answer is on the way."""
    world.sandbox.faults.add(
        Fault(route="POST *", html=True, times=1), Fault(route="POST *", delay=0.1, after_state=True, times=1)
    )
    fields = CASES["service"][0]
    one, other = await asyncio.gather(
        world.take(create("service", "n", fields)), world.take(create("service", "n#2", fields))
    )
    assert one.id != other.id
    assert [each["name"] for each in await world.list_kind("service")] == ["n", "n", "web"]


@pytest.mark.parametrize("word", ["schedule_override", "forwarding_rule", "heartbeat"])
async def test_what_has_a_key_of_ours_is_sent_again_at_once(world: World, clock: FakeClock, word: str) -> None:
    world.sandbox.faults.add(Fault(route="POST *", reset=True, times=1))
    assert (await world.take(the(word, "create", CASES[word][0]))).how == "done"
    assert clock.slept == []


async def test_an_adopted_rule_is_not_told_what_no_update_changes(world: World) -> None:
    world.sandbox.faults.add(AFTER_THE_CHANGE["gateway"])
    await world.take(the("notification_rule", "create", CASES["notification_rule"][0]))
    assert world.sandbox.received[-1].method == "PATCH"
    assert "actionType" not in world.sandbox.received[-1].json


async def test_it_is_looked_for_when_the_server_has_had_time(world: World, clock: FakeClock) -> None:
    world.sandbox.faults.add(AFTER_THE_CHANGE["gateway"])
    await world.take(create("team", "late"))
    assert clock.slept == [1.0]


async def test_what_stays_unknown_fails_in_the_end(world: World) -> None:
    world.sandbox.faults.add(Fault(route="POST *", html=True))
    with pytest.raises(OutcomeUnknown):
        await world.take(create("team", "never"))
    assert [each["name"] for each in await world.list_kind("team")] == ["ops"]


async def test_what_opsgenie_made_by_itself_is_adopted_and_made_as_wanted(world: World) -> None:
    world.sandbox.add_schedule("n")
    result = await world.take(create("schedule", "n", {"name": "n", "description": "ours", "timezone": "Asia/Tokyo"}))
    assert result.how == "adopted"
    output = await read(world, "schedule", result.id)
    assert (output["description"], output["timezone"]) == ("ours", "Asia/Tokyo")


async def test_a_contact_that_came_with_its_user_is_switched_as_wanted(world: World) -> None:
    await world.take(the("contact", "create", CASES["contact"][0]))
    fresh = Steps(world.og, Ids({("user", "", "ann@x.org"): world.ids.of("user", "ann@x.org")}), FakeClock())
    result = await fresh.take(the("contact", "create", {"method": "sms", "to": "49 1"}))
    assert result.how == "adopted"
    assert (await read(world, "contact", result.id))["status"]["enabled"] is True


@pytest.mark.parametrize("change", [WORLD[0], WORLD[2]], ids=lambda each: each.kind.name)
async def test_a_name_that_another_known_one_has_is_refused(world: World, change: Change) -> None:
    with pytest.raises(Conflict):
        await world.take(change)


async def test_an_update_whose_answer_is_lost_is_sent_again(world: World) -> None:
    id = world.ids.of("team", "ops")
    world.sandbox.faults.add(Fault(route="PATCH *", reset=True, after_state=True, times=1))
    await world.take(change("update", "team", "ops", {"description": "d"}, id=id))
    assert (await read(world, "team", id))["description"] == "d"


async def test_a_delete_whose_answer_is_lost_is_over(world: World) -> None:
    world.sandbox.faults.add(Fault(route="DELETE *", reset=True, after_state=True, times=1))
    done = await world.take(change("delete", "team_routing_rule", "x", parent="ops", id="gone"))
    assert done.how == "already"


async def test_a_move_whose_answer_is_lost_is_sent_again(world: World) -> None:
    for name in "abc":
        await world.take(create("alert_policy", name, {"name": name, **POLICY}, parent="ops"))
    world.sandbox.faults.add(Fault(route="POST *", reset=True, after_state=True, times=1))
    await world.take(change("order", "alert_policy", "", {"order": ["c", "a", "b"]}, parent="ops"))
    assert [each["name"] for each in await world.list_kind("alert_policy", "ops")] == ["c", "a", "b"]
