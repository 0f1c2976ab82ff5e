"""What keys with fewer rights are refused, and what a team's key sees."""

from __future__ import annotations

import pytest


async def test_a_read_only_key_reads_and_does_not_write(api):
    key = api.sandbox.add_key(read_only=True)
    team = api.sandbox.add_team("ops")

    assert (await api("GET", "/v2/teams", key=key)).status == 200
    for method, path in (("POST", "/v2/teams"), ("DELETE", f"/v2/teams/{team['id']}"), ("POST", "/v2/alerts")):
        reply = await api(method, path, {"message": "x"}, key=key)
        assert (reply.status, reply.json["code"]) == (403, 40301)


async def test_a_key_without_configuration_access_still_alerts(api):
    key = api.sandbox.add_key(configuration_access=False)

    assert (await api("POST", "/v2/alerts", {"message": "x"}, key=key)).status == 202
    assert (await api("GET", "/v2/heartbeats/any/ping", key=key)).status == 202
    assert (await api("GET", "/v2/alerts", key=key)).status == 200
    for path in ("/v2/teams", "/v2/users", "/v2/schedules", "/v2/escalations", "/v2/heartbeats"):
        reply = await api("GET", path, key=key)
        assert (reply.status, reply.json["code"]) == (403, 40301)
        assert reply.json["message"] == "API Key is not granted with configuration access"


async def test_a_disabled_key_is_401(api):
    assert (await api("GET", "/v2/teams", key=api.sandbox.add_key(disabled=True))).status == 401


async def test_an_account_level_key_creates_no_alerts(api):
    key = api.sandbox.add_key(account_level=True)

    reply = await api("POST", "/v2/alerts", {"message": "x"}, key=key)
    assert (reply.status, reply.json["code"]) == (403, 40301)
    assert (await api("GET", "/v2/request-limits", key=key)).status == 200


@pytest.fixture
def two_teams(sandbox):
    sandbox.add_schedule("ours", team="ops")
    sandbox.add_schedule("theirs", team="dev")
    sandbox.add_schedule("nobody's")
    return sandbox.add_key(team="ops")


async def test_a_teams_key_lists_what_the_team_owns(api, two_teams):
    await api("POST", "/v2/escalations", _escalation("dev", "dev"))
    await api("POST", "/v2/escalations", _escalation("ops", "ops"))

    for path, names in (("/v2/teams", ["ops"]), ("/v2/schedules", ["ours"]), ("/v2/escalations", ["ops"])):
        reply = await api("GET", path, key=two_teams)
        assert [each["name"] for each in reply.data] == names


@pytest.mark.parametrize(
    "path",
    [
        "/v2/teams/dev?identifierType=name",
        "/v2/teams/dev/routing-rules?teamIdentifierType=name",
        "/v2/teams/dev/roles?teamIdentifierType=name",
        "/v2/schedules/theirs?identifierType=name",
        "/v2/schedules/theirs/rotations?scheduleIdentifierType=name",
        "/v2/schedules/theirs/overrides?scheduleIdentifierType=name",
        "/v2/request-limits/",
    ],
)
async def test_a_teams_key_does_not_touch_another_teams_things(api, two_teams, path):
    reply = await api("GET", path, key=two_teams)

    assert (reply.status, reply.json["code"]) == (403, 40301)
    assert (await api("GET", path)).status == 200


async def test_what_a_teams_key_creates_is_the_teams(api, two_teams):
    await api("POST", "/v2/schedules", {"name": "new", "ownerTeam": {"name": "dev"}}, key=two_teams)

    schedule = await api.get("/v2/schedules/new?identifierType=name")
    assert schedule["ownerTeam"]["name"] == "ops"


async def test_a_teams_key_sees_the_alerts_it_responds_to(api, two_teams):
    await api("POST", "/v2/alerts", {"message": "ours"}, key=two_teams)
    await api("POST", "/v2/alerts", {"message": "somebody's"})

    assert [each["message"] for each in (await api("GET", "/v2/alerts", key=two_teams)).data] == ["ours"]


def _escalation(name: str, owner: str) -> dict:
    rule = {
        "condition": "if-not-acked",
        "notifyType": "default",
        "delay": {"timeAmount": 0},
        "recipient": {"type": "team", "name": owner},
    }
    return {"name": name, "rules": [rule], "ownerTeam": {"name": owner}}
