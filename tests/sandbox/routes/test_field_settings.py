"""Configuration as recorded answers and the vendor's own programs show it, by the rows of the field notes."""

from __future__ import annotations

import pytest

BY_NAME = "identifierType=name"
RULE = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 5}}
DAILY = {"type": "daily", "startDate": "2026-01-01T08:00:00Z", "participants": [{"type": "none"}]}
HOURS = {"startHour": 8, "startMin": 0, "endHour": 18, "endMin": 0}


@pytest.fixture
def team(sandbox) -> str:
    return sandbox.add_team("ops", members=("ann@x.example",))["id"]


def escalation(**more) -> dict:
    return {"name": "e", "rules": [RULE | {"recipient": {"type": "team", "name": "ops"}}], **more}


@pytest.mark.parametrize("unit", ["minute", "minutes", "hour", "day", "days"])
async def test_row_7_singular_units(api, team, unit):
    delay = {"timeAmount": 1, "timeUnit": unit}
    result = await api(
        "POST",
        "/v2/escalations",
        escalation(rules=[{**RULE, "delay": delay, "recipient": {"type": "team", "id": team}}]),
    )
    assert result.status == 201
    assert (await api.get(f"/v2/escalations/{result.data['id']}"))["rules"][0]["delay"] == delay
    heartbeat = {"name": "h", "interval": 1, "intervalUnit": unit, "enabled": True}
    assert (await api("POST", "/v2/heartbeats", heartbeat)).status == 201
    assert (await api("GET", "/v2/heartbeats/h/ping")).status == 202
    assert (await api.get("/v2/heartbeats/h"))["expired"] is False
    policy = {"type": "notification", "name": "n", "enabled": True, "autoCloseAction": {"duration": delay}}
    assert (await api("POST", f"/v2/policies?teamId={team}", policy)).status == 201


@pytest.mark.parametrize("unit", ["minutess", "", "s", "Minutes", 1])
async def test_row_7_other_units_are_refused(api, unit):
    heartbeat = {"name": "h", "interval": 1, "intervalUnit": unit, "enabled": True}
    reply = await api("POST", "/v2/heartbeats", heartbeat)
    assert (reply.status, set(reply.json["errors"])) == (422, {"intervalUnit"})


@pytest.mark.parametrize("more", [{}, {"repeat": {}}, {"repeat": None}])
async def test_row_8_an_escalation_without_a_repeat(api, team, more):
    result = await api("POST", "/v2/escalations", escalation(**more))
    path = f"/v2/escalations/{result.data['id']}"
    assert "repeat" not in await api.get(path)
    assert "repeat" not in (await api.get("/v2/escalations"))[0]
    await api("PATCH", path, {"repeat": {"count": 2}})
    assert (await api.get(path))["repeat"]["count"] == 2


async def test_row_9_actions_have_the_order_that_was_sent(api):
    result = (await api("POST", "/v2/integrations", {"type": "API", "name": "i"})).data
    path = f"/v2/integrations/{result['id']}/actions"
    action = {"type": "create", "alias": "a", "filter": {}}

    await api("PUT", path, {"create": [action | {"name": "x", "order": 1}, action | {"name": "y", "order": 2}]})
    await api("POST", path, action | {"name": "z", "order": 3})
    assert [(each["name"], each["order"]) for each in (await api.get(path))["create"]] == [("x", 1), ("y", 2), ("z", 3)]
    await api("PUT", path, {"create": [action | {"name": "late", "order": 7}, action | {"name": "early", "order": 3}]})
    assert [each["order"] for each in (await api.get(path))["create"]] == [3, 7]


