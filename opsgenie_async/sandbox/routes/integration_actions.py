"""Integration API: the actions of an integration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks import shapes
from opsgenie_async.sandbox.checks.validate import Check, flag, integer, items, one_of, record, text, texts, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import CONFIGURATION, INTEGRATION_CONFIGURATION
from opsgenie_async.sandbox.http.responses import Response, created_response, data
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.integrations import RESPONDER, integration, meta

__all__ = ["routes"]

routes = Routes(domain=INTEGRATION_CONFIGURATION)

_KINDS = ("ignore", "create", "close", "acknowledge", "addNote")
_OPERATIONS = (
    "matches",
    "contains",
    "starts-with",
    "ends-with",
    "equals",
    "contains-key",
    "contains-value",
    "greater-than",
    "less-than",
    "is-empty",
    "equals-ignore-whitespace",
)
_CONDITION = record(
    {"field": text(), "operation": one_of(*_OPERATIONS), "not": flag, "expectedValue": text()},
    mandatory=("field", "operation"),
)
_FILTER = record(
    {
        "conditionMatchType": one_of("match-all", "match-any-condition", "match-all-conditions"),
        "conditions": items(_CONDITION),
    }
)
_BASIC: dict[str, Check] = {"type": one_of(*_KINDS), "name": text(), "order": integer(0), "filter": _FILTER}
_COMMON: dict[str, Check] = {"alias": text(), "user": text(), "note": text()}
_CREATE: dict[str, Check] = {
    **dict.fromkeys(("source", "message", "description", "entity", "customPriority"), text()),
    "priority": one_of("P1", "P2", "P3", "P4", "P5"),
    "alertActions": items(text()),
    "tags": items(text()),
    "extraProperties": texts,
    "responders": items(RESPONDER),
    "recipients": items(RESPONDER),
    **dict.fromkeys(
        (
            "appendAttachments",
            "ignoreAlertActionsFromPayload",
            "ignoreRespondersFromPayload",
            "ignoreRecipientsFromPayload",
            "ignoreTeamsFromPayload",
            "ignoreTagsFromPayload",
            "ignoreExtraPropertiesFromPayload",
        ),
        flag,
    ),
}
_FIELDS_OF = dict.fromkeys(_KINDS, _BASIC | _COMMON) | {"ignore": _BASIC, "create": _BASIC | _COMMON | _CREATE}


@routes.on("GET", "/v2/integrations/{integration}/actions", domain=CONFIGURATION)
def list_all(call: Call) -> Response:
    return data(_by_category(call))


@routes.on("POST", "/v2/integrations/{integration}/actions")
def create(call: Call) -> Response:
    entity = integration(call)
    validate(call.body, _fields(call.body.get("type")), mandatory=("type", *_mandatory(call.body.get("type"))))
    actions = call.account.integration_actions.setdefault(entity["id"], {}).setdefault(call.body["type"], [])
    action = _action_from_body(call, call.body["type"], call.body)
    position = call.body.get("order")
    actions.insert(
        len(actions) if position is None else min(position, len(actions)),
        action | ({"order": position} if position else {}),
    )
    return created_response(_by_category(call))


@routes.on("PUT", "/v2/integrations/{integration}/actions")
def update_all(call: Call) -> Response:
    entity = integration(call)
    validate(call.body, {kind: items(_of_kind(kind)) for kind in _KINDS})
    call.account.integration_actions[entity["id"]] = {
        kind: [
            _action_from_body(call, kind, each) | ({"order": each["order"]} if each.get("order") else {})
            for each in sorted(call.body.get(kind) or (), key=lambda each: each.get("order") or 0)
        ]
        for kind in _KINDS
    }
    return data(_by_category(call), result="Updated")


def _by_category(call: Call) -> Doc:
    entity = integration(call)
    parent = {key: each for key, each in meta(entity).items() if key != "teamId"}
    actions = call.account.integration_actions.get(entity["id"], {})
    return {
        "_parent": parent,
        **{kind: _with_order(actions.get(kind, [])) for kind in _KINDS},
    }


def _with_order(actions: list[Doc]) -> list[Doc]:
    """Actions with the order in the request, from 1; without one, by position."""
    return [{"order": place} | each for place, each in enumerate(actions)]


def _fields(kind: Any) -> dict[str, Check]:
    return _FIELDS_OF.get(kind, _BASIC) if isinstance(kind, str) else _BASIC


def _mandatory(kind: Any) -> tuple[str, ...]:
    return ("name", "filter") if kind == "ignore" else ("name", "alias", "filter")


def _of_kind(kind: str) -> Check:
    """An action in the list of its type, in which the type may be absent."""
    fields = {**_FIELDS_OF[kind], "type": one_of(kind)}

    def check(value: Any, name: str) -> Iterator[tuple[str, str]]:
        yield from record(fields, mandatory=_mandatory(kind))(value, name)

    return check


def _action_from_body(call: Call, kind: str, body: Doc) -> Doc:
    action: Doc = {"type": kind} | {
        key: body[key] for key in _FIELDS_OF[kind] if body.get(key) is not None and key not in ("type", "order")
    }
    if kind != "ignore":
        action = {"user": "", "note": "", **action}
    for key in ("responders", "recipients"):
        if key in action:
            action[key] = [shapes.resolve_pointer(call.account, each, key) for each in action[key]]
    conditions = [
        {
            "field": each["field"],
            "not": each.get("not") or False,
            "operation": each["operation"],
            "expectedValue": each.get("expectedValue") or "",
        }
        for each in body["filter"].get("conditions") or ()
    ]
    match = body["filter"].get("conditionMatchType") or "match-all"
    action["filter"] = {"conditionMatchType": match, "conditions": conditions}
    return action
