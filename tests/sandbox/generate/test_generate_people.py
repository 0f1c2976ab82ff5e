"""What the people of a generated account set up: believable, and of no effect on the rest of the account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.generate import account as generator
from opsgenie_async.sandbox.generate.account import generate

NOW = datetime(2025, 3, 30, 12, 17, tzinfo=UTC)
OF_USERS = {"users", "contacts", "notification_rules", "forwarding_rules", "user_roles", "user_saved_searches"}


@pytest.fixture(scope="module")
def account() -> Account:
    return generate(teams=40, seed=7, now=NOW)


def test_the_rest_of_the_account_does_not_depend_on_it(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "populate_people", lambda *_: None)
    without = generate(teams=40, seed=7, now=NOW)

    assert {name for name, table in vars(account).items() if table != vars(without)[name]} == OF_USERS


def test_the_same_seed_gives_the_same_people(account: Account) -> None:
    again, other = generate(teams=40, seed=7, now=NOW), generate(teams=40, seed=8, now=NOW)

    assert all(vars(again)[name] == vars(account)[name] != vars(other)[name] for name in OF_USERS)


def test_everybody_has_the_address_of_the_account_and_some_have_more(account: Account) -> None:
    for user in account.users.values():
        first, *more = account.contacts[user["id"]]
        assert (first["method"], first["to"]) == ("email", user["username"])
        assert len({each["method"] for each in more}) == len(more)
    methods = {each["method"] for contacts in account.contacts.values() for each in contacts}
    assert methods == {"email", "mobile", "sms", "voice"}
    assert any(not each["status"]["enabled"] for contacts in account.contacts.values() for each in contacts)


def test_some_are_described_further_and_two_have_a_role_of_the_account(account: Account) -> None:
    users = account.users.values()

    for key in ("tags", "details"):
        assert 0 < sum(bool(user[key]) for user in users) < len(users) / 3
    assert 0 < sum("skypeUsername" in user for user in users) < len(users) / 5
    lock = [user["role"] for user in users if user["role"]["id"] in account.user_roles]
    assert lock == [{"id": each["id"], "name": account.user_roles[each["id"]]["name"]} for each in lock]
    assert len({role["id"] for role in lock}) == 2


def test_rules_lead_to_contacts_and_schedules_that_are_there(account: Account) -> None:
    assert set(account.notification_rules) == set(account.users)
    for user, rules in account.notification_rules.items():
        known = [(each["method"], each["to"]) for each in account.contacts[user]]
        for rule in rules:
            assert rule["steps"]
            assert all((each["contact"]["method"], each["contact"]["to"]) in known for each in rule["steps"])
            assert all(("sendAfter" in each) == (rule["actionType"] == "create-alert") for each in rule["steps"])
            assert all(account.schedules[each["id"]]["name"] == each["name"] for each in rule["schedules"])
            assert bool(rule["notificationTime"]) == (rule["actionType"] == "schedule-start")
    kinds = {rule["actionType"] for rules in account.notification_rules.values() for rule in rules}
    assert kinds == {"create-alert", "closed-alert", "schedule-start"}


def test_somebody_else_stands_in_for_a_while(account: Account) -> None:
    rules = account.forwarding_rules.values()

    assert len({rule["alias"] for rule in rules}) == len(rules) == len(account.users) // 20
    for rule in rules:
        assert rule["fromUser"] != rule["toUser"]
        assert rule["startDate"] < rule["endDate"]
        for user in (rule["fromUser"], rule["toUser"]):
            assert account.users[user["id"]]["username"] == user["username"]


def test_an_owner_alone_has_contacts_and_nobody_to_stand_in() -> None:
    account = generate(teams=0, now=NOW)

    assert len(account.contacts) == 1
    assert account.forwarding_rules == {}
