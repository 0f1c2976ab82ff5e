"""Templates of incidents (Incident Template API)."""

from __future__ import annotations

from opsgenie_async.models.incident_template import IncidentTemplate
from opsgenie_async.sync.model.kind import Kind, to
from opsgenie_async.sync.model.rules import INCIDENT, STAKEHOLDER_DEFAULTS, items, longest, not_empty

INCIDENT_TEMPLATE = Kind(
    name="incident_template",
    folder="incident-templates",
    section="incidentTemplate",
    path="/v1/incident-templates",
    model=IncidentTemplate,
    stage=9,
    data_key="*",  # lists in a map, whose names are not documented
    params={"limit": "100", "order": "asc"},
    update="PUT",
    defaults={"description": "", "tags": [], "details": {}, "impactedServices": []},
    member_defaults={"stakeholderProperties": STAKEHOLDER_DEFAULTS},
    sets=frozenset({"impactedServices"}),
    references=(to("impactedServices[]", "service", bare=True),),
    rules={
        **INCIDENT,
        "name": not_empty,
        "stakeholderProperties.description": longest(15_000),
        "impactedServices": items(0, 20),
    },
    required=("stakeholderProperties.message",),
    required_when_new=("message", "priority", "stakeholderProperties"),
)
