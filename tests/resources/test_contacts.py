"""`og.contacts`: the requests it makes, and the answers of the documents it reads."""

from collections.abc import Awaitable, Callable

import pytest

from opsgenie_async import NotFound, Opsgenie
from opsgenie_async.models import Contact, ContactMethod, ContactStatus, Reference
from opsgenie_async.sandbox import Sandbox
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

CONTACTS = "/v2/users/ann%40corp.example/contacts"
MOBILE = {"id": "c1", "method": "mobile", "to": "Ann's phone", "status": {"enabled": True}, "applyOrder": 0}
SMS = {
    "id": "c2",
    "method": "sms",
    "to": "1-9999999999",
    "status": {"enabled": False, "disabledReason": "Not verified"},
    "applyOrder": 1,
}

Call = Callable[[Opsgenie], Awaitable[object]]


@pytest.mark.parametrize(
    ("call", "line", "body"),
    [
        (
            lambda og: og.contacts.create("ann@corp.example", method=ContactMethod.SMS, to="1-9999999999"),
            f"POST {CONTACTS}",
            {"method": "sms", "to": "1-9999999999"},
        ),
        (
            lambda og: og.contacts.update("ann@corp.example", "c2", to="1-8888888888"),
            f"PATCH {CONTACTS}/c2",
            {"to": "1-8888888888"},
        ),
        (lambda og: og.contacts.enable("ann@corp.example", "c2"), f"POST {CONTACTS}/c2/enable", None),
        (lambda og: og.contacts.disable("ann@corp.example", "c2"), f"POST {CONTACTS}/c2/disable", None),
    ],
)
async def test_writes_answer_the_id(call: Call, line: str, body: object):
    answer = await exchange(call, data={"id": "c2"}, result="done")

    assert (answer.line, answer.query, answer.body) == (line, {}, body)
    assert answer.result == Reference(id="c2")


async def test_a_listing_tells_the_order_and_why_one_is_not_used():
    answer = await exchange(lambda og: og.contacts.list("ann@corp.example"), data=[MOBILE, SMS])

    assert answer.line == f"GET {CONTACTS}"
    assert answer.result == [
        Contact(
            id="c1", method=ContactMethod.MOBILE, to="Ann's phone", status=ContactStatus(enabled=True), apply_order=0
        ),
        Contact(
            id="c2",
            method=ContactMethod.SMS,
            to="1-9999999999",
            status=ContactStatus(enabled=False, disabled_reason="Not verified"),
            apply_order=1,
        ),
    ]


async def test_one_contact_is_read_and_names_itself():
    contact = Contact(id="c2", method="sms")

    answer = await exchange(
        lambda og: og.contacts.get("u1", contact), data={"id": "c2", "method": "pager", "to": "9", "status": None}
    )

    assert answer.line == "GET /v2/users/u1/contacts/c2"
    assert answer.result == Contact(id="c2", method="pager", to="9")


async def test_a_deleted_contact_answers_nothing():
    answer = await exchange(lambda og: og.contacts.delete("u1", "c2"), result="Deleted")

    assert (answer.line, answer.result) == ("DELETE /v2/users/u1/contacts/c2", None)


async def test_the_sandbox_agrees(og: Opsgenie, sandbox: Sandbox):
    ann = sandbox.add_user("ann@corp.example")["id"]

    result = await og.contacts.create(ann, method=ContactMethod.SMS, to="1-9999999999")
    assert (await og.contacts.update("ann@corp.example", result, to="1-8888888888")).id == result.id
    await og.contacts.disable(ann, result)
    there = await og.contacts.get(ann, result.id)
    assert (there.method, there.to) == (ContactMethod.SMS, "1-8888888888")
    assert there.status is not None
    assert there.status.enabled is False
    await og.contacts.enable(ann, there)
    listed = await og.contacts.list(ann)
    assert [(each.id, each.status.enabled if each.status else None) for each in listed][-1] == (result.id, True)
    user = await og.users.get(ann, expand="contact")
    assert result.id in [each.id for each in user.user_contacts]
    assert list(unread_fields([there, listed, user])) == []
    await og.contacts.delete(ann, there)
    with pytest.raises(NotFound):
        await og.contacts.get(ann, result)
