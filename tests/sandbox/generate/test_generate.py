"""The generated account: deterministic, referentially intact, and wide enough to exercise a client."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from opsgenie_async.sandbox.account import zones
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.generate.account import generate
from opsgenie_async.sandbox.generate.routing import OPERATIONS

NOW = datetime(2025, 3, 30, 12, 17, tzinfo=UTC)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def account() -> Account:
    return generate(teams=60, seed=7, now=NOW)


@pytest.fixture(scope="module")
def large() -> Account:
    return generate(teams=1000, seed=1, now=NOW)


def docs(account: Account) -> Iterator[Doc]:
    """Every object of the account, however deep; incidents, which point by ids alone, have a test of their own."""
    queue: list[object] = [{name: table for name, table in vars(account).items() if name != "incidents"}]
    while queue:
        item = queue.pop()
        if isinstance(item, dict):
            yield item
            queue.extend(item.values())
        elif isinstance(item, list):
            queue.extend(item)


def restrictions(account: Account, of: str) -> list[Doc]:
    holders = account.rotations if of == "rotations" else account.routing_rules
    return [doc["timeRestriction"] for rows in holders.values() for doc in rows if "timeRestriction" in doc]


def test_same_seed_and_hour_give_the_same_account() -> None:
    first = generate(teams=12, seed=3, now=NOW)
    again = generate(teams=12, seed=3, now=NOW + timedelta(minutes=40))

    assert json.dumps(vars(first), default=dict) == json.dumps(vars(again), default=dict)
    assert vars(generate(teams=12, seed=4, now=NOW)) != vars(first)
    assert vars(generate(teams=12, seed=3, now=NOW + timedelta(hours=1))) != vars(first)


def test_every_reference_names_an_entity_that_exists(account: Account) -> None:
    known: dict[str, dict[str, Doc]] = {
        "user": account.users,
        "team": account.teams,
        "schedule": account.schedules,
        "escalation": account.escalations,
    }
    counts: Counter[str] = Counter()
    for doc in docs(account):
        kind = doc.get("type")
        if kind in known and "startDate" not in doc:  # the time of a maintenance says its type, too
            entity = known[kind][doc["id"]]
            label = "username" if kind == "user" else "name"
            assert doc == {"type": kind, "id": entity["id"], label: entity[label]}
            counts[kind] += 1
        if "ownerTeam" in doc:
            team = account.teams[doc["ownerTeam"]["id"]]
            assert doc["ownerTeam"] == {"id": team["id"], "name": team["name"]}
    assert min(counts[kind] for kind in known) > 0

    for team in account.teams.values():
        roles = {"admin", "user"} | {role["name"] for role in account.team_roles[team["id"]]}
        assert {member["role"] for member in team["members"]} <= roles
        for member in team["members"]:
            assert account.users[member["user"]["id"]]["username"] == member["user"]["username"]
        assert len({member["user"]["id"] for member in team["members"]}) == len(team["members"])
    for schedule, overrides in account.overrides.items():
        rotations = [{"id": rotation["id"], "name": rotation["name"]} for rotation in account.rotations[schedule]]
        for alias, override in overrides.items():
            assert override["alias"] == alias
            assert all(bound in rotations for bound in override["rotations"])
    usernames = {user["username"] for user in account.users.values()}
    assert all(set(group["users"]) <= usernames for group in account.groups.values())


def test_incidents_belong_to_services_and_have_postmortems(account: Account) -> None:
    assert [service["teamId"] for service in account.services.values()] == list(account.teams)
    assert len(account.incidents) == len(account.postmortems) > 0
    for postmortem in account.postmortems.values():
        incident = account.incidents[postmortem["rootIncident"]["id"]]
        (service,) = (account.services[id] for id in incident["impactedServices"])
        assert incident["ownerTeam"] == incident["responders"][0]["id"] == service["teamId"]
        assert postmortem["affectedServices"][0]["name"] == service["name"]
        assert incident["createdAt"] < incident["updatedAt"]
        assert account.users[postmortem["owner"]["id"]]["fullName"] == postmortem["owner"]["name"]


def test_tables_hold_what_state_promises(account: Account) -> None:
    for table in (account.users, account.groups, account.teams, account.schedules, account.escalations):
        assert all(key == doc["id"] and UUID.fullmatch(key) for key, doc in table.items())
    assert set(account.team_roles) == set(account.routing_rules) == set(account.teams)
    assert set(account.rotations) == set(account.overrides) == set(account.schedules)
    ids = [
        doc["id"] for doc in docs(account) if "id" in doc and ("createdAt" in doc or "members" in doc or "rules" in doc)
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "labels",
    [
        lambda a: [team["name"] for team in a.teams.values()],
        lambda a: [schedule["name"] for schedule in a.schedules.values()],
        lambda a: [escalation["name"] for escalation in a.escalations.values()],
        lambda a: [user["username"] for user in a.users.values()],
        lambda a: [group["name"] for group in a.groups.values()],
    ],
    ids=["teams", "schedules", "escalations", "users", "groups"],
)
def test_names_are_unique_even_when_case_is_ignored(large: Account, labels: Callable[[Account], list[str]]) -> None:
    result = labels(large)

    assert len({label.casefold() for label in result}) == len(result)
    assert all(0 < len(label) <= 100 for label in result)


def test_rotation_names_are_unique_within_their_schedule(account: Account) -> None:
    for rotations in account.rotations.values():
        assert len({rotation["name"] for rotation in rotations}) == len(rotations) > 0


def test_team_names_need_percent_encoding_now_and_then(account: Account) -> None:
    everything = "".join(team["name"] for team in account.teams.values())

    assert len(account.teams) == 60
    assert {" ", "/", "&", "-", "_"} <= set(everything)
    assert not everything.isascii()
    assert all(user["username"].isascii() for user in account.users.values())


def test_each_team_has_a_default_rule_that_is_last_and_catches_everything(account: Account) -> None:
    for team_id, rules in account.routing_rules.items():
        assert 2 <= len(rules) <= 5
        assert [rule["isDefault"] for rule in rules] == [False] * (len(rules) - 1) + [True]
        assert rules[-1]["criteria"] == {"type": "match-all"}
        assert "timeRestriction" not in rules[-1]
        assert rules[-1]["notify"]["name"] == f"{account.teams[team_id]['name']}_escalation"
    kinds = Counter(rule["notify"]["type"] for rules in account.routing_rules.values() for rule in rules)
    assert set(kinds) == {"schedule", "escalation", "none"}


def test_criteria_use_every_field_and_operation(account: Account) -> None:
    conditions = [
        condition
        for rules in account.routing_rules.values()
        for rule in rules
        for condition in rule["criteria"].get("conditions", [])
    ]

    assert {(doc["field"], doc["operation"]) for doc in conditions} == {
        (field, operation) for field, operations in OPERATIONS.items() for operation in operations
    }
    assert len(OPERATIONS) == 11
    assert len({operation for operations in OPERATIONS.values() for operation in operations}) == 11
    assert all(doc["field"] == "extra-properties" for doc in conditions if "key" in doc)
    assert {doc["not"] for doc in conditions} == {True, False}


@pytest.mark.parametrize("of", ["rotations", "routing_rules"])
def test_both_kinds_of_time_restriction_are_used_with_valid_numbers(account: Account, of: str) -> None:
    result = restrictions(account, of)

    assert {restriction["type"] for restriction in result} == {"time-of-day", "weekday-and-time-of-day"}
    frames = [
        frame for restriction in result for frame in restriction.get("restrictions", [restriction.get("restriction")])
    ]
    assert all(0 <= frame["startHour"] <= 23 and 0 <= frame["endHour"] <= 23 for frame in frames)
    minutes = {frame[key] for frame in frames for key in ("startMin", "endMin")}
    assert minutes <= ({0, 30} if of == "rotations" else {0, 20, 30, 40, 45})
    assert of == "rotations" or not minutes <= {0, 30}
    assert all(1 <= len(result["restrictions"]) <= 15 for result in result if "restrictions" in result)


def test_rotations_are_of_every_kind(account: Account) -> None:
    rotations = [rotation for rows in account.rotations.values() for rotation in rows]
    participants = {doc["type"] for rotation in rotations for doc in rotation["participants"]}

    assert {rotation["type"] for rotation in rotations} == {"daily", "weekly", "hourly"}
    assert participants == {"user", "team", "escalation", "none"}
    assert all(rotation["length"] >= 1 and rotation["participants"] for rotation in rotations)
    assert 0 < sum("endDate" in rotation for rotation in rotations) < len(rotations) / 4
    assert {1, 2} <= {rotation["length"] for rotation in rotations}


def test_dates_are_spelt_as_the_api_spells_them(account: Account) -> None:
    for schedule_id, rotations in account.rotations.items():
        zone = ZoneInfo(account.schedules[schedule_id]["timezone"])
        for rotation in rotations:
            assert SECONDS.fullmatch(rotation["startDate"])
            start = datetime.fromisoformat(rotation["startDate"]).astimezone(zone)
            assert start.hour in {0, 8, 9, 18}
            assert start.minute in {0, 30}
            if "endDate" in rotation:
                assert SECONDS.fullmatch(rotation["endDate"])
                assert rotation["startDate"] < rotation["endDate"]
    overrides = [override for rows in account.overrides.values() for override in rows.values()]
    for override in overrides:
        assert SECONDS.fullmatch(override["startDate"])
        assert override["startDate"] < override["endDate"]
        assert abs(datetime.fromisoformat(override["startDate"]) - NOW) < timedelta(days=6)
    assert {override["user"]["type"] for override in overrides} == {"user", "none"}
    assert {bool(override["rotations"]) for override in overrides} == {True, False}


def test_escalations_are_of_every_kind(account: Account) -> None:
    rules = [rule for escalation in account.escalations.values() for rule in escalation["rules"]]
    repeats = [escalation["repeat"] for escalation in account.escalations.values() if "repeat" in escalation]

    assert {rule["recipient"]["type"] for rule in rules} == {"user", "team", "schedule"}
    assert {rule["condition"] for rule in rules} == {"if-not-acked", "if-not-closed"}
    assert {"default", "next", "previous", "users", "admins", "all", "random"} == {rule["notifyType"] for rule in rules}
    assert {rule["delay"]["timeUnit"] for rule in rules} == {"minutes", "hours"}
    for key in ("waitInterval", "count", "resetRecipientStates", "closeAlertAfterAll"):
        values = {repeat[key] for repeat in repeats}
        assert None not in values  # a POST fills in all four
        assert len(values) > 1
    assert len(repeats) < len(account.escalations)


def test_a_few_schedules_and_escalations_belong_to_no_team(account: Account) -> None:
    for table in (account.schedules, account.escalations):
        assert sum("ownerTeam" not in entity for entity in table.values()) == 3


def test_some_users_serve_in_several_teams(account: Account) -> None:
    memberships = Counter(member["user"]["id"] for team in account.teams.values() for member in team["members"])

    assert 0 < sum(count > 1 for count in memberships.values()) < len(memberships) / 2
    assert 4 <= sum(memberships.values()) / len(account.teams) <= 6


def test_a_thousand_teams_take_no_longer_each_than_fifty() -> None:
    def seconds(teams: int) -> float:
        start = time.thread_time()
        assert len(generate(teams=teams, now=NOW).teams) == teams
        return time.thread_time() - start

    # Some 35 times as long on any machine; 400 times if each looked through all others.
    assert seconds(1000) < 120 * min(seconds(50) for _ in range(3))


def test_an_account_without_teams_has_its_owner() -> None:
    account = generate(teams=0, now=NOW)

    assert [user["role"]["name"] for user in account.users.values()] == ["Owner"]
    assert account.teams == account.schedules == account.escalations == {}


def test_a_machine_without_time_zones_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "load", dict)

    with pytest.raises(ValueError, match="time zones; pip install tzdata"):
        generate(teams=1)
