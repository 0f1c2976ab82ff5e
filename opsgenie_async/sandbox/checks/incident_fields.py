"""Validation and stored form of incident templates and incident rules."""

from __future__ import annotations

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.shapes import criteria, normalize_criteria
from opsgenie_async.sandbox.checks.validate import Check, flag, items, one_of, record, semantic, text, text_map

__all__ = ["PRIORITY", "PROPERTIES", "TAGS", "conditions", "incident_properties", "properties", "stakeholder"]

PRIORITY = one_of("P1", "P2", "P3", "P4", "P5")
TAGS = items(text(50), most=20)


def stakeholder(most: int) -> Check:
    """`stakeholderProperties` with a description of at most *most* characters."""
    return record({"enable": flag, "message": text(130), "description": text(most)}, mandatory=("message",))


PROPERTIES: dict[str, Check] = {
    "message": text(130),
    "description": text(10_000),
    "tags": TAGS,
    "details": text_map,
    "priority": PRIORITY,
    "stakeholderProperties": stakeholder(10_000),
}
properties = record(PROPERTIES, mandatory=("message", "priority", "stakeholderProperties"))
"""`incidentProperties`: what an incident of a service starts with."""


def incident_properties(properties: Doc) -> Doc:
    """Validated properties in the form of responses."""
    stakeholder = properties["stakeholderProperties"]
    return {
        "message": properties["message"],
        "description": properties.get("description") or "",
        "tags": properties.get("tags") or [],
        "details": properties.get("details") or {},
        "priority": properties["priority"],
        "stakeholderProperties": {
            "enable": bool(stakeholder.get("enable", True)),
            "message": stakeholder["message"],
            "description": stakeholder.get("description") or "",
        },
    }


def conditions(body: Doc) -> Doc:
    """`conditionMatchType` and `conditions` of a rule in stored form; 422 with their names."""
    criteria_body = {"type": body.get("conditionMatchType") or "match-all", "conditions": body.get("conditions")}
    if any(isinstance(each, dict) and each.get("field") == "recipients" for each in body.get("conditions") or ()):
        raise semantic({"conditions#field": "recipients is not supported, use responders"})
    problems = {name.lstrip("#"): problem for name, problem in criteria(criteria_body, "")}
    if problems:
        raise semantic({"conditionMatchType" if name == "type" else name: each for name, each in problems.items()})
    result = normalize_criteria(criteria_body)
    return {"conditionMatchType": result["type"], "conditions": result.get("conditions", [])}
