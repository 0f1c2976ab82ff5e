"""What cannot be read of an account: it fails alone, and what was deleted meanwhile does not fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from opsgenie_async import Forbidden, Opsgenie, ProtocolError, Unauthorized
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync import Entity, Failure, PullEvent, Selection, read_account
from opsgenie_async.sync.reading.reader import Reading
from tests.sync.reading.reads import read, request_counts


async def test_one_failure_is_that_of_its_entity(account: Sandbox, client: Opsgenie) -> None:
    broken = list(account.account.users.values())[7]
    account.faults.add(Fault(route=f"GET /v2/users/{broken['id']}/notification-rules", status=500))

    progress: list[PullEvent] = []
    snapshot = await read_account(client, on_progress=progress.append)

    name = broken["username"].casefold()
    assert snapshot.unread == {("users", name)}
    assert {one.name for one in snapshot.entities["users"]} == {
        one["username"] for one in account.account.users.values()
    } - {name}
    (failure,) = [one.failure for one in progress if one.failure is not None]
    assert (failure.kind, failure.folder, failure.name, failure.id) == ("user", "users", name, broken["id"])
    assert failure.to_dict() == {
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

    progress: list[PullEvent] = []
    snapshot = await read_account(client, on_progress=progress.append)

    assert snapshot.unread == {("escalations", "")}
    assert "escalations" not in snapshot.entities
    assert len(snapshot.entities["schedules"]) == len(account.account.schedules)
    assert [(one.folder, one.name) for one in progress if one.failure is not None] == [("escalations", "")]


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

    assert request_counts(account)["/v1/services/{id}/incident-rules"] == 1  # the answer is known by then
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


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([{"id": "1", "name": "a"}, 7], r"escalations\[1\]: expected an object"),
        ([{"id": "1", "name": "a"}, {"name": "b"}], r"escalations\[1\]: expected an id and a name, got '' and 'b'"),
        ([{"id": "1"}], r"escalations\[0\]: expected an id and a name, got '1' and ''"),
    ],
)
async def test_a_document_that_makes_no_sense_is_loud(
    account: Sandbox, client: Opsgenie, data: Any, message: str
) -> None:
    account.faults.add(Fault(route="GET /v2/escalations", status=200, body={"data": data}))
    with pytest.raises(ProtocolError, match=message):
        await read(client, "escalations/*")


async def test_a_part_that_makes_no_sense_names_its_place(account: Sandbox, client: Opsgenie) -> None:
    account.faults.add(Fault(route="GET /v2/teams/*/roles", status=200, body={"data": ["admin"]}))

    reading, _ = await read(client, "teams/*")

    assert {f"teams/{one.name}: roles: expected an object, got str" in str(one.error) for one in reading.failures} == {
        True
    }
    assert len(reading.failures) == 12


def test_a_failure_says_what_failed() -> None:
    error = ProtocolError("no list")
    folder = Failure(kind="user", folder="users", name="", id="", team="", error=error)
    assert str(folder) == "users/*: no list"
