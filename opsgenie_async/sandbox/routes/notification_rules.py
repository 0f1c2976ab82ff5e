"""Notification Rule API."""

from __future__ import annotations

from copy import deepcopy

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.shapes import (
    criteria,
    normalize_criteria,
    normalize_restriction,
    resolve_pointer,
    restriction,
    typed_pointer,
)
from opsgenie_async.sandbox.checks.validate import (
    Check,
    flag,
    integer,
    items,
    one_of,
    record,
    semantic,
    text,
    time_unit,
    validate,
)
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["STEP", "STEP_MANDATORY", "build_step", "notification_rule", "routes"]

routes = Routes()

STEP: dict[str, Check] = {
    "contact": record({"method": one_of("email", "sms", "voice", "mobile"), "to": text()}, mandatory=("method", "to")),
    "sendAfter": record({"timeAmount": integer(0), "timeUnit": time_unit()}, mandatory=("timeAmount",)),
    "enabled": flag,
}
STEP_MANDATORY = ("contact", "enabled")

_OF_SHIFTS = ("schedule-start", "schedule-end")
_DELAYED = ("create-alert", "assigned-alert")
_ACTIONS = (
    *("create-alert", "acknowledged-alert", "closed-alert", "renotified-alert", "assigned-alert", "add-note"),
    *("schedule-start", "schedule-end", "incoming-call-routing"),
)
_COPIED = {
    "new-alert": "create-alert",
    **{kind: kind for kind in _ACTIONS if kind not in ("create-alert", "schedule-end", "incoming-call-routing")},
}
_CHANGEABLE: dict[str, Check] = {
    "name": text(),
    "criteria": criteria,
    "notificationTime": items(one_of("just-before", "15-minutes-ago", "1-hour-ago", "1-day-ago")),
    "timeRestriction": restriction,
    "schedules": items(typed_pointer("schedule")),
    "order": integer(0),
    "steps": items(record(STEP, mandatory=STEP_MANDATORY)),
    "repeat": record({"loopAfter": integer(0), "enabled": flag}),
    "enabled": flag,
}
_FIELDS: dict[str, Check] = {"actionType": one_of(*_ACTIONS), **_CHANGEABLE}


@routes.on("POST", "/v2/users/{user}/notification-rules")
def create(call: Call) -> Response:
    user = path_entities.user(call)
    validate(call.body, _FIELDS, mandatory=("name", "actionType", "enabled"))
    rules = call.account.notification_rules.setdefault(user["id"], [])
    rule = _updated_rule(call, {"id": call.world.ids.new(), "actionType": call.body["actionType"], "schedules": []})
    _place(rules, rule, call.body.get("order"))
    return created_response(_summary(rules, rule))


@routes.on("GET", "/v2/users/{user}/notification-rules")
def list_all(call: Call) -> Response:
    rules = call.account.notification_rules.get(path_entities.user(call)["id"], [])
    return data([_summary(rules, rule) for rule in rules])


@routes.on("GET", "/v2/users/{user}/notification-rules/{rule}")
def get(call: Call) -> Response:
    rules, rule = notification_rule(call)
    existing = [each for each in rule["schedules"] if each["id"] in call.account.schedules]
    document = {name: value for name, value in rule.items() if value is not None}
    return data({**document, "schedules": existing, "order": _order(rules, rule)})


@routes.on("PATCH", "/v2/users/{user}/notification-rules/{rule}")
def update(call: Call) -> Response:
    rules, rule = notification_rule(call)
    validate(call.body, _CHANGEABLE)
    if missing := [name for name in ("name", "enabled") if name in call.body and call.body[name] in (None, "")]:
        raise semantic(dict.fromkeys(missing, "should not be empty"))
    new_rule = _updated_rule(call, rule)
    rules[rules.index(rule)] = new_rule
    if call.body.get("order") is not None:
        _place(rules, new_rule, call.body["order"])
    return data(_summary(rules, new_rule), result="Updated")


@routes.on("DELETE", "/v2/users/{user}/notification-rules/{rule}")
def delete(call: Call) -> Response:
    rules, rule = notification_rule(call)
    rules.remove(rule)
    return result("Deleted")


@routes.on("POST", "/v2/users/{user}/notification-rules/{rule}/enable")
def enable(call: Call) -> Response:
    rule = notification_rule(call)[1]
    rule["enabled"] = True
    return data({"id": rule["id"]}, result="Enabled")


@routes.on("POST", "/v2/users/{user}/notification-rules/{rule}/disable")
def disable(call: Call) -> Response:
    rule = notification_rule(call)[1]
    rule["enabled"] = False
    return data({"id": rule["id"]}, result="Disabled")


@routes.on("POST", "/v2/users/{user}/notification-rules/{rule}/change-order")
def change_order(call: Call) -> Response:
    rules, rule = notification_rule(call)
    validate(call.body, {"order": integer(0)})
    if call.body.get("order") is not None:  # not mandatory in the OpenAPI file
        _place(rules, rule, call.body["order"])
    return result("Changed")


