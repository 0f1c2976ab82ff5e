"""What the API takes in the fields of each kind, beyond their types: words, lengths, bounds, and what belongs together.

From the API pages, and from nothing else: the sandbox has rules of its own, and a test compares what both refuse.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from opsgenie_async.json_text import Json
from opsgenie_async.sync.files.diagnostics import Complaint
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.timezones import is_timezone
from opsgenie_async.sync.planning.diff import moment

__all__ = ["breaches", "missing"]

Rule: TypeAlias = Callable[[Json], str]
"""What is wrong with a value, "" where nothing is; of another type than the rule is about, nothing is said."""
Fields: TypeAlias = Mapping[str, Json]


def _words(*words: str) -> Rule:
    def rule(value: Json) -> str:
        if not isinstance(value, str) or value in words:
            return ""
        near = difflib.get_close_matches(value.casefold(), words, 1)
        meant = f", is {near[0]!r} meant?" if near else ""
        return f"{value!r} is not one of {', '.join(words)}{meant}"

    return rule


def _longest(most: int) -> Rule:
    def rule(value: Json) -> str:
        return f"longer than {most} characters" if isinstance(value, str) and len(value) > most else ""

    return rule


def _filled(value: Json) -> str:
    return "empty" if value == "" else ""


def _name(most: int) -> Rule:
    return lambda value: _filled(value) or _longest(most)(value)


def _number(least: int, most: int | None = None) -> Rule:
    bounds = f"{least} to {most}" if most is not None else f"{least} or more"

    def rule(value: Json) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            return ""
        return "" if value >= least and (most is None or value <= most) else f"expected {bounds}, got {value}"

    return rule


def _many(least: int, most: int | None = None) -> Rule:
    def rule(value: Json) -> str:
        if not isinstance(value, list):
            return ""
        if len(value) < least:
            return "empty" if least == 1 else f"expected {least} or more, got {len(value)}"
        return f"expected {most} or less, got {len(value)}" if most is not None and len(value) > most else ""

    return rule


def _timezone(value: Json) -> str:
    return "" if not isinstance(value, str) or is_timezone(value) else f"there is no time zone {value!r}"


def _date(value: Json) -> str:
    if not isinstance(value, str):
        return ""
    return "" if moment(value) is not None else "expected a date with an offset, as 2026-01-05T08:00:00Z"


def _reference(*types: str) -> Rule:
    def rule(value: Json) -> str:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            return ""
        return "" if kind in (*types, "group") else f"a {kind} cannot stand here, only {', '.join(types)}"

    return rule


def _texts(value: Json) -> str:
    if isinstance(value, dict):
        for name, each in value.items():
            if not isinstance(each, str):
                return f"{name!r}: expected text"
    return ""


def _characters(most: int) -> Rule:
    def rule(value: Json) -> str:
        texts = [*value, *value.values()] if isinstance(value, dict) else []
        many = sum(len(each) for each in texts if isinstance(each, str))
        return _texts(value) or (f"longer than {most} characters in all" if many > most else "")

    return rule


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = ("days", "hours", "minutes", "seconds", "miliseconds", "micros", "nanos", "day", "hour", "minute", "second")
PRIORITY = _words("P1", "P2", "P3", "P4", "P5")
METHOD = _words("email", "sms", "voice", "mobile")
MATCH = ("match-all", "match-any-condition", "match-all-conditions")
TEXT = frozenset({"contains", "equals", "starts-with", "ends-with", "matches", "is-empty", "equals-ignore-whitespace"})
LIST = frozenset({"contains", "is-empty", "matches"})
MAP = frozenset({"contains", "contains-key", "contains-value", "is-empty"})
NUMBER = frozenset({"matches", "equals", "greater-than", "less-than"})
OPERATIONS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("message", "alias", "description", "source", "entity"), TEXT),
    **dict.fromkeys(("tags", "actions", "recipients", "responders"), LIST),
    **dict.fromkeys(("extra-properties", "details"), MAP),
    "teams": LIST | TEXT,
    "priority": NUMBER,
}
"""By the field of a condition, how it can be compared (Team Routing Rule API page)."""
RESPONDERS = _reference("user", "team", "escalation", "schedule")
ANYBODY = _reference("user", "team", "escalation", "schedule", "all", "none")
INCIDENT: Mapping[str, Rule] = {
    "message": _name(130),
    "description": _longest(10_000),
    "tags": _many(0, 20),
    "tags[]": _longest(50),
    "details": _characters(8000),
    "priority": PRIORITY,
    "stakeholderProperties.message": _name(130),
}
DURATION: Mapping[str, Rule] = {"timeAmount": _number(1), "timeUnit": _words(*UNITS)}


def _under(path: str, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {f"{path}.{name}": rule for name, rule in rules.items()}


POLICY: Mapping[str, Rule] = {"name": _name(100), "policyDescription": _longest(200)}
ACTION: Mapping[str, Rule] = {
    "name": _filled,
    "filter.conditionMatchType": _words(*MATCH),
    "filter.conditions[].field": _filled,
    "filter.conditions[].operation": _words(*sorted(TEXT | MAP | NUMBER)),
}
RULES: Mapping[str, Mapping[str, Rule]] = {
    "custom_user_role": {"extendedRole": _words("user", "observer", "stakeholder")},
    "user": {
        "username": lambda value: (
            "expected an e-mail address" if isinstance(value, str) and "@" not in value else _longest(100)(value)
        ),
        "fullName": _name(512),
        "timeZone": _timezone,
    },
    "contact": {"method": METHOD},
    "notification_rule": {
        "name": _filled,
        "actionType": _words(
            *("create-alert", "acknowledged-alert", "closed-alert", "renotified-alert", "assigned-alert", "add-note"),
            *("schedule-start", "schedule-end", "incoming-call-routing"),
        ),
        "notificationTime[]": _words("just-before", "15-minutes-ago", "1-hour-ago", "1-day-ago"),
        "schedules[]": _reference("schedule"),
        "steps[].contact.method": METHOD,
        "steps[].contact.to": _filled,
        "steps[].sendAfter.timeAmount": _number(0),
        "steps[].sendAfter.timeUnit": _words(*UNITS),
        "repeat.loopAfter": _number(0),
    },
    "team": {"name": _name(100), "description": _longest(10_000)},
    "team_role": {"name": _name(100), "rights[].right": _filled},
    "team_routing_rule": {"timezone": _timezone, "notify": _reference("schedule", "escalation", "none")},
    "schedule": {"name": _name(100), "description": _longest(10_000), "timezone": _timezone},
    "schedule_rotation": {
        "type": _words("daily", "weekly", "hourly"),
        "length": _number(1, 1000),
        "startDate": _date,
        "endDate": _date,
        "participants": _many(1),
        "participants[]": _reference("user", "team", "escalation", "none"),
    },
    "schedule_override": {
        "alias": _longest(512),
        "user": _reference("user", "none"),
        "startDate": _date,
        "endDate": _date,
    },
    "escalation": {
        "name": _filled,
        "rules": _many(1),
        "rules[].condition": _words("if-not-acked", "if-not-closed"),
        "rules[].notifyType": _words("default", "next", "previous", "users", "admins", "all", "random"),
        "rules[].delay.timeAmount": _number(0),
        "rules[].delay.timeUnit": _words(*UNITS),
        "rules[].recipient": _reference("user", "team", "schedule"),
        "repeat.waitInterval": _number(0),
        "repeat.count": _number(0),
    },
    "forwarding_rule": {"alias": _longest(512), "startDate": _date, "endDate": _date},
    "heartbeat": {
        "name": _name(200),
        "description": _longest(10_000),
        "interval": _number(1, 525_600),
        "intervalUnit": _words("minutes", "hours", "days", "minute", "hour", "day"),
        "alertMessage": _longest(130),
        "alertTags": _many(0, 20),
        "alertTags[]": _longest(50),
        "alertPriority": PRIORITY,
    },
    "integration": {
        "name": _filled,
        "responders[]": ANYBODY,
        "recipients[]": ANYBODY,
        "alertFilter.conditionMatchType": _words(*MATCH),
        "headers": _texts,
        "extraProperties": _texts,
    },
    "integration_action": {
        **{
            name: rule
            for kind in ("ignore", "create", "close", "acknowledge", "addNote")
            for name, rule in _under(f"{kind}[]", ACTION).items()
        },
        **{f"{kind}[].alias": _filled for kind in ("create", "close", "acknowledge", "addNote")},
        "create[].priority": PRIORITY,
        "create[].responders[]": ANYBODY,
        "create[].recipients[]": ANYBODY,
    },
    "alert_policy": {
        **POLICY,
        "message": _filled,
        "alias": _longest(512),
        "description": _longest(15_000),
        "entity": _longest(512),
        "source": _longest(100),
        "details": _texts,
        "priority": PRIORITY,
        "responders[]": RESPONDERS,
    },
    "notification_policy": {
        **POLICY,
        **_under("autoRestartAction.duration", DURATION),
        "autoRestartAction.maxRepeatCount": _number(1),
        **_under("autoCloseAction.duration", DURATION),
        **_under("deduplicationAction.duration", DURATION),
        "deduplicationAction.deduplicationActionType": _words("value-based", "frequency-based"),
        "deduplicationAction.count": _number(2, 100),
        **_under("delayAction.duration", DURATION),
        "delayAction.delayOption": _words(
            "for-duration", "next-time", "next-weekday", *(f"next-{day}" for day in DAYS)
        ),
        "delayAction.untilHour": _number(0, 23),
        "delayAction.untilMinute": _number(0, 59),
    },
    "service": {
        "name": _name(100),
        "description": _longest(10_000),
        "teamId": _filled,
        "visibility": _words("TEAM_MEMBERS", "OPSGENIE_USERS"),
        "tags": _many(0, 20),
        "tags[]": _longest(50),
    },
    "service_incident_rule": {
        "conditionMatchType": _words("", *MATCH),
        **_under("incidentProperties", INCIDENT),
        "incidentProperties.stakeholderProperties.description": _longest(10_000),
    },
    "service_audience_template": {
        "responder.teams": _many(0, 50),
        "responder.individuals": _many(0, 50),
        "stakeholder.conditionMatchType": _words("match-any-condition", "match-all-conditions"),
        "stakeholder.conditions[].matchField": _words(
            "country", "state", "city", "zipCode", "line", "tag", "customProperty"
        ),
        "stakeholder.conditions[].value": _filled,
    },
    "incident_template": {
        **INCIDENT,
        "name": _filled,
        "stakeholderProperties.description": _longest(15_000),
        "impactedServices": _many(0, 20),
    },
    "maintenance": {
        "time.type": _words("for-5-minutes", "for-30-minutes", "for-1-hour", "indefinitely", "schedule"),
        "time.startDate": _date,
        "time.endDate": _date,
        "rules": _many(1),
        "rules[].state": _words("enabled", "disabled"),
        "rules[].entity": _reference("integration", "policy"),
    },
}
"""By the word of a kind and the path of a field."""

NEW: Mapping[str, tuple[str, ...]] = {
    "user": ("fullName", "role"),
    "contact": ("method", "to"),
    "notification_rule": ("name", "actionType", "enabled"),
    "team_role": ("rights",),
    "team_routing_rule": ("notify",),
    "schedule_rotation": ("startDate", "type", "participants"),
    "schedule_override": ("user", "startDate", "endDate"),
    "escalation": ("rules",),
    "forwarding_rule": ("fromUser", "toUser", "startDate", "endDate"),
    "heartbeat": ("interval", "intervalUnit", "enabled"),
    "alert_policy": ("enabled", "message"),
    "notification_policy": ("enabled",),
    "service": ("teamId",),
    "service_incident_rule": ("incidentProperties",),
    "incident_template": ("message", "priority", "stakeholderProperties"),
    "maintenance": ("time", "rules"),
}
"""Fields without which nothing new is made. A file may leave them out of what is there: absent means as they are."""

_ACTIONS = ("ignore", "create", "close", "acknowledge", "addNote")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "notification_rule": ("steps[].contact",),
    "team": ("members[].user",),
    "escalation": tuple(f"rules[].{name}" for name in ("condition", "notifyType", "delay", "recipient")),
    "integration_action": (
        *(f"{kind}[].{name}" for kind in _ACTIONS for name in ("name", "filter")),
        *(f"{kind}[].alias" for kind in _ACTIONS[1:]),
    ),
    "notification_policy": (
        *(f"autoRestartAction.{name}" for name in ("duration", "maxRepeatCount")),
        "autoCloseAction.duration",
        *(f"deduplicationAction.{name}" for name in ("deduplicationActionType", "count")),
        "delayAction.delayOption",
    ),
    "service_incident_rule": (
        *(f"incidentProperties.{name}" for name in ("message", "priority", "stakeholderProperties")),
        "incidentProperties.stakeholderProperties.message",
    ),
    "service_audience_template": ("stakeholder.conditions[].matchField", "stakeholder.conditions[].value"),
    "incident_template": ("stakeholderProperties.message",),
    "maintenance": ("time.type", "rules[].entity"),
}
"""Members without which an object is none, by the word of a kind; null is as good as absent."""


def missing(kind: Kind, fields: Fields) -> tuple[str, ...]:
    """What a new entity lacks; the default routing rule is never new."""
    if fields.get("isDefault") is True:
        return ()
    return tuple(name for name in NEW.get(kind.name, ()) if fields.get(name) is None)


def breaches(kind: Kind, fields: Fields, at: str) -> Iterator[Complaint]:
    """Every rule of the API that the fields of an entity break, with the place."""
    for needed in NEEDED.get(kind.name, ()):
        path, _, name = needed.replace("[]", ".[]").rpartition(".")
        for place, holder in _at(fields, path.split("."), at) if path else ((at, fields),):
            if isinstance(holder, Mapping) and holder.get(name) is None:
                yield f"{place}.{name}", "missing"
    for path, rule in RULES.get(kind.name, {}).items():
        for place, value in _at(fields, path.replace("[]", ".[]").split("."), at):
            if value is not None and (wrong := rule(value)):
                yield place, wrong
    for name in ("timeRestriction", "timeRestrictions"):
        if isinstance(value := fields.get(name), dict):
            yield from _restriction(value, f"{at}.{name}")
    for name in ("criteria", "filter") if kind.name != "integration_action" else ():
        if isinstance(value := fields.get(name), dict):
            yield from _criteria(value.get("type"), value.get("conditions"), f"{at}.{name}")
    if kind.name == "service_incident_rule":
        yield from _criteria(fields.get("conditionMatchType"), fields.get("conditions"), at)
    yield from _together(kind, fields, at)


def _at(value: object, path: list[str], at: str) -> Iterator[tuple[str, Json]]:
    """What stands at a path, with its place; "[]" stands for each item of a list."""
    step, *rest = path
    if step == "[]":
        found = [(f"{at}[{index}]", each) for index, each in enumerate(value)] if isinstance(value, list) else []
    else:
        found = [(f"{at}.{step}", value[step])] if isinstance(value, Mapping) and step in value else []
    for place, each in found:
        if rest:
            yield from _at(each, rest, place)
        else:
            yield place, each


def _restriction(value: Fields, at: str) -> Iterator[Complaint]:
    """A time of the day, or stretches of the week: each with both ends, to the minute."""
    kind = value.get("type")
    if kind == "time-of-day":
        if "restriction" not in value:
            yield f"{at}.restriction", "missing"
        yield from _interval(value.get("restriction"), f"{at}.restriction", days=False)
    elif kind == "weekday-and-time-of-day":
        stretches = value.get("restrictions")
        if not isinstance(stretches, list) or not stretches:
            yield f"{at}.restrictions", "missing" if stretches is None else "empty"
            return
        if len(stretches) > 15:
            yield f"{at}.restrictions", f"expected 15 or less, got {len(stretches)}"
        for index, each in enumerate(stretches):
            yield from _interval(each, f"{at}.restrictions[{index}]", days=True)


def _interval(value: Json, at: str, *, days: bool) -> Iterator[Complaint]:
    if not isinstance(value, dict):
        return
    for side in ("start", "end"):
        for name, rule in (("Hour", _number(0, 24)), ("Min", _number(0, 59)), ("Day", _words(*DAYS))):
            if name == "Day" and not days:
                continue
            field = f"{side}{name}"
            if value.get(field) is None:
                yield f"{at}.{field}", "missing"
            elif wrong := rule(value[field]):
                yield f"{at}.{field}", wrong


def _criteria(kind: Json, conditions: Json, at: str) -> Iterator[Complaint]:
    """Conditions that are there where they count, and that compare what can be compared so."""
    if kind not in MATCH[1:]:
        return
    if not isinstance(conditions, list) or not conditions:
        if conditions is None or conditions == []:
            yield f"{at}.conditions", "missing" if conditions is None else "empty"
        return
    for index, each in enumerate(conditions):
        if not isinstance(each, dict):
            continue
        field, operation, place = each.get("field"), each.get("operation"), f"{at}.conditions[{index}]"
        if isinstance(field, str) and (wrong := _words(*OPERATIONS)(field)):
            yield f"{place}.field", wrong
        elif isinstance(operation, str) and (wrong := _words(*sorted(TEXT | MAP | NUMBER))(operation)):
            yield f"{place}.operation", wrong
        elif isinstance(field, str) and isinstance(operation, str):
            allowed = OPERATIONS[field] | (TEXT if field == "extra-properties" and each.get("key") else frozenset())
            if operation not in allowed:
                yield f"{place}.operation", f"{operation!r} does not go with {field!r}"
        if isinstance(order := each.get("order"), int) and (wrong := _number(0)(order)):
            yield f"{place}.order", wrong


def _together(kind: Kind, fields: Fields, at: str) -> Iterator[Complaint]:
    """What is right by itself, and not beside something else."""
    times = fields.get("time") if kind.name == "maintenance" else fields
    place = f"{at}.time" if kind.name == "maintenance" else at
    if isinstance(times, dict):
        start, end = moment(times.get("startDate")), moment(times.get("endDate"))
        if start is not None and end is not None and end <= start:
            yield f"{place}.endDate", "not after the start"
    if kind.name == "team_routing_rule" and fields.get("isDefault") is True:
        yield from _default_rule(fields, at)
    if kind.name == "contact":
        yield from _contact(fields, at)
    if kind.name == "integration" and fields.get("type") == "Email" and not fields.get("emailUsername"):
        yield f"{at}.emailUsername", "missing"
    if kind.name == "notification_rule" and fields.get("actionType") in DELAYED:
        for where, step in _at(fields, ["steps", "[]"], at):
            if isinstance(step, dict) and step.get("sendAfter") is None:
                yield f"{where}.sendAfter", "missing"
    if isinstance(times, dict) and times.get("type") == "schedule" and kind.name == "maintenance":
        for name in ("startDate", "endDate"):
            if not times.get(name):
                yield f"{place}.{name}", "missing"
    if kind.name == "maintenance":
        for index, rule in enumerate(rules if isinstance(rules := fields.get("rules"), list) else ()):
            yield from _maintenance_rule(rule, f"{at}.rules[{index}]")
    if kind.name == "notification_policy":
        yield from _notification_policy(fields, at)
    if kind.name == "service_audience_template":
        for where, each in _at(fields, ["stakeholder", "conditions", "[]"], at):
            if isinstance(each, dict) and each.get("matchField") == "customProperty" and not each.get("key"):
                yield f"{where}.key", "missing"


def _default_rule(fields: Fields, at: str) -> Iterator[Complaint]:
    if fields.get("timezone") is not None:
        yield f"{at}.timezone", "the default routing rule takes no time zone"
    if fields.get("timeRestriction") is not None:
        yield f"{at}.timeRestriction", "the default routing rule always applies"
    criteria = fields.get("criteria")
    if isinstance(criteria, dict) and criteria.get("type") != "match-all":
        yield f"{at}.criteria", "the default routing rule takes every alert"


DELAYED = ("create-alert", "assigned-alert")
"""Notification rules whose steps say when."""
PHONE = re.compile(r"\+?\d[\d -]*")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def _contact(fields: Fields, at: str) -> Iterator[Complaint]:
    to, form = fields.get("to"), EMAIL if fields.get("method") == "email" else PHONE
    if isinstance(to, str) and fields.get("method") in ("email", "sms", "voice") and not form.fullmatch(to):
        yield f"{at}.to", "expected an e-mail address" if form is EMAIL else "expected a phone number"


def _maintenance_rule(rule: Json, at: str) -> Iterator[Complaint]:
    entity = rule.get("entity") if isinstance(rule, dict) else None
    if not isinstance(rule, dict) or not isinstance(entity, dict):
        return
    if entity.get("type") == "integration" and rule.get("state") == "enabled":
        yield f"{at}.state", "an integration can only be disabled"


def _notification_policy(fields: Fields, at: str) -> Iterator[Complaint]:
    delay = fields.get("delayAction")
    if isinstance(delay, dict) and isinstance(option := delay.get("delayOption"), str):
        for name in ("duration",) if option == "for-duration" else ("untilHour", "untilMinute"):
            if delay.get(name) is None:
                yield f"{at}.delayAction.{name}", f"missing: {option} needs it"
    if fields.get("suppress") is True:
        for name in ("autoRestartAction", "deduplicationAction", "delayAction"):
            if fields.get(name) is not None:
                yield f"{at}.{name}", "does not go with suppress"
