"""Incident Template API: templates for incidents of the whole account."""

from __future__ import annotations

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.incident_fields import PROPERTIES, incident_properties, stakeholder
from opsgenie_async.sandbox.checks.validate import Check, items, one_of, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.paging import page_by_offset
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

_MANDATORY = ("name", "message", "priority", "stakeholderProperties")
_FIELDS: dict[str, Check] = {
    **PROPERTIES,
    "name": text(),
    "stakeholderProperties": stakeholder(15_000),
    "impactedServices": items(text(), most=20),
}


@routes.on("POST", "/v1/incident-templates")
def create(call: Call) -> Response:
    template = {"id": call.world.ids.new(), **_content(call)}
    call.account.incident_templates[template["id"]] = template
    return created_response({"id": template["id"]})


@routes.on("GET", "/v1/incident-templates")
def list_all(call: Call) -> Response:
    """List the newest first, in an object of lists; page sizes are undocumented, and as usual here."""
    order = call.query.get("order", "desc").lower()
    validate({"order": order}, {"order": one_of("asc", "desc")})
    templates = [*call.account.incident_templates.values()]
    return page_by_offset(call, templates[::-1] if order == "desc" else templates, under="incidentTemplates")


@routes.on("PUT", "/v1/incident-templates/{template}")
def update(call: Call) -> Response:
    template = _template(call)
    template.update(_content(call))
    return data({"id": template["id"]}, result="Updated")


@routes.on("DELETE", "/v1/incident-templates/{template}")
def delete(call: Call) -> Response:
    del call.account.incident_templates[_template(call)["id"]]
    return result("Deleted")


def _template(call: Call) -> Doc:
    template = call.account.incident_templates.get(call.values["template"])
    if template is None:
        raise Refusal(404, f"Incident template with id [{call.values['template']}] does not exist")
    return template


def _content(call: Call) -> Doc:
    validate(call.body, _FIELDS, mandatory=_MANDATORY)
    services = call.body.get("impactedServices") or []
    return {"name": call.body["name"], **incident_properties(call.body), "impactedServices": services}
