"""Policy API of the first version (deprecated): one list of policies of seven kinds for the whole account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks import shapes
from opsgenie_async.sandbox.checks.policy_fields import (
    ALERT_FIELDS,
    COUNT,
    DEDUPLICATIONS,
    DELAYS,
    DURATION,
    UNTIL,
    policy_content,
    reorder,
    until,
)
from opsgenie_async.sandbox.checks.validate import Check, flag, integer, items, one_of, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_RECIPIENTS = items(shapes.typed_pointer("user", "team", "escalation", "schedule", "group", "all", "none"))
_FLAGS = ("continue", *(f"ignoreOriginal{word}" for word in ("AlertActions", "Details", "Recipients", "Tags", "Teams")))
_OWN: dict[str, dict[str, Check]] = {
    "modify": {**ALERT_FIELDS, "recipients": _RECIPIENTS, **dict.fromkeys(_FLAGS, flag)},
    "auto-close": {"duration": DURATION},
    "auto-restart-notifications": {"duration": DURATION, "maxRepeatCount": integer(1)},
    "notification-delay": {"delayOption": one_of(*DELAYS), "duration": DURATION, **UNTIL},
    "notification-deduplication": {
        "deduplicationActionType": one_of(*DEDUPLICATIONS),
        "count": COUNT,
        "duration": DURATION,
    },
    "notification-suppress": {},
    "notification-renotify": {},
}
_MANDATORY: dict[str, tuple[str, ...]] = {"auto-restart-notifications": ("maxRepeatCount",)}


def _switch(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """A boolean, which the page's sample has as text."""
    if value not in ("true", "false"):
        yield from flag(value, name)


_COMMON: dict[str, Check] = {
    "type": one_of(*_OWN),
    "name": text(512),
    "enabled": _switch,
    "policyDescription": text(512),
    "filter": shapes.criteria,
    "timeRestrictions": shapes.restriction,
}


@routes.on("GET", "/v1/policies")
def list_all(call: Call) -> Response:
    return data([_meta(call, each) for each in call.account.policies_v1.values()])


@routes.on("POST", "/v1/policies")
def create(call: Call) -> Response:
    policy: Doc = {"id": call.world.ids.new(), **_policy_from_body(call)}
    call.account.policies_v1[policy["id"]] = policy
    return created_response(_meta(call, policy))


@routes.on("GET", "/v1/policies/{policy}")
def get(call: Call) -> Response:
    return data(_policy(call))


@routes.on("PUT", "/v1/policies/{policy}")
def update(call: Call) -> Response:
    policy = _policy(call)
    content = _policy_from_body(call)
    if content["type"] != policy["type"]:
        raise semantic({"type": f"cannot be changed from {policy['type']}"})
    id = policy["id"]
    policy.clear()
    policy.update({"id": id, **content})
    return result("Updated")


@routes.on("DELETE", "/v1/policies/{policy}")
def delete(call: Call) -> Response:
    del call.account.policies_v1[_policy(call)["id"]]
    return result("Deleted")


@routes.on("POST", "/v1/policies/{policy}/enable")
def enable(call: Call) -> Response:
    _policy(call)["enabled"] = True
    return result("Enabled")


@routes.on("POST", "/v1/policies/{policy}/disable")
def disable(call: Call) -> Response:
    _policy(call)["enabled"] = False
    return result("Disabled")


@routes.on("POST", "/v1/policies/{policy}/change-order")
def change_order(call: Call) -> Response:
    policy = _policy(call)
    validate(call.body, {"targetIndex": integer(0)}, mandatory=("targetIndex",))
    policies = reorder([*call.account.policies_v1.values()], policy, call.body["targetIndex"])
    call.account.policies_v1 = {each["id"]: each for each in policies}
    return result("Changed")


def _policy(call: Call) -> Doc:
    policy = call.account.policies_v1.get(call.values["policy"])
    if policy is None:
        raise Refusal(404, f"Policy with id [{call.values['policy']}] does not exist")
    return policy


def _meta(call: Call, policy: Doc) -> Doc:
    place = [*call.account.policies_v1].index(policy["id"])
    return {"id": policy["id"], "name": policy["name"], "type": policy["type"], "order": place} | {
        "enabled": policy["enabled"]
    }


def _policy_from_body(call: Call) -> Doc:
    body = dict(call.body)
    if "alertActions" in body:  # the page's word for what the OpenAPI file calls actions
        body["actions"] = body.pop("alertActions")
    kind = body.get("type")
    own = _OWN.get(kind, {}) if isinstance(kind, str) else {}
    validate(body, _COMMON | own, mandatory=("type", "name", *_MANDATORY.get(str(kind), ())))
    if kind == "notification-delay" and (errors := dict(until(body, ""))):
        raise semantic(errors)
    content: Doc = {"type": kind, "name": body["name"], **policy_content(body)}
    content["enabled"] = body.get("enabled") not in (False, "false")
    content |= {key: body[key] for key in own if body.get(key) is not None}
    if "recipients" in content:
        content["recipients"] = [
            shapes.resolve_pointer(call.account, each, "recipients") for each in content["recipients"]
        ]
    return content
