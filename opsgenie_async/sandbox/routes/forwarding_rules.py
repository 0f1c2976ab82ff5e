"""Forwarding Rule API."""

from __future__ import annotations

from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, moment, pointer, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_MANDATORY = ("fromUser", "toUser", "startDate", "endDate")
_FIELDS: dict[str, Check] = {
    "fromUser": pointer("id", "username"),
    "toUser": pointer("id", "username"),
    "startDate": moment,
    "endDate": moment,
    "alias": text(512),
}


@routes.on("POST", "/v2/forwarding-rules")
def create(call: Call) -> Response:
    rule = _build(call, {"id": call.world.ids.new(), "alias": call.world.ids.new()})
    return data(_summary(rule), status=201)


@routes.on("GET", "/v2/forwarding-rules")
def list_all(call: Call) -> Response:
    return data([*call.account.forwarding_rules.values()])


@routes.on("GET", "/v2/forwarding-rules/{rule}")
def get(call: Call) -> Response:
    return data(_rule(call))


@routes.on("PUT", "/v2/forwarding-rules/{rule}")
def update(call: Call) -> Response:
    return data(_summary(_build(call, _rule(call))))


@routes.on("DELETE", "/v2/forwarding-rules/{rule}")
def delete(call: Call) -> Response:
    del call.account.forwarding_rules[_rule(call)["id"]]
    return result("Deleted")


def _rule(call: Call) -> Doc:
    identifier, kind = call.values["rule"], call.kind(kinds=("id", "alias"))
    rules = call.account.forwarding_rules
    rule = rules.get(identifier) if kind == "id" else _by_alias(call, identifier)
    if rule is None:
        raise Refusal(404, f"Forwarding rule with {kind} [{identifier}] does not exist")
    return rule


def _by_alias(call: Call, alias: str) -> Doc | None:
    return next((rule for rule in call.account.forwarding_rules.values() if rule["alias"] == alias), None)


def _build(call: Call, identity: Doc) -> Doc:
    """Store the rule in the body with the id of *identity*, and with its alias unless the body has another."""
    body = call.body
    validate(body, _FIELDS, mandatory=_MANDATORY)
    alias = body.get("alias") or identity["alias"]
    holder = _by_alias(call, alias)
    if holder is not None and holder["id"] != identity["id"]:
        raise Refusal(409, f"Forwarding rule with alias [{alias}] already exists")
    rule: Doc = {
        "id": identity["id"],
        "alias": alias,
        "fromUser": _user(call, "fromUser"),
        "toUser": _user(call, "toUser"),
        "startDate": dates.normalize(body["startDate"]),
        "endDate": dates.normalize(body["endDate"]),
    }
    if rule["endDate"] <= rule["startDate"]:
        raise semantic({"endDate": "should be after startDate"})
    call.account.forwarding_rules[rule["id"]] = rule
    return rule


def _user(call: Call, name: str) -> Doc:
    user = lookup.target(call.account, "user", call.body[name])
    if user is None:
        raise semantic({name: "user does not exist"})
    return {"id": user["id"], "username": user["username"]}


def _summary(rule: Doc) -> Doc:
    return {"id": rule["id"], "alias": rule["alias"]}
