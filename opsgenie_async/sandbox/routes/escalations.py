"""Escalation API."""

from __future__ import annotations

from opsgenie_async.sandbox.account.references import follow_rename, refuse_duplicate_name, refuse_if_used
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.checks.shapes import resolve_pointer, typed_pointer
from opsgenie_async.sandbox.checks.validate import (
    Check,
    flag,
    integer,
    items,
    one_of,
    pointer,
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

__all__ = ["routes"]

routes = Routes()

_RULE = record(
    {
        "condition": one_of("if-not-acked", "if-not-closed"),
        "notifyType": one_of("default", "next", "previous", "users", "admins", "all", "random"),
        "delay": record({"timeAmount": integer(0), "timeUnit": time_unit()}, mandatory=("timeAmount",)),
        "recipient": typed_pointer("user", "team", "schedule"),
    },
    mandatory=("condition", "notifyType", "delay", "recipient"),
)
_REPEAT: dict[str, Check] = {
    "waitInterval": integer(0),
    "count": integer(0),
    "resetRecipientStates": flag,
    "closeAlertAfterAll": flag,
}
_FIELDS: dict[str, Check] = {
    "name": text(),
    "description": text(),
    "rules": items(_RULE, least=1),
    "ownerTeam": pointer("id", "name"),
    "repeat": record(_REPEAT),
}


@routes.on("POST", "/v2/escalations")
def create(call: Call) -> Response:
    body = call.body
    validate(body, _FIELDS, mandatory=("name", "rules"))
    refuse_duplicate_name(call.account.escalations.values(), "escalation", body["name"])
    owner = path_entities.new_owner(call)
    escalation: Doc = {
        "id": call.world.ids.new(),
        "name": body["name"],
        "description": body.get("description") or "",
        "rules": _rules(call.account, body["rules"]),
    }
    if owner is not None:
        escalation["ownerTeam"] = owner
    if body.get("repeat"):
        escalation["repeat"] = _repeat(body["repeat"], {})
    call.account.escalations[escalation["id"]] = escalation
    return created_response(_summary(escalation))


@routes.on("GET", "/v2/escalations")
def list_all(call: Call) -> Response:
    return data([each for each in call.account.escalations.values() if call.sees(each.get("ownerTeam"))])


@routes.on("GET", "/v2/escalations/{escalation}")
def get(call: Call) -> Response:
    return data(path_entities.escalation(call))


@routes.on("PATCH", "/v2/escalations/{escalation}")
def update(call: Call) -> Response:
    escalation = path_entities.escalation(call)
    body = call.body
    validate(body, _FIELDS)
    if missing := [name for name in ("name", "rules") if name in body and not body[name]]:
        raise semantic(dict.fromkeys(missing, "should not be empty"))
    if "name" in body:
        refuse_duplicate_name(call.account.escalations.values(), "escalation", body["name"], but=escalation["id"])
    owner = escalation.get("ownerTeam") if call.key.team is not None else path_entities.owner_in_body(call)
    if "rules" in body:
        escalation["rules"] = _rules(call.account, body["rules"])
    if "name" in body:
        escalation["name"] = body["name"]
        follow_rename(call.account, "escalation", escalation)
    if "description" in body:
        escalation["description"] = body["description"] or ""
    if "ownerTeam" in body:
        escalation.pop("ownerTeam", None)
        if owner is not None:
            escalation["ownerTeam"] = owner
    if "repeat" in body:
        repeat = escalation.pop("repeat", {})
        if body["repeat"] is not None and (body["repeat"] or repeat):
            escalation["repeat"] = _repeat(body["repeat"], repeat)
    return data(_summary(escalation), result="Updated")


@routes.on("DELETE", "/v2/escalations/{escalation}")
def delete(call: Call) -> Response:
    escalation = path_entities.escalation(call)
    refuse_if_used(call.account, "escalation", escalation)
    del call.account.escalations[escalation["id"]]
    return result("Deleted")


def _rules(account: Account, rules: list[Doc]) -> list[Doc]:
    return [
        {
            "condition": each["condition"],
            "notifyType": each["notifyType"],
            "delay": {
                "timeAmount": each["delay"]["timeAmount"],
                "timeUnit": each["delay"].get("timeUnit") or "minutes",
            },
            "recipient": resolve_pointer(account, each["recipient"], "rules#recipient"),
        }
        for each in rules
    ]


def _repeat(body: Doc, current: Doc) -> Doc:
    """All four members: from the request, as before, or the default; null counts as absent."""
    defaults = {"waitInterval": 0, "count": 1, "resetRecipientStates": False, "closeAlertAfterAll": False}
    return {**defaults, **current, **{key: body[key] for key in defaults if body.get(key) is not None}}


def _summary(escalation: Doc) -> Doc:
    return {"id": escalation["id"], "name": escalation["name"]}
