"""Settings of users in a generated account: contacts, notification rules, forwarding rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.lookup import reference
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = ["populate_people"]

ROLES = {"Auditor": ["logs-page-access"], "Report reader": ["reports-access", "who-is-on-call-show-all"]}
"""Custom user roles and the rights that they add."""

TAGS = ("contractor", "first aid", "remote")
SKILLS = ("kafka", "postgres", "networks", "billing")


def populate_people(account: Account, rng: SeededRandom, now: datetime) -> None:
    """Add contacts and rules of users to *account*, with a separate random generator: nothing else changes."""
    for name, rights in ROLES.items():
        role = {"id": rng.uuid(), "name": name, "extendedRole": "user"}
        account.user_roles[role["id"]] = role | {"grantedRights": rights, "disallowedRights": []}
    users = list(account.users.values())
    for user in users:
        account.contacts[user["id"]] = contacts = _contacts(rng, user)
        account.notification_rules[user["id"]] = _rules(rng, account, contacts)
    for user in rng.sample(users, len(users) // 20):
        rule = _forwarding_rule(rng, user, rng.choice([each for each in users if each is not user]), now)
        account.forwarding_rules[rule["id"]] = rule
    search = {"id": rng.uuid(), "name": "Administrators", "description": "", "ownerId": users[0]["id"]}
    account.user_saved_searches[search["id"]] = search | {"query": "role: Admin"}
    for user in users:
        if rng.chance(0.15):
            user["tags"] = rng.sample(TAGS, rng.randint(1, 2))
        if rng.chance(0.1):
            user["details"] = {"floor": [str(rng.randint(1, 9))], "skills": rng.sample(SKILLS, rng.randint(1, 2))}
        if rng.chance(0.05):
            user |= {"skypeUsername": f"live:{user['username'].partition('@')[0]}"}
            user["userAddress"] = {**user["userAddress"], "country": "NZ", "city": "Nelson"}
    plain = [user for user in users if user["role"]["name"] == "User"]
    for role, user in zip(account.user_roles.values(), rng.sample(plain, min(2, len(plain))), strict=False):
        user["role"] = {"id": role["id"], "name": role["name"]}


def _contacts(rng: SeededRandom, user: Doc) -> list[Doc]:
    number = f"1-{rng.randint(2_000_000_000, 9_999_999_999)}"
    addresses = {"email": user["username"]}
    if rng.chance(0.7):
        addresses["mobile"] = f"{user['fullName']}'s phone"
    if rng.chance(0.4):
        addresses["sms"] = number
    if rng.chance(0.3):
        addresses["voice"] = number
    return [{"id": rng.uuid(), "method": method, "to": to, "status": _status(rng)} for method, to in addresses.items()]


def _status(rng: SeededRandom) -> Doc:
    return {"enabled": True} if rng.chance(0.95) else {"enabled": False, "disabledReason": "Not verified"}


def _rules(rng: SeededRandom, account: Account, contacts: list[Doc]) -> list[Doc]:
    waits = (0, 1, 5, 10)
    steps = [_step(rng, contact, waits[place]) for place, contact in enumerate(contacts)]
    rules = [_rule(rng, "New Alert", "create-alert", steps)]
    if rng.chance(0.3):
        rules.append(_rule(rng, "Closed Alert", "closed-alert", [_step(rng, contacts[0], None)]))
    if rng.chance(0.3):
        shift = _rule(rng, "Schedule Start", "schedule-start", [_step(rng, contacts[-1], None)])
        shift["notificationTime"] = ["just-before", "1-hour-ago"]
        if account.schedules and rng.chance(0.5):
            shift["schedules"] = [reference("schedule", rng.choice(list(account.schedules.values())))]
        rules.append(shift)
    return rules


def _rule(rng: SeededRandom, name: str, action: str, steps: list[Doc]) -> Doc:
    return {
        "id": rng.uuid(),
        "name": name,
        "actionType": action,
        "criteria": {"type": "match-all"},
        "notificationTime": [],
        "timeRestriction": None,
        "schedules": [],
        "steps": steps,
        "repeat": {"loopAfter": 10, "enabled": True} if rng.chance(0.2) else None,
        "enabled": rng.chance(0.95),
    }


def _step(rng: SeededRandom, contact: Doc, wait: int | None) -> Doc:
    step: Doc = {"id": rng.uuid(), "contact": {"method": contact["method"], "to": contact["to"]}}
    if wait is not None:
        step["sendAfter"] = {"timeAmount": wait, "timeUnit": "minutes"}
    return step | {"enabled": True}


def _forwarding_rule(rng: SeededRandom, away: Doc, instead: Doc, now: datetime) -> Doc:
    start = now + timedelta(hours=rng.randint(-48, 48))
    return {
        "id": rng.uuid(),
        "alias": f"{away['username'].partition('@')[0]}-away",
        "fromUser": {"id": away["id"], "username": away["username"]},
        "toUser": {"id": instead["id"], "username": instead["username"]},
        "startDate": dates.seconds(start),
        "endDate": dates.seconds(start + timedelta(hours=rng.choice((8, 24, 72)))),
    }
