"""`og.custom_user_roles`: its requests, and the answers of the documents."""

from collections.abc import Awaitable, Callable

import pytest

from opsgenie_async import Conflict, Name, NotFound, Opsgenie
from opsgenie_async.models import CustomUserRole, ExtendedRole, Reference
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

STORED = {
    "id": "x1",
    "name": "on/duty",
    "extendedRole": "user",
    "grantedRights": ["logs-page-access"],
    "disallowedRights": ["alert-escalate"],
}
READ = CustomUserRole(
    id="x1",
    name="on/duty",
    extended_role=ExtendedRole.USER,
    granted_rights=["logs-page-access"],
    disallowed_rights=["alert-escalate"],
)

Call = Callable[[Opsgenie], Awaitable[object]]


@pytest.mark.parametrize(
    ("call", "line", "query", "body", "answer", "result"),
    [
        (
            lambda og: og.custom_user_roles.create(
                name="on/duty",
                extended_role=ExtendedRole.USER,
                granted_rights=["logs-page-access"],
                disallowed_rights=[],
            ),
            "POST /v2/roles",
            {},
            {
                "name": "on/duty",
                "extendedRole": "user",
                "grantedRights": ["logs-page-access"],
                "disallowedRights": [],
            },
            {"data": {"id": "x1", "name": "on/duty"}, "result": "Created"},
            Reference(id="x1", name="on/duty"),
        ),
        (
            lambda og: og.custom_user_roles.update(Name("on/duty"), granted_rights=[]),
            "PUT /v2/roles/on%2Fduty",
            {"identifierType": "name"},
            {"grantedRights": []},
            {"data": {"id": "x1", "name": "on/duty"}, "result": "Updated"},
            Reference(id="x1", name="on/duty"),
        ),
        (lambda og: og.custom_user_roles.get(READ), "GET /v2/roles/x1", {}, None, {"data": STORED}, READ),
        (
            lambda og: og.custom_user_roles.list(),
            "GET /v2/roles",
            {},
            None,
            {"data": [STORED, {"id": "x2", "name": "sparse", "extendedRole": "guest"}]},
            [READ, CustomUserRole(id="x2", name="sparse", extended_role="guest")],
        ),
        (
            lambda og: og.custom_user_roles.delete(Name("on/duty")),
            "DELETE /v2/roles/on%2Fduty",
            {"identifierType": "name"},
            None,
            {"result": "Deleted"},
            None,
        ),
    ],
)
async def test_the_operations(
    call: Call, line: str, query: dict[str, str], body: object, answer: dict[str, object], result: object
):
    reply = await exchange(call, **answer)

    assert (reply.line, reply.query, reply.body) == (line, query, body)
    assert reply.result == result


async def test_the_sandbox_agrees(og: Opsgenie):
    result = await og.custom_user_roles.create(name="on/duty", granted_rights=["logs-page-access"])
    there = await og.custom_user_roles.get(Name("on/duty"))
    assert (there.id, there.extended_role, there.granted_rights) == (result.id, ExtendedRole.USER, ["logs-page-access"])
    with pytest.raises(Conflict):
        await og.custom_user_roles.create(name="on/duty")
    changed = await og.custom_user_roles.update(
        result, name="off/duty", extended_role=ExtendedRole.OBSERVER, disallowed_rights=["alert-escalate"]
    )
    assert (changed.id, changed.name) == (result.id, "off/duty")
    listed = await og.custom_user_roles.list()
    assert [each.name for each in listed if each.id == result.id] == ["off/duty"]
    replaced = await og.custom_user_roles.get(result)
    assert (replaced.granted_rights, replaced.disallowed_rights) == ([], ["alert-escalate"])
    assert list(unread_fields([there, listed, replaced])) == []
    await og.custom_user_roles.delete(Name("off/duty"))
    with pytest.raises(NotFound):
        await og.custom_user_roles.get(result)
