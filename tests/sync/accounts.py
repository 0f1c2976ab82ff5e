"""An account with something of every kind, and what a snapshot of it has to say, worked out from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from opsgenie_async.sandbox import Sandbox

Doc = dict[str, Any]

SERVERS = ("blocked", "verified", "createdAt", "mutedUntil", "expired", "lastPingTime", "emailAddress", "status")
SERVERS += ("links", "isExternal")
"""Fields that only the server writes."""


SETS = ("members", "rights", "grantedRights", "disallowedRights", "tags", "alertTags", "conditions", "restrictions")
SETS += ("responders", "recipients", "visibleTo", "teams", "individuals", "impactedServices", "notificationTime")
SETS += ("schedules", "rotations", "actions", "alertActions")
"""Lists that the API may answer in any order."""
MAPS = ("details", "extraProperties", "headers")


def shuffled(value: Any, random: Random, name: str = "") -> Any:
    """The same document as an API without an order may answer it: sets, and members of objects, in another one."""
    if isinstance(value, dict):
        members = random.sample([*value.items()], len(value))
        return {key: each if name in MAPS else shuffled(each, random, key) for key, each in members}
    if isinstance(value, list):
        items = [shuffled(each, random) for each in value]
        return random.sample(items, len(items)) if name in SETS else items
    return value


def populate(sandbox: Sandbox) -> None:
    """Point at things by bare ids, which a made-up account does not do everywhere."""
    account = sandbox.account
    users, teams, services = list(account.users), list(account.teams), list(account.services)
    account.audience_templates[services[0]] = {
        "responder": {"teams": teams[:2], "individuals": users[:2]},
        "stakeholder": {
            "individuals": [users[2], "of-nobody"],
            "conditionMatchType": "match-any-condition",
            "conditions": [{"matchField": "country", "value": "PT"}],
        },
    }
    next(iter(account.incident_templates.values()))["impactedServices"] = services[:2]
    account.incident_rules[services[1]] = [
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
    account = sandbox.account
    names = {id: team["name"] for id, team in account.teams.items()}
    usernames = {id: {"username": user["username"].casefold()} for id, user in account.users.items()}
    services = {id: {"name": service["name"]} for id, service in account.services.items()}
    targets: dict[str, Doc] = {id: {"name": each["name"]} for id, each in account.integrations.items()}
    for owner, policies in account.policies.items():
        of = {"of": names[owner]} if owner else {}
        targets |= {policy["id"]: {"name": policy["name"], **of} for policy in policies}

    def user(id: str, doc: Doc) -> Doc:
        contacts = [
            {"method": each["method"], "to": each["to"], "enabled": each["status"]["enabled"]}
            for each in account.contacts.get(id, [])
        ]
        rules = [
            {name: value for name, value in rule.items() if value is not None}
            for rule in account.notification_rules.get(id, [])
        ]
        return {
            "user": doc,
            "contacts": sorted(contacts, key=lambda each: (each["method"], each["to"])),
            "notificationRules": rules,
        }

    def team(id: str, doc: Doc) -> Doc:
        return {
            "team": {**doc, "members": sorted(doc["members"], key=lambda each: str(each["user"]["username"]))},
            "roles": sorted(account.team_roles.get(id, []), key=lambda each: str(each["name"])),
            "routingRules": [
                {name: value for name, value in rule.items() if not (rule["isDefault"] and name == "timezone")}
                for rule in account.routing_rules[id]
            ],
        }

    def schedule(id: str, doc: Doc) -> Doc:
        overrides = account.overrides.get(id, {}).values()
        return {
            "schedule": doc,
            "rotations": account.rotations[id],
            "overrides": sorted(overrides, key=lambda each: (str(each["startDate"]), str(each["alias"]))),
        }

    def integration(id: str, doc: Doc) -> Doc:
        actions = account.integration_actions.get(id, {})
        kinds = ("ignore", "create", "close", "acknowledge", "addNote")
        numbered = {kind: [{**each, "order": n} for n, each in enumerate(actions.get(kind, []))] for kind in kinds}
        return {"integration": doc, "actions": numbered}

    def service(id: str, doc: Doc) -> Doc:
        audience = account.audience_templates.get(id) or {
            "responder": {"teams": [], "individuals": []},
            "stakeholder": {"individuals": [], "conditionMatchType": "match-any-condition", "conditions": []},
        }
        responder, stakeholder = audience["responder"], audience["stakeholder"]
        return {
            "service": {**doc, "teamId": {"name": names[doc["teamId"]]}},
            "incidentRules": account.incident_rules.get(id, []),
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
        "custom-user-roles": _named(account.user_roles, lambda _, doc: {"customUserRole": doc}),
        "users": _named(account.users, user, "username"),
        "teams": _named(account.teams, team),
        "schedules": _named(account.schedules, schedule),
        "escalations": _named(account.escalations, lambda _, doc: {"escalation": doc}),
        "forwarding-rules": _named(account.forwarding_rules, lambda _, doc: {"forwardingRule": doc}, "alias"),
        "heartbeats": _named(account.heartbeats, lambda _, doc: {"heartbeat": doc}),
        "integrations": _named(account.integrations, integration),
        "policies": {
            names.get(id, ""): _plain(table(id, policies)) for id, policies in account.policies.items() if policies
        },
        "services": _named(account.services, service),
        "incident-templates": _named(
            account.incident_templates,
            lambda _, doc: {
                "incidentTemplate": {**doc, "impactedServices": [services[each] for each in doc["impactedServices"]]}
            },
        ),
        "maintenances": {str(doc["description"]): _plain(maintenance(doc)) for doc in maintenances(sandbox)},
    }


def maintenances(sandbox: Sandbox) -> list[Doc]:
    """Those that are not over."""
    now = datetime.now(UTC).isoformat()
    every = sandbox.account.maintenances.values()
    return [each for each in every if "status" not in each and each["time"].get("endDate", "9") > now]


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