async def test_row_10_responders_of_a_policy(api, team, sandbox):
    user = sandbox.account.users[next(iter(sandbox.account.users))]
    request = [{"type": "team", "name": "ops"}, {"type": "user", "username": user["username"]}]
    body = {"type": "alert", "name": "p", "enabled": True, "message": "m", "responders": request}
    result = await api("POST", "/v2/policies", body)
    read = await api.get(f"/v2/policies/{result.data['id']}")
    assert read["responders"] == [{"type": "team", "id": team}, {"type": "user", "id": user["id"]}]
    await api("PATCH", f"/v2/teams/{team}", {"name": "renamed"})
    assert await api.get(f"/v2/policies/{result.data['id']}") == read


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [("GET", "", None), ("DELETE", "", None), ("POST", "/enable", None), ("POST", "/change-order", {"targetIndex": 0})],
)
async def test_row_11_a_policy_of_a_team_that_is_gone(api, team, method, tail, body):
    result = await api("POST", f"/v2/policies?teamId={team}", {"type": "notification", "name": "n", "enabled": True})
    await api("DELETE", f"/v2/teams/{team}")
    reply = await api(method, f"/v2/policies/{result.data['id']}{tail}?teamId={team}", body)
    assert reply.status == 404


@pytest.mark.parametrize(("value", "output"), [("False", False), ("true", True), ("TRUE", True), (False, False)])
async def test_row_12_booleans_as_text(api, team, value, output):
    result = await api("POST", "/v2/schedules", {"name": "s", "enabled": value})
    assert (await api.get(f"/v2/schedules/{result.data['id']}"))["enabled"] is output
    policy = {"type": "alert", "name": "p", "enabled": value, "message": "m", "continue": value}
    result = await api("POST", "/v2/policies", policy)
    read = await api.get(f"/v2/policies/{result.data['id']}")
    assert (read["enabled"], read["continue"]) == (output, output)
    assert (await api("POST", "/v2/schedules", {"name": "t", "enabled": "no"})).status == 422


async def test_row_15_teams_and_services_have_links(api, team, sandbox):
    service = (await api("POST", "/v1/services", {"name": "s", "teamId": team})).data["id"]
    for path, id, web in (
        ("/v2/teams", team, f"/teams/dashboard/{team}/main"),
        ("/v1/services", service, f"/service/{service}"),
    ):
        expected = {"web": sandbox.url + web, "api": f"{sandbox.url}{path}/{id}"}
        assert (await api.get(f"{path}/{id}"))["links"] == (await api.get(path))[0]["links"] == expected
    assert (await api.get(f"/v1/services/{service}"))["isExternal"] is False


async def test_row_15_a_service_may_have_no_team(api, sandbox, team):
    demo = sandbox.add_service("Demo")
    assert (await api.get(f"/v1/services/{demo['id']}"))["teamId"] is None
    assert [each["teamId"] for each in await api.get("/v1/services")] == [None]
    assert (await api("GET", "/v1/services", key=sandbox.add_key(team="ops"))).data == []


async def test_row_21_what_the_list_of_users_leaves_out(api, sandbox):
    user = {
        "username": "a@x.example",
        "fullName": "A",
        "role": {"name": "User"},
        "tags": ["t"],
        "details": {"k": ["v"]},
    }
    await api("POST", "/v2/users", user)
    (listed,) = await api.get("/v2/users")
    assert not {"tags", "details"} & set(listed)
    read = await api.get("/v2/users/a@x.example")
    assert (read["tags"], read["details"]) == (["t"], {"k": ["v"]})


async def test_row_21_rotations_say_null(api):
    result = await api("POST", "/v2/schedules", {"name": "s", "rotations": [DAILY]})
    path = f"/v2/schedules/{result.data['id']}"
    (rotation,) = await api.get(f"{path}/rotations")
    assert (rotation["endDate"], rotation["timeRestriction"]) == (None, None)
    assert (await api.get(path))["rotations"] == [rotation]
    assert (await api.get("/v2/schedules?expand=rotation"))[0]["rotations"] == [rotation]
    assert (await api.get(f"{path}/rotations/{rotation['id']}"))["endDate"] is None


@pytest.mark.parametrize("kind", ["sentry", "SENTRY", "Sentry", "api"])
async def test_row_24_authenticate_takes_any_case(api, kind):
    reply = await api("POST", "/v2/integrations/authenticate", {"type": kind})
    assert (reply.status, reply.json["result"]) == (200, f"Integration [{kind}] is valid")
    assert (await api("POST", "/v2/integrations/authenticate", {"type": f"{kind}x"})).status == 422


