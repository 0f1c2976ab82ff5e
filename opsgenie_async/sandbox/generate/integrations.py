"""Integrations and heartbeats of a generated account."""

from __future__ import annotations

from opsgenie_async.sandbox.account.lookup import owner_reference, reference
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.integration_types import BY_EMAIL, address, defaults
from opsgenie_async.sandbox.generate import names

__all__ = ["populate_heartbeats", "populate_integrations"]

INCOMING = ("Prometheus", "CloudWatch", "Datadog", "GrafanaV2", "Zabbix", "Jira", "Sentry", "Email")
ACCOUNT_WIDE = ("API", "Slack", "Webhook", "Email", "ServiceNowV3")
JOBS = ("backup", "nightly import", "certificate renewal", "queue drain")


def populate_integrations(account: Account, rng: SeededRandom) -> None:
    """Add integrations: some of the account, for each team an API and sometimes another tool, half with actions."""
    for kind in ACCOUNT_WIDE:
        _integration(account, rng, kind, f"Company {kind}", None)
    for team in account.teams.values():
        _integration(account, rng, "API", f"{team['name']}_API", team)
        if rng.chance(0.4):
            kind = rng.choice(INCOMING)
            _integration(account, rng, kind, f"{team['name']}_{kind}", team)


def _integration(account: Account, rng: SeededRandom, kind: str, name: str, team: Doc | None) -> None:
    integration: Doc = {"id": rng.uuid(), "type": kind, "name": name, "enabled": rng.chance(0.95), **defaults(kind)}
    if kind == "Webhook":
        integration |= {"url": "https://hooks.corp.example/opsgenie", "headers": {"X-Shop": "blue"}}
        integration |= {"addAlertDescription": True, "addAlertDetails": False}
    else:
        integration |= {
            "priority": rng.choice(("", "P2", "P3")),
            "tags": rng.sample(("tool", "prod", "eu"), rng.randint(0, 2)),
        }
    if kind in BY_EMAIL:
        integration["emailUsername"] = f"alerts{len(account.integrations) + 1}"
        integration["emailAddress"] = address(account, integration["emailUsername"])
    if team is not None:
        integration["ownerTeam"] = owner_reference(team)
        integration["responders"] = [reference("team", team)]
    account.integrations[integration["id"]] = integration | {"isGlobal": team is None, "_readOnly": ["type"]}
    with_actions = kind != "Webhook" and rng.chance(0.5)
    account.integration_actions[integration["id"]] = _actions(rng, team) if with_actions else {}


def _actions(rng: SeededRandom, team: Doc | None) -> dict[str, list[Doc]]:
    word = rng.choice(names.ALERT_WORDS)
    create: Doc = {
        **_action("create", "Create Alert", _filter(rng)),
        "message": "{{message}}",
        "priority": rng.choice(("P1", "P3", "P5")),
        "tags": rng.sample(("tool", "page", "night"), rng.randint(0, 2)),
        "extraProperties": {"runbook": "https://wiki.corp.example/{{alias}}"},
        "ignoreTagsFromPayload": rng.chance(0.5),
    }
    if team is not None:
        create["responders"] = [reference("team", team)]
    ignore_action: Doc = {"type": "ignore", "name": f"Ignore {word}", "filter": _filter(rng)}
    return {
        "ignore": [ignore_action] if rng.chance(0.5) else [],
        "create": [create],
        "close": [_action("close", "Close Alert", _filter(rng))],
        "acknowledge": [_action("acknowledge", "Acknowledge Alert", _filter(rng))] if rng.chance(0.3) else [],
        "addNote": [_action("addNote", "Add Note", _filter(rng)) | {"note": "{{note}}"}] if rng.chance(0.3) else [],
    }


def _action(kind: str, name: str, filter: Doc) -> Doc:
    return {"type": kind, "name": name, "alias": "{{alias}}", "user": "", "note": "", "filter": filter}


def _filter(rng: SeededRandom) -> Doc:
    if rng.chance(0.3):
        return {"conditionMatchType": "match-all", "conditions": []}
    conditions = [
        {
            "field": field,
            "not": rng.chance(0.2),
            "operation": rng.choice(("contains", "equals", "starts-with")),
            "expectedValue": rng.choice(names.ALERT_WORDS),
        }
        for field in rng.sample(("message", "alias", "source", "entity"), rng.randint(1, 3))
    ]
    return {
        "conditionMatchType": rng.choice(("match-any-condition", "match-all-conditions")),
        "conditions": conditions,
    }


def populate_heartbeats(account: Account, rng: SeededRandom) -> None:
    """Add heartbeats without pings: one without a team, and one for some teams."""
    _heartbeat(account, rng, "Company-wide: monitoring is alive", None)
    for team in account.teams.values():
        if rng.chance(0.3):
            _heartbeat(account, rng, f"{team['name']}: {rng.choice(JOBS)}", team)


def _heartbeat(account: Account, rng: SeededRandom, name: str, team: Doc | None) -> None:
    heartbeat: Doc = {
        "name": name,
        "description": rng.choice(("", "Sent by the job when it is through")),
        "interval": rng.choice((5, 10, 30)),
        "intervalUnit": rng.choice(("minutes", "hours", "days")),
        "enabled": rng.chance(0.9),
        "alertPriority": rng.choice(("P1", "P3", "P3", "P4")),
    }
    if rng.chance(0.5):
        heartbeat |= {
            "alertMessage": f"{name} is late",
            "alertTags": rng.sample(("job", "late", "night"), rng.randint(1, 2)),
        }
    if team is not None:
        heartbeat["ownerTeam"] = owner_reference(team)
    account.heartbeats[name] = heartbeat
