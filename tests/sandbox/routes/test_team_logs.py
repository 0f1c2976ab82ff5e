"""The log of a team: what was done to it, page by page."""

from __future__ import annotations

import pytest


@pytest.fixture
async def team(api, sandbox):
    sandbox.add_user("ann@corp.example")
    result = (await api("POST", "/v2/teams", {"name": "o/ps"})).data
    path = f"/v2/teams/{result['id']}"
    await api("POST", f"{path}/members", {"user": {"username": "ann@corp.example"}})
    await api("PATCH", path, {"description": "d"})
    await api("DELETE", f"{path}/members/ann%40corp.example")
    return result


LOGS = [
    "Team [o/ps] created",
    "Member [ann@corp.example] added to team [o/ps]",
    "Team [o/ps] updated",
    "Member [ann@corp.example] removed from team [o/ps]",
]


async def test_a_log_is_told_from_the_latest(api, team):
    answer = await api.get("/v2/teams/o%2Fps/logs?identifierType=name")

    assert [each["log"] for each in answer["logs"]] == LOGS[::-1]
    assert answer["logs"][0] | {"log": ""} == {
        "log": "",
        "owner": "Opsgenie API",
        "createdDate": "2026-01-01T00:16:40.000Z",
    }
    assert answer["offset"] == ""


async def test_the_offset_in_the_data_leads_on(api, team):
    path = f"/v2/teams/{team['id']}/logs?order=asc&limit=3"

    first = await api.get(path)
    assert ([each["log"] for each in first["logs"]], first["offset"] != "") == (LOGS[:3], True)
    rest = await api.get(f"{path}&offset={first['offset']}")
    assert ([each["log"] for each in rest["logs"]], rest["offset"]) == (LOGS[3:], "")


@pytest.mark.parametrize("wrong", ["limit=x", "limit=0", "order=up", "offset=x"])
async def test_bounds(api, team, wrong):
    assert (await api("GET", f"/v2/teams/{team['id']}/logs?{wrong}")).status == 422


async def test_a_team_that_is_gone_has_no_log(api, team):
    await api("DELETE", f"/v2/teams/{team['id']}")

    assert (await api("GET", f"/v2/teams/{team['id']}/logs")).status == 404
