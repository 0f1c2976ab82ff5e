"""Integrations, policies, heartbeats, what services prepare and maintenances of a generated account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.generate import account as generator
from opsgenie_async.sandbox.generate.account import generate

NOW = datetime(2025, 3, 30, 12, 17, tzinfo=UTC)
TABLES = {
    "populate_integrations": {"integrations", "integration_actions"},
    "populate_heartbeats": {"heartbeats"},
    "populate_policies": {"policies"},
    "populate_services": {"services", "incident_rules", "audience_templates", "incident_templates"},
    "populate_maintenances": {"maintenances"},
}


@pytest.fixture(scope="module")
def account() -> Account:
    return generate(teams=40, seed=7, now=NOW)


@pytest.mark.parametrize("maker", TABLES)
def test_each_kind_has_dice_of_its_own(account: Account, maker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "populate_maintenances", lambda *_: None)  # it points at what others made
    monkeypatch.setattr(generator, maker, lambda *_: None)
    without = generate(teams=40, seed=7, now=NOW)

    different = {name for name, table in vars(account).items() if table != vars(without)[name]}
    assert different - {"maintenances"} == TABLES[maker] - {"maintenances"}
    assert all(vars(account)[name] for name in TABLES[maker])


def test_integrations_are_of_several_types_and_of_teams_and_nobodys(account: Account) -> None:
    integrations = account.integrations.values()

    assert len({each["name"] for each in integrations}) == len(integrations)
    assert len({each["type"] for each in integrations}) > 8
    assert {each["isGlobal"] for each in integrations} == {True, False}
    for each in integrations:
        assert each["isGlobal"] == ("ownerTeam" not in each)
        assert ("emailAddress" in each) == (each["type"] == "Email")
        if "ownerTeam" in each:
            assert account.teams[each["ownerTeam"]["id"]]["name"] == each["ownerTeam"]["name"]
    assert account.integration_actions.keys() == account.integrations.keys()
    kinds = {kind for actions in account.integration_actions.values() for kind, each in actions.items() if each}
    assert kinds == {"ignore", "create", "close", "acknowledge", "addNote"}
    assert any(not actions for actions in account.integration_actions.values())


def test_policies_of_both_kinds_belong_to_teams_and_alert_policies_to_the_account(account: Account) -> None:
    assert {policy["type"] for policy in account.policies[""]} == {"alert"}
    for team, policies in account.policies.items():
        assert all(policy.get("teamId", "") == team for policy in policies)
        assert len({policy["name"] for policy in policies}) == len(policies) > 0
    everything = [policy for policies in account.policies.values() for policy in policies]
    assert {policy["type"] for policy in everything} == {"alert", "notification"}
    for key in ("suppress", "delayAction", "autoRestartAction", "autoCloseAction", "deduplicationAction"):
        assert any(policy.get(key) for policy in everything), key
    assert any("timeRestrictions" in policy for policy in everything)


def test_heartbeats_have_owners_and_have_not_begun(account: Account) -> None:
    assert all(name == each["name"] and "lastPingTime" not in each for name, each in account.heartbeats.items())
    assert {"ownerTeam" in each for each in account.heartbeats.values()} == {True, False}
    assert {"alertMessage" in each for each in account.heartbeats.values()} == {True, False}


def test_services_are_prepared_for_incidents(account: Account) -> None:
    assert account.incident_rules.keys() | account.audience_templates.keys() < account.services.keys()
    assert {len(rules) for rules in account.incident_rules.values()} == {1, 2, 3}
    for rules in account.incident_rules.values():
        assert len({rule["incidentProperties"]["message"] for rule in rules}) == len(rules)
        assert all(len(rule["incidentProperties"]["message"]) <= 130 for rule in rules)
    for id, audience in account.audience_templates.items():
        assert audience["responder"]["teams"] == [account.services[id]["teamId"]]
        assert all(user in account.users for part in audience.values() for user in part["individuals"])
    templates = account.incident_templates.values()
    assert len({each["name"] for each in templates}) == len(templates) == 5
    affected = [service for each in templates for service in each["impactedServices"]]
    assert affected
    assert all(service in account.services for service in affected)


def test_maintenances_lie_around_now(account: Account) -> None:
    now, known = "2025-03-30T12:00:00Z", set(account.integrations)
    known |= {policy["id"] for policies in account.policies.values() for policy in policies}
    kinds = set()
    for each in account.maintenances.values():
        assert all(rule["entity"]["id"] in known for rule in each["rules"])
        start, end = each["time"]["startDate"], each["time"].get("endDate", "for good")
        kinds.add("past" if end <= now else "planned" if start > now else end if end == "for good" else "running")
    assert kinds == {"past", "running", "planned", "for good"}
    assert len({each["description"] for each in account.maintenances.values()}) == len(account.maintenances)


def test_the_smallest_accounts_are_whole(account: Account) -> None:
    for teams in (0, 1):
        small = generate(teams=teams, now=NOW)
        assert small.integrations
        assert small.policies[""]
        assert len(small.services) == teams
