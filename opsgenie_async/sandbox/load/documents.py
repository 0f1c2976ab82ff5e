"""The documents of a snapshot, converted to the tables of an account: validated, with ids and defaults."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from opsgenie_async.clock import SystemClock
from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks import integration_types, policy_fields
from opsgenie_async.sandbox.checks.validate import record
from opsgenie_async.sandbox.load.checks import CHECKS
from opsgenie_async.sandbox.load.files import File, LoadError
from opsgenie_async.sandbox.load.pointers import Pointers, labels, placeholder_id, placeholder_user
from opsgenie_async.sandbox.routes.maintenances import span
from opsgenie_async.sandbox.routes.service_audience_templates import EMPTY

__all__ = ["Loader"]

MATCH_ALL: Doc = {"type": "match-all"}
NAMES: dict[str, Callable[[Doc], str]] = {
    "contacts": lambda part: f"{part['method']} {part['to']}",
    "notificationRules": lambda part: f"{part['actionType']} {part['name']}",
    "routingRules": lambda part: "default" if part.get("isDefault") else part.get("name", ""),
    "incidentRules": lambda part: part["incidentProperties"]["message"],
}
"""What a part is called in a manifest, where that is not its name."""
KINDS = {
    "teams": "team",
    "schedules": "schedule",
    "escalations": "escalation",
    "integrations": "integration",
    "services": "service",
    "users": "user",
    "custom-user-roles": "role",
}
"""The word by which references mean what is in a folder."""


class Loader:
    """A loader of files into an account, one by one; references and users are complete after the last one."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._pointers = Pointers(account)
        self._owners: dict[str, str] = {}
        self._labels: dict[tuple[str, str], int] = {}
        self._policies: list[tuple[File, Doc, list[Doc]]] = []
        self._readers: dict[str, Callable[[File, dict[str, Any]], None]] = {
            "custom-user-roles": self._role,
            "users": self._user,
            "teams": self._team,
            "schedules": self._schedule,
            "escalations": self._escalation,
            "forwarding-rules": self._forwarding_rule,
            "heartbeats": self._heartbeat,
            "integrations": self._integration,
            "policies": self._policy_table,
            "services": self._service,
            "incident-templates": self._incident_template,
            "maintenances": self._maintenance,
        }

    def add(self, file: File) -> None:
        """Add one file; raises `LoadError` if it is invalid."""
        checks = CHECKS[file.folder]
        own = next(iter(checks))
        for field, problem in record(checks, mandatory=(own,))(file.document, ""):
            raise LoadError(file.path, problem, field.replace("#", "."))
        parts = {name: _tidy(file.document[name]) for name in checks if file.document.get(name) is not None}
        self._identify(file, own, parts)
        self._readers[file.folder](file, parts)

    def finish(self) -> None:
        """Resolve references by name, and create the users that a snapshot without users refers to."""
        self._pointers.resolve()
        for file, table, policies in self._policies:
            team = table.get("team", {}).get("id", "")
            for policy in policies:
                policy.update({"teamId": team} if team else {})
            self._account.policies.setdefault(team, []).extend(policies)
            if team and team not in self._account.teams:
                raise LoadError(file.path, "the team is not in the snapshot", "policies.team")
        if not self._pointers.complete_users:
            users = sorted(self._account.users.values(), key=lambda user: (user["username"], user["id"]))
            self._account.users = {user["id"]: user for user in users}

    def _identify(self, file: File, own: str, parts: dict[str, Any]) -> None:
        """Set the ids of an entity and its parts, and store the names that references use for them."""
        entity = parts[own]
        name = entity.get("name") or entity.get("username") or entity.get("alias") or entity.get("description") or ""
        label = self._label(file, name.casefold() if file.folder == "users" else name)
        if own != "policies":
            entity["id"] = entity.get("id") or file.id or placeholder_id(file.folder, label)
            self._claim(file, own, entity["id"])
            self._pointers.know(KINDS.get(file.folder, own), label, entity["id"], name)
        of = (entity.get("team") or {}).get("name", "") if own == "policies" else label
        for section, documents in parts.items():
            if isinstance(documents, list) and section != "overrides":
                names = [NAMES.get(section, _name)(each) for each in documents]
                for part, part_label in zip(documents, labels(names), strict=True):
                    id = part.get("id") or file.ids.get(f"{section}/{part_label}")
                    part["id"] = id or placeholder_id(file.folder, label, section, part_label)
                    self._claim(file, section, part["id"])
                    if section in ("rotations", "alertPolicies", "notificationPolicies"):
                        kind = "rotation" if section == "rotations" else "policy"
                        self._pointers.know(kind, part_label, part["id"], part.get("name", ""), of)
            for place, each in _enumerate(section, documents):
                self._pointers.collect(file.path, section, place, each, label)

    def _label(self, file: File, name: str) -> str:
        """The name that references use for an entity: the manifest's label if two entities have the same name."""
        if file.name.startswith(f"{name}#") and file.name[len(name) + 1 :].isdecimal():
            return file.name
        number = self._labels[file.folder, name] = self._labels.get((file.folder, name), 0) + 1
        return name if number == 1 else f"{name}#{number}"

    def _claim(self, file: File, field: str, id: str) -> None:
        """Refuse an id that another entity of the account has."""
        if id in self._owners:
            raise LoadError(file.path, f"[{id}] is in {self._owners[id]} already", f"{field}.id")
        self._owners[id] = file.path

    def _role(self, file: File, parts: dict[str, Any]) -> None:
        role = parts["customUserRole"]
        self._account.user_roles[role["id"]] = _with_defaults(
            role, extendedRole="user", grantedRights=[], disallowedRights=[]
        )

    def _user(self, file: File, parts: dict[str, Any]) -> None:
        user = parts["user"]
        self._pointers.complete_users = True
        placeholder = placeholder_user(user["id"], user["username"], self._account.timezone)
        user.setdefault("role", placeholder["role"])
        self._account.users[user["id"]] = user  # filled in place: its role is still to be looked up
        user |= {key: value for key, value in placeholder.items() if key not in user}
        self._account.contacts[user["id"]] = [_contact(each) for each in parts.get("contacts", [])]
        rules = []
        for rule in parts.get("notificationRules", []):
            rule |= {key: [] for key in ("notificationTime", "schedules", "steps") if key not in rule}
            rule |= {key: None for key in ("timeRestriction", "repeat") if key not in rule}
            rule["steps"] = _tidy(rule["steps"])
            for number, step in enumerate(rule["steps"]):
                step["id"] = step.get("id") or placeholder_id(rule["id"], str(number))
                step.setdefault("enabled", True)
            rules.append(_with_defaults(rule, criteria={**MATCH_ALL}, enabled=True))
        self._account.notification_rules[user["id"]] = rules

    def _team(self, file: File, parts: dict[str, Any]) -> None:
        team, rules = _with_defaults(parts["team"], description="", members=[]), parts.get("routingRules", [])
        for member in team["members"]:
            member.setdefault("role", "user")
        defaults = [rule.get("isDefault", False) for rule in rules]
        if rules and (not defaults[-1] or any(defaults[:-1])):
            raise LoadError(file.path, "the default rule should be there once, as the last", "routingRules")
        for role in parts.get("roles", []):
            for right in role.setdefault("rights", []):
                right.setdefault("granted", True)
        self._account.teams[team["id"]] = team
        self._account.team_roles[team["id"]] = parts.get("roles", [])
        default_rule = {"isDefault": False, "criteria": {**MATCH_ALL}, "timezone": self._account.timezone, "name": ""}
        self._account.routing_rules[team["id"]] = [
            _with_defaults(_without_order(rule), **deepcopy(default_rule)) for rule in rules or [_default_rule(team)]
        ]

    def _schedule(self, file: File, parts: dict[str, Any]) -> None:
        schedule, rotations, overrides = parts["schedule"], parts.get("rotations", []), parts.get("overrides", [])
        schedule.pop("rotations", None)
        for each in (*rotations, *overrides):
            _spell_dates(each)
        id = schedule["id"]
        self._account.schedules[id] = _with_defaults(
            schedule, description="", timezone=self._account.timezone, enabled=True
        )
        self._account.rotations[id] = [_with_defaults(rotation, name="", length=1) for rotation in rotations]
        overrides_by_alias = self._account.overrides[id] = {}
        for override in overrides:
            if override["alias"] in overrides_by_alias:
                raise LoadError(file.path, f"[{override['alias']}] is there twice", "overrides.alias")
            overrides_by_alias[override["alias"]] = _with_defaults(override, rotations=[])

    def _escalation(self, file: File, parts: dict[str, Any]) -> None:
        escalation = _with_defaults(parts["escalation"], description="", rules=[])
        for rule in escalation["rules"]:
            rule["delay"].setdefault("timeUnit", "minutes")
        self._account.escalations[escalation["id"]] = escalation

    def _forwarding_rule(self, file: File, parts: dict[str, Any]) -> None:
        rule = parts["forwardingRule"]
        _spell_dates(rule)
        self._account.forwarding_rules[rule["id"]] = _with_defaults(rule, alias=rule["id"])

    def _heartbeat(self, file: File, parts: dict[str, Any]) -> None:
        heartbeat = parts["heartbeat"]
        del heartbeat["id"]  # its name is its id
        self._account.heartbeats[heartbeat["name"]] = _with_defaults(
            heartbeat, description="", enabled=True, alertPriority="P3"
        )

    def _integration(self, file: File, parts: dict[str, Any]) -> None:
        integration = parts["integration"]
        with_defaults = integration_types.defaults(integration["type"])
        if integration["type"] in integration_types.BY_EMAIL and "emailUsername" in integration:
            with_defaults["emailAddress"] = integration_types.address(self._account, integration["emailUsername"])
        with_defaults |= {"enabled": True, "isGlobal": "ownerTeam" not in integration, "_readOnly": ["type"]}
        self._account.integrations[integration["id"]] = _with_defaults(integration, **with_defaults)
        self._account.integration_actions[integration["id"]] = {
            kind: [{"type": kind} | {key: each[key] for key in each if key not in ("id", "order")} for each in actions]
            for kind, actions in parts.get("actions", {}).items()
        }

    def _policy_table(self, file: File, parts: dict[str, Any]) -> None:
        policies = []
        for section, kind in (("alertPolicies", "alert"), ("notificationPolicies", "notification")):
            defaults_of_kind = {
                "enabled": True,
                "policyDescription": "",
                "filter": MATCH_ALL,
                **policy_fields.defaults(kind),
            }
            policies += [
                _with_defaults(_without_order(each), type=kind, **deepcopy(defaults_of_kind))
                for each in parts.get(section, [])
            ]
        self._policies.append((file, parts["policies"], policies))

    def _service(self, file: File, parts: dict[str, Any]) -> None:
        service = parts["service"]
        self._account.services[service["id"]] = _with_defaults(service, description="", tags=[])
        rules = [_without_order(rule) for rule in parts.get("incidentRules", [])]
        for rule in rules:
            _fill_incident(rule["incidentProperties"])
        self._account.incident_rules[service["id"]] = [
            _with_defaults(rule, conditionMatchType="match-all", conditions=[]) for rule in rules
        ]
        if "audience" in parts:
            audience = self._account.audience_templates[service["id"]] = parts["audience"]
            for part, empty in EMPTY.items():
                filter = audience.setdefault(part, {})
                filter |= {key: deepcopy(value) for key, value in empty.items() if filter.get(key) is None}

    def _incident_template(self, file: File, parts: dict[str, Any]) -> None:
        template = parts["incidentTemplate"]
        _fill_incident(template)
        self._account.incident_templates[template["id"]] = _with_defaults(template, impactedServices=[])

    def _maintenance(self, file: File, parts: dict[str, Any]) -> None:
        maintenance = parts["maintenance"]
        maintenance.pop("status", None)  # it follows from the clock
        for rule in maintenance["rules"]:
            rule.setdefault("state", "disabled")
        time = maintenance["time"]
        _spell_dates(time)
        if "startDate" not in time:
            try:
                maintenance["time"] = span(time, SystemClock().utc())
            except Refusal:
                raise LoadError(file.path, "should not be empty", "maintenance.time.startDate") from None
        self._account.maintenances[maintenance["id"]] = _with_defaults(maintenance, description="")


