"""Bodies that clear what must be there, and times beyond the calendar: an answer with a reason, never a 500."""

from __future__ import annotations

import pytest

from opsgenie_async.sandbox import Sandbox
from tests.sandbox.conftest import Api


async def test_what_must_be_there_cannot_be_cleared(sandbox: Sandbox, api: Api):
    team, user = sandbox.add_team("Ops"), sandbox.add_user("ann@example.com")
    service = (await api("POST", "/v1/services", {"name": "Shop", "teamId": team["id"]})).data
    role = (await api("POST", f"/v2/teams/{team['id']}/roles", {"name": "Lead", "rights": []})).data
    rule = {"name": "Mine", "actionType": "create-alert", "enabled": True}
    step = {"contact": {"method": "email", "to": "ann@example.com"}, "sendAfter": {"timeAmount": 1}, "enabled": True}
    rules = f"/v2/users/{user['id']}/notification-rules"
    rule_id = (await api("POST", rules, {**rule, "steps": [step]})).data["id"]
    [stored] = sandbox.account.notification_rules[user["id"]][-1:]
    paths = {
        f"/v1/services/{service['id']}": ("name",),
        f"/v2/teams/{team['id']}/roles/{role['id']}": ("name",),
        f"/v2/teams/{team['id']}": ("name",),
        f"/v2/users/{user['id']}": ("username", "fullName", "role"),
        f"{rules}/{rule_id}/steps/{stored['steps'][0]['id']}": ("contact",),
    }
    for path, names in paths.items():
        for name in names:
            for value in (None, ""):
                reply = await api("PATCH", path, {name: value})
                assert reply.status == 422, (path, name, value, reply.text)
                assert name in reply.text


async def test_members_have_the_role_under_its_new_name(sandbox: Sandbox, api: Api):
    team, _ = sandbox.add_team("Ops"), sandbox.add_user("ann@example.com")
    role = (await api("POST", f"/v2/teams/{team['id']}/roles", {"name": "Lead", "rights": []})).data
    members = [{"user": {"username": "ann@example.com"}, "role": "Lead"}]
    assert (await api("PATCH", f"/v2/teams/{team['id']}", {"members": members})).status == 200

    assert (await api("PATCH", f"/v2/teams/{team['id']}/roles/{role['id']}", {"name": "Head"})).status == 200

    assert [each["role"] for each in (await api.get(f"/v2/teams/{team['id']}"))["members"]] == ["Head"]


@pytest.mark.parametrize("unit", ["days", "weeks", "months"])
async def test_a_timeline_that_ends_behind_the_calendar_has_a_reason(sandbox: Sandbox, api: Api, unit: str):
    schedule = sandbox.add_schedule("Night")
    path = f"/v2/schedules/{schedule['id']}/timeline?intervalUnit={unit}&interval"
    for interval, status in ((1, 200), (100_000_000, 422), (10**12, 422)):
        reply = await api("GET", f"{path}={interval}")
        assert reply.status == status, reply.text


async def test_a_key_of_a_team_creates_no_team(sandbox: Sandbox, api: Api):
    sandbox.add_team("Ops")
    reply = await api("POST", "/v2/teams", {"name": "New"}, key=sandbox.add_key(team="Ops"))
    assert (reply.status, [team["name"] for team in sandbox.account.teams.values()]) == (403, ["Ops"])


async def test_a_team_takes_its_action_channels_with_it(sandbox: Sandbox, api: Api):
    team, other = sandbox.add_team("Ops"), sandbox.add_team("Web")
    for owner in (team, other):
        channel = {"id": owner["name"], "name": owner["name"], "teamId": owner["id"]}
        sandbox.account.action_channels[channel["id"]] = channel
    assert (await api("DELETE", f"/v2/teams/{team['id']}")).status == 200
    assert [*sandbox.account.action_channels] == ["Web"]
