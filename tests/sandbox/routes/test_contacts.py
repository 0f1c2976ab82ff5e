"""Contacts of a user."""

from __future__ import annotations

import pytest

PATH = "/v2/users/ann@corp.example/contacts"
SMS = {"method": "sms", "to": "1-9999999999"}


@pytest.fixture(autouse=True)
def ann(sandbox):
    return sandbox.add_user("ann@corp.example")


async def test_a_contact_from_create_to_delete(api, ann):
    created = await api("POST", PATH, SMS)
    id = created.data["id"]
    assert (created.status, created.json["result"], created.data) == (201, "Created", {"id": id})

    contact = {"id": id, **SMS, "status": {"enabled": True}}
    assert await api.get(f"{PATH}/{id}") == contact
    assert await api.get(f"/v2/users/{ann['id']}/contacts") == [{**contact, "applyOrder": 0}]
    updated = await api("PATCH", f"{PATH}/{id}", {"to": "49-123"})
    assert (updated.json["result"], updated.data) == ("Updated", {"id": id})
    assert (await api.get(f"{PATH}/{id}"))["to"] == "49-123"
    deleted = await api("DELETE", f"{PATH}/{id}")
    assert set(deleted.json) == {"result", "took", "requestId"}
    assert (await api("GET", f"{PATH}/{id}")).status == 404


async def test_a_contact_is_switched_off_and_on(api):
    id = (await api("POST", PATH, SMS)).data["id"]

    off = await api("POST", f"{PATH}/{id}/disable")
    assert (off.status, off.json["result"], off.data) == (200, "Disabled", {"id": id})
    status = (await api.get(f"{PATH}/{id}"))["status"]
    assert (status["enabled"], bool(status["disabledReason"])) == (False, True)
    output = (await api.get("/v2/users/ann@corp.example?expand=contact"))["userContacts"]
    assert output == [
        {"id": id, "contactMethod": "sms", "to": SMS["to"], "enabled": False, "disabledReason": "Disabled by user"}
    ]
    assert (await api("POST", f"{PATH}/{id}/enable")).json["result"] == "Enabled"
    assert (await api.get(f"{PATH}/{id}"))["status"] == {"enabled": True}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"method", "to"}),
        (SMS | {"method": "mobile", "to": ""}, {"to"}),
        (SMS | {"method": "pigeon"}, {"method"}),
        (SMS | {"to": 7}, {"to"}),
        (SMS | {"to": "ann@corp.example"}, {"to"}),
        ({"method": "voice", "to": "call me"}, {"to"}),
        ({"method": "email", "to": "1-999"}, {"to"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", PATH, body)

    assert (reply.status, set(reply.json["errors"])) == (422, fields)


async def test_an_address_is_taken_once_per_method(api):
    id = (await api("POST", PATH, SMS)).data["id"]

    assert (await api("POST", PATH, SMS)).status == 409
    assert (await api("POST", PATH, SMS | {"method": "voice"})).status == 201
    assert (await api("PATCH", f"{PATH}/{id}", {"to": SMS["to"]})).status == 200
    assert (await api("PATCH", f"{PATH}/{id}", {})).json["errors"] == {"to": "should not be empty"}


async def test_a_mobile_contact_is_made_and_not_changed(api):
    id = (await api("POST", PATH, {"method": "mobile", "to": "Ann's phone"})).data["id"]

    assert (await api.get(f"{PATH}/{id}"))["to"] == "Ann's phone"
    assert (await api("PATCH", f"{PATH}/{id}", {"to": "y"})).status == 422


async def test_contacts_are_their_users(api, sandbox):
    id = (await api("POST", PATH, SMS)).data["id"]
    bob = sandbox.add_user("bob@corp.example")

    assert (await api("GET", f"/v2/users/{bob['id']}/contacts/{id}")).status == 404
    assert (await api("GET", "/v2/users/nobody/contacts")).status == 404
    await api("DELETE", "/v2/users/ann@corp.example")
    assert sandbox.account.contacts == {}
