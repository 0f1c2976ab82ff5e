"""Service Incident Template API: templates for incidents of one service."""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.incident_fields import incident_properties, properties
from opsgenie_async.sandbox.checks.validate import Check, record, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.services import service_of

__all__ = ["routes"]

routes = Routes()

_MANDATORY = ("name", "incidentProperties")
_FIELDS: dict[str, Check] = {"name": text(), "incidentProperties": properties}


@routes.on("POST", "/v1/services/{service}/incident-templates")
def create(call: Call) -> Response:
    templates = call.account.service_incident_templates.setdefault(service_of(call)["id"], [])
    validate(call.body, {"incidentTemplate": record(_FIELDS, mandatory=_MANDATORY)}, mandatory=("incidentTemplate",))
    template = {"id": call.world.ids.new(), **_content(call.body["incidentTemplate"])}
    templates.append(template)
    return created_response({"id": template["id"]})


@routes.on("GET", "/v1/services/{service}/incident-templates")
def list_all(call: Call) -> Response:
    return data(call.account.service_incident_templates.get(service_of(call)["id"], []))


@routes.on("PUT", "/v1/services/{service}/incident-templates/{template}")
def update(call: Call) -> Response:
    """The body is the template itself here, without the `incidentTemplate` around it."""
    _, template = _template(call)
    validate(call.body, _FIELDS, mandatory=_MANDATORY)
    template.update(_content(call.body))
    return data({"id": template["id"]}, result="Updated")


@routes.on("DELETE", "/v1/services/{service}/incident-templates/{template}")
def delete(call: Call) -> Response:
    templates, template = _template(call)
    templates.remove(template)
    return result("Deleted")


def _template(call: Call) -> tuple[list[Doc], Doc]:
    templates = call.account.service_incident_templates.get(service_of(call)["id"], [])
    for template in templates:
        if template["id"] == call.values["template"]:
            return templates, template
    raise Refusal(404, f"Incident template with id [{call.values['template']}] does not exist")


def _content(body: Doc) -> Doc:
    return {"name": body["name"], "incidentProperties": incident_properties(body["incidentProperties"])}
