"""Services with their incident rules, incident templates and audience; global incident templates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Api

PROPERTIES = {
    "message": "shop is down",
    "priority": "P2",
    "tags": ["shop"],
    "details": {"floor": "1"},
    "stakeholderProperties": {"message": "sorry"},
}
STORED = {
    "message": "shop is down",
    "description": "",
    "tags": ["shop"],
    "details": {"floor": "1"},
    "priority": "P2",
    "stakeholderProperties": {"enable": True, "message": "sorry", "description": ""},
}
CONDITION = {"field": "message", "operation": "contains", "expectedValue": "shop"}


@pytest.fixture
def team(sandbox) -> str:
    return str(sandbox.add_team("ops")["id"])


@pytest.fixture
async def path(api, team) -> str:
    reply = await api("POST", "/v1/services", {"name": "shop", "teamId": team, "tags": ["a"]})
    assert (reply.status, reply.json["result"], set(reply.data)) == (201, "Created", {"id", "name"})
    return f"/v1/services/{reply.data['id']}"


async def test_a_service_is_read_changed_and_gone(api, path: str, team: str):
    assert await api.get(path) == {
        "id": path.rpartition("/")[2],
        "name": "shop",
        "description": "",
        "teamId": team,
        "tags": ["a"],
        "isExternal": False,
        "links": {
            "web": f"{api.sandbox.url}/service/{path.rpartition('/')[2]}",
            "api": f"{api.sandbox.url}{path}",
        },
    }

    reply = await api("PATCH", path, {"description": "sells", "visibility": "OPSGENIE_USERS", "teamId": "other"})
    assert (reply.json["result"], reply.data["name"]) == ("Updated", "shop")
    now = await api.get(path)
    assert (now["description"], now["visibility"], now["teamId"]) == ("sells", "OPSGENIE_USERS", team)

    await api("POST", f"{path}/incident-rules", {"incidentProperties": PROPERTIES})
    deleted = await api("DELETE", path)
    assert (deleted.status, deleted.json["result"], "data" in deleted.json) == (200, "Deleted", False)
    assert (await api("GET", path)).status == 404
    assert not api.sandbox.account.incident_rules


async def test_a_service_goes_with_its_team(api, path: str, team: str):
    await api("POST", f"{path}/incident-rules", {"incidentProperties": PROPERTIES})
    assert (await api("DELETE", f"/v2/teams/{team}")).status == 200
    assert (await api("GET", path)).status == 404
    assert not api.sandbox.account.incident_rules


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "teamId": "t"}, "name"),
        ({"name": "n" * 101, "teamId": "t"}, "name"),
        ({"name": "n"}, "teamId"),
        ({"name": "n", "teamId": "nobody"}, "teamId"),
        ({"name": "n", "teamId": "t", "description": "d" * 10_001}, "description"),
        ({"name": "n", "teamId": "t", "tags": ["t"] * 21}, "tags"),
        ({"name": "n", "teamId": "t", "visibility": "ALL"}, "visibility"),
    ],
)
async def test_a_service_that_makes_no_sense_is_refused(api, body: Any, field: str):
    reply = await api("POST", "/v1/services", body)

    assert (reply.status, list(reply.json["errors"])) == (422, [field])


async def test_services_are_listed_searched_and_seen_by_their_team(api, path: str, sandbox):
    other = sandbox.add_team("other")
    for name in ("api", "Web shop"):
        await api("POST", "/v1/services", {"name": name, "teamId": other["id"]})

    async def names(query: str, **more: Any) -> list[str]:
        return [each["name"] for each in (await api("GET", f"/v1/services?{query}", **more)).data]

    assert await names("") == ["Web shop", "api", "shop"]
    assert await names("sort=name&order=asc") == ["api", "shop", "Web shop"]
    assert await names("query=shop") == ["Web shop", "shop"]
    assert await names("query=name%3Ashop") == ["shop"]
    assert await names("query=tag%3A+a") == ["shop"]
    key = sandbox.add_key(team="other")
    assert await names("", key=key) == ["Web shop", "api"]
    assert (await api("GET", path, key=key)).json["code"] == 40301
    first = await api("GET", "/v1/services?limit=2")
    assert await api.get(first.json["paging"]["next"].removeprefix(api.sandbox.url)) == [await api.get(path)]
    assert (await api("GET", "/v1/services?limit=0")).status == 422


async def test_incident_rules_have_an_order_and_conditions(api, path: str):
    rules = f"{path}/incident-rules"
    first = await api("POST", rules, {"incidentProperties": PROPERTIES})
    assert (first.status, list(first.data)) == (201, ["id"])
    body = {
        "incidentProperties": PROPERTIES,
        "conditionMatchType": "match-any-condition",
        "conditions": [CONDITION],
    }
    second = await api("POST", rules, body)

    assert await api.get(rules) == [
        {
            "order": 0,
            "id": first.data["id"],
            "conditionMatchType": "match-all",
            "conditions": [],
            "incidentProperties": STORED,
        },
        {
            "order": 1,
            "id": second.data["id"],
            "conditionMatchType": "match-any-condition",
            "conditions": [{**CONDITION, "not": False, "order": 0}],
            "incidentProperties": STORED,
        },
    ]
    assert (await api("DELETE", f"{rules}/{first.data['id']}")).json["result"] == "Deleted"
    changed = await api("PUT", f"{rules}/{second.data['id']}", {"incidentProperties": {**PROPERTIES, "message": "x"}})
    assert (changed.data, changed.json["result"]) == (second.data, "Updated")
    (rule,) = await api.get(rules)
    assert (rule["order"], rule["conditionMatchType"], rule["incidentProperties"]["message"]) == (
        0,
        "match-all",
        "x",
    )
    assert (await api("PUT", f"{rules}/{first.data['id']}", body)).status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"incidentProperties": None}, "incidentProperties"),
        ({"incidentProperties": {**PROPERTIES, "message": ""}}, "incidentProperties#message"),
        ({"incidentProperties": {**PROPERTIES, "message": "m" * 131}}, "incidentProperties#message"),
        ({"incidentProperties": {**PROPERTIES, "priority": "P0"}}, "incidentProperties#priority"),
        ({"incidentProperties": {**PROPERTIES, "details": {"k": 1}}}, "incidentProperties#details"),
        ({"incidentProperties": {**PROPERTIES, "details": {"k": "v" * 8000}}}, "incidentProperties#details"),
        ({"incidentProperties": {**PROPERTIES, "description": "d" * 10_001}}, "incidentProperties#description"),
        (
            {"incidentProperties": {**PROPERTIES, "stakeholderProperties": {}}},
            "incidentProperties#stakeholderProperties#message",
        ),
        ({"conditionMatchType": "match-none"}, "conditionMatchType"),
        ({"conditionMatchType": "match-all-conditions"}, "conditions"),
        (
            {"conditionMatchType": "match-all-conditions", "conditions": [{**CONDITION, "operation": "less-than"}]},
            "conditions#operation",
        ),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(api, path: str, change: Any, field: str):
    reply = await api("POST", f"{path}/incident-rules", {"incidentProperties": PROPERTIES, **change})

    assert (reply.status, list(reply.json["errors"])) == (422, [field])


async def test_templates_of_a_service(api, path: str):
    templates = f"{path}/incident-templates"
    bare = {"name": "down", "incidentProperties": PROPERTIES}

    result = await api("POST", templates, {"incidentTemplate": bare})
    assert (result.status, list(result.data)) == (201, ["id"])
    refused = await api("POST", templates, bare)
    assert list(refused.json["errors"]) == ["incidentTemplate"]
    changed = await api("PUT", f"{templates}/{result.data['id']}", {**bare, "name": "up"})
    assert changed.data == result.data
    assert await api.get(templates) == [{"id": result.data["id"], "name": "up", "incidentProperties": STORED}]
    assert (await api("DELETE", f"{templates}/{result.data['id']}")).status == 200
    assert await api.get(templates) == []
    assert (await api("DELETE", f"{templates}/{result.data['id']}")).status == 404


async def test_the_audience_is_changed_member_by_member(api, path: str):
    audience = f"{path}/audience-templates"
    assert await api.get(audience) == {
        "responder": {"teams": [], "individuals": []},
        "stakeholder": {"individuals": [], "conditionMatchType": "match-any-condition", "conditions": []},
    }

    conditions = [{"matchField": "customProperty", "key": "floor", "value": "1"}]
    reply = await api("PATCH", audience, {"responder": {"teams": ["t1"]}, "stakeholder": {"conditions": conditions}})
    assert (reply.json["result"], "data" in reply.json) == ("Updated", False)
    await api("PATCH", audience, {"responder": {"individuals": ["u1"]}})

    now = await api.get(audience)
    assert now["responder"] == {"teams": ["t1"], "individuals": ["u1"]}
    assert now["stakeholder"]["conditions"] == conditions


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"responder": {"teams": ["t"] * 51}}, "responder#teams"),
        ({"stakeholder": {"conditionMatchType": "match-all"}}, "stakeholder#conditionMatchType"),
        (
            {"stakeholder": {"conditions": [{"matchField": "planet", "value": "x"}]}},
            "stakeholder#conditions#matchField",
        ),
        (
            {"stakeholder": {"conditions": [{"matchField": "customProperty", "value": "x"}]}},
            "stakeholder#conditions#key",
        ),
    ],
)
async def test_an_audience_that_makes_no_sense_is_refused(api, path: str, body: Any, field: str):
    reply = await api("PATCH", f"{path}/audience-templates", body)

    assert (reply.status, list(reply.json["errors"])) == (422, [field])


TEMPLATE = {"name": "closed", **PROPERTIES, "impactedServices": ["s1"]}


async def test_global_templates_come_in_a_map_of_lists(api):
    ids = []
    for name in ("one", "two", "three"):
        result = await api("POST", "/v1/incident-templates/", {**TEMPLATE, "name": name})  # the Go SDK's slash
        assert (result.status, list(result.data)) == (201, ["id"])
        ids.append(result.data["id"])

    first = await api("GET", "/v1/incident-templates?limit=2")
    assert [each["name"] for each in first.data["incidentTemplates"]] == ["three", "two"]
    (last,) = (await api.get(first.json["paging"]["next"].removeprefix(api.sandbox.url)))["incidentTemplates"]
    assert last == {"id": ids[0], "name": "one", **STORED, "impactedServices": ["s1"]}

    changed = await api("PUT", f"/v1/incident-templates/{ids[0]}", {**TEMPLATE, "impactedServices": None})
    assert (changed.data, changed.json["result"]) == ({"id": ids[0]}, "Updated")
    (now,) = (await api.get("/v1/incident-templates?order=asc&limit=1"))["incidentTemplates"]
    assert (now["name"], now["impactedServices"]) == ("closed", [])
    assert (await api("DELETE", f"/v1/incident-templates/{ids[0]}")).json["result"] == "Deleted"
    assert (await api("DELETE", f"/v1/incident-templates/{ids[0]}")).status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"message": "m" * 131}, "message"),
        ({"priority": None}, "priority"),
        ({"stakeholderProperties": None}, "stakeholderProperties"),
        ({"impactedServices": ["s"] * 21}, "impactedServices"),
        ({"stakeholderProperties": {"message": "m", "description": "d" * 15_001}}, "stakeholderProperties#description"),
    ],
)
async def test_a_template_that_makes_no_sense_is_refused(api, change: Any, field: str):
    reply = await api("POST", "/v1/incident-templates", {**TEMPLATE, **change})

    assert (reply.status, list(reply.json["errors"])) == (422, [field])


async def raised(api: Api, **fields: Any) -> str:
    accepted = await api("POST", "/v2/alerts", {"message": "shop", **fields})
    return str((await api.get(f"/v2/alerts/requests/{accepted.json['requestId']}"))["alertId"])


@pytest.mark.parametrize(
    ("match", "conditions", "picked"),
    [
        ("match-all", [], ["plain", "loud"]),
        ("match-any-condition", [{"field": "priority", "operation": "equals", "expectedValue": "P1"}], ["loud"]),
        (
            "match-all-conditions",
            [CONDITION, {"field": "tags", "operation": "contains", "expectedValue": "x"}],
            ["loud"],
        ),
        ("match-all-conditions", [{"field": "tags", "operation": "is-empty", "not": True}], ["loud"]),
        ("match-all-conditions", [{**CONDITION, "not": True}], []),
        (
            "match-all-conditions",
            [{"field": "message", "operation": "matches", "expectedValue": "^s.op$"}],
            ["plain", "loud"],
        ),
        ("match-all-conditions", [{"field": "message", "operation": "matches", "expectedValue": "("}], []),
        ("match-all-conditions", [{"field": "priority", "operation": "less-than", "expectedValue": "P2"}], ["loud"]),
        (
            "match-all-conditions",
            [{"field": "extra-properties", "key": "floor", "operation": "equals", "expectedValue": "1"}],
            ["loud"],
        ),
        (
            "match-all-conditions",
            [{"field": "details", "operation": "contains-key", "expectedValue": "floor"}],
            ["loud"],
        ),
    ],
)
async def test_rules_pick_the_alerts_of_an_incident(api, path: str, match: str, conditions: Any, picked: list[str]):
    ids = {
        "plain": await raised(api),
        "loud": await raised(api, priority="P1", tags=["x"], details={"floor": "1"}),
    }
    body = {"incidentProperties": PROPERTIES, "conditionMatchType": match, "conditions": conditions}
    assert (await api("POST", f"{path}/incident-rules", body)).status == 201
    body = {"message": "down", "serviceId": path.rpartition("/")[2]}
    accepted = await api("POST", "/v1/incidents/create", body)
    incident = (await api.get(f"/v1/incidents/requests/{accepted.json['requestId']}"))["incidentId"]

    result = await api.get(f"/v1/incidents/{incident}/associated-alert-ids?order=asc")
    assert result == [ids[name] for name in picked]
