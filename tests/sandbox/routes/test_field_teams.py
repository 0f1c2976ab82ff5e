"""Teams as recorded answers and the vendor's own programs show them: what comes and goes with one."""

from __future__ import annotations

import json

import pytest

from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.generate.account import generate

BY_NAME = "identifierType=name"


async def make_team(api, name="ops", *usernames):
    for username in usernames:
        api.sandbox.add_user(username)
    members = [{"user": {"username": each}} for each in usernames]
    return (await api("POST", "/v2/teams", {"name": name, "members": members})).data["id"]


async def test_row_1_a_new_team_is_on_call_at_once(api):
    team = await make_team(api, "ops", "ann@x.example", "bob@x.example")

    schedule = await api.get(f"/v2/schedules/ops_schedule?{BY_NAME}")
    (rotation,) = schedule["rotations"]
    assert (schedule["ownerTeam"], schedule["enabled"]) == ({"id": team, "name": "ops"}, True)
    assert (rotation["type"], rotation["length"]) == ("weekly", 1)
    participants = [(each["type"], each["username"]) for each in rotation["participants"]]
    assert participants == [("user", "ann@x.example"), ("user", "bob@x.example")]
    on_call = await api.get("/v2/schedules/ops_schedule/on-calls?scheduleIdentifierType=name&flat=true")
    assert on_call["onCallRecipients"] == ["ann@x.example"]


async def test_row_1_a_new_team_escalates_to_the_next_one_and_then_to_all(api):
    team = await make_team(api, "ops", "ann@x.example")

    escalation = await api.get(f"/v2/escalations/ops_escalation?{BY_NAME}")
    assert escalation["ownerTeam"] == {"id": team, "name": "ops"}
    steps = [
        (rule["delay"], rule["notifyType"], rule["condition"], rule["recipient"]["type"], rule["recipient"]["name"])
        for rule in escalation["rules"]
    ]
    assert steps == [
        ({"timeAmount": 0, "timeUnit": "minutes"}, "default", "if-not-acked", "schedule", "ops_schedule"),
        ({"timeAmount": 5, "timeUnit": "minutes"}, "next", "if-not-acked", "schedule", "ops_schedule"),
        ({"timeAmount": 10, "timeUnit": "minutes"}, "all", "if-not-acked", "team", "ops"),
    ]
    (rule,) = await api.get(f"/v2/teams/{team}/routing-rules")
    expected = {"type": "escalation", "id": escalation["id"], "name": "ops_escalation"}
    assert (rule["isDefault"], rule["notify"]) == (True, expected)


async def test_row_1_a_team_of_nobody_has_a_schedule_of_nobody(api):
    await make_team(api)

    assert (await api.get(f"/v2/schedules/ops_schedule?{BY_NAME}"))["rotations"] == []


async def test_row_1_names_that_are_taken_are_kept(api, sandbox):
    own = sandbox.add_schedule("ops_schedule", participants=("ann@x.example",))
    await make_team(api)

    assert (await api.get("/v2/schedules"))[0]["id"] == own["id"]
    assert len(await api.get("/v2/schedules")) == 1
    (first, *_) = (await api.get(f"/v2/escalations/ops_escalation?{BY_NAME}"))["rules"]
    assert first["recipient"]["id"] == own["id"]


async def test_row_1_bare_teams_are_asked_for(session, watch):
    from tests.sandbox.conftest import Api

    async with Sandbox(clock=watch, bare_teams=True) as sandbox:
        api = Api(sandbox, session)
        team = await make_team(api, "ops", "ann@x.example")
        assert (await api.get("/v2/schedules"), await api.get("/v2/escalations")) == ([], [])
        (rule,) = await api.get(f"/v2/teams/{team}/routing-rules")
        assert rule["notify"] == {"type": "none"}