def _name(part: Doc) -> str:
    return str(part.get("name", ""))


def _contact(contact: Doc) -> Doc:
    """A contact in the form of the account: `enabled` is in its status."""
    status = contact.get("status") or {"enabled": contact.get("enabled", True)}
    if not status["enabled"]:
        status.setdefault("disabledReason", "Disabled by user")
    return {"id": contact["id"], "method": contact["method"], "to": contact["to"], "status": status}


def _default_rule(team: Doc) -> Doc:
    return {
        "id": placeholder_id("teams", team["id"], "default rule"),
        "name": "Default Routing Rule",
        "isDefault": True,
        "notify": {"type": "none"},
    }


def _fill_incident(properties: Doc) -> None:
    properties |= {"description": properties.get("description", "")}
    properties |= {key: empty for key, empty in (("tags", []), ("details", {})) if key not in properties}
    stakeholder = properties["stakeholderProperties"]
    stakeholder |= {"enable": stakeholder.get("enable", True), "description": stakeholder.get("description", "")}


def _spell_dates(entity: Doc) -> None:
    for key in entity.keys() & {"startDate", "endDate"}:
        if entity[key] is None:
            del entity[key]
        else:
            entity[key] = dates.normalize(entity[key])


def _without_order(entity: Doc) -> Doc:
    """*entity* without its order, which is its position in the list."""
    entity.pop("order", None)
    return entity


def _enumerate(section: str, documents: Any) -> list[tuple[str, Any]]:
    """The documents of a section, with their positions as text."""
    if isinstance(documents, list):
        return [(f"{section}[{number}]", each) for number, each in enumerate(documents)]
    return [(section, documents)]


def _tidy(part: Any) -> Any:
    """*part*, an entity or a list of entities, without nulls and members of the envelope."""
    if isinstance(part, list):
        return [_tidy(each) for each in part]
    return {key: value for key, value in part.items() if value is not None and key != "_parent"}


def _with_defaults(entity: Doc, /, **defaults: Any) -> Doc:
    """*entity*, changed in place, with *defaults* for missing fields: its references are resolved later."""
    entity |= {key: value for key, value in defaults.items() if key not in entity}
    return entity
