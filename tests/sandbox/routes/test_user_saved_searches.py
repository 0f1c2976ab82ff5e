"""Saved searches for users."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("kind", ["id", "name"])
async def test_a_search_is_read_and_deleted(api, sandbox, kind):
    search = sandbox.add_user_saved_search("Night people", "role: user", owner="ann@corp.example")
    path = f"/v2/users/saved-searches/{search[kind].replace(' ', '%20')}?identifierType={kind}"

    assert await api.get("/v2/users/saved-searches") == [{"id": search["id"], "name": "Night people"}]
    read = await api.get(path)
    assert (read["query"], read["ownerId"]) == ("role: user", search["ownerId"])
    assert (await api("DELETE", path)).json["result"] == "Deleted"
    assert (await api("GET", path)).status == 404
    assert await api.get("/v2/users/saved-searches") == []


async def test_the_api_makes_none(api):
    assert (await api("POST", "/v2/users/saved-searches", {"name": "x"})).status == 405


async def test_a_user_may_still_have_any_other_path(api, sandbox):
    sandbox.add_user("ann@corp.example")

    assert await api.get("/v2/users/ann@corp.example/teams") == []
