"""Services, their incident rules and audiences: the requests, and the answers of the vendor's pages."""

from collections.abc import Awaitable, Callable

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.models import (
    AudienceCondition,
    AudienceField,
    AudienceResponder,
    AudienceStakeholder,
    Condition,
    ConditionField,
    ConditionMatchType,
    ConditionOperation,
    IncidentProperties,
    Priority,
    Reference,
    Service,
    ServiceAudienceTemplate,
    ServiceIncidentRule,
    ServiceVisibility,
    StakeholderProperties,
)
from tests.resources.exchange import exchange

Call = Callable[[Opsgenie], Awaitable[object]]

SERVICE = {
    "id": "s1",
    "name": "pay",
    "description": "d",
    "visibility": "OPSGENIE_USERS",
    "teamId": "t1",
    "tags": ["a"],
}
READ = Service(
    id="s1",
    name="pay",
    description="d",
    visibility=ServiceVisibility.OPSGENIE_USERS,
    team_id="t1",
    tags=["a"],
)
PROPERTIES = {"message": "m", "priority": "P3", "stakeholderProperties": {"message": "s"}}
START = IncidentProperties(message="m", priority=Priority.P3, stakeholder_properties=StakeholderProperties(message="s"))
CONDITION = {"field": "tags", "operation": "contains", "not": False, "expectedValue": "db"}
TAGGED = Condition(field=ConditionField.TAGS, operation=ConditionOperation.CONTAINS, expected_value="db")
RULE = {
    "id": "r1",
    "order": 2,
    "conditionMatchType": "match-all-conditions",
    "conditions": [{**CONDITION, "order": 0}],
    "incidentProperties": PROPERTIES,
}
AUDIENCE = {
    "responder": {"individuals": ["u1"], "teams": ["t1"]},
    "stakeholder": {
        "individuals": ["u2"],
        "conditionMatchType": "match-any-condition",
        "conditions": [
            {"matchField": "country", "value": "canada"},
            {"matchField": "customProperty", "key": "country", "value": "usa"},
        ],
    },
}
RESPONDER = AudienceResponder(individuals=["u1"], teams=["t1"])
STAKEHOLDER = AudienceStakeholder(
    individuals=["u2"],
    condition_match_type=ConditionMatchType.MATCH_ANY_CONDITION,
    conditions=[
        AudienceCondition(match_field=AudienceField.COUNTRY, value="canada"),
        AudienceCondition(match_field=AudienceField.CUSTOM_PROPERTY, key="country", value="usa"),
    ],
)
RULES = "/v1/services/s1/incident-rules"


@pytest.mark.parametrize(
    ("call", "line", "query", "body", "answer", "result"),
    [
        (
            lambda og: og.services.create(name="pay", team_id="t1", description="d", tags=["a"]),
            "POST /v1/services",
            {},
            {"name": "pay", "teamId": "t1", "description": "d", "tags": ["a"]},
            {"data": {"id": "s1", "name": "pay"}},
            Reference(id="s1", name="pay"),
        ),
        (
            lambda og: og.services.update(READ, description=None, visibility=ServiceVisibility.TEAM_MEMBERS, tags=[]),
            "PATCH /v1/services/s1",
            {},
            {"description": None, "visibility": "TEAM_MEMBERS", "tags": []},
            {"data": {"id": "s1", "name": "pay"}},
            Reference(id="s1", name="pay"),
        ),
        (lambda og: og.services.get("s/1"), "GET /v1/services/s%2F1", {}, None, {"data": SERVICE}, READ),
        (
            lambda og: og.services.list(query="name:pay", sort="name", order="asc"),
            "GET /v1/services",
            {"query": "name:pay", "sort": "name", "order": "asc", "limit": "100"},
            None,
            {"data": [SERVICE], "paging": {"first": "f", "last": "l"}},
            [READ],
        ),
        (lambda og: og.services.delete(READ), "DELETE /v1/services/s1", {}, None, {"result": "Deleted"}, None),
        (
            lambda og: og.service_incident_rules.create(
                READ,
                incident_properties=START,
                condition_match_type=ConditionMatchType.MATCH_ALL_CONDITIONS,
                conditions=[TAGGED],
            ),
            f"POST {RULES}",
            {},
            {
                "incidentProperties": PROPERTIES,
                "conditionMatchType": "match-all-conditions",
                "conditions": [CONDITION],
            },
            {"data": {"id": "r1"}},
            Reference(id="r1"),
        ),
        (
            lambda og: og.service_incident_rules.update("s1", "r1", incident_properties=START),
            f"PUT {RULES}/r1",
            {},
            {"incidentProperties": PROPERTIES},
            {"data": {"id": "r1"}},
            Reference(id="r1"),
        ),
        (
            lambda og: og.service_incident_rules.list("s1"),
            f"GET {RULES}",
            {},
            None,
            {"data": [RULE, {"id": "r2", "incidentProperties": PROPERTIES}]},
            [
                ServiceIncidentRule(
                    id="r1",
                    order=2,
                    condition_match_type=ConditionMatchType.MATCH_ALL_CONDITIONS,
                    conditions=[
                        Condition(
                            field=ConditionField.TAGS,
                            operation=ConditionOperation.CONTAINS,
                            expected_value="db",
                            order=0,
                        )
                    ],
                    incident_properties=START,
                ),
                ServiceIncidentRule(id="r2", incident_properties=START),
            ],
        ),
        (
            lambda og: og.service_incident_rules.delete("s1", "r1"),
            f"DELETE {RULES}/r1",
            {},
            None,
            {"result": "Deleted"},
            None,
        ),
        (
            lambda og: og.service_audience_templates.get("s1"),
            "GET /v1/services/s1/audience-templates",
            {},
            None,
            {"data": AUDIENCE},
            ServiceAudienceTemplate(responder=RESPONDER, stakeholder=STAKEHOLDER),
        ),
        (
            lambda og: og.service_audience_templates.update("s1", responder=RESPONDER, stakeholder=STAKEHOLDER),
            "PATCH /v1/services/s1/audience-templates",
            {},
            AUDIENCE,
            {"result": "Updated"},
            None,
        ),
        (
            lambda og: og.service_audience_templates.update("s1", responder=None),
            "PATCH /v1/services/s1/audience-templates",
            {},
            {"responder": None},
            {"result": "Updated"},
            None,
        ),
    ],
)
async def test_the_operations(
    call: Call, line: str, query: dict[str, str], body: object, answer: dict[str, object], result: object
):
    reply = await exchange(call, **answer)

    assert (reply.line, reply.query, reply.body) == (line, query, body)
    assert reply.result == result
