"""A realistic account from a seed: the same seed, size and hour give the same account, including ids."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from opsgenie_async.clock import SystemClock
from opsgenie_async.sandbox.account import dates, zones
from opsgenie_async.sandbox.account.lookup import owner_reference, reference
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour.team_defaults import escalation_rules
from opsgenie_async.sandbox.generate import names
from opsgenie_async.sandbox.generate.incidents import populate_incidents
from opsgenie_async.sandbox.generate.integrations import populate_heartbeats, populate_integrations
from opsgenie_async.sandbox.generate.log_files import populate_log_files
from opsgenie_async.sandbox.generate.people import populate_people
from opsgenie_async.sandbox.generate.policies import populate_maintenances, populate_policies
from opsgenie_async.sandbox.generate.routing import conditions, routing_rules
from opsgenie_async.sandbox.generate.schedules import populate_schedule
from opsgenie_async.sandbox.generate.services import populate_services

__all__ = ["generate"]

SHARED_EVERY = 20
"""Among so many teams there is one schedule and one escalation that no team owns."""

GROUP_EVERY = 12
"""Among so many teams there is one v1 group."""

NOTIFY_TYPES = {
    "schedule": ("default", "default", "next", "previous"),
    "user": ("default",),
    "team": ("default", "users", "admins", "all", "random"),
}
"""How an escalation rule may pick people, by the kind of its recipient."""


def generate(*, teams: int, seed: int = 0, now: datetime | None = None) -> Account:
    """Generate an account with this number of teams, in which every reference resolves.

    Rotations, end dates and overrides are around *now* (timezone-aware; only its hour counts), by default the current
    hour.

    Raises:
        ValueError: The system has no time zone data.
    """
    if not zones.load():
        raise ValueError("teams: an account cannot be made up without time zones; pip install tzdata brings them")
    moment = (now or SystemClock().utc()).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    account = _Generator(SeededRandom(seed), moment).account(teams)
    _restore_defaults(account, SeededRandom(f"as made {seed}"))
    populate_people(account, SeededRandom(f"people {seed}"), moment)
    populate_log_files(account, SeededRandom(f"logs {seed}"), moment)
    populate_incidents(account, SeededRandom(f"incidents {seed}"), moment)
    populate_integrations(account, SeededRandom(f"integrations {seed}"))
    populate_heartbeats(account, SeededRandom(f"heartbeats {seed}"))
    populate_policies(account, SeededRandom(f"policies {seed}"))
    populate_services(account, SeededRandom(f"services {seed}"))
    populate_maintenances(account, SeededRandom(f"maintenances {seed}"), moment)
    return account


def _restore_defaults(account: Account, rng: SeededRandom) -> None:
    """Reset the escalations of some teams to the default."""
    schedules = {each["name"]: each for each in account.schedules.values()}
    escalations = {each["name"]: each for each in account.escalations.values()}
    for team in account.teams.values():
        if rng.chance(0.4):
            escalation = escalations[f"{team['name']}_escalation"]
            escalation.pop("repeat", None)
            escalation["rules"] = escalation_rules(team, schedules[f"{team['name']}_schedule"])


class _Generator:
    """The generation of one account: users and teams first, then entities that refer to them, routing rules last."""

    def __init__(self, rng: SeededRandom, now: datetime) -> None:
        self._rng = rng
        self._now = now
        self._account = Account()
        self._users: list[Doc] = []
        self._targets: dict[str, list[Doc]] = {}
        self._namesakes: Counter[str] = Counter()

    def account(self, teams: int) -> Account:
        account, rng = self._account, self._rng
        self._user("Owner")
        for _, name in zip(range(teams), names.team_names(rng), strict=False):
            self._team(name)
        for team in account.teams.values():
            self._team_on_call(team)
        for number in range(1, teams // SHARED_EVERY + 1):
            self._company_schedule(number)
        for number in range(1, (teams + GROUP_EVERY - 1) // GROUP_EVERY + 1):
            self._group(number)
        endless = conditions(rng)
        all_schedules = list(account.schedules.values())
        for team in account.teams.values():
            targets = self._targets[team["id"]]
            if rng.chance(0.1):
                targets = [*targets, reference("schedule", rng.choice(all_schedules))]
            account.routing_rules[team["id"]] = routing_rules(rng, account.timezone, targets, endless)
        return account

    def _user(self, role: str = "") -> Doc:
        rng = self._rng
        first, last = rng.choice(names.FIRST_NAMES), rng.choice(names.LAST_NAMES)
        mailbox = f"{first}.{last}".lower().translate(names.ACCENTS)
        self._namesakes[mailbox] += 1
        namesake = self._namesakes[mailbox]
        role = role or rng.choices(("User", "Admin"), (9, 1))[0]
        created = self._now - timedelta(minutes=rng.randint(10_000, 4_000_000))
        user: Doc = {
            "blocked": rng.chance(0.02),
            "verified": rng.chance(0.95),
            "id": rng.uuid(),
            "username": f"{mailbox}{namesake if namesake > 1 else ''}@corp.example",
            "fullName": f"{first} {last}",
            "role": {"id": role, "name": role},
            "timeZone": rng.choice(names.ZONES),
            "locale": rng.choice(("en_US", "en_GB", "de_DE", "tr_TR", "pt_BR")),
            "userAddress": {"country": "", "state": "", "city": "", "line": "", "zipCode": ""},
            "tags": [],
            "details": {},
            "createdAt": dates.milliseconds(created + timedelta(milliseconds=rng.randrange(60_000))),
        }
        self._account.users[user["id"]] = user
        self._users.append(user)
        return user

    def _team(self, name: str) -> None:
        account, rng = self._account, self._rng
        guests = rng.sample(self._users, min(rng.choice((0, 0, 1, 2)), len(self._users)))
        users = [self._user() for _ in range(rng.randint(3, 6))] + guests
        roles = [
            {
                "id": rng.uuid(),
                "name": role,
                "rights": [
                    {"right": right, "granted": rng.chance(0.6)}
                    for right in sorted(rng.sample(names.TEAM_RIGHTS, rng.randint(2, 6)))
                ],
            }
            for role in rng.sample(names.ROLE_NAMES, rng.choice((0, 0, 1, 2)))
        ]
        usual = ["user", "user", "user", "admin", *(role["name"] for role in roles)]
        team: Doc = {
            "id": rng.uuid(),
            "name": name,
            "description": rng.choice(("", f"Looks after {name}", f"{name}: who to ask and who to wake")),
            "members": [
                {
                    "user": {"id": user["id"], "username": user["username"]},
                    "role": "admin" if place == 0 else rng.choice(usual),
                }
                for place, user in enumerate(users)
            ],
        }
        account.teams[team["id"]] = team
        account.team_roles[team["id"]] = roles

    def _schedule(self, name: str, people: list[Doc], owner: Doc | None) -> Doc:
        rng = self._rng
        schedule: Doc = {
            "id": rng.uuid(),
            "name": name,
            "description": rng.choice(("", f"On call: {name}")),
            "timezone": rng.choice(names.ZONES),
            "enabled": rng.chance(0.95),
        }
        if owner is not None:
            schedule["ownerTeam"] = owner_reference(owner)
        self._account.schedules[schedule["id"]] = schedule
        populate_schedule(self._account, rng, schedule, people, self._now)
        return schedule

    def _team_on_call(self, team: Doc) -> None:
        """Generate the schedules of *team*, then its escalations, which may refer to the schedules."""
        people = [self._account.users[member["user"]["id"]] for member in team["members"]]
        amount = self._rng.choices((1, 2, 3), (6, 3, 1))[0]
        purposes = ("schedule", "weekend", "backup")[:amount]
        schedules = [self._schedule(f"{team['name']}_{purpose}", people, team) for purpose in purposes]
        escalations = [self._escalation(f"{team['name']}_escalation", people, schedules, team)]
        if self._rng.chance(0.3):
            escalations.append(self._escalation(f"{team['name']}_management", people, schedules, team))
        self._targets[team["id"]] = [
            *(reference("escalation", escalation) for escalation in escalations),
            *(reference("schedule", schedule) for schedule in schedules),
        ]

    def _escalation(self, name: str, people: list[Doc], schedules: list[Doc], owner: Doc | None) -> Doc:
        rng = self._rng
        minutes = 0
        choices = {"schedule": schedules, "user": people} | ({} if owner is None else {"team": [owner]})
        rules = []
        for _ in range(rng.randint(1, 4)):
            minutes += rng.choice((0, 5, 10, 15, 30))
            kind = rng.choice(("schedule", *choices))
            in_hours = minutes > 0 and minutes % 60 == 0
            rules.append(
                {
                    "condition": rng.choice(("if-not-acked", "if-not-acked", "if-not-closed")),
                    "notifyType": rng.choice(NOTIFY_TYPES[kind]),
                    "delay": {
                        "timeAmount": minutes // 60 if in_hours else minutes,
                        "timeUnit": "hours" if in_hours else "minutes",
                    },
                    "recipient": reference(kind, rng.choice(choices[kind])),
                }
            )
        escalation: Doc = {"id": rng.uuid(), "name": name, "description": "", "rules": rules}
        if owner is not None:
            escalation["ownerTeam"] = owner_reference(owner)
        if rng.chance(0.6):
            escalation["repeat"] = {
                "waitInterval": rng.choice((0, 0, 10, 30)),
                "count": rng.choice((1, 1, 3)),
                "resetRecipientStates": rng.choice((False, False, True)),
                "closeAlertAfterAll": rng.choice((False, False, True)),
            }
        self._account.escalations[escalation["id"]] = escalation
        return escalation

    def _company_schedule(self, number: int) -> None:
        people = self._rng.sample(self._users, min(6, len(self._users)))
        schedule = self._schedule(f"Company-wide {number}", people, None)
        self._escalation(f"Company-wide {number} escalation", people, [schedule], None)

    def _group(self, number: int) -> None:
        people = self._rng.sample(self._users, min(5, len(self._users)))
        group: Doc = {"id": self._rng.uuid(), "name": f"group{number}", "users": [user["username"] for user in people]}
        self._account.groups[group["id"]] = group