async def test_row_28_a_new_user_can_be_reached_at_once(api, sandbox):
    result = await api("POST", "/v2/users", {"username": "a@x.example", "fullName": "A", "role": {"name": "User"}})
    contacts = "/v2/users/a@x.example/contacts"
    (first,) = await api.get(contacts)
    assert (first["method"], first["to"], first["status"]["enabled"]) == ("email", "a@x.example", True)
    again = await api("POST", contacts, {"method": "email", "to": "A@x.example"})
    assert (again.status, again.data["id"], len(await api.get(contacts))) == (201, first["id"], 1)
    assert result.status == 201


async def test_row_30_the_default_rule(api, team):
    path = f"/v2/teams/{team}/routing-rules"
    (default,) = await api.get(path)
    rule = f"{path}/{default['id']}"

    reply = await api("PATCH", rule, {"timezone": "Europe/Paris"})
    assert (reply.status, set(reply.json["errors"])) == (422, {"timezone"})
    assert (await api("PATCH", rule, {"name": "Everything", "notify": {"type": "none"}})).status == 200
    reply = await api("POST", f"{rule}/change-order", {"order": 0})
    assert (reply.status, (await api.get(path))[0]["name"]) == (403, "Everything")


async def test_row_31_the_owner_of_an_integration_stays(api, sandbox, team):
    sandbox.add_team("web")
    result = (await api("POST", "/v2/integrations", {"type": "API", "name": "i", "ownerTeam": {"id": team}})).data
    path = f"/v2/integrations/{result['id']}"
    for body in ({"ownerTeam": {"name": "web"}}, {}, {"ownerTeam": None}):
        assert (await api("PUT", path, {"type": "API", "name": "i", **body})).status == 200
        read = await api.get(path)
        assert (read["ownerTeam"]["id"], read["isGlobal"]) == (team, False)


@pytest.mark.parametrize(("field", "status"), [("responders", 201), ("recipients", 422)])
async def test_row_32_conditions_of_incident_rules(api, team, field, status):
    service = (await api("POST", "/v1/services", {"name": "s", "teamId": team})).data["id"]
    properties = {"message": "m", "priority": "P1", "stakeholderProperties": {"message": "m"}}
    rule = {
        "conditionMatchType": "match-any-condition",
        "conditions": [{"field": field, "operation": "contains", "expectedValue": "x"}],
        "incidentProperties": properties,
    }
    assert (await api("POST", f"/v1/services/{service}/incident-rules", rule)).status == status


async def test_row_34_the_hours_of_a_day_in_a_list(api):
    listed = DAILY | {"timeRestriction": {"type": "time-of-day", "restrictions": [HOURS]}}
    result = await api("POST", "/v2/schedules", {"name": "s", "rotations": [listed]})
    assert result.status == 201
    (rotation,) = await api.get(f"/v2/schedules/{result.data['id']}/rotations")
    assert rotation["timeRestriction"] == {"type": "time-of-day", "restriction": HOURS}
    for wrong in ([], [HOURS, HOURS], ["x"]):
        twice = DAILY | {"timeRestriction": {"type": "time-of-day", "restrictions": wrong}}
        assert (await api("POST", "/v2/schedules", {"name": "t", "rotations": [twice]})).status == 422


async def test_row_35_a_maintenance_that_is_over_stays_over(api, watch):
    integration = (await api("POST", "/v2/integrations", {"type": "API", "name": "i"})).data["id"]
    body = {
        "time": {"type": "for-1-hour"},
        "rules": [{"entity": {"type": "integration", "id": integration}}],
    }
    path = f"/v1/maintenance/{(await api('POST', '/v1/maintenance', body)).data['id']}"
    end = {"endDate": "2026-03-01T00:00:00Z"}
    watch.seconds += 3599
    assert (await api("PUT", path, body)).status == 200

    watch.seconds += 3600
    for method, where, request in (("PUT", path, body), ("POST", f"{path}/change-end-date", end)):
        reply = await api(method, where, request)
        assert (reply.status, reply.json["message"]) == (422, "Cannot update an expired maintenance")
    assert (await api.get(path))["status"] == "past"
    assert (await api("DELETE", path)).status == 200
