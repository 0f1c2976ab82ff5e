"""An account as entities: all of it, by names, with few requests, and honest about what is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync import Entity, PullEvent, Selection, Snapshot, read_account
from opsgenie_async.sync.files.entity_file import document_of
from opsgenie_async.sync.reading.reader import Reading
from tests.sync.accounts import expected, maintenances
from tests.sync.reading.reads import read, request_counts


def documents(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {
        folder: {entity.name: document_of(entity) for entity in entities}
        for folder, entities in snapshot.entities.items()
    }


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
    assert request_counts(account) == {
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
    assert request_counts(account).keys() == paths

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
    assert request_counts(account)["/v2/teams/{id}"] == 1
    assert request_counts(account)["/v2/policies/alert"] == 1


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


async def test_what_is_listed_twice_is_there_once(account: Sandbox, client: Opsgenie) -> None:
    one, two = ({"id": id, "name": f"name {id}"} for id in "12")
    account.faults.add(Fault(route="GET /v2/escalations", status=200, body={"data": [one, two, one]}))

    snapshot = await read_account(client, only=Selection.parse("escalations/*"))

    assert [entity.name for entity in snapshot.entities["escalations"]] == ["name 1", "name 2"]


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
    progress: list[PullEvent] = []
    await read_account(client, on_progress=progress.append)

    assert [one.done for one in progress] == list(range(1, len(progress) + 1))
    assert {one.total for one in progress} == {len(progress)}
    assert {one.teams_total for one in progress} == {12}
    assert (progress[0].teams_done, progress[-1].teams_done) == (0, 12)
    whole = [one.teams_done for one in progress]
    assert whole.index(1) < len(progress) / 2  # one team is through after the other
    teams = [one.team for one in progress if one.folder == "teams"]
    assert sorted(teams) == sorted(team["name"] for team in account.account.teams.values())


async def test_concurrency_below_one_is_refused(client: Opsgenie) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        await read_account(client, concurrency=0)
