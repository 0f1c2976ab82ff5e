"""Service Audience Template API: the responders and stakeholders of a service's incidents."""

from __future__ import annotations

from copy import deepcopy

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, items, one_of, record, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data, result
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.services import service_of

__all__ = ["EMPTY", "routes"]

routes = Routes()

_FIELDS: dict[str, Check] = {
    "responder": record({"teams": items(text(), most=50), "individuals": items(text(), most=50)}),
    "stakeholder": record(
        {
            "individuals": items(text()),
            "conditionMatchType": one_of("match-any-condition", "match-all-conditions"),
            "conditions": items(
                record(
                    {
                        "matchField": one_of("country", "state", "city", "zipCode", "line", "tag", "customProperty"),
                        "key": text(),
                        "value": text(),
                    },
                    mandatory=("matchField", "value"),
                )
            ),
        }
    ),
}
EMPTY: Doc = {
    "responder": {"teams": [], "individuals": []},
    "stakeholder": {"individuals": [], "conditionMatchType": "match-any-condition", "conditions": []},
}


@routes.on("GET", "/v1/services/{service}/audience-templates")
def get(call: Call) -> Response:
    return data(_template(call))


@routes.on("PATCH", "/v1/services/{service}/audience-templates")
def update(call: Call) -> Response:
    template = _template(call)
    validate(call.body, _FIELDS)
    for condition in (call.body.get("stakeholder") or {}).get("conditions") or []:
        if condition["matchField"] == "customProperty" and not condition.get("key"):
            raise semantic({"stakeholder#conditions#key": "should not be empty"})
    for part, empty in EMPTY.items():
        if part in call.body:
            part_body = dict.fromkeys(empty) if call.body[part] is None else call.body[part]
            values = {name: part_body[name] for name in empty if name in part_body}
            template[part] |= {name: deepcopy(empty[name]) if each is None else each for name, each in values.items()}
    call.account.audience_templates[call.values["service"]] = template
    return result("Updated")


def _template(call: Call) -> Doc:
    """The service's template, initially empty."""
    return call.account.audience_templates.get(service_of(call)["id"]) or deepcopy(EMPTY)
