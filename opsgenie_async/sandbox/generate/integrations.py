"""What alerts of a generated account come in through and go out to, and the heartbeats that somebody is to send."""

from __future__ import annotations

from opsgenie_async.sandbox.account.lookup import owner_reference, reference
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.integration_types import BY_EMAIL, address, defaults
from opsgenie_async.sandbox.generate import names

__all__ = ["furnish_heartbeats", "furnish_integrations"]

INCOMING = ("Prometheus", "CloudWatch", "Datadog", "GrafanaV2", "Zabbix", "Jira", "Sentry", "Email")
ACCOUNT_WIDE = ("API", "Slack", "Webhook", "Email", "ServiceNowV3")
JOBS = ("backup", "nightly import", "certificate renewal", "queue drain")


def furnish_integrations(account: Account, dice: SeededRandom) -> None:
    """Add some of the account, for each team an API and now and then another tool, half of them with actions."""
    for kind in ACCOUNT_WIDE:
        _integration(account, dice, kind, f"Company {kind}", None)
    for team in account.teams.values():
        _integration(account, dice, "API", f"{team['name']}_API", team)
        if dice.chance(0.4):
            kind = dice.choice(INCOMING)
            _integration(account, dice, kind, f"{team['name']}_{kind}", team)


def _integration(account: Account, dice: SeededRandom, kind: str, name: str, team: Doc | None) -> None:
    integration: Doc = {"id": dice.uuid(), "type": kind, "name": name, "enabled": dice.chance(0.95), **defaults(kind)}
    if kind == "Webhook":
        integration |= {"url": "https://hooks.corp.example/opsgenie", "headers": {"X-Shop": "blue"}}
        integration |= {"addAlertDescription": True, "addAlertDetails": False}
    else:
        integration |= {
            "priority": dice.choice(("", "P2", "P3")),
            "tags": dice.sample(("tool", "prod", "eu"), dice.randint(0, 2)),
        }
    if kind in BY_EMAIL:
        integration["emailUsername"] = f"alerts{len(account.integrations) + 1}"
        integration["emailAddress"] = address(account, integration["emailUsername"])
    if team is not None:
        integration["ownerTeam"] = owner_reference(team)
        integration["responders"] = [reference("team", team)]
    account.integrations[integration["id"]] = integration | {"isGlobal": team is None, "_readOnly": ["type"]}
    with_actions = kind != "Webhook" and dice.chance(0.5)
    account.integration_actions[integration["id"]] = _actions(dice, team) if with_actions else {}


def _actions(dice: SeededRandom, team: Doc | None) -> dict[str, list[Doc]]:
    word = dice.choice(names.ALERT_WORDS)
    create: Doc = {
        **_action("create", "Create Alert", _filter(dice)),
        "message": "{{message}}",
        "priority": dice.choice(("P1", "P3", "P5")),
        "tags": dice.sample(("tool", "page", "night"), dice.randint(0, 2)),
        "extraProperties": {"runbook": "https://wiki.corp.example/{{alias}}"},
        "ignoreTagsFromPayload": dice.chance(0.5),
    }
    if team is not None:
        create["responders"] = [reference("team", team)]
    ignored: Doc = {"type": "ignore", "name": f"Ignore {word}", "filter": _filter(dice)}
    return {
        "ignore": [ignored] if dice.chance(0.5) else [],
        "create": [create],
        "close": [_action("close", "Close Alert", _filter(dice))],
        "acknowledge": [_action("acknowledge", "Acknowledge Alert", _filter(dice))] if dice.chance(0.3) else [],
        "addNote": [_action("addNote", "Add Note", _filter(dice)) | {"note": "{{note}}"}] if dice.chance(0.3) else [],
    }


def _action(kind: str, name: str, filter: Doc) -> Doc:
    return {"type": kind, "name": name, "alias": "{{alias}}", "user": "", "note": "", "filter": filter}


def _filter(dice: SeededRandom) -> Doc:
    if dice.chance(0.3):
        return {"conditionMatchType": "match-all", "conditions": []}
    conditions = [
        {
            "field": field,
            "not": dice.chance(0.2),
            "operation": dice.choice(("contains", "equals", "starts-with")),
            "expectedValue": dice.choice(names.ALERT_WORDS),
        }
        for field in dice.sample(("message", "alias", "source", "entity"), dice.randint(1, 3))
    ]
    return {
        "conditionMatchType": dice.choice(("match-any-condition", "match-all-conditions")),
        "conditions": conditions,
    }


def furnish_heartbeats(account: Account, dice: SeededRandom) -> None:
    """Add heartbeats that have not been pinged yet: one of nobody's, and for some teams one of their own."""
    _heartbeat(account, dice, "Company-wide: monitoring is alive", None)
    for team in account.teams.values():
        if dice.chance(0.3):
            _heartbeat(account, dice, f"{team['name']}: {dice.choice(JOBS)}", team)


def _heartbeat(account: Account, dice: SeededRandom, name: str, team: Doc | None) -> None:
    heartbeat: Doc = {
        "name": name,
        "description": dice.choice(("", "Sent by the job when it is through")),
        "interval": dice.choice((5, 10, 30)),
        "intervalUnit": dice.choice(("minutes", "hours", "days")),
        "enabled": dice.chance(0.9),
        "alertPriority": dice.choice(("P1", "P3", "P3", "P4")),
    }
    if dice.chance(0.5):
        heartbeat |= {
            "alertMessage": f"{name} is late",
            "alertTags": dice.sample(("job", "late", "night"), dice.randint(1, 2)),
        }
    if team is not None:
        heartbeat["ownerTeam"] = owner_reference(team)
    account.heartbeats[name] = heartbeat
