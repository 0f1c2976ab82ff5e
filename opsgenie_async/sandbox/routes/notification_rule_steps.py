"""Notification Rule Step API."""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import semantic, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.notification_rules import STEP, STEP_MANDATORY, build_step, notification_rule

__all__ = ["routes"]

routes = Routes()


@routes.on("POST", "/v2/users/{user}/notification-rules/{rule}/steps")
def create(call: Call) -> Response:
    rule = notification_rule(call)[1]
    validate(call.body, STEP, mandatory=STEP_MANDATORY)
    step = build_step(rule["actionType"], call.body, call.world.ids.new())
    rule["steps"].append(step)
    return created_response({"id": step["id"]})


@routes.on("GET", "/v2/users/{user}/notification-rules/{rule}/steps")
def list_all(call: Call) -> Response:
    return data(notification_rule(call)[1]["steps"])


@routes.on("GET", "/v2/users/{user}/notification-rules/{rule}/steps/{step}")
def get(call: Call) -> Response:
    rule, step = _step(call)
    return data({"_parent": {"id": rule["id"], "name": rule["name"]}, **step})


@routes.on("PATCH", "/v2/users/{user}/notification-rules/{rule}/steps/{step}")
def update(call: Call) -> Response:
    rule, step = _step(call)
    validate(call.body, STEP)
    if missing := [name for name in STEP_MANDATORY if name in call.body and call.body[name] is None]:
        raise semantic(dict.fromkeys(missing, "should not be empty"))
    new_step = build_step(rule["actionType"], {**step, **call.body}, step["id"])
    rule["steps"][rule["steps"].index(step)] = new_step
    return data({"id": step["id"]}, result="Updated")


@routes.on("DELETE", "/v2/users/{user}/notification-rules/{rule}/steps/{step}")
def delete(call: Call) -> Response:
    rule, step = _step(call)
    rule["steps"].remove(step)
    return result("Deleted")


@routes.on("POST", "/v2/users/{user}/notification-rules/{rule}/steps/{step}/enable")
def enable(call: Call) -> Response:
    step = _step(call)[1]
    step["enabled"] = True
    return data({"id": step["id"]}, result="Enabled")


@routes.on("POST", "/v2/users/{user}/notification-rules/{rule}/steps/{step}/disable")
def disable(call: Call) -> Response:
    step = _step(call)[1]
    step["enabled"] = False
    return data({"id": step["id"]}, result="Disabled")


def _step(call: Call) -> tuple[Doc, Doc]:
    rule = notification_rule(call)[1]
    for step in rule["steps"]:
        if step["id"] == call.values["step"]:
            return rule, step
    raise Refusal(404, f"Notification rule step with id [{call.values['step']}] does not exist")
