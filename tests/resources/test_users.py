"""`og.users`, against the sandbox."""

import pytest

from opsgenie_async import Conflict, NotFound, Opsgenie, PreconditionRequired
from opsgenie_async.models import SortOrder, User, UserAddress, UserContact, UserRole, UserSort
from opsgenie_async.sandbox import Sandbox
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

ROLE = UserRole(name="user")


async def test_a_user_is_read_as_written(og: Opsgenie):
    result = await og.users.create(
        username="zoe+x@corp.example",
        full_name="Zoë Öz",
        role=ROLE,
        skype_username="zoe",
        time_zone="Europe/Istanbul",
        locale="tr_TR",
        user_address=UserAddress(country="TR", city="Ankara", zip_code="06000"),
        tags=["night"],
        details={"desk": ["4", "b"]},
        invitation_disabled=True,
    )
    there = await og.users.get("zoe+x@corp.example")

    assert there == User(
        id=result.id,
        username="zoe+x@corp.example",
        full_name="Zoë Öz",
        role=UserRole(id="user", name="user"),
        skype_username="zoe",
        time_zone="Europe/Istanbul",
        locale="tr_TR",
        user_address=UserAddress(country="TR", city="Ankara", zip_code="06000"),
        tags=["night"],
        details={"desk": ["4", "b"]},
        created_at=there.created_at,
    )
    assert there.created_at is not None
    assert there.created_at.utcoffset() is not None
    assert list(unread_fields(there)) == []


async def test_an_update_leaves_what_it_does_not_name_and_clears_what_is_none(og: Opsgenie):
    result = await og.users.create(
        username="zoe@corp.example", full_name="Zoe", role=ROLE, tags=["a"], details={"k": ["v"]}, locale="tr_TR"
    )

    assert await og.users.update(result, full_name="Zoe Y.", tags=None) is None

    there = await og.users.get(result)
    assert (there.full_name, there.tags, there.details, there.locale) == ("Zoe Y.", [], {"k": ["v"]}, "tr_TR")


async def test_a_username_has_one_owner(og: Opsgenie):
    await og.users.create(username="zoe@corp.example", full_name="Zoe", role=ROLE)

    with pytest.raises(Conflict):
        await og.users.create(username="ZOE@corp.example", full_name="Zoe", role=ROLE)


async def test_a_user_that_is_gone_is_not_found(og: Opsgenie):
    result = await og.users.create(username="zoe@corp.example", full_name="Zoe", role=ROLE)

    assert await og.users.delete(result) is None
    with pytest.raises(NotFound):
        await og.users.get(result)


async def test_a_user_on_call_cannot_be_deleted(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_schedule("night", participants=("ann@corp.example",))

    with pytest.raises(PreconditionRequired):
        await og.users.delete("ann@corp.example")


async def test_a_listing_goes_over_all_pages(og: Opsgenie, sandbox: Sandbox):
    sandbox.reset_counters()

    users = await og.users.list(page_size=5)

    assert [user.username for user in users] == sorted(user["username"] for user in sandbox.account.users.values())
    assert len(users) > 5
    assert list(unread_fields(users)) == []
    assert sandbox.requests == -(-len(users) // 5)


async def test_a_listing_says_what_it_looks_for():
    answer = await exchange(
        lambda og: og.users.list(
            query="role: admin", sort=UserSort.CREATED_AT, order=SortOrder.DESC, offset=20, page_size=50
        ),
        data=[],
    )

    assert answer.line == "GET /v2/users"
    assert answer.query == {
        "query": "role: admin",
        "sort": "createdAt",
        "order": "desc",
        "offset": "20",
        "limit": "50",
    }


async def test_contacts_come_with_the_user_when_asked_for():
    answer = await exchange(
        lambda og: og.users.get("u1", expand="contact"),
        data={
            "id": "u1",
            "userContacts": [{"id": "c1", "to": "1-99", "contactMethod": "sms", "enabled": False}],
            "mutedUntil": "2026-01-01T00:00:00.5Z",
        },
    )

    assert (answer.line, answer.query) == ("GET /v2/users/u1", {"expand": "contact"})
    assert isinstance(answer.result, User)
    assert answer.result.user_contacts == [UserContact(id="c1", to="1-99", contact_method="sms", enabled=False)]


async def test_what_a_user_takes_part_in(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_schedule("night", participants=("ann@corp.example",))
    member = next(user for user in sandbox.account.users.values() if _escalations_of(sandbox, user["id"]))

    assert [schedule.name for schedule in await og.users.list_schedules("ann@corp.example")] == ["night"]
    assert [each.name for each in await og.users.list_escalations(member["id"])] == _escalations_of(
        sandbox, member["id"]
    )
    teams = await og.users.list_teams(member["username"])
    assert [team.id for team in teams] == [
        team["id"]
        for team in sandbox.account.teams.values()
        if any(each["user"]["id"] == member["id"] for each in team["members"])
    ]
    assert teams
    assert list(unread_fields(teams)) == []


def _escalations_of(sandbox: Sandbox, user: str) -> list[str]:
    return [
        each["name"]
        for each in sandbox.account.escalations.values()
        if any(rule["recipient"].get("id") == user for rule in each["rules"])
    ]


async def test_a_role_needs_an_id_or_a_name():
    with pytest.raises(ValueError, match="UserRole: give id or name"):
        UserRole()
