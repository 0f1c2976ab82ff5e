"""`og.incident_templates` and `og.service_incident_templates`: their requests, and the answers of the Go SDK."""

from collections.abc import Awaitable, Callable

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.models import (
    IncidentProperties,
    IncidentTemplate,
    Priority,
    Reference,
    ServiceIncidentTemplate,
    StakeholderProperties,
)
from tests.resources.exchange import exchange

Call = Callable[[Opsgenie], Awaitable[object]]

STAKEHOLDERS = StakeholderProperties(message="we know", description="and work", enable=True)
PROPERTIES = {
    "message": "m",
    "description": "d",
    "tags": ["a"],
    "details": {"k": "v"},
    "priority": "P2",
    "stakeholderProperties": {"enable": True, "message": "we know", "description": "and work"},
}
READ_PROPERTIES = IncidentProperties(
    message="m",
    description="d",
    tags=["a"],
    details={"k": "v"},
    priority=Priority.P2,
    stakeholder_properties=STAKEHOLDERS,
)
STORED = {"id": "1", "name": "n", "impactedServices": ["s1"], **PROPERTIES}
READ = IncidentTemplate(
    id="1",
    name="n",
    impacted_services=["s1"],
    message="m",
    description="d",
    tags=["a"],
    details={"k": "v"},
    priority=Priority.P2,
    stakeholder_properties=STAKEHOLDERS,
)
OF_A_SERVICE = ServiceIncidentTemplate(id="1", name="n", incident_properties=READ_PROPERTIES)


@pytest.mark.parametrize(
    ("call", "line", "body", "answer", "result"),
    [
        (
            lambda og: og.incident_templates.create(
                name="n",
                message="m",
                description="d",
                tags=["a"],
                details={"k": "v"},
                priority=Priority.P2,
                impacted_services=["s1"],
                stakeholder_properties=STAKEHOLDERS,
            ),
            "POST /v1/incident-templates",
            {"name": "n", "impactedServices": ["s1"], **PROPERTIES},
            {"data": {"id": "1"}, "result": "Created"},
            Reference(id="1"),
        ),
        (
            lambda og: og.incident_templates.update(
                READ, name="n", message="m", priority="P1", stakeholder_properties=StakeholderProperties(message="s")
            ),
            "PUT /v1/incident-templates/1",
            {"name": "n", "message": "m", "priority": "P1", "stakeholderProperties": {"message": "s"}},
            {"data": {"id": "1"}, "result": "Updated"},
            Reference(id="1"),
        ),
        (
            lambda og: og.incident_templates.list(),
            "GET /v1/incident-templates",
            None,
            {"data": {"incidentTemplates": [STORED], "more": [STORED]}},
            [READ, READ],
        ),
        (lambda og: og.incident_templates.list(), "GET /v1/incident-templates", None, {"data": [STORED]}, [READ]),
        (
            lambda og: og.incident_templates.delete("1"),
            "DELETE /v1/incident-templates/1",
            None,
            {"result": "Deleted"},
            None,
        ),
        (
            lambda og: og.service_incident_templates.create(
                "s1", incident_template=ServiceIncidentTemplate(name="n", incident_properties=READ_PROPERTIES)
            ),
            "POST /v1/services/s1/incident-templates",
            {"incidentTemplate": {"name": "n", "incidentProperties": PROPERTIES}},
            {"data": {"id": "1"}, "result": "Created"},
            Reference(id="1"),
        ),
        (
            lambda og: og.service_incident_templates.update(
                "s1", OF_A_SERVICE, name="n", incident_properties=READ_PROPERTIES
            ),
            "PUT /v1/services/s1/incident-templates/1",
            {"name": "n", "incidentProperties": PROPERTIES},
            {"data": {"id": "1"}, "result": "Updated"},
            Reference(id="1"),
        ),
        (
            lambda og: og.service_incident_templates.list("s1"),
            "GET /v1/services/s1/incident-templates",
            None,
            {"data": [{"id": "1", "name": "n", "incidentProperties": PROPERTIES}]},
            [OF_A_SERVICE],
        ),
        (
            lambda og: og.service_incident_templates.delete("s1", "1"),
            "DELETE /v1/services/s1/incident-templates/1",
            None,
            {"result": "Deleted"},
            None,
        ),
    ],
)
async def test_the_operations(call: Call, line: str, body: object, answer: dict[str, object], result: object):
    reply = await exchange(call, **answer)

    assert (reply.line, reply.query, reply.body) == (line, {}, body)
    assert reply.result == result


async def test_a_listing_may_begin_later():
    answer = await exchange(lambda og: og.incident_templates.list(page_size=5, order="asc", offset=10), data={})

    assert (answer.query, answer.result) == ({"limit": "5", "order": "asc", "offset": "10"}, [])
