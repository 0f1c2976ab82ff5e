"""An account with something of every kind, and what a snapshot of it has to say, worked out from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from opsgenie_async.sandbox import Sandbox

Doc = dict[str, Any]

SERVERS = ("blocked", "verified", "createdAt", "mutedUntil", "expired", "lastPingTime", "emailAddress", "status")
SERVERS += ("links", "isExternal")
"""Fields that only the server writes."""


def furnish(sandbox: Sandbox) -> None:
    """Point at things by bare ids, which a made-up account does not do everywhere."""
    there = sandbox.account
    users, teams, services = list(there.users), list(there.teams), list(there.services)
    there.audience_templates[services[0]] = {
        "responder": {"teams": teams[:2], "individuals": users[:2]},
        "stakeholder": {
            "individuals": [users[2], "of-nobody"],
            "conditionMatchType": "match-any-condition",
            "conditions": [{"matchField": "country", "value": "PT"}],
        },
    }
    next(iter(there.incident_templates.values()))["impactedServices"] = services[:2]
    there.incident_rules[services[1]] = [
        {
            "id": f"rule-{number}",
            "conditionMatchType": "match-all",
            "conditions": [],
            "incidentProperties": {
                "message": message,
                "priority": "P1",
                "stakeholderProperties": {"message": "told", "enable": True, "description": ""},
                "description": "",
                "tags": [],
                "details": {},
            },
        }
        for number, message in enumerate(["zebra", "ant"])
    ]


def expected(sandbox: Sandbox) -> dict[str, dict[str, Doc]]:
    """By folder and name, the document of every file."""
    there = sandbox.account
    names = {id: team["name"] for id, team in there.teams.items()}
    usernames = {id: {"username": user["username"].casefold()} for id, user in there.users.items()}
    services = {id: {"name": service["name"]} for id, service in there.services.items()}
    targets: dict[str, Doc] = {id: {"name": each["name"]} for id, each in there.integrations.items()}
    for owner, policies in there.policies.items():
        of = {"of": names[owner]} if owner else {}
        targets |= {policy["id"]: {"name": policy["name"], **of} for policy in policies}

    def user(id: str, doc: Doc) -> Doc:
        contacts = [
            {"method": each["method"], "to": each["to"], "enabled": each["status"]["enabled"]}
            for each in there.contacts.get(id, [])
        ]
        rules = [
            {name: value for name, value in rule.items() if value is not None}
            for rule in there.notification_rules.get(id, [])
        ]
        return {
            "user": doc,
            "contacts": sorted(contacts, key=lambda each: (each["method"], each["to"])),
            "notificationRules": rules,
        }

    def team(id: str, doc: Doc) -> Doc:
        return {
            "team": {**doc, "members": sorted(doc["members"], key=lambda each: str(each["user"]["username"]))},
            "roles": sorted(there.team_roles.get(id, []), key=lambda each: str(each["name"])),
            "routingRules": [
                {name: value for name, value in rule.items() if not (rule["isDefault"] and name == "timezone")}
                for rule in there.routing_rules[id]
            ],
        }

    def schedule(id: str, doc: Doc) -> Doc:
        overrides = there.overrides.get(id, {}).values()
        return {
            "schedule": doc,
            "rotations": there.rotations[id],
            "overrides": sorted(overrides, key=lambda each: (str(each["startDate"]), str(each["alias"]))),
        }

    def integration(id: str, doc: Doc) -> Doc:
        actions = there.integration_actions.get(id, {})
        kinds = ("ignore", "create", "close", "acknowledge", "addNote")
        numbered = {kind: [{**each, "order": n} for n, each in enumerate(actions.get(kind, []))] for kind in kinds}
        return {"integration": doc, "actions": numbered}

    def service(id: str, doc: Doc) -> Doc:
        audience = there.audience_templates.get(id) or {
            "responder": {"teams": [], "individuals": []},
            "stakeholder": {"individuals": [], "conditionMatchType": "match-any-condition", "conditions": []},
        }
        responder, stakeholder = audience["responder"], audience["stakeholder"]
        return {
            "service": {**doc, "teamId": {"name": names[doc["teamId"]]}},
            "incidentRules": there.incident_rules.get(id, []),
            "audience": {
                "responder": {
                    "teams": [{"name": names[each]} for each in responder["teams"]],
                    "individuals": [usernames[each] for each in responder["individuals"]],
                },
                "stakeholder": {
                    **stakeholder,
                    "individuals": [usernames.get(each, each) for each in stakeholder["individuals"]],
                },
            },
        }

    def maintenance(doc: Doc) -> Doc:
        time = doc["time"]
        if time.get("startDate") and time.get("endDate"):
            time = {**time, "type": "schedule"}
        else:
            time = {name: value for name, value in time.items() if name != "startDate"}
        rules = [
            {**rule, "entity": {"type": rule["entity"]["type"], **targets[rule["entity"]["id"]]}}
            for rule in doc["rules"]
        ]
        return {"maintenance": {**doc, "time": time, "rules": rules}}

    def table(id: str, policies: list[Doc]) -> Doc:
        kinds = ("alert", "notification") if id else ("alert",)
        output = [{name: value for name, value in each.items() if name != "teamId"} for each in policies]
        return {
            "policies": {"team": {"name": names[id]}} if id else {},
            **{f"{kind}Policies": [each for each in output if each["type"] == kind] for kind in kinds},
        }

    return {
        "custom-user-roles": _named(there.user_roles, lambda _, doc: {"customUserRole": doc}),
        "users": _named(there.users, user, "username"),
        "teams": _named(there.teams, team),
        "schedules": _named(there.schedules, schedule),
        "escalations": _named(there.escalations, lambda _, doc: {"escalation": doc}),
        "forwarding-rules": _named(there.forwarding_rules, lambda _, doc: {"forwardingRule": doc}, "alias"),
        "heartbeats": _named(there.heartbeats, lambda _, doc: {"heartbeat": doc}),
        "integrations": _named(there.integrations, integration),
        "policies": {
            names.get(id, ""): _plain(table(id, policies)) for id, policies in there.policies.items() if policies
        },
        "services": _named(there.services, service),
        "incident-templates": _named(
            there.incident_templates,
            lambda _, doc: {
                "incidentTemplate": {**doc, "impactedServices": [services[each] for each in doc["impactedServices"]]}
            },
        ),
        "maintenances": {str(doc["description"]): _plain(maintenance(doc)) for doc in maintenances(sandbox)},
    }


def maintenances(sandbox: Sandbox) -> list[Doc]:
    """Those that are not over."""
    now = datetime.now(UTC).isoformat()
    there = sandbox.account.maintenances.values()
    return [each for each in there if "status" not in each and each["time"].get("endDate", "9") > now]


def _named(table: Mapping[str, Doc], document: Any, name: str = "name") -> dict[str, Doc]:
    return {doc[name]: _plain(document(id, doc)) for id, doc in table.items()}


def _plain(value: Any) -> Any:
    """The same without ids, secrets and what only the server writes."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _plain(each)
        for name, each in value.items()
        if name not in ("id", "apiKey", *SERVERS) and not name.startswith("_")
    }