def copy_to(call: Call) -> Response:
    """Replace the rules of the chosen types of other users, so that copying is idempotent."""
    user = path_entities.user(call)
    validate(
        call.body,
        {"toUsers": items(text(), least=1), "ruleTypes": items(one_of("all", *_COPIED), least=1)},
        mandatory=("toUsers", "ruleTypes"),
    )
    targets = [_copy_target(call.account, each) for each in call.body["toUsers"]]
    rule_types = call.body["ruleTypes"]
    kinds = set(_ACTIONS) if "all" in rule_types else {_COPIED[word] for word in rule_types}
    copies = [rule for rule in call.account.notification_rules.get(user["id"], []) if rule["actionType"] in kinds]
    for target in targets:
        if target is not user:
            others = [
                rule
                for rule in call.account.notification_rules.get(target["id"], [])
                if rule["actionType"] not in kinds
            ]
            call.account.notification_rules[target["id"]] = [*others, *(_copy(call, rule) for rule in copies)]
    return result("Copied")


for _method in ("POST", "PATCH"):  # as the Go SDK sends it, and as the page writes it
    routes.on(_method, "/v2/users/{user}/notification-rules/copy-to")(copy_to)


def notification_rule(call: Call) -> tuple[list[Doc], Doc]:
    """The rule at `{rule}`, after all rules of its user."""
    rules = call.account.notification_rules.get(path_entities.user(call)["id"], [])
    for rule in rules:
        if rule["id"] == call.values["rule"]:
            return rules, rule
    raise Refusal(404, f"Notification rule with id [{call.values['rule']}] does not exist")


def build_step(action: str, body: Doc, id: str, *, inside: str = "") -> Doc:
    """A validated step in the form of responses: only rules of new and assigned alerts have a delay, then required."""
    step: Doc = {"id": id, "contact": {key: body["contact"][key] for key in ("method", "to")}}
    wait = body.get("sendAfter")
    if action in _DELAYED:
        if wait is None:
            raise semantic({f"{inside}sendAfter": f"should not be empty for {action}"})
        step["sendAfter"] = {"timeAmount": wait["timeAmount"], "timeUnit": wait.get("timeUnit") or "minutes"}
    step["enabled"] = body["enabled"]
    return step


def _updated_rule(call: Call, rule: Doc) -> Doc:
    """*rule* with the fields of the validated body; null removes a field."""
    body = call.body
    new_rule: Doc = {**rule, **{name: body[name] for name in ("name", "enabled") if name in body}}
    if "criteria" in body or "criteria" not in rule:
        new_rule["criteria"] = normalize_criteria(body.get("criteria"))
    for name, empty in (("notificationTime", []), ("repeat", None), ("timeRestriction", None)):
        if name in body or name not in rule:
            new_rule[name] = empty if body.get(name) is None else body[name]
    if new_rule["timeRestriction"] is not None:
        new_rule["timeRestriction"] = normalize_restriction(new_rule["timeRestriction"])
    if "schedules" in body:
        new_rule["schedules"] = [resolve_pointer(call.account, each, "schedules") for each in body["schedules"] or []]
    if "steps" in body or "steps" not in rule:
        new_rule["steps"] = [
            build_step(rule["actionType"], step, call.world.ids.new(), inside="steps#")
            for step in body.get("steps") or []
        ]
    if rule["actionType"] in _OF_SHIFTS and not new_rule["notificationTime"]:
        raise semantic({"notificationTime": f"should not be empty for {rule['actionType']}"})
    return new_rule


def _place(rules: list[Doc], rule: Doc, order: int | None) -> None:
    """Move *rule* to that position among the rules of its action, or to the end if there are fewer."""
    if rule in rules:
        rules.remove(rule)
    siblings = [each for each in rules if each["actionType"] == rule["actionType"]]
    rules.insert(rules.index(siblings[order]) if order is not None and order < len(siblings) else len(rules), rule)


def _order(rules: list[Doc], rule: Doc) -> int:
    return [each["id"] for each in rules if each["actionType"] == rule["actionType"]].index(rule["id"])


def _summary(rules: list[Doc], rule: Doc) -> Doc:
    return {
        "id": rule["id"],
        "name": rule["name"],
        "actionType": rule["actionType"],
        "order": _order(rules, rule),
        "enabled": rule["enabled"],
    }


def _copy_target(account: Account, identifier: str) -> Doc:
    user = lookup.user(account, identifier)
    if user is None:
        raise semantic({"toUsers": f"user [{identifier}] does not exist"})
    return user


def _copy(call: Call, rule: Doc) -> Doc:
    copy = deepcopy(rule)
    for each in (copy, *copy["steps"]):
        each["id"] = call.world.ids.new()
    return copy
