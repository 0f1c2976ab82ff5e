"""Service Incident Rule API: the alerts that create an incident of a service, and its fields."""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.incident_fields import conditions, incident_properties, properties
from opsgenie_async.sandbox.checks.validate import validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.services import service_of

__all__ = ["routes"]

routes = Routes()


@routes.on("POST", "/v1/services/{service}/incident-rules")
def create(call: Call) -> Response:
    rules = call.account.incident_rules.setdefault(service_of(call)["id"], [])
    rule = {"id": call.world.ids.new(), **_content(call)}
    rules.append(rule)
    return created_response({"id": rule["id"]})


@routes.on("GET", "/v1/services/{service}/incident-rules")
def list_all(call: Call) -> Response:
    rules = call.account.incident_rules.get(service_of(call)["id"], [])
    return data([{"order": order, **rule} for order, rule in enumerate(rules)])


@routes.on("PUT", "/v1/services/{service}/incident-rules/{rule}")
def update(call: Call) -> Response:
    _, rule = _rule(call)
    rule.update(_content(call))
    return data({"id": rule["id"]}, result="Updated")


@routes.on("DELETE", "/v1/services/{service}/incident-rules/{rule}")
def delete(call: Call) -> Response:
    rules, rule = _rule(call)
    rules.remove(rule)
    return result("Deleted")


def _rule(call: Call) -> tuple[list[Doc], Doc]:
    rules = call.account.incident_rules.get(service_of(call)["id"], [])
    for rule in rules:
        if rule["id"] == call.values["rule"]:
            return rules, rule
    raise Refusal(404, f"Incident rule with id [{call.values['rule']}] does not exist")


def _content(call: Call) -> Doc:
    validate(call.body, {"incidentProperties": properties}, mandatory=("incidentProperties",))
    return {**conditions(call.body), "incidentProperties": incident_properties(call.body["incidentProperties"])}