def test_row_1_every_generated_team_has_what_a_team_begins_with():
    account = generate(teams=12, seed=4)
    schedules = {each["name"]: each for each in account.schedules.values()}
    escalations = {each["name"]: each for each in account.escalations.values()}

    for team in account.teams.values():
        assert schedules[f"{team['name']}_schedule"]["ownerTeam"]["id"] == team["id"]
        escalation = escalations[f"{team['name']}_escalation"]
        assert escalation["ownerTeam"]["id"] == team["id"]
        assert account.routing_rules[team["id"]][-1]["notify"]["id"] == escalation["id"]
    untouched = [
        [(rule["delay"]["timeAmount"], rule["notifyType"]) for rule in each["rules"]] for each in escalations.values()
    ]
    assert [(0, "default"), (5, "next"), (10, "all")] in untouched


async def test_row_2_a_team_takes_along_what_it_owns(api, sandbox):
    team = await make_team(api, "ops", "ann@x.example")
    sandbox.add_schedule("night", team="ops")
    owner = {"ownerTeam": {"id": team}}
    heartbeat = {"name": "h", "interval": 1, "intervalUnit": "minutes", "enabled": True, **owner}
    assert (await api("POST", "/v2/heartbeats", heartbeat)).status == 201
    integration = await api("POST", "/v2/integrations", {"type": "API", "name": "i", **owner})
    await api("POST", "/v1/services", {"name": "s", "teamId": team})
    await api("POST", f"/v2/policies?teamId={team}", {"type": "notification", "name": "n", "enabled": True})

    deleted = await api("DELETE", f"/v2/teams/ops?{BY_NAME}")
    assert (deleted.status, deleted.json["result"]) == (200, "Deleted")
    for path in ("teams", "schedules", "escalations", "integrations"):
        assert await api.get(f"/v2/{path}") == []
    assert (await api.get("/v2/heartbeats"))["heartbeats"] == []
    assert await api.get("/v1/services") == []
    assert (await api("GET", "/v2/account", key=integration.data["apiKey"])).status == 401
    assert team not in json.dumps([sandbox.account.rotations, sandbox.account.routing_rules, sandbox.account.policies])


@pytest.mark.parametrize("pointed", ["team", "schedule", "escalation"])
async def test_row_2_what_another_team_points_at_is_428_until_it_does_not(api, pointed):
    ops, web = await make_team(api, "ops"), await make_team(api, "web")
    name = {"team": "ops", "schedule": "ops_schedule", "escalation": "ops_escalation"}[pointed]
    if pointed == "team":
        rotation = {"type": "daily", "startDate": "2026-01-01T00:00:00Z", "participants": [{"type": "team", "id": ops}]}
        result = await api("POST", "/v2/schedules/web_schedule/rotations?scheduleIdentifierType=name", rotation)
        user = f"/v2/schedules/web_schedule/rotations/{result.data['id']}?scheduleIdentifierType=name"
    else:
        result = await api("POST", f"/v2/teams/{web}/routing-rules", {"notify": {"type": pointed, "name": name}})
        user = f"/v2/teams/{web}/routing-rules/{result.data['id']}"

    assert (await api("DELETE", f"/v2/teams/{ops}")).status == 428
    assert len(await api.get("/v2/teams")) == 2
    await api("DELETE", user)
    assert (await api("DELETE", f"/v2/teams/{ops}")).status == 200


async def test_row_2_the_keys_of_a_team_that_is_gone_open_nothing(api, sandbox):
    team = await make_team(api)
    key = sandbox.add_key(team="ops")
    assert (await api("GET", "/v2/teams", key=key)).status == 200

    await api("DELETE", f"/v2/teams/{team}")
    assert (await api("POST", "/v2/schedules", {"name": "s"}, key=key)).status == 401


async def test_row_2_a_name_that_is_free_again_can_be_taken(api):
    team = await make_team(api)
    await api("DELETE", f"/v2/teams/{team}")

    assert await make_team(api) != team
    assert len(await api.get("/v2/schedules")) == 1
