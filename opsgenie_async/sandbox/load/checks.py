"""Validation of snapshot files: the checks of their sections by folder, the entity itself first.

Criteria, restrictions of rules and settings of integrations and policies are only stored and shown: undocumented words
are accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.sandbox.behaviour.on_call import LONGEST_TURN
from opsgenie_async.sandbox.checks.shapes import restriction
from opsgenie_async.sandbox.checks.validate import Check, flag, integer, items, moment, one_of, record, text, timezone

__all__ = ["CHECKS"]


def _pointer(label: str) -> Check:
    """Validate a reference: by name, by id, or by both, as in responses."""

    def check(value: Any, name: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, dict):
            yield name, "should be an object"
        elif not any(value.get(each) for each in (label, "id")):
            yield f"{name}#{label}", "should not be empty"
        else:
            yield from record({"id": text(), label: text(), "of": text()})(value, name)

    return check


def _typed_pointer(*kinds: str) -> Check:
    """Validate a reference with a type, which may be to nobody."""

    def check(value: Any, name: str) -> Iterator[tuple[str, str]]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in kinds:
            yield f"{name}#type", f"should be one of [{', '.join(kinds)}]"
        elif kind not in ("none", "all"):
            yield from _pointer("username" if kind == "user" else "name")(value, name)

    return check


def _plain_label(label: str) -> Check:
    """Validate a reference where the API has only an id: that id, or an object with a name."""

    def check(value: Any, name: str) -> Iterator[tuple[str, str]]:
        if not (isinstance(value, str) and value):
            yield from _pointer(label)(value, name)

    return check


def _object(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield name, "should be an object"


_USER, _TEAM = _pointer("username"), _pointer("name")
_NAMED: dict[str, Check] = {"id": text(), "name": text(), "description": text(), "enabled": flag}
_RESPONDERS = items(_typed_pointer("user", "team", "escalation", "schedule", "group", "all", "none"))
_POLICY = record({**_NAMED, "filter": _object, "responders": _RESPONDERS}, mandatory=("name",))
_ACTION = record({"name": text(), "filter": _object, "responders": _RESPONDERS, "recipients": _RESPONDERS})


def _actions(value: Any, name: str) -> Iterator[tuple[str, str]]:
    yield from _object(value, name)
    for kind, actions in value.items() if isinstance(value, dict) else ():
        yield from items(_ACTION)(actions, f"{name}#{kind}")


_INCIDENT: dict[str, Check] = {
    "message": text(),
    "description": text(),
    "tags": items(text()),
    "details": _object,
    "priority": text(),
    "stakeholderProperties": record({"message": text()}, mandatory=("message",)),
}
_NEEDED = ("message", "priority", "stakeholderProperties")
_SPAN: dict[str, Check] = {"startDate": moment, "endDate": moment}

CHECKS: dict[str, dict[str, Check]] = {
    "custom-user-roles": {
        "customUserRole": record(
            {**_NAMED, "grantedRights": items(text()), "disallowedRights": items(text())}, mandatory=("name",)
        )
    },
    "users": {
        "user": record(
            {
                "id": text(),
                "username": text(),
                "fullName": text(),
                "role": _pointer("name"),
                "timeZone": timezone,
                "locale": text(),
                "userAddress": _object,
                "tags": items(text()),
                "details": _object,
            },
            mandatory=("username",),
        ),
        "contacts": items(
            record({"id": text(), "method": text(), "to": text(), "enabled": flag}, mandatory=("method", "to"))
        ),
        "notificationRules": items(
            record(
                {
                    **_NAMED,
                    "actionType": text(),
                    "criteria": _object,
                    "notificationTime": items(text()),
                    "timeRestriction": _object,
                    "schedules": items(_typed_pointer("schedule")),
                    "steps": items(record({"contact": _object, "enabled": flag}, mandatory=("contact",))),
                    "repeat": _object,
                },
                mandatory=("name", "actionType"),
            )
        ),
    },
    "teams": {
        "team": record(
            {**_NAMED, "members": items(record({"user": _USER, "role": text()}, mandatory=("user",)))},
            mandatory=("name",),
        ),
        "roles": items(
            record(
                {**_NAMED, "rights": items(record({"right": text(), "granted": flag}, mandatory=("right",)))},
                mandatory=("name",),
            )
        ),
        "routingRules": items(
            record(
                {
                    **_NAMED,
                    "isDefault": flag,
                    "criteria": _object,
                    "timezone": text(),
                    "timeRestriction": _object,
                    "notify": _typed_pointer("schedule", "escalation", "none"),
                },
                mandatory=("notify",),
            )
        ),
    },
    "schedules": {
        "schedule": record({**_NAMED, "timezone": timezone, "ownerTeam": _TEAM}, mandatory=("name",)),
        "rotations": items(
            record(
                {
                    **_NAMED,
                    **_SPAN,
                    "type": one_of("daily", "weekly", "hourly"),
                    "length": integer(1, LONGEST_TURN),
                    "participants": items(_typed_pointer("user", "team", "escalation", "group", "none"), least=1),
                    "timeRestriction": restriction,
                },
                mandatory=("startDate", "type", "participants"),
            )
        ),
        "overrides": items(
            record(
                {
                    "alias": text(),
                    "user": _typed_pointer("user", "team", "escalation", "schedule", "none"),
                    **_SPAN,
                    "rotations": items(_pointer("name")),
                },
                mandatory=("alias", "user", *_SPAN),
            )
        ),
    },
    "escalations": {
        "escalation": record(
            {
                **_NAMED,
                "rules": items(
                    record(
                        {
                            "condition": text(),
                            "notifyType": text(),
                            "delay": record({"timeAmount": integer(0), "timeUnit": text()}, mandatory=("timeAmount",)),
                            "recipient": _typed_pointer(
                                "user", "team", "schedule", "escalation", "group", "all", "none"
                            ),
                        },
                        mandatory=("condition", "notifyType", "delay", "recipient"),
                    )
                ),
                "ownerTeam": _TEAM,
                "repeat": _object,
            },
            mandatory=("name",),
        )
    },
    "forwarding-rules": {
        "forwardingRule": record(
            {"id": text(), "alias": text(), "fromUser": _USER, "toUser": _USER, **_SPAN},
            mandatory=("fromUser", "toUser", *_SPAN),
        )
    },
    "heartbeats": {
        "heartbeat": record(
            {
                **_NAMED,
                "interval": integer(1, 525_600),
                "intervalUnit": one_of("minutes", "hours", "days"),
                "ownerTeam": _TEAM,
                "alertTags": items(text()),
            },
            mandatory=("name", "interval", "intervalUnit"),
        )
    },
    "integrations": {
        "integration": record(
            {
                **_NAMED,
                "type": text(),
                "ownerTeam": _TEAM,
                "assignedTeam": _TEAM,
                "responders": _RESPONDERS,
                "recipients": _RESPONDERS,
            },
            mandatory=("name", "type"),
        ),
        "actions": _actions,
    },
    "policies": {
        "policies": record({"team": _TEAM}),
        "alertPolicies": items(_POLICY),
        "notificationPolicies": items(_POLICY),
    },
    "services": {
        "service": record(
            {**_NAMED, "teamId": _plain_label("name"), "tags": items(text())}, mandatory=("name", "teamId")
        ),
        "incidentRules": items(
            record(
                {
                    "id": text(),
                    "conditionMatchType": text(),
                    "conditions": items(_object),
                    "incidentProperties": record(_INCIDENT, mandatory=_NEEDED),
                },
                mandatory=("incidentProperties",),
            )
        ),
        "audience": record(
            {
                "responder": record(
                    {"teams": items(_plain_label("name")), "individuals": items(_plain_label("username"))}
                ),
                "stakeholder": record({"individuals": items(_plain_label("username")), "conditions": items(_object)}),
            }
        ),
    },
    "incident-templates": {
        "incidentTemplate": record(
            {"id": text(), "name": text(), **_INCIDENT, "impactedServices": items(_plain_label("name"))},
            mandatory=("name", *_NEEDED),
        )
    },
    "maintenances": {
        "maintenance": record(
            {
                "id": text(),
                "description": text(),
                "time": record({"type": text(), **_SPAN}, mandatory=("type",)),
                "rules": items(
                    record({"state": text(), "entity": _typed_pointer("integration", "policy")}, mandatory=("entity",))
                ),
            },
            mandatory=("time", "rules"),
        )
    },
}
