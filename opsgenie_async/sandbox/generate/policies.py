"""Policies of a generated account in their order, and maintenances for some policies and integrations."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.lookup import reference
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.policy_fields import defaults, policy_content
from opsgenie_async.sandbox.generate import names
from opsgenie_async.sandbox.generate.routing import conditions

__all__ = ["populate_maintenances", "populate_policies"]

AT_NIGHT: Doc = {
    "type": "time-of-day",
    "restriction": {"startHour": 22, "startMin": 0, "endHour": 6, "endMin": 30},
}
MAINTENANCE_EVERY = 15
"""Among so many teams there is one maintenance of each kind."""


def populate_policies(account: Account, rng: SeededRandom) -> None:
    """Add alert policies of the account and of teams, and notification policies of teams."""
    endless, quieting = conditions(rng), _restrictions(rng)
    account.policies[""] = [
        _alert_policy(rng, endless, name, None) for name in ("Drop test alerts", "Tag by region", "Mark the urgent")
    ]
    for team in account.teams.values():
        alert = [
            _alert_policy(rng, endless, f"{word} ({number})", team)
            for number, word in enumerate(rng.sample(names.ALERT_WORDS, rng.choice((0, 0, 1, 2))), start=1)
        ]
        suppressing = [
            _policy(rng, endless, "notification", f"{word}: quiet {number}", team) | next(quieting)
            for number, word in enumerate(rng.sample(names.ALERT_WORDS, rng.choice((0, 0, 1, 2))), start=1)
        ]
        if alert or suppressing:
            account.policies[team["id"]] = alert + suppressing


def _policy(rng: SeededRandom, endless: Iterator[Doc], kind: str, name: str, team: Doc | None) -> Doc:
    settings: Doc = {"policyDescription": rng.choice(("", "Agreed with everybody"))}
    if rng.chance(0.8):
        settings["filter"] = {
            "type": rng.choice(("match-any-condition", "match-all-conditions")),
            "conditions": list(itertools.islice(endless, rng.randint(1, 3))),
        }
    if rng.chance(0.3):
        settings["timeRestrictions"] = AT_NIGHT
    policy = {"id": rng.uuid(), "type": kind, "name": name, "enabled": rng.chance(0.9), **policy_content(settings)}
    return policy | defaults(kind) | ({} if team is None else {"teamId": team["id"]})


def _alert_policy(rng: SeededRandom, endless: Iterator[Doc], name: str, team: Doc | None) -> Doc:
    policy = _policy(rng, endless, "alert", name, team)
    policy |= {"continue": rng.chance(0.7), "tags": rng.sample(("urgent", "night", "eu"), rng.randint(0, 2))}
    if rng.chance(0.3):
        policy |= {"message": "[{{source}}] {{message}}", "ignoreOriginalTags": True}
    if rng.chance(0.3):
        policy |= {"priority": rng.choice(("P1", "P4")), "details": {"region": "eu"}}
    if team is not None and rng.chance(0.5):
        policy["responders"] = [reference("team", team)]
    return policy


def _restrictions(rng: SeededRandom) -> Iterator[Doc]:
    """Endlessly, the possible restrictions of a notification policy in turn."""
    while True:
        minutes = {"timeAmount": rng.choice((5, 10, 30)), "timeUnit": "minutes"}
        yield {"suppress": True}
        yield {"delayAction": {"delayOption": "for-duration", "duration": {**minutes}}}
        yield {"delayAction": {"delayOption": "next-weekday", "untilHour": 8, "untilMinute": 30}}
        yield {"autoRestartAction": {"duration": {**minutes}, "maxRepeatCount": 3}}
        yield {"autoCloseAction": {"duration": {"timeAmount": 2, "timeUnit": "days"}}}
        yield {"deduplicationAction": {"deduplicationActionType": "value-based", "count": 5}}
        yield {
            "deduplicationAction": {"deduplicationActionType": "frequency-based", "count": 3, "duration": {**minutes}}
        }


def populate_maintenances(account: Account, rng: SeededRandom, now: datetime) -> None:
    """Add past, active and planned maintenances, limited or not, of integrations and policies."""
    integrations = list(account.integrations.values())
    policies = [policy for each in account.policies.values() for policy in each]
    for number in range(1, len(account.teams) // MAINTENANCE_EVERY + 2):
        for word, hours in (("Past", -400), ("Running", -5), ("Planned", 100)):
            start = now + timedelta(hours=hours + rng.randint(0, 4))
            time = {
                "startDate": dates.seconds(start),
                "endDate": dates.seconds(start + timedelta(hours=rng.randint(6, 48))),
            }
            rules = [_rule("integration", "disabled", each) for each in rng.sample(integrations, rng.randint(1, 2))]
            rules += [
                _rule("policy", rng.choice(("enabled", "disabled")), each)
                for each in rng.sample(policies, rng.randint(0, 2))
            ]
            _maintenance(account, rng, f"{word} upgrade {number}", {"type": "schedule", **time}, rules)
        time = {"type": "indefinitely", "startDate": dates.seconds(now)}
        _maintenance(
            account, rng, f"Retired tool {number}", time, [_rule("integration", "disabled", rng.choice(integrations))]
        )


def _maintenance(account: Account, rng: SeededRandom, description: str, time: Doc, rules: list[Doc]) -> None:
    maintenance: Doc = {"id": rng.uuid(), "description": description, "time": time, "rules": rules}
    account.maintenances[maintenance["id"]] = maintenance


def _rule(kind: str, state: str, entity: Doc) -> Doc:
    return {"state": state, "entity": {"id": entity["id"], "type": kind}}
