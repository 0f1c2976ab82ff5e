"""Team Routing Rule API.

The rules of a team are a list; the last one is the default rule, which cannot be moved, restricted or deleted (40302).
The `order` of a rule is its position.
"""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.shapes import (
    criteria,
    normalize_criteria,
    normalize_restriction,
    resolve_pointer,
    restriction,
    typed_pointer,
)
from opsgenie_async.sandbox.checks.validate import Check, integer, semantic, text, timezone, validate
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.route import JSON
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_FIELDS: dict[str, Check] = {
    "name": text(),
    "timezone": timezone,
    "criteria": criteria,
    "timeRestriction": restriction,
    "notify": typed_pointer("escalation", "schedule", "none"),
}
_ORDER = {"order": integer(0)}


@routes.on("POST", "/v2/teams/{team}/routing-rules")
def create(call: Call) -> Response:
    rules = _rules(call)
    body = call.body
    validate(body, {**_FIELDS, **_ORDER}, mandatory=("notify",))
    rule: Doc = {
        "id": call.world.ids.new(),
        "name": body.get("name") or "",
        "isDefault": False,
        "criteria": normalize_criteria(body.get("criteria")),
        "timezone": body.get("timezone") or call.account.timezone,
        "notify": resolve_pointer(call.account, body["notify"], "notify"),
    }
    if body.get("timeRestriction") is not None:
        rule["timeRestriction"] = normalize_restriction(body["timeRestriction"])
    last = len(rules) - 1
    order = body.get("order")
    rules.insert(last if order is None else min(order, last), rule)
    return created_response({"id": rule["id"]})


@routes.on("GET", "/v2/teams/{team}/routing-rules")
def list_all(call: Call) -> Response:
    return data([_document(rule, order) for order, rule in enumerate(_rules(call))])


@routes.on("GET", "/v2/teams/{team}/routing-rules/{rule}")
def get(call: Call) -> Response:
    rules = _rules(call)
    order = _place(call, rules)
    return data(_document(rules[order], order))


@routes.on("PATCH", "/v2/teams/{team}/routing-rules/{rule}")
def update(call: Call) -> Response:
    rules = _rules(call)
    rule = rules[_place(call, rules)]
    body = call.body
    validate(body, _FIELDS)
    if "notify" in body and body["notify"] is None:
        raise semantic({"notify": "should not be empty"})
    if rule["isDefault"] and body.get("timezone") is not None:
        raise semantic({"timezone": "cannot be given for the default routing rule"})
    if rule["isDefault"] and (_has_conditions(body) or body.get("timeRestriction") is not None):
        raise Refusal(403, "The default routing rule cannot be restricted", code=40302)
    notify = resolve_pointer(call.account, body["notify"], "notify") if "notify" in body else rule["notify"]
    rule["notify"] = notify
    if "name" in body:
        rule["name"] = body["name"] or ""
    if "timezone" in body:
        rule["timezone"] = body["timezone"] or call.account.timezone
    if "criteria" in body:
        rule["criteria"] = normalize_criteria(body["criteria"])
    if "timeRestriction" in body:
        rule.pop("timeRestriction", None)
        if body["timeRestriction"] is not None:
            rule["timeRestriction"] = normalize_restriction(body["timeRestriction"])
    return data({"id": rule["id"]}, result="Updated")


@routes.on("DELETE", "/v2/teams/{team}/routing-rules/{rule}")
def delete(call: Call) -> Response:
    rules = _rules(call)
    place = _place(call, rules)
    if rules[place]["isDefault"]:
        raise Refusal(403, "The default routing rule cannot be deleted", code=40302)
    del rules[place]
    return result("Deleted")


# The page's sample sends its JSON without a Content-Type, for which curl declares a form.
@routes.on(
    "POST",
    "/v2/teams/{team}/routing-rules/{rule}/change-order",
    media=JSON | {"application/x-www-form-urlencoded"},
)
def change_order(call: Call) -> Response:
    rules = _rules(call)
    place = _place(call, rules)
    validate(call.body, _ORDER, mandatory=("order",))
    if rules[place]["isDefault"]:
        raise Refusal(403, "The default routing rule cannot be moved", code=40302)
    rule = rules.pop(place)
    rules.insert(min(call.body["order"], len(rules) - 1), rule)
    return data({"id": rule["id"]}, result="Changed")


def _rules(call: Call) -> list[Doc]:
    team = path_entities.team(call, "teamIdentifierType")
    return call.account.routing_rules[team["id"]]


def _place(call: Call, rules: list[Doc]) -> int:
    for place, rule in enumerate(rules):
        if rule["id"] == call.values["rule"]:
            return place
    raise Refusal(404, f"Team routing rule with id [{call.values['rule']}] does not exist")


def _has_conditions(body: Doc) -> bool:
    return body.get("criteria") is not None and body["criteria"]["type"] != "match-all"


def _document(rule: Doc, order: int) -> Doc:
    """The rule in the form of responses, with members in the order of the page."""
    document: Doc = {key: rule[key] for key in ("id", "name", "isDefault")}
    document["order"] = order
    for key in ("criteria", "timezone", "timeRestriction", "notify"):
        if key in rule:
            document[key] = rule[key]
    return document
