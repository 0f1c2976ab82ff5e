"""Custom user roles, and users that hold them."""

from __future__ import annotations

import pytest

PATH = "/v2/roles"
BODY = {"name": "Auditor", "grantedRights": ["logs-page-access"], "disallowedRights": ["alert-escalate"]}
USER = {"username": "ann@corp.example", "fullName": "Ann"}


async def test_a_role_from_create_to_delete(api):
    created = await api("POST", PATH, BODY)
    short = {"id": created.data["id"], "name": "Auditor"}
    assert (created.status, created.json["result"], created.data) == (201, "Created", short)

    role = {**BODY, **short, "extendedRole": "user"}
    assert await api.get(f"{PATH}/{short['id']}") == role
    assert await api.get(f"{PATH}/Auditor?identifierType=name") == role
    assert await api.get(PATH) == [short]

    updated = await api("PUT", f"{PATH}/{short['id']}", {"extendedRole": "observer", "grantedRights": ["x"]})
    assert (updated.json["result"], updated.data) == ("Updated", short)
    assert await api.get(f"{PATH}/{short['id']}") == {
        **short,
        "extendedRole": "observer",
        "grantedRights": ["x"],
        "disallowedRights": [],
    }
    assert (await api("DELETE", f"{PATH}/Auditor?identifierType=name")).json["result"] == "Deleted"
    assert (await api("GET", f"{PATH}/{short['id']}")).status == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        (BODY | {"extendedRole": "Auditor"}, {"extendedRole"}),
        (BODY | {"grantedRights": "all"}, {"grantedRights"}),
        (BODY | {"disallowedRights": [1]}, {"disallowedRights[0]"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", PATH, body)

    assert (reply.status, set(reply.json["errors"])) == (422, fields)


async def test_a_name_is_taken_once_and_built_in_ones_from_the_beginning(api):
    await api("POST", PATH, BODY)
    other = (await api("POST", PATH, {"name": "Other"})).data["id"]

    assert (await api("POST", PATH, BODY)).status == 409
    assert (await api("POST", PATH, {"name": "Admin"})).status == 409
    assert (await api("PUT", f"{PATH}/{other}", {"name": "Auditor"})).status == 409
    assert (await api("PUT", f"{PATH}/{other}", {"name": "Other"})).status == 200


@pytest.mark.parametrize("by", ["id", "name"])
async def test_users_hold_a_role_that_stays_while_they_do(api, by):
    role = (await api("POST", PATH, BODY)).data
    user = (await api("POST", "/v2/users", USER | {"role": {by: role[by]}})).data["id"]
    assert (await api.get(f"/v2/users/{user}"))["role"] == role

    assert (await api("DELETE", f"{PATH}/{role['id']}")).status == 428
    await api("PUT", f"{PATH}/{role['id']}", {"name": "Reader"})
    assert (await api.get(f"/v2/users/{user}"))["role"]["name"] == "Reader"
    await api("PATCH", f"/v2/users/{user}", {"role": {"name": "user"}})
    assert (await api("DELETE", f"{PATH}/{role['id']}")).status == 200


async def test_an_unknown_role_is_refused(api):
    reply = await api("POST", "/v2/users", USER | {"role": {"name": "King"}})

    assert (reply.status, set(reply.json["errors"])) == (422, {"role"})
