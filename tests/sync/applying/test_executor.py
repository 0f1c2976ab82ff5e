"""One change at a time against a sandbox over a real socket: every kind, and every order."""

from __future__ import annotations

from typing import Any

import pytest

from opsgenie_async import ProtocolError
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync.reading.fetch import listing_of
from tests.sync.applying.world import CASES, NIGHT, POLICY, REAL, World, matches, name_in_case, read, the
from tests.sync.changes import change, create


@pytest.mark.parametrize("kind", [kind for kind in REAL if not kind.single], ids=lambda kind: kind.name)
async def test_every_kind_is_created_updated_and_deleted(world: World, kind: Any) -> None:
    fields, parent, update = CASES[kind.name]
    before = len(await world.list_kind(kind.name, parent))

    result = await world.take(the(kind.name, "create", fields))
    assert result.how == "done"
    assert result.request_id
    assert world.ids.of(kind.name, name_in_case(kind.name), parent) == result.id
    request = {key: value for key, value in fields.items() if key != "enabled"} if kind.toggled else fields
    assert matches(await read(world, kind.name, result.id), request)
    if kind.toggled:
        assert (await read(world, kind.name, result.id))["status"]["enabled"] is fields["enabled"]

    world.sandbox.reset_counters()
    await world.take(the(kind.name, "update", update, id=result.id))
    assert [each.method for each in world.sandbox.received] == ["POST" if kind.toggled else kind.update]
    after = await read(world, kind.name, result.id)
    if kind.toggled:
        assert after["status"]["enabled"] is update["enabled"]
    else:
        assert matches(after, update)

    assert (await world.take(the(kind.name, "delete", id=result.id))).how == "done"
    assert len(await world.list_kind(kind.name, parent)) == before
    assert (await world.take(the(kind.name, "delete", id=result.id))).how == "already"


@pytest.mark.parametrize("kind", [kind for kind in REAL if kind.single], ids=lambda kind: kind.name)
async def test_what_there_is_always_one_of_is_only_updated(world: World, kind: Any) -> None:
    update = CASES[kind.name][2]
    await world.take(the(kind.name, "update", update))
    path, query = listing_of(kind, world.ids.parent(the(kind.name, "update")))
    assert matches((await world.og.request("GET", path, params=query)).data, update)


def test_every_kind_has_its_case() -> None:
    assert CASES.keys() == {kind.name for kind in REAL}


async def test_the_default_rule_of_a_new_team_is_found(world: World) -> None:
    fields = {"notify": NIGHT, "name": "Everything"}
    done = await world.take(change("update", "team_routing_rule", "default", fields, parent="ops"))
    (rule,) = await world.list_kind("team_routing_rule", "ops")
    assert (rule["id"], rule["notify"]["name"], rule["name"]) == (done.id, "night", "Everything")
    assert world.ids.of("team_routing_rule", "default", "ops") == done.id


async def test_a_team_without_a_default_rule_is_said_to_be_one(world: World) -> None:
    world.sandbox.account.routing_rules[world.ids.of("team", "ops")].clear()
    with pytest.raises(ProtocolError, match="no team routing rule 'default'"):
        await world.take(change("update", "team_routing_rule", "default", {"notify": NIGHT}, parent="ops"))


async def test_routing_rules_are_ordered_before_the_default_one(world: World) -> None:
    names = ["a", "b", "c", "d"]
    for name in names:
        await world.take(create("team_routing_rule", name, {"name": name, "notify": {"type": "none"}}, parent="ops"))
    world.sandbox.reset_counters()
    desired = ["d", "a", "c", "b", "default"]
    done = await world.take(change("order", "team_routing_rule", "", {"order": desired}, parent="ops"))
    assert world.sandbox.requests == 3  # one listing, two moves
    rules = await world.list_kind("team_routing_rule", "ops")
    assert [rule["name"] for rule in rules] == [*desired[:4], "Default Routing Rule"]
    assert done.how == "done"
    again = await world.take(change("order", "team_routing_rule", "", {"order": desired}, parent="ops"))
    assert (again.how, world.sandbox.requests) == ("already", 3 + 1 + 1)


async def test_no_rule_is_moved_behind_the_default_one(world: World) -> None:
    for name in "abc":
        await world.take(create("team_routing_rule", name, {"name": name, "notify": {"type": "none"}}, parent="ops"))
    await world.take(change("order", "team_routing_rule", "", {"order": ["b", "c", "a"]}, parent="ops"))
    assert world.sandbox.received[-1].json == {"order": 2}


async def test_a_listing_is_read_by_what_it_says_of_the_order(world: World) -> None:
    for name in "abc":
        await world.take(create("alert_policy", name, {"name": name, **POLICY}, parent="ops"))
    listed = await world.list_kind("alert_policy", "ops")
    world.sandbox.faults.add(Fault(route="GET *", status=200, body={"data": listed[::-1]}, times=1))
    done = await world.take(change("order", "alert_policy", "", {"order": ["a", "b", "c"]}, parent="ops"))
    assert done.how == "already"


async def test_notification_rules_are_ordered_among_those_of_the_same_action(world: World) -> None:
    names = [f"{action} {name}" for action in ("create-alert", "closed-alert") for name in "abc"]
    for name in names:
        action, title = name.split()
        fields = {"name": title, "actionType": action, "enabled": True}
        await world.take(create("notification_rule", name, fields, parent="ann@x.org"))
    desired = names[::-1]
    await world.take(change("order", "notification_rule", "", {"order": desired}, parent="ann@x.org"))
    listed = await world.list_kind("notification_rule", "ann@x.org")
    now = [f"{rule['actionType']} {rule['name']}" for rule in listed]
    for action in ("create-alert", "closed-alert"):
        assert [name for name in now if action in name] == [name for name in desired if action in name]


@pytest.mark.parametrize("place", ["alert_policy of ops", "alert_policy of ", "notification_policy of ops"])
async def test_policies_are_ordered_by_kind_and_owner(world: World, place: str) -> None:
    word, parent = place.split(" of ")
    for name in "abc":
        await world.take(create(word, name, {**CASES[word][0], "name": name}, parent=parent))
    await world.take(change("order", word, "", {"order": ["c", "b", "a"]}, parent=parent))
    names = [each["name"] for each in await world.list_kind(word, parent)]
    assert [name for name in names if name in "abc"] == ["c", "b", "a"]
