"""The files of an account in the layout of format 2, worked out without the package's own writer."""

from __future__ import annotations

import copy
from typing import Any

from opsgenie_async.sandbox import Account

READ_ONLY = {"blocked", "verified", "createdAt", "emailAddress", "_readOnly", "isGlobal", "lastPingTime"}
BARE = {"teamId", "impactedServices", "teams", "individuals"}


def names(account: Account) -> dict[str, dict[str, str]]:
    """By id, what a reference says instead of it."""
    result = {id: {"username": user["username"]} for id, user in account.users.items()}
    for table in (account.teams, account.schedules, account.escalations, account.services, account.integrations):
        result |= {id: {"name": each["name"]} for id, each in table.items()}
    for team, policies in account.policies.items():
        of = {"of": account.teams[team]["name"]} if team else {}
        result |= {each["id"]: {"name": each["name"], **of} for each in policies}
    return result


def with_names(value: Any, known: dict[str, dict[str, str]], at: str = "") -> Any:
    """A document with names in place of ids, and without what the server alone writes."""
    if isinstance(value, list):
        return [with_names(each, known, at) for each in value]
    if isinstance(value, str):
        return known[value] if at in BARE else value
    if not isinstance(value, dict):
        return value
    if at == "entity":
        return {"type": value["type"], **known[value["id"]]}
    return {
        key: with_names(each, known, key)
        for key, each in value.items()
        if key not in {"id", *READ_ONLY} and each is not None
    }


def snapshot2(account: Account) -> dict[str, Any]:
    """By path, the documents of all files but those of empty parts."""
    known = names(account)
    files: dict[str, Any] = {}

    def put(folder: str, name: str, **sections: Any) -> None:
        file = name.replace("/", "-")
        files[f"{folder}/{file}.json"] = {
            key: with_names(copy.deepcopy(value), known) for key, value in sections.items()
        }

    for role in account.user_roles.values():
        put("custom-user-roles", role["name"], customUserRole=role)
    for id, user in account.users.items():
        contacts = [{**each, "enabled": each["status"]["enabled"]} for each in account.contacts.get(id, [])]
        for contact in contacts:
            del contact["status"]
        rules = account.notification_rules.get(id, [])
        put("users", user["username"], user=user, contacts=contacts, notificationRules=rules)
    for id, team in account.teams.items():
        put("teams", team["name"], team=team, roles=account.team_roles[id], routingRules=account.routing_rules[id])
    for id, schedule in account.schedules.items():
        overrides = [*account.overrides[id].values()]
        put("schedules", schedule["name"], schedule=schedule, rotations=account.rotations[id], overrides=overrides)
    for escalation in account.escalations.values():
        put("escalations", escalation["name"], escalation=escalation)
    for rule in account.forwarding_rules.values():
        put("forwarding-rules", rule["alias"], forwardingRule=rule)
    for heartbeat in account.heartbeats.values():
        put("heartbeats", heartbeat["name"], heartbeat=heartbeat)
    for id, integration in account.integrations.items():
        put("integrations", integration["name"], integration=integration, actions=account.integration_actions[id])
    for id, policies in account.policies.items():
        team = {"team": {"name": account.teams[id]["name"]}} if id else {}
        alert, quiet = (
            [
                {key: value for key, value in each.items() if key != "teamId"}
                for each in policies
                if each["type"] == kind
            ]
            for kind in ("alert", "notification")
        )
        name = account.teams[id]["name"] if id else "account"
        put("policies", name, policies=team, alertPolicies=alert, notificationPolicies=quiet)
    for id, service in account.services.items():
        audience = {"audience": account.audience_templates[id]} if id in account.audience_templates else {}
        rules = account.incident_rules.get(id, [])
        put("services", service["name"], service=service, incidentRules=rules, **audience)
    for template in account.incident_templates.values():
        put("incident-templates", template["name"], incidentTemplate=template)
    for maintenance in account.maintenances.values():
        put("maintenances", maintenance["description"], maintenance=maintenance)
    return files


TABLES = (
    *("user_roles", "teams", "team_roles", "routing_rules", "schedules", "rotations", "overrides", "escalations"),
    *("forwarding_rules", "heartbeats", "integrations", "integration_actions", "policies", "services"),
    *("incident_rules", "audience_templates", "incident_templates", "maintenances"),
)
"""What a snapshot brings back to the letter; of users, what only the server says is made up."""


def manifest2(account: Account, files: dict[str, Any]) -> dict[str, Any]:
    """The manifest that keeps the ids of *account* for *files*."""
    records: dict[str, dict[str, Any]] = {path: {"sha256": "edited since", "ids": {}} for path in files}

    def own(folder: str, entities: Any, key: str = "name") -> None:
        for each in entities:
            record = records[f"{folder}/{each[key].replace('/', '-')}.json"]
            record |= {"id": each.get("id", ""), "name": each[key]}

    def parts(path: str, section: str, entities: Any, named: Any) -> None:
        records[f"{path.replace('/', '-').replace('-', '/', 1)}.json"]["ids"] |= {
            f"{section}/{named(each)}": each["id"] for each in entities
        }

    own("custom-user-roles", account.user_roles.values())
    own("users", account.users.values(), "username")
    for folder in ("teams", "schedules", "escalations", "heartbeats", "integrations", "services"):
        own(folder, getattr(account, folder).values())
    own("forwarding-rules", account.forwarding_rules.values(), "alias")
    own("incident-templates", account.incident_templates.values())
    own("maintenances", account.maintenances.values(), "description")
    for id, user in account.users.items():
        path = f"users/{user['username']}"
        parts(path, "contacts", account.contacts[id], lambda each: f"{each['method']} {each['to']}")
        rules = account.notification_rules[id]
        parts(path, "notificationRules", rules, lambda each: f"{each['actionType']} {each['name']}")
    for id, team in account.teams.items():
        parts(f"teams/{team['name']}", "roles", account.team_roles[id], lambda each: each["name"])
        nameless = 0
        for rule in account.routing_rules[id]:
            name = "default" if rule["isDefault"] else rule["name"]
            nameless += not name
            label = f"#{nameless}" if not name and nameless > 1 else name
            parts(f"teams/{team['name']}", "routingRules", [rule], lambda _, label=label: label)
    for id, schedule in account.schedules.items():
        parts(f"schedules/{schedule['name']}", "rotations", account.rotations[id], lambda each: each["name"])
    for id, policies in account.policies.items():
        for kind in ("alert", "notification"):
            name = account.teams[id]["name"] if id else "account"
            same = [each for each in policies if each["type"] == kind]
            parts(f"policies/{name}", f"{kind}Policies", same, lambda each: each["name"])
    for id, service in account.services.items():
        rules = account.incident_rules.get(id, [])
        path = f"services/{service['name']}"
        parts(path, "incidentRules", rules, lambda each: each["incidentProperties"]["message"])
    return {"format": 2, "counts": {}, "failures": [], "only": "", "files": records}
