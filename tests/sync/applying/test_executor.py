"""One change at a time against a sandbox over a real socket: every kind, and no answer can make two of anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from opsgenie_async import Config, Conflict, Opsgenie, OutcomeUnknown, ProtocolError
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync.applying.executor import Done, Ids, Steps
from opsgenie_async.sync.model.catalog import KINDS, kind_of
from opsgenie_async.sync.planning.changes import Change
from tests.clocks import FakeClock
from tests.sync.changes import change, create

SHIFT = {"startDate": "2026-02-01T00:00:00Z", "type": "weekly"}
DATES = {"startDate": "2026-02-01T00:00:00Z", "endDate": "2026-02-02T00:00:00Z"}
ANN, BEA = {"username": "ann@x.org"}, {"username": "bea@x.org"}
OPS, NIGHT = {"type": "team", "name": "ops"}, {"type": "schedule", "name": "night"}
RULE = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 5}}
POLICY = {"type": "alert", "message": "m", "enabled": True}
FILTER = {"filter": {"conditionMatchType": "match-all", "conditions": []}}
INCIDENT = {"message": "m", "priority": "P2", "stakeholderProperties": {"message": "m", "enable": False}}

WORLD = (
    create("user", "ann@x.org", {"username": "ann@x.org", "fullName": "Ann", "role": {"name": "User"}}),
    create("user", "bea@x.org", {"username": "bea@x.org", "fullName": "Bea", "role": {"name": "User"}}),
    create("team", "ops"),
    create("schedule", "night"),
    create("schedule_rotation", "weekly", {"name": "weekly", **SHIFT, "participants": [OPS]}, parent="night"),
    create("integration", "hook", {"type": "API", "name": "hook"}),
    create("service", "web", {"name": "web", "teamId": {"name": "ops"}}),
    create("alert_policy", "mute", {"name": "mute", **POLICY}, path="policies/account"),
)

CASES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    # word: what is created, the parent, and what an update says of it then
    "custom_user_role": ({"name": "n", "extendedRole": "observer"}, "", {"name": "n", "grantedRights": ["x"]}),
    "user": (
        {"username": "new@x.org", "fullName": "N", "role": {"name": "User"}, "tags": ["a"]},
        "",
        {"fullName": "M", "tags": []},
    ),
    "contact": ({"method": "sms", "to": "49 1", "enabled": False}, "ann@x.org", {"enabled": True}),
    "notification_rule": (
        {"name": "n", "actionType": "create-alert", "enabled": True, "schedules": [NIGHT]},
        "ann@x.org",
        {"enabled": False, "schedules": []},
    ),
    "team": ({"name": "n"}, "", {"description": "d", "members": [{"user": ANN, "role": "user"}]}),
    "team_role": ({"name": "n", "rights": []}, "ops", {"rights": [{"right": "edit-roles", "granted": True}]}),
    "team_routing_rule": ({"name": "n", "notify": NIGHT}, "ops", {"notify": {"type": "none"}}),
    "schedule": ({"name": "n", "ownerTeam": {"name": "ops"}}, "", {"ownerTeam": None, "description": "d"}),
    "schedule_rotation": ({"name": "n", **SHIFT, "participants": [OPS]}, "night", {"length": 2}),
    "schedule_override": (
        {"alias": "n", "user": {"type": "user", **ANN}, **DATES, "rotations": [{"name": "weekly"}]},
        "night",
        {"alias": "n", "user": {"type": "user", **BEA}, **DATES},
    ),
    "escalation": ({"name": "n", "rules": [{**RULE, "recipient": NIGHT}]}, "", {"description": "d"}),
    "forwarding_rule": (
        {"alias": "n", "fromUser": ANN, "toUser": BEA, **DATES},
        "",
        {"alias": "n", "fromUser": BEA, "toUser": ANN, **DATES},
    ),
    "heartbeat": (
        {"name": "n", "interval": 5, "intervalUnit": "minutes", "enabled": True, "ownerTeam": {"name": "ops"}},
        "",
        {"interval": 7},
    ),
    "integration": (
        {"type": "API", "name": "n", "ownerTeam": {"name": "ops"}, "responders": [OPS]},
        "",
        {"type": "API", "name": "n", "suppressNotifications": True},
    ),
    "integration_action": ({}, "hook", {"ignore": [{"type": "ignore", "name": "n", "filter": FILTER["filter"]}]}),
    "alert_policy": ({"name": "n", **POLICY, "responders": [OPS]}, "ops", {"name": "n", **POLICY, "continue": True}),
    "notification_policy": (
        {"type": "notification", "name": "n", "enabled": True, "suppress": True},
        "ops",
        {"type": "notification", "name": "n", "enabled": False},
    ),
    "service": ({"name": "n", "teamId": {"name": "ops"}}, "", {"description": "d"}),
    "service_incident_rule": (
        {"incidentProperties": INCIDENT},
        "web",
        {"incidentProperties": {**INCIDENT, "priority": "P1"}},
    ),
    "service_audience_template": ({}, "web", {"responder": {"teams": [{"name": "ops"}], "individuals": [ANN]}}),
    "incident_template": (
        {"name": "n", **INCIDENT, "impactedServices": [{"name": "web"}]},
        "",
        {"name": "n", **INCIDENT, "description": "d", "impactedServices": []},
    ),
    "maintenance": (
        {
            "description": "n",
            "time": {"type": "schedule", **DATES},
            "rules": [{"state": "disabled", "entity": {"type": "policy", "name": "mute", "of": ""}}],
        },
        "",
        {
            "description": "n",
            "time": {"type": "schedule", **DATES},
            "rules": [{"entity": {"type": "integration", "name": "hook"}}],
        },
    ),
}
REAL = [kind for kind in KINDS if not kind.virtual]


@pytest.fixture
async def sandbox(clock: FakeClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    config = Config(jitter=lambda bound: 0.0, max_attempts=2)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as client:
        yield client


@attrs.define
class World:
    steps: Steps
    ids: Ids
    og: Opsgenie

    async def take(self, *changes: Change) -> Done:
        for each in changes:
            done = await self.steps.take(each)
        return done

    async def shown(self, word: str, parent: str = "") -> list[dict[str, Any]]:
        """All of a kind below a parent, as the API lists them."""
        kind = kind_of(word)
        path, query = kind.listing(self.ids.parent(create(word, "", parent=parent)))
        listed: Any = await self.og.documents(path, params=query, at=kind.data_key)
        return listed  # type: ignore[no-any-return]


@pytest.fixture
async def world(og: Opsgenie, clock: FakeClock) -> World:
    """Two users, a team, a schedule with a rotation, an integration, a service and a policy."""
    ids = Ids({})
    world = World(Steps(og, ids, clock), ids, og)
    await world.take(*WORLD)
    return world


def name_of(word: str) -> str:
    return kind_of(word).identity(CASES[word][0])


def the(word: str, action: Any, fields: dict[str, Any] | None = None, **more: Any) -> Change:
    return change(action, word, name_of(word), fields, parent=CASES[word][1], **more)


async def read(world: World, word: str, id: str) -> dict[str, Any]:
    """One entity as the API tells it."""
    kind, parent = kind_of(word), world.ids.parent(the(word, "update"))
    if word in ("service_incident_rule", "incident_template"):  # nowhere to be had alone
        return next(each for each in await world.shown(word, CASES[word][1]) if each["id"] == id)
    path, query = kind.item(id, parent)
    data: Any = (await world.og.request("GET", path, params=query)).data
    return data  # type: ignore[no-any-return]


def says(have: Any, want: Any) -> bool:
    """Whether a document of the API has all that was sent, whatever it has beside."""
    if isinstance(want, dict) and isinstance(have, dict):
        named = ("username", "name", "of")
        keys = [key for key in want if want[key] is not None and not (key in named and "id" in have)]
        return all(key in have and says(have[key], want[key]) for key in keys)
    if isinstance(want, list) and isinstance(have, list):
        return len(have) == len(want) and all(says(*pair) for pair in zip(have, want, strict=True))
    if isinstance(have, str) and isinstance(want, dict):
        return have not in ("", *want.values())  # an id in place of a name
    return bool(have == want)


@pytest.mark.parametrize("kind", [kind for kind in REAL if not kind.single], ids=lambda kind: kind.name)
async def test_every_kind_is_created_updated_and_deleted(world: World, sandbox: Sandbox, kind: Any) -> None:
    fields, parent, update = CASES[kind.name]
    before = len(await world.shown(kind.name, parent))

    result = await world.take(the(kind.name, "create", fields))
    assert result.how == "done"
    assert result.request_id
    assert world.ids.of(kind.name, name_of(kind.name), parent) == result.id
    request = {key: value for key, value in fields.items() if key != "enabled"} if kind.toggled else fields
    assert says(await read(world, kind.name, result.id), request)
    if kind.toggled:
        assert (await read(world, kind.name, result.id))["status"]["enabled"] is fields["enabled"]

    sandbox.reset_counters()
    await world.take(the(kind.name, "update", update, id=result.id))
    assert [each.method for each in sandbox.received] == ["POST" if kind.toggled else kind.update]
    after = await read(world, kind.name, result.id)
    if kind.toggled:
        assert after["status"]["enabled"] is update["enabled"]
    else:
        assert says(after, update)

    assert (await world.take(the(kind.name, "delete", id=result.id))).how == "done"
    assert len(await world.shown(kind.name, parent)) == before
    assert (await world.take(the(kind.name, "delete", id=result.id))).how == "already"


@pytest.mark.parametrize("kind", [kind for kind in REAL if kind.single], ids=lambda kind: kind.name)
async def test_what_there_is_always_one_of_is_only_updated(world: World, kind: Any) -> None:
    update = CASES[kind.name][2]
    await world.take(the(kind.name, "update", update))
    path, query = kind.listing(world.ids.parent(the(kind.name, "update")))
    assert says((await world.og.request("GET", path, params=query)).data, update)


def test_every_kind_has_its_case() -> None:
    assert CASES.keys() == {kind.name for kind in REAL}


async def test_the_default_rule_of_a_new_team_is_found(world: World) -> None:
    fields = {"notify": NIGHT, "name": "Everything"}
    done = await world.take(change("update", "team_routing_rule", "default", fields, parent="ops"))
    (rule,) = await world.shown("team_routing_rule", "ops")
    assert (rule["id"], rule["notify"]["name"], rule["name"]) == (done.id, "night", "Everything")
    assert world.ids.of("team_routing_rule", "default", "ops") == done.id


async def test_routing_rules_are_ordered_before_the_default_one(world: World, sandbox: Sandbox) -> None:
    names = ["a", "b", "c", "d"]
    for name in names:
        await world.take(create("team_routing_rule", name, {"name": name, "notify": {"type": "none"}}, parent="ops"))
    sandbox.reset_counters()
    desired = ["d", "a", "c", "b", "default"]
    done = await world.take(change("order", "team_routing_rule", "", {"order": desired}, parent="ops"))
    assert sandbox.requests == 3  # one listing, two moves
    rules = await world.shown("team_routing_rule", "ops")
    assert [rule["name"] for rule in rules] == [*desired[:4], "Default Routing Rule"]
    assert done.how == "done"
    again = await world.take(change("order", "team_routing_rule", "", {"order": desired}, parent="ops"))
    assert (again.how, sandbox.requests) == ("already", 3 + 1 + 1)


async def test_no_rule_is_moved_behind_the_default_one(world: World, sandbox: Sandbox) -> None:
    for name in "abc":
        await world.take(create("team_routing_rule", name, {"name": name, "notify": {"type": "none"}}, parent="ops"))
    await world.take(change("order", "team_routing_rule", "", {"order": ["b", "c", "a"]}, parent="ops"))
    assert sandbox.received[-1].json == {"order": 2}


async def test_a_listing_is_read_by_what_it_says_of_the_order(world: World, sandbox: Sandbox) -> None:
    for name in "abc":
        await world.take(create("alert_policy", name, {"name": name, **POLICY}, parent="ops"))
    listed = await world.shown("alert_policy", "ops")
    sandbox.faults.add(Fault(route="GET *", status=200, body={"data": listed[::-1]}, times=1))
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
    listed = await world.shown("notification_rule", "ann@x.org")
    now = [f"{rule['actionType']} {rule['name']}" for rule in listed]
    for action in ("create-alert", "closed-alert"):
        assert [name for name in now if action in name] == [name for name in desired if action in name]


@pytest.mark.parametrize("place", ["alert_policy of ops", "alert_policy of ", "notification_policy of ops"])
async def test_policies_are_ordered_by_kind_and_owner(world: World, place: str) -> None:
    word, parent = place.split(" of ")
    for name in "abc":
        await world.take(create(word, name, {**CASES[word][0], "name": name}, parent=parent))
    await world.take(change("order", word, "", {"order": ["c", "b", "a"]}, parent=parent))
    names = [each["name"] for each in await world.shown(word, parent)]
    assert [name for name in names if name in "abc"] == ["c", "b", "a"]


LOST = {
    "reset": Fault(route="POST *", reset=True, after_state=True, times=1),
    "truncated": Fault(route="POST *", truncate=True, times=1),
    "gateway": Fault(route="POST *", html=True, after_state=True, times=1),
    "page with 200": Fault(route="POST *", html=True, status=200, after_state=True, times=1),
    "no id": Fault(route="POST *", body={"data": {}}, status=200, after_state=True, times=1),
}
NEVER_CAME = {
    "reset": Fault(route="POST *", reset=True, times=2),
    "gateway": Fault(route="POST *", html=True, times=2),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.parametrize("kind", [kind for kind in REAL if not kind.single], ids=lambda kind: kind.name)
async def test_a_lost_answer_makes_no_second_one(world: World, sandbox: Sandbox, kind: Any, fault: Fault) -> None:
    fields, parent, _ = CASES[kind.name]
    before = len(await world.shown(kind.name, parent))
    sandbox.faults.add(fault)
    result = await world.take(the(kind.name, "create", fields))
    sandbox.faults.clear()
    assert result.how == "adopted"
    assert len(await world.shown(kind.name, parent)) == before + 1
    shown = await read(world, kind.name, result.id)
    assert shown["status"]["enabled"] is False if kind.toggled else says(shown, fields)


@pytest.mark.parametrize("fault", NEVER_CAME.values(), ids=NEVER_CAME)
@pytest.mark.parametrize("word", ["user", "schedule_rotation", "team", "service", "incident_template"])
async def test_what_never_came_is_sent_again(world: World, sandbox: Sandbox, word: str, fault: Fault) -> None:
    fields, parent, _ = CASES[word]
    before = len(await world.shown(word, parent))
    sandbox.faults.add(fault)
    result = await world.take(the(word, "create", fields))
    assert result.how == "done"
    assert len(await world.shown(word, parent)) == before + 1


async def test_a_second_one_of_the_same_name_is_not_taken_for_the_first(world: World, sandbox: Sandbox) -> None:
    fields = CASES["schedule_rotation"][0]
    first = await world.take(the("schedule_rotation", "create", fields))
    sandbox.faults.add(Fault(route="POST *", reset=True, times=1))
    second = await world.take(create("schedule_rotation", "n#2", fields, parent="night"))
    assert second.how == "done"
    assert second.id != first.id
    assert len(await world.shown("schedule_rotation", "night")) == 3


async def test_two_of_a_name_are_not_on_their_way_at_once(world: World, sandbox: Sandbox) -> None:
    """The first never comes; the second does, and must not be taken for the first while its answer is on the way."""
    sandbox.faults.add(
        Fault(route="POST *", html=True, times=1), Fault(route="POST *", delay=0.1, after_state=True, times=1)
    )
    fields = CASES["service"][0]
    one, other = await asyncio.gather(
        world.take(create("service", "n", fields)), world.take(create("service", "n#2", fields))
    )
    assert one.id != other.id
    assert [each["name"] for each in await world.shown("service")] == ["n", "n", "web"]


@pytest.mark.parametrize("word", ["schedule_override", "forwarding_rule", "heartbeat"])
async def test_what_has_a_key_of_ours_is_sent_again_at_once(
    world: World, sandbox: Sandbox, clock: FakeClock, word: str
) -> None:
    sandbox.faults.add(Fault(route="POST *", reset=True, times=1))
    assert (await world.take(the(word, "create", CASES[word][0]))).how == "done"
    assert clock.slept == []


async def test_an_adopted_rule_is_not_told_what_no_update_changes(world: World, sandbox: Sandbox) -> None:
    sandbox.faults.add(LOST["gateway"])
    await world.take(the("notification_rule", "create", CASES["notification_rule"][0]))
    assert sandbox.received[-1].method == "PATCH"
    assert "actionType" not in sandbox.received[-1].json


async def test_it_is_looked_for_when_the_server_has_had_time(world: World, sandbox: Sandbox, clock: FakeClock) -> None:
    sandbox.faults.add(LOST["gateway"])
    await world.take(create("team", "late"))
    assert clock.slept == [1.0]


async def test_what_stays_unknown_fails_in_the_end(world: World, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="POST *", html=True))
    with pytest.raises(OutcomeUnknown):
        await world.take(create("team", "never"))
    assert [each["name"] for each in await world.shown("team")] == ["ops"]


async def test_what_opsgenie_made_by_itself_is_adopted_and_made_as_wanted(world: World, sandbox: Sandbox) -> None:
    sandbox.add_schedule("n")
    result = await world.take(create("schedule", "n", {"name": "n", "description": "ours", "timezone": "Asia/Tokyo"}))
    assert result.how == "adopted"
    output = await read(world, "schedule", result.id)
    assert (output["description"], output["timezone"]) == ("ours", "Asia/Tokyo")


async def test_a_contact_that_came_with_its_user_is_switched_as_wanted(world: World, sandbox: Sandbox) -> None:
    await world.take(the("contact", "create", CASES["contact"][0]))
    fresh = Steps(world.og, Ids({("user", "", "ann@x.org"): world.ids.of("user", "ann@x.org")}), FakeClock())
    result = await fresh.take(the("contact", "create", {"method": "sms", "to": "49 1"}))
    assert result.how == "adopted"
    assert (await read(world, "contact", result.id))["status"]["enabled"] is True


@pytest.mark.parametrize("taken", [WORLD[0], WORLD[2]], ids=lambda each: each.kind.name)
async def test_a_name_that_another_known_one_has_is_refused(world: World, taken: Change) -> None:
    with pytest.raises(Conflict):
        await world.take(taken)


async def test_an_update_whose_answer_is_lost_is_sent_again(world: World, sandbox: Sandbox) -> None:
    id = world.ids.of("team", "ops")
    sandbox.faults.add(Fault(route="PATCH *", reset=True, after_state=True, times=1))
    await world.take(change("update", "team", "ops", {"description": "d"}, id=id))
    assert (await read(world, "team", id))["description"] == "d"


async def test_a_delete_whose_answer_is_lost_is_over(world: World, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="DELETE *", reset=True, after_state=True, times=1))
    done = await world.take(change("delete", "team_routing_rule", "x", parent="ops", id="gone"))
    assert done.how == "already"


async def test_a_move_whose_answer_is_lost_is_sent_again(world: World, sandbox: Sandbox) -> None:
    for name in "abc":
        await world.take(create("alert_policy", name, {"name": name, **POLICY}, parent="ops"))
    sandbox.faults.add(Fault(route="POST *", reset=True, after_state=True, times=1))
    await world.take(change("order", "alert_policy", "", {"order": ["c", "a", "b"]}, parent="ops"))
    assert [each["name"] for each in await world.shown("alert_policy", "ops")] == ["c", "a", "b"]


async def test_a_team_without_a_default_rule_is_said_to_be_one(world: World, sandbox: Sandbox) -> None:
    sandbox.account.routing_rules[world.ids.of("team", "ops")].clear()
    with pytest.raises(ProtocolError, match="no team routing rule 'default'"):
        await world.take(change("update", "team_routing_rule", "default", {"notify": NIGHT}, parent="ops"))
