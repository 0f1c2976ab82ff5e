"""Incident rules, audiences and incident templates of the services in a generated account."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks import incident_fields
from opsgenie_async.sandbox.generate import names
from opsgenie_async.sandbox.generate.routing import conditions

__all__ = ["populate_services"]

TEMPLATE_EVERY = 10
"""Among so many services there is one incident template of the account."""


def populate_services(account: Account, rng: SeededRandom) -> None:
    """Add incident rules and audiences to some services, and incident templates that refer to services."""
    endless = (_of_incidents(each) for each in conditions(rng))
    services = list(account.services.values())
    for service in services:
        team = account.teams[service["teamId"]]
        if rng.chance(0.3):
            service["visibility"] = rng.choice(("TEAM_MEMBERS", "OPSGENIE_USERS"))
        if rng.chance(0.5):
            words = rng.sample(names.ALERT_WORDS, rng.randint(1, 3))
            account.incident_rules[service["id"]] = [
                _rule(rng, endless, f"{service['name']}: {each}") for each in words
            ]
        if rng.chance(0.4):
            account.audience_templates[service["id"]] = _audience(rng, team)
    for number in range(1, len(services) // TEMPLATE_EVERY + 2):
        subset = rng.sample(services, min(len(services), rng.randint(0, 3)))
        template: Doc = {
            "id": rng.uuid(),
            "name": f"Outage {number}",
            **_properties(rng, f"Outage of kind {number}"),
            "impactedServices": [service["id"] for service in subset],
        }
        account.incident_templates[template["id"]] = template


def _of_incidents(condition: Doc) -> Doc:
    """A condition of an incident rule, with responders in place of recipients."""
    return {**condition, "field": "responders"} if condition["field"] == "recipients" else condition


def _rule(rng: SeededRandom, endless: Iterator[Doc], message: str) -> Doc:
    criteria: Doc = {"conditionMatchType": "match-all"}
    if rng.chance(0.8):
        criteria["conditionMatchType"] = rng.choice(("match-any-condition", "match-all-conditions"))
        criteria["conditions"] = list(itertools.islice(endless, rng.randint(1, 3)))
    return {
        "id": rng.uuid(),
        **incident_fields.conditions(criteria),
        "incidentProperties": _properties(rng, message[:130]),
    }


def _properties(rng: SeededRandom, message: str) -> Doc:
    properties: Doc = {
        "message": message,
        "description": rng.choice(("", "What to do first is in the runbook")),
        "tags": rng.sample(("customers", "internal", "payments"), rng.randint(0, 2)),
        "details": {"runbook": "https://wiki.corp.example/outage"} if rng.chance(0.3) else {},
        "priority": rng.choice(("P1", "P2", "P3")),
        "stakeholderProperties": {"enable": rng.chance(0.7), "message": "We are on it"},
    }
    return incident_fields.incident_properties(properties)


def _audience(rng: SeededRandom, team: Doc) -> Doc:
    people = [member["user"]["id"] for member in team["members"]]
    conditions: list[Doc] = [{"matchField": "city", "value": "Nelson"}]
    if rng.chance(0.5):
        conditions.append({"matchField": "customProperty", "key": "floor", "value": "3"})
    return {
        "responder": {"teams": [team["id"]], "individuals": rng.sample(people, 1)},
        "stakeholder": {
            "individuals": rng.sample(people, rng.randint(0, 2)),
            "conditionMatchType": rng.choice(("match-any-condition", "match-all-conditions")),
            "conditions": conditions if rng.chance(0.6) else [],
        },
    }
