"""Teams, their members and roles."""

from __future__ import annotations

import pytest


@pytest.fixture
def ann(sandbox):
    return sandbox.add_user("ann@corp.example")


async def test_a_team_from_create_to_delete(api, ann):
    body = {"name": "ops", "description": "On duty", "members": [{"user": {"username": "ann@corp.example"}}]}
    created = await api("POST", "/v2/teams", body)
    id = created.data["id"]

    assert (created.status, created.json["result"], created.data) == (201, "Created", {"id": id, "name": "ops"})
    user = {"id": ann["id"], "username": "ann@corp.example"}
    links = {"web": f"{api.sandbox.url}/teams/dashboard/{id}/main", "api": f"{api.sandbox.url}/v2/teams/{id}"}
    expected = {"id": id, "name": "ops", "description": "On duty", "members": [{"user": user, "role": "user"}]}
    expected["links"] = links
    assert await api.get(f"/v2/teams/{id}") == expected
    assert await api.get("/v2/teams/ops?identifierType=name") == expected
    assert await api.get("/v2/teams") == [{"id": id, "name": "ops", "description": "On duty", "links": links}]
    updated = await api("PATCH", f"/v2/teams/{id}", {"name": "platform"})
    assert (updated.json["result"], updated.data) == ("Updated", {"id": id, "name": "platform"})
    assert await api.get(f"/v2/teams/{id}") == expected | {"name": "platform"}
    deleted = await api("DELETE", "/v2/teams/platform?identifierType=name")
    assert (deleted.status, deleted.json["result"]) == (200, "Deleted")
    assert (await api("GET", f"/v2/teams/{id}")).status == 404


async def test_a_new_team_notifies_the_escalation_that_bears_its_name(api, ann):
    rule = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 5}}
    rule["recipient"] = {"type": "user", "id": ann["id"]}
    created = await api("POST", "/v2/escalations", {"name": "ops_escalation", "rules": [rule]})
    await api("POST", "/v2/teams", {"name": "ops"})

    (default,) = await api.get("/v2/teams/ops/routing-rules?teamIdentifierType=name")
    assert default["notify"] == {"type": "escalation", "id": created.data["id"], "name": "ops_escalation"}


async def test_names_are_taken_once(api):
    ids = [(await api("POST", "/v2/teams", {"name": name})).data["id"] for name in ("a", "b")]

    assert (await api("POST", "/v2/teams", {"name": "a"})).status == 409
    assert (await api("PATCH", f"/v2/teams/{ids[1]}", {"name": "a"})).status == 409
    assert (await api("PATCH", f"/v2/teams/{ids[0]}", {"name": "a"})).status == 200


async def test_an_update_takes_an_id_only(api, sandbox):
    sandbox.add_team("ops")

    assert (await api("PATCH", "/v2/teams/ops?identifierType=name", {"description": "x"})).status == 422


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": ""}, {"name"}),
        ({"name": "a" * 101}, {"name"}),
        ({"name": "a", "members": [{}]}, {"members#user"}),
        ({"name": "a", "members": [{"user": {}}]}, {"members#user"}),
        ({"name": "a", "members": [{"user": {"id": "nobody"}}]}, {"members#user"}),
        ({"name": "a", "members": ["x"]}, {"members[0]"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", "/v2/teams", body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)
    assert not api.sandbox.account.teams


async def test_a_renamed_team_is_renamed_where_it_owns(api, sandbox):
    team = sandbox.add_team("ops")
    sandbox.add_schedule("night", team="ops")

    await api("PATCH", f"/v2/teams/{team['id']}", {"name": "platform"})
    assert (await api.get("/v2/schedules/night?identifierType=name"))["ownerTeam"]["name"] == "platform"


async def test_members_come_change_role_and_go(api, sandbox, ann):
    team = sandbox.add_team("ops")
    members = "/v2/teams/ops/members"

    added = await api("POST", f"{members}?teamIdentifierType=name", {"user": {"username": ann["username"]}})
    assert (added.status, added.json["result"], added.data) == (200, "Added", {"id": team["id"], "name": "ops"})
    again = {"user": {"id": ann["id"]}, "role": "admin"}
    await api("POST", f"{members}?teamIdentifierType=name", again)
    user = {"id": ann["id"], "username": ann["username"]}
    assert (await api.get(f"/v2/teams/{team['id']}"))["members"] == [{"user": user, "role": "admin"}]
    removed = await api("DELETE", f"{members}/ann%40corp.example?teamIdentifierType=name")
    assert (removed.status, removed.json["result"]) == (200, "Removed")
    assert (await api("DELETE", f"{members}/ann%40corp.example?teamIdentifierType=name")).status == 404


async def test_a_member_needs_a_user_and_a_known_role(api, sandbox, ann):
    team = sandbox.add_team("ops")
    path = f"/v2/teams/{team['id']}/members"

    for body, field in (
        ({}, "user"),
        ({"user": {"username": "nobody@x"}}, "user"),
        ({"user": {"id": ann["id"]}, "role": "king"}, "role"),
    ):
        reply = await api("POST", path, body)
        assert (reply.status, set(reply.json["errors"])) == (422, {field})


async def test_roles(api, sandbox, ann):
    sandbox.add_team("ops")
    roles = "/v2/teams/ops/roles"
    right = {"right": "manage-members", "granted": True}

    created = await api("POST", f"{roles}?teamIdentifierType=name", {"name": "night watch", "rights": [right]})
    assert (created.status, created.data["name"]) == (201, "night watch")
    by_name = f"{roles}/night%20watch?teamIdentifierType=name&identifierType=name"
    assert await api.get(by_name) == {**created.data, "rights": [right]}
    assert await api.get(f"{roles}?teamIdentifierType=name") == [{**created.data, "rights": [right]}]
    again = {"name": "night watch", "rights": [right]}
    assert (await api("POST", f"{roles}?teamIdentifierType=name", again)).status == 409
    assert (await api("PATCH", by_name, {"rights": [{**right, "granted": False}]})).json["result"] == "Updated"
    assert (await api.get(by_name))["rights"] == [{**right, "granted": False}]
    member = {"user": {"id": ann["id"]}, "role": "night watch"}
    assert (await api("POST", "/v2/teams/ops/members?teamIdentifierType=name", member)).status == 200
    assert (await api("DELETE", by_name)).status == 428
    await api("DELETE", f"/v2/teams/ops/members/{ann['id']}?teamIdentifierType=name")
    assert (await api("DELETE", by_name)).json["result"] == "Deleted"
    assert (await api("GET", by_name)).status == 404


async def test_a_role_needs_name_and_rights(api, sandbox):
    team = sandbox.add_team("ops")

    reply = await api("POST", f"/v2/teams/{team['id']}/roles", {"rights": [{}]})
    assert (reply.status, set(reply.json["errors"])) == (422, {"name", "rights#right"})
