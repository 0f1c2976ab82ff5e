"""Policies of a generated account in their order, and the maintenances that switch some of them and some tools off."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.lookup import reference
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.policy_fields import defaults, described
from opsgenie_async.sandbox.generate import names
from opsgenie_async.sandbox.generate.routing import conditions

__all__ = ["furnish_maintenances", "furnish_policies"]

AT_NIGHT: Doc = {
    "type": "time-of-day",
    "restriction": {"startHour": 22, "startMin": 0, "endHour": 6, "endMin": 30},
}
MAINTENANCE_EVERY = 15
"""Among so many teams there is one maintenance of each kind."""


def furnish_policies(account: Account, dice: SeededRandom) -> None:
    """Add alert policies of the account and of teams, and notification policies of teams."""
    endless, quieting = conditions(dice), _quieting(dice)
    account.policies[""] = [
        _alert_policy(dice, endless, name, None) for name in ("Drop test alerts", "Tag by region", "Mark the urgent")
    ]
    for team in account.teams.values():
        alert = [
            _alert_policy(dice, endless, f"{word} ({number})", team)
            for number, word in enumerate(dice.sample(names.ALERT_WORDS, dice.choice((0, 0, 1, 2))), start=1)
        ]
        suppressing = [
            _policy(dice, endless, "notification", f"{word}: quiet {number}", team) | next(quieting)
            for number, word in enumerate(dice.sample(names.ALERT_WORDS, dice.choice((0, 0, 1, 2))), start=1)
        ]
        if alert or suppressing:
            account.policies[team["id"]] = alert + suppressing


def _policy(dice: SeededRandom, endless: Iterator[Doc], kind: str, name: str, team: Doc | None) -> Doc:
    settings: Doc = {"policyDescription": dice.choice(("", "Agreed with everybody"))}
    if dice.chance(0.8):
        settings["filter"] = {
            "type": dice.choice(("match-any-condition", "match-all-conditions")),
            "conditions": list(itertools.islice(endless, dice.randint(1, 3))),
        }
    if dice.chance(0.3):
        settings["timeRestrictions"] = AT_NIGHT
    policy = {"id": dice.uuid(), "type": kind, "name": name, "enabled": dice.chance(0.9), **described(settings)}
    return policy | defaults(kind) | ({} if team is None else {"teamId": team["id"]})


def _alert_policy(dice: SeededRandom, endless: Iterator[Doc], name: str, team: Doc | None) -> Doc:
    policy = _policy(dice, endless, "alert", name, team)
    policy |= {"continue": dice.chance(0.7), "tags": dice.sample(("urgent", "night", "eu"), dice.randint(0, 2))}
    if dice.chance(0.3):
        policy |= {"message": "[{{source}}] {{message}}", "ignoreOriginalTags": True}
    if dice.chance(0.3):
        policy |= {"priority": dice.choice(("P1", "P4")), "details": {"region": "eu"}}
    if team is not None and dice.chance(0.5):
        policy["responders"] = [reference("team", team)]
    return policy


def _quieting(dice: SeededRandom) -> Iterator[Doc]:
    """Without end, what a notification policy may do, one way after the other."""
    while True:
        minutes = {"timeAmount": dice.choice((5, 10, 30)), "timeUnit": "minutes"}
        yield {"suppress": True}
        yield {"delayAction": {"delayOption": "for-duration", "duration": {**minutes}}}
        yield {"delayAction": {"delayOption": "next-weekday", "untilHour": 8, "untilMinute": 30}}
        yield {"autoRestartAction": {"duration": {**minutes}, "maxRepeatCount": 3}}
        yield {"autoCloseAction": {"duration": {"timeAmount": 2, "timeUnit": "days"}}}
        yield {"deduplicationAction": {"deduplicationActionType": "value-based", "count": 5}}
        yield {
            "deduplicationAction": {"deduplicationActionType": "frequency-based", "count": 3, "duration": {**minutes}}
        }


def furnish_maintenances(account: Account, dice: SeededRandom, now: datetime) -> None:
    """Add maintenances that were, are and will be, for a while or for good, of integrations and of policies."""
    integrations = list(account.integrations.values())
    policies = [policy for each in account.policies.values() for policy in each]
    for number in range(1, len(account.teams) // MAINTENANCE_EVERY + 2):
        for word, hours in (("Past", -400), ("Running", -5), ("Planned", 100)):
            start = now + timedelta(hours=hours + dice.randint(0, 4))
            time = {
                "startDate": dates.seconds(start),
                "endDate": dates.seconds(start + timedelta(hours=dice.randint(6, 48))),
            }
            rules = [_rule("integration", "disabled", each) for each in dice.sample(integrations, dice.randint(1, 2))]
            rules += [
                _rule("policy", dice.choice(("enabled", "disabled")), each)
                for each in dice.sample(policies, dice.randint(0, 2))
            ]
            _maintenance(account, dice, f"{word} upgrade {number}", {"type": "schedule", **time}, rules)
        time = {"type": "indefinitely", "startDate": dates.seconds(now)}
        _maintenance(
            account, dice, f"Retired tool {number}", time, [_rule("integration", "disabled", dice.choice(integrations))]
        )


def _maintenance(account: Account, dice: SeededRandom, description: str, time: Doc, rules: list[Doc]) -> None:
    maintenance: Doc = {"id": dice.uuid(), "description": description, "time": time, "rules": rules}
    account.maintenances[maintenance["id"]] = maintenance


def _rule(kind: str, state: str, entity: Doc) -> Doc:
    return {"state": state, "entity": {"id": entity["id"], "type": kind}}
