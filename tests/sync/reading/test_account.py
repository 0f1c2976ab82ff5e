"""An account as entities: all of it, by names, with few requests, and honest about what is not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from opsgenie_async import Forbidden, Opsgenie, ProtocolError, Unauthorized
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync import Entity, Failure, PullEvent, Selection, Snapshot, read_account
from opsgenie_async.sync.files.entity_file import document_of
from opsgenie_async.sync.reading.reader import Reading
from tests.sync.accounts import expected, maintenances


def documents(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {
        folder: {entity.name: document_of(entity) for entity in entities}
        for folder, entities in snapshot.entities.items()
    }


def asked(sandbox: Sandbox) -> Counter[str]:
    """Requests by path, with {id} for ids and the team of a listing of policies left out."""
    ids = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+")
    return Counter(ids.sub("{id}", request.path) for request in sandbox.received)


async def read(client: Opsgenie, only: str = "") -> tuple[Reading, list[Entity]]:
    reading = Reading(client, only=Selection.parse(only))
    entities: list[Entity] = []

    async def keep(some: Sequence[Entity]) -> None:
        entities.extend(some)

    await reading.find()
    await reading.read(keep)
    return reading, entities


async def test_everything_of_the_account_is_there_by_name(account: Sandbox, client: Opsgenie) -> None:
    snapshot = await read_account(client)

    answer, desired = documents(snapshot), expected(account)
    for folder, names in desired.items():
        assert names, folder
        assert answer[folder] == {name.casefold() if folder == "users" else name: doc for name, doc in names.items()}
    assert answer.keys() == desired.keys()
    assert snapshot.unread == frozenset()


async def test_ids_are_kept_beside_the_documents(account: Sandbox, client: Opsgenie) -> None:
    there = account.account
    snapshot = await read_account(client)

    assert {one.id: one.name for one in snapshot.entities["teams"]} == {
        id: team["name"] for id, team in there.teams.items()
    }
    for table in snapshot.entities["policies"]:
        ids = [part.id for parts in table.parts.values() for part in parts]
        assert ids == [
            one["id"]
            for one in sorted(there.policies[table.id], key=lambda one: ("alert", "notification").index(one["type"]))
        ]
    for schedule in snapshot.entities["schedules"]:
        assert [one.id for one in schedule.parts["schedule_rotation"]] == [
            one["id"] for one in there.rotations[schedule.id]
        ]
    # A heartbeat, an override and an audience have none.
    assert {one.id for one in snapshot.entities["heartbeats"]} == {""}


async def test_nothing_is_asked_twice(account: Sandbox, client: Opsgenie) -> None:
    there = account.account
    await read_account(client)

    users, teams, services = len(there.users), len(there.teams), len(there.services)
    assert asked(account) == {
        "/v2/roles": 1,
        "/v2/roles/{id}": len(there.user_roles),
        "/v2/users": 1,
        "/v2/users/{id}": users,
        "/v2/users/{id}/notification-rules": users,
        "/v2/users/{id}/notification-rules/{id}": sum(map(len, there.notification_rules.values())),
        "/v2/teams": 1,
        "/v2/teams/{id}": teams,
        "/v2/teams/{id}/roles": teams,
        "/v2/teams/{id}/routing-rules": teams,
        "/v2/schedules": 1,
        "/v2/schedules/{id}/overrides": len(there.schedules),
        "/v2/escalations": 1,
        "/v2/forwarding-rules": 1,
        "/v2/heartbeats": 1,
        "/v2/integrations": 1,
        "/v2/integrations/{id}": len(there.integrations),
        "/v2/integrations/{id}/actions": len(there.integrations),
        "/v2/policies/alert": teams + 1,
        "/v2/policies/notification": teams,
        "/v2/policies/{id}": sum(map(len, there.policies.values())),
        "/v1/services": 1,
        "/v1/services/{id}/incident-rules": services,
        "/v1/services/{id}/audience-templates": services,
        "/v1/incident-templates": 1,
        "/v1/maintenance": 1,
        "/v1/maintenance/{id}": len(maintenances(account)),
    }


@pytest.mark.parametrize(
    ("only", "folder", "paths"),
    [
        ("heartbeats/*", "heartbeats", {"/v2/heartbeats"}),
        ("escalations/nothing", "escalations", {"/v2/escalations"}),
        (
            "services/*",
            "services",
            {
                "/v1/services",
                "/v1/services/{id}/incident-rules",
                "/v1/services/{id}/audience-templates",
                "/v2/teams",
                "/v2/users",
            },
        ),
        ("incident-templates/*", "incident-templates", {"/v1/incident-templates", "/v1/services"}),
        (
            "maintenances/*",
            "maintenances",
            {
                "/v1/maintenance",
                "/v1/maintenance/{id}",
                "/v2/integrations",
                "/v2/teams",
                "/v2/policies/alert",
                "/v2/policies/notification",
            },
        ),
    ],
)
async def test_a_choice_asks_for_what_it_covers_and_for_the_names_it_needs(
    account: Sandbox, client: Opsgenie, only: str, folder: str, paths: set[str]
) -> None:
    async def drop(entities: Sequence[Entity]) -> None:
        pass

    reading = Reading(client, only=Selection.parse(only))
    await reading.find()
    await reading.read(drop)
    assert asked(account).keys() == paths

    snapshot = await read_account(client, only=Selection.parse(only))
    assert snapshot.entities.keys() == {folder}
    if "nothing" not in only:
        assert documents(snapshot)[folder] == expected(account)[folder]
    assert str(snapshot.only) == only


async def test_a_choice_of_one_reads_one(account: Sandbox, client: Opsgenie) -> None:
    team = list(account.account.teams.values())[5]

    only = f"teams/{team['name']},policies/{team['name']}"
    snapshot = await read_account(client, only=Selection.parse(only))

    assert documents(snapshot)["teams"] == {team["name"]: expected(account)["teams"][team["name"]]}
    assert snapshot.entities.keys() == {"teams", "policies"}
    assert asked(account)["/v2/teams/{id}"] == 1
    assert asked(account)["/v2/policies/alert"] == 1


async def test_namesakes_are_told_apart(account: Sandbox, client: Opsgenie) -> None:
    schedule = next(iter(account.account.schedules))
    rotation = account.account.rotations[schedule][0]
    account.account.rotations[schedule] = [{**rotation, "id": f"rotation-{n}", "name": "Rota"} for n in range(3)]
    alias = {
        "alias": "a",
        "user": {"type": "none"},
        "startDate": "2030-01-01T00:00:00Z",
        "endDate": "2030-01-02T00:00:00Z",
    }
    account.account.overrides[schedule] = {"a": {**alias, "rotations": [{"id": "rotation-1", "name": "Rota"}]}}

    snapshot = await read_account(client, only=Selection.parse("schedules/*"))

    (read,) = [one for one in snapshot.entities["schedules"] if one.id == schedule]
    assert [one.name for one in read.parts["schedule_rotation"]] == ["Rota", "Rota#2", "Rota#3"]
    (override,) = read.parts["schedule_override"]
    assert override.fields["rotations"] == [{"name": "Rota#2"}]


async def test_one_failure_is_that_of_its_entity(account: Sandbox, client: Opsgenie) -> None:
    broken = list(account.account.users.values())[7]
    account.faults.add(Fault(route=f"GET /v2/users/{broken['id']}/notification-rules", status=500))

    seen: list[PullEvent] = []
    snapshot = await read_account(client, on_progress=seen.append)

    name = broken["username"].casefold()
    assert snapshot.unread == {("users", name)}
    assert {one.name for one in snapshot.entities["users"]} == {
        one["username"] for one in account.account.users.values()
    } - {name}
    (failure,) = [one.failure for one in seen if one.failure is not None]
    assert (failure.kind, failure.folder, failure.name, failure.id) == ("user", "users", name, broken["id"])
    assert failure.document() == {
        "folder": "users",
        "name": name,
        "id": broken["id"],
        "kind": "user",
        "team": "",
        "error": "ServerError",
        "message": str(failure.error),
        "status": 500,
        "requestId": failure.error.request_id,
    }


async def test_a_failure_knows_its_team(account: Sandbox, client: Opsgenie) -> None:
    service = next(iter(account.account.services.values()))
    account.faults.add(Fault(route=f"GET /v1/services/{service['id']}/incident-rules", status=403, code=40301))

    reading, _ = await read(client, "services/*")

    (failure,) = reading.failures
    assert failure.team == account.account.teams[service["teamId"]]["name"]
    assert isinstance(failure.error, Forbidden)


async def test_a_folder_that_cannot_be_listed_fails_alone(account: Sandbox, client: Opsgenie) -> None:
    account.faults.add(Fault(route="GET /v2/escalations", status=500))

    seen: list[PullEvent] = []
    snapshot = await read_account(client, on_progress=seen.append)

    assert snapshot.unread == {("escalations", "")}
    assert "escalations" not in snapshot.entities
    assert len(snapshot.entities["schedules"]) == len(account.account.schedules)
    assert [(one.folder, one.name) for one in seen if one.failure is not None] == [("escalations", "")]


async def test_without_the_teams_nothing_is_read(account: Sandbox, client: Opsgenie) -> None:
    account.faults.add(Fault(route="GET /v2/teams", status=403, code=40301))
    with pytest.raises(Forbidden, match="40301"):
        await read_account(client)
    assert not any(request.path.startswith("/v2/teams/") for request in account.received)


async def test_a_key_that_is_not_known_is_raised(account: Sandbox) -> None:
    async with Opsgenie("not-the-key", base_url=account.url) as og:
        with pytest.raises(Unauthorized):
            await read_account(og, only=Selection.parse("users/*,heartbeats/*"))


async def test_what_the_plan_leaves_out_is_no_failure(account: Sandbox, client: Opsgenie) -> None:
    account.plan_denies("services")
    account.plan_denies("policies")

    reading, entities = await read(client)

    assert reading.failures == []
    assert reading.unavailable.keys() == {"services", "policies"}
    assert "plan" in reading.unavailable["services"]
    assert not {one.kind.folder for one in entities} & {"services", "policies"}
    assert (await read_account(client)).unread == {("services", ""), ("policies", "")}


async def test_parts_that_the_plan_leaves_out_are_left_out(account: Sandbox, client: Opsgenie) -> None:
    account.faults.add(Fault(route="GET /v1/services/*/incident-rules", status=402))

    reading = Reading(client, only=Selection.parse("services/*"), concurrency=1)
    entities: list[Entity] = []

    async def keep(some: Sequence[Entity]) -> None:
        entities.extend(some)

    await reading.find()
    await reading.read(keep)

    assert asked(account)["/v1/services/{id}/incident-rules"] == 1  # the answer is known by then
    assert (reading.failures, list(reading.unavailable)) == ([], ["services/incidentRules"])
    assert [set(one.parts) for one in entities] == [{"service_audience_template"}] * len(account.account.services)


async def test_what_is_deleted_meanwhile_is_left_out(account: Sandbox, client: Opsgenie) -> None:
    reading = Reading(client)
    there = account.account
    user, team = list(there.users.values())[-1], next(iter(there.teams.values()))
    schedule, service = list(there.schedules.values())[-1], next(iter(there.services.values()))
    await reading.find()
    del there.users[user["id"]], there.schedules[schedule["id"]], there.services[service["id"]]
    there.policies.setdefault(team["id"], []).append({"id": "p"})
    del there.teams[team["id"]]
    entities: list[Entity] = []

    async def keep(some: Sequence[Entity]) -> None:
        entities.extend(some)

    await reading.read(keep)

    gone = {
        f"users/{user['username']}",
        f"teams/{team['name']}",
        f"policies/{team['name']}",
        f"schedules/{schedule['name']}",
        f"services/{service['name']}",
    }
    assert reading.failures == []
    assert set(reading.vanished) == gone
    assert not gone & {one.path for one in entities}


async def test_a_part_that_is_missing_of_what_is_there_is_a_failure(account: Sandbox, client: Opsgenie) -> None:
    service = next(iter(account.account.services.values()))
    account.faults.add(Fault(route=f"GET /v1/services/{service['id']}/audience-templates", status=404))

    reading, _ = await read(client, "services/*")

    assert [(one.name, one.error.status) for one in reading.failures] == [(service["name"], 404)]
    assert reading.vanished == []


async def test_a_rule_that_is_deleted_meanwhile_takes_nothing_along(account: Sandbox, client: Opsgenie) -> None:
    there = account.account
    id, rules = next((id, rules) for id, rules in there.notification_rules.items() if len(rules) > 1)
    account.faults.add(Fault(route=f"GET /v2/users/{id}/notification-rules/{rules[0]['id']}", status=404))

    reading, entities = await read(client, "users/*")

    (user,) = [one for one in entities if one.id == id]
    assert [one.id for one in user.parts["notification_rule"]] == [rule["id"] for rule in rules[1:]]
    assert reading.failures == []
    assert reading.vanished == [
        f"users/{there.users[id]['username']}: notificationRules/{rules[0]['actionType']} {rules[0]['name']}"
    ]


async def test_a_user_who_is_deleted_between_his_rules_is_left_out(account: Sandbox, client: Opsgenie) -> None:
    there = account.account
    id, rules = next((id, rules) for id, rules in there.notification_rules.items() if len(rules) > 1)
    account.faults.add(Fault(route=f"GET /v2/users/{id}/notification-rules/{rules[1]['id']}", status=404))
    account.faults.add(Fault(route=f"GET /v2/users/{id}", status=404, after=1))

    reading, entities = await read(client, "users/*")

    assert (reading.failures, reading.vanished) == ([], [f"users/{there.users[id]['username']}"])
    assert id not in {one.id for one in entities}


async def test_what_is_listed_twice_is_there_once(account: Sandbox, client: Opsgenie) -> None:
    one, two = ({"id": id, "name": f"name {id}"} for id in "12")
    account.faults.add(Fault(route="GET /v2/escalations", status=200, body={"data": [one, two, one]}))

    snapshot = await read_account(client, only=Selection.parse("escalations/*"))

    assert [entity.name for entity in snapshot.entities["escalations"]] == ["name 1", "name 2"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([{"id": "1", "name": "a"}, 7], r"escalations\[1\]: expected an object"),
        ([{"id": "1", "name": "a"}, {"name": "b"}], r"escalations\[1\]: expected an id and a name, got '' and 'b'"),
        ([{"id": "1"}], r"escalations\[0\]: expected an id and a name, got '1' and ''"),
    ],
)
async def test_a_document_that_makes_no_sense_is_loud(account: Sandbox, client: Opsgenie, data: Any, said: str) -> None:
    account.faults.add(Fault(route="GET /v2/escalations", status=200, body={"data": data}))
    with pytest.raises(ProtocolError, match=said):
        await read(client, "escalations/*")


async def test_a_part_that_makes_no_sense_names_its_place(account: Sandbox, client: Opsgenie) -> None:
    account.faults.add(Fault(route="GET /v2/teams/*/roles", status=200, body={"data": ["admin"]}))

    reading, _ = await read(client, "teams/*")

    assert {f"teams/{one.name}: roles: expected an object, got str" in str(one.error) for one in reading.failures} == {
        True
    }
    assert len(reading.failures) == 12


async def test_what_no_model_knows_is_kept_and_said(account: Sandbox, client: Opsgenie) -> None:
    team = next(iter(account.account.teams.values()))
    team["colour"] = {"web": "#ff0"}
    next(rotations for rotations in account.account.rotations.values() if rotations)[0]["mood"] = "calm"

    reading, entities = await read(client, "teams/*,schedules/*")

    assert reading.unknown_fields == {"team": {"colour"}, "schedule_rotation": {"mood"}}
    (read_team,) = [one for one in entities if one.id == team["id"]]
    assert read_team.fields["colour"] == team["colour"]


async def test_contacts_are_asked_for_where_the_user_does_not_tell_them(account: Sandbox, client: Opsgenie) -> None:
    user = next(user for user in account.account.users.values() if account.account.contacts.get(user["id"]))
    account.faults.add(Fault(route=f"GET /v2/users/{user['id']}", status=200, body={"data": user}))

    reading, entities = await read(client, f"users/{user['username']}")

    assert reading.failures == []
    assert document_of(entities[0])["contacts"] == expected(account)["users"][user["username"]]["contacts"]


async def test_one_entity_after_the_other_where_asked_for(account: Sandbox, client: Opsgenie) -> None:
    account.faults.add(Fault(route="GET /v2/teams/*", delay=0.001))
    await read_account(client, only=Selection.parse("teams/*"), concurrency=1)
    order = [request.path.split("/")[3] for request in account.received if request.path.startswith("/v2/teams/")]
    assert order == [team for team in dict.fromkeys(order) for _ in range(3)]
    assert len(order) == 36


async def test_progress_counts_entities_and_teams(account: Sandbox, client: Opsgenie) -> None:
    seen: list[PullEvent] = []
    await read_account(client, on_progress=seen.append)

    assert [one.done for one in seen] == list(range(1, len(seen) + 1))
    assert {one.total for one in seen} == {len(seen)}
    assert {one.teams_total for one in seen} == {12}
    assert (seen[0].teams_done, seen[-1].teams_done) == (0, 12)
    whole = [one.teams_done for one in seen]
    assert whole.index(1) < len(seen) / 2  # one team is through after the other
    teams = [one.team for one in seen if one.folder == "teams"]
    assert sorted(teams) == sorted(team["name"] for team in account.account.teams.values())


async def test_concurrency_below_one_is_refused(client: Opsgenie) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        await read_account(client, concurrency=0)


def test_a_failure_says_what_failed() -> None:
    error = ProtocolError("no list")
    folder = Failure(kind="user", folder="users", name="", id="", team="", error=error)
    assert str(folder) == "users/*: no list"
