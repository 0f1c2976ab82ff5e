"""Services, with their incident rules and their audience (Service, Incident Rule and Audience Template API)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from opsgenie_async.models.service import Service, ServiceAudienceTemplate, ServiceIncidentRule
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, to
from opsgenie_async.sync.model.rules import (
    INCIDENT,
    MATCH,
    STAKEHOLDER_DEFAULTS,
    criteria,
    items,
    longest,
    name_of_up_to,
    not_empty,
    under,
    values_at,
    words,
)


def _impossible(fields: Fields, exists: bool, now: datetime) -> str:
    if exists or fields.get("teamId"):
        return ""
    return "has no team, and the API makes services for teams alone: it cannot be copied"


def _check_audience(fields: Fields, at: str) -> Iterator[Complaint]:
    for path, each in values_at(fields, ["stakeholder", "conditions", "[]"], at):
        if isinstance(each, dict) and each.get("matchField") == "customProperty" and not each.get("key"):
            yield f"{path}.key", "missing"


SERVICE = Kind(
    name="service",
    folder="services",
    section="service",
    path="/v1/services",
    model=Service,
    stage=8,
    params={"limit": "100", "order": "asc", "sort": "name"},
    defaults={"description": "", "tags": []},
    immutable=frozenset({"teamId"}),
    references=(to("teamId", "team", bare=True),),
    owner="teamId",
    impossible=_impossible,
    rules={
        "name": name_of_up_to(100),
        "description": longest(10_000),
        "teamId": not_empty,
        "visibility": words("TEAM_MEMBERS", "OPSGENIE_USERS"),
        "tags": items(0, 20),
        "tags[]": longest(50),
    },
    required_when_new=("teamId",),
)


SERVICE_INCIDENT_RULE = Kind(
    name="service_incident_rule",
    parent="service",
    section="incidentRules",
    path="/v1/services/{parent}/incident-rules",
    model=ServiceIncidentRule,
    stage=9,
    read_only=frozenset({"order"}),
    identity=("incidentProperties.message",),
    defaults={"conditionMatchType": "match-all", "conditions": []},
    member_defaults={
        "incidentProperties": {"description": "", "tags": [], "details": {}},
        "stakeholderProperties": STAKEHOLDER_DEFAULTS,
    },
    equal={"conditionMatchType": lambda have, want: (have or "match-all") == (want or "match-all")},
    update="PUT",
    label="incidentProperties.message",
    check=lambda fields, at: criteria(fields.get("conditionMatchType"), fields.get("conditions"), at),
    rules={
        "conditionMatchType": words("", *MATCH),
        **under("incidentProperties", INCIDENT),
        "incidentProperties.stakeholderProperties.description": longest(10_000),
    },
    required=(
        *(f"incidentProperties.{name}" for name in ("message", "priority", "stakeholderProperties")),
        "incidentProperties.stakeholderProperties.message",
    ),
    required_when_new=("incidentProperties",),
)


SERVICE_AUDIENCE_TEMPLATE = Kind(
    name="service_audience_template",
    parent="service",
    section="audience",
    path="/v1/services/{parent}/audience-templates",
    model=ServiceAudienceTemplate,
    stage=9,
    single=True,
    defaults={
        "responder": {"teams": [], "individuals": []},
        "stakeholder": {"individuals": [], "conditionMatchType": "match-any-condition", "conditions": []},
    },
    sets=frozenset({"teams", "individuals"}),
    references=(
        to("responder.teams[]", "team", bare=True),
        to("responder.individuals[]", "user", bare=True),
        to("stakeholder.individuals[]", "user", bare=True),
    ),
    check=_check_audience,
    rules={
        "responder.teams": items(0, 50),
        "responder.individuals": items(0, 50),
        "stakeholder.conditionMatchType": words("match-any-condition", "match-all-conditions"),
        "stakeholder.conditions[].matchField": words(
            "country", "state", "city", "zipCode", "line", "tag", "customProperty"
        ),
        "stakeholder.conditions[].value": not_empty,
    },
    required=("stakeholder.conditions[].matchField", "stakeholder.conditions[].value"),
)
