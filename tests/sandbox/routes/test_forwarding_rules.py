"""Forwarding rules."""

from __future__ import annotations

import pytest

PATH = "/v2/forwarding-rules"
BODY = {
    "fromUser": {"username": "ann@corp.example"},
    "toUser": {"username": "bob@corp.example"},
    "startDate": "2017-07-05T10:00:00+02:00",
    "endDate": "2017-07-06T18:00:00Z",
    "alias": "night",
}


@pytest.fixture(autouse=True)
def people(sandbox):
    return [sandbox.add_user(f"{name}@corp.example") for name in ("ann", "bob", "zoe")]


async def test_a_rule_from_create_to_delete(api, people):
    ann, bob, zoe = people
    created = await api("POST", PATH, BODY)
    id = created.data["id"]
    assert (created.status, created.data) == (201, {"id": id, "alias": "night"})
    assert "result" not in created.json

    rule = {
        "id": id,
        "alias": "night",
        "fromUser": {"id": ann["id"], "username": ann["username"]},
        "toUser": {"id": bob["id"], "username": bob["username"]},
        "startDate": "2017-07-05T08:00:00Z",
        "endDate": "2017-07-06T18:00:00Z",
    }
    assert await api.get(f"{PATH}/{id}") == rule
    assert await api.get(f"{PATH}/night?identifierType=alias") == rule
    assert await api.get(PATH) == [rule]

    replaced = {key: BODY[key] for key in BODY if key != "alias"} | {"toUser": {"id": zoe["id"]}}
    updated = await api("PUT", f"{PATH}/{id}", replaced)
    assert (updated.status, updated.data) == (200, {"id": id, "alias": "night"})
    assert (await api.get(f"{PATH}/{id}"))["toUser"]["username"] == "zoe@corp.example"
    assert (await api("DELETE", f"{PATH}/night?identifierType=alias")).json["result"] == "Deleted"
    assert (await api("GET", f"{PATH}/{id}")).status == 404


async def test_an_alias_is_made_where_none_is_given_and_taken_once(api):
    first = (await api("POST", PATH, BODY)).data
    second = (await api("POST", PATH, BODY | {"alias": ""})).data
    assert second["alias"]
    assert second["alias"] != "night"

    assert (await api("POST", PATH, BODY)).status == 409
    assert (await api("PUT", f"{PATH}/{second['id']}", BODY)).status == 409
    assert (await api("PUT", f"{PATH}/{first['id']}", BODY | {"alias": "day"})).data["alias"] == "day"
    assert (await api("GET", f"{PATH}/night?identifierType=alias")).status == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"fromUser", "toUser", "startDate", "endDate"}),
        (BODY | {"fromUser": {}}, {"fromUser"}),
        (BODY | {"toUser": {"username": "nobody@corp.example"}}, {"toUser"}),
        (BODY | {"startDate": "2017-07-05 10:00"}, {"startDate"}),
        (BODY | {"endDate": BODY["startDate"]}, {"endDate"}),
        (BODY | {"alias": "x" * 513}, {"alias"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", PATH, body)

    assert (reply.status, set(reply.json["errors"])) == (422, fields)


async def test_users_tell_what_is_forwarded_from_them(api):
    await api("POST", PATH, BODY)

    for name, aliases in (("ann", ["night"]), ("bob", [])):
        rules = await api.get(f"/v2/users/{name}@corp.example/forwarding-rules")
        assert [each["alias"] for each in rules] == aliases


@pytest.mark.parametrize("name", ["ann", "bob"])
async def test_rules_follow_their_users(api, name):
    id = (await api("POST", PATH, BODY)).data["id"]

    await api("PATCH", f"/v2/users/{name}@corp.example", {"username": "new@corp.example"})
    rule = await api.get(f"{PATH}/{id}")
    assert "new@corp.example" in (rule["fromUser"]["username"], rule["toUser"]["username"])
    assert (await api("DELETE", "/v2/users/new@corp.example")).status == 200
    assert await api.get(PATH) == []


async def test_there_are_two_kinds_of_identifier(api):
    assert (await api("GET", f"{PATH}/night?identifierType=name")).status == 422
