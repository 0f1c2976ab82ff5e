"""Integrations and their actions."""

from __future__ import annotations

import pytest

from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.checks.integration_types import BY_EMAIL, BY_KEY, TYPES

API = {"type": "API", "name": "app"}


async def make(api, **fields):
    reply = await api("POST", "/v2/integrations", API | fields)
    assert reply.status == 201, reply.text
    return reply.data


async def test_an_integration_from_create_to_delete(api):
    result = await make(api, responders=[], tags=["a"])
    assert list(result) == ["id", "name", "enabled", "type", "apiKey"]
    path = f"/v2/integrations/{result['id']}"

    assert await api.get("/v2/integrations") == [{key: result[key] for key in ("id", "name", "enabled", "type")}]
    read = await api.get(path)
    assert (read["tags"], read["allowWriteAccess"], read["isGlobal"], read["_readOnly"]) == (
        ["a"],
        True,
        True,
        ["type"],
    )
    assert "apiKey" not in read
    replaced = await api("PUT", path, API | {"name": "other", "priority": "P2"})
    assert (replaced.status, replaced.json["result"], replaced.data["name"]) == (200, "Updated", "other")
    assert ((await api.get(path))["tags"], (await api.get(path))["priority"]) == ([], "P2")
    assert (await api("DELETE", path)).json["result"] == "Deleted"
    assert (await api("GET", path)).status == 404
    assert (await api("GET", f"{path}/actions")).status == 404


@pytest.mark.parametrize(("word", "enabled"), [("disable", False), ("enable", True)])
async def test_switching_answers_201(api, word, enabled):
    result = await make(api, enabled=not enabled)

    reply = await api("POST", f"/v2/integrations/{result['id']}/{word}")

    assert (reply.status, reply.data["enabled"]) == (201, enabled)
    assert (await api.get(f"/v2/integrations/{result['id']}"))["enabled"] is enabled


async def test_a_name_has_one_owner(api):
    first = await make(api)
    second = await make(api, name="b")

    assert (await api("POST", "/v2/integrations", API)).status == 409
    assert (await api("PUT", f"/v2/integrations/{second['id']}", API)).status == 409
    assert (await api("PUT", f"/v2/integrations/{first['id']}", API)).status == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "Nonsense"}, "type"),
        ({"type": None}, "type"),
        ({"name": ""}, "name"),
        ({"type": "Email"}, "emailUsername"),
        ({"enabled": "yes"}, "enabled"),
        ({"headers": {"a": 1}}, "headers"),
        ({"ownerTeam": {"name": "nobody"}}, "ownerTeam"),
        ({"responders": [{"type": "user", "username": "nobody@corp.example"}]}, "responders"),
        ({"responders": [{"type": "group", "name": "g"}]}, "responders#type"),
    ],
)
async def test_what_an_integration_must_be(api, change, field):
    reply = await api("POST", "/v2/integrations", API | change)

    assert (reply.status, [*reply.json["errors"]]) == (422, [field])


async def test_the_type_stays(api):
    result = await make(api)

    reply = await api("PUT", f"/v2/integrations/{result['id']}", {"type": "Webhook", "name": "app"})

    assert (reply.status, [*reply.json["errors"]]) == (422, ["type"])


async def test_what_a_type_adds_is_kept(api):
    webhook = await api("POST", "/v2/integrations", {"type": "Webhook", "name": "w", "url": "https://x", "colour": [1]})
    mail = await api("POST", "/v2/integrations", {"type": "Email", "name": "m", "emailUsername": "ops"})

    assert "apiKey" not in webhook.data
    assert (await api.get(f"/v2/integrations/{webhook.data['id']}"))["colour"] == [1]
    assert mail.data["emailAddress"] == "ops@sandbox.opsgenie.net"


async def test_listing_by_type_and_team(api, sandbox: Sandbox):
    team = sandbox.add_team("ops")
    await make(api, ownerTeam={"name": "ops"})
    await make(api, name="b", type="Zabbix")

    async def names(query: str) -> list[str]:
        return [each["name"] for each in await api.get(f"/v2/integrations?{query}")]

    assert await names("") == ["app", "b"]
    assert await names("type=Zabbix") == ["b"]
    assert await names(f"teamId={team['id']}") == await names("teamName=ops") == ["app"]
    assert (await api.get("/v2/integrations?type=API"))[0]["teamId"] == team["id"]


async def test_a_team_sees_its_own_alone(api, sandbox: Sandbox):
    key = sandbox.add_key(team="ops")
    foreign = await make(api)

    result = await api("POST", "/v2/integrations", API | {"name": "ours", "ownerTeam": None}, key=key)

    assert result.data["teamId"] == (await api("GET", "/v2/teams/ops?identifierType=name", key=key)).data["id"]
    assert [each["name"] for each in (await api("GET", "/v2/integrations", key=key)).data] == ["ours"]
    refused = await api("GET", f"/v2/integrations/{foreign['id']}", key=key)
    assert (refused.status, refused.json["code"]) == (403, 40301)
    assert (await api("GET", "/v2/integrations?teamName=ops", key=key)).status == 422


async def test_its_key_works_as_far_as_it_is_allowed_to_and_enabled(api):
    result = await make(api, allowWriteAccess=False, allowConfigurationAccess=True)
    path, key = f"/v2/integrations/{result['id']}", result["apiKey"]

    assert (await api("GET", "/v2/teams", key=key)).status == 200
    assert (await api("POST", "/v2/teams", {"name": "x"}, key=key)).status == 403
    await api("PUT", path, API | {"allowWriteAccess": True})
    assert (await api("GET", "/v2/teams", key=key)).status == 403
    assert (await api("POST", "/v2/alerts", {"message": "x"}, key=key)).status == 202
    await api("POST", f"{path}/disable")
    assert (await api("GET", "/v2/alerts", key=key)).status == 401
    await api("POST", f"{path}/enable")
    assert (await api("GET", "/v2/alerts", key=key)).status == 200
    await api("DELETE", path)
    assert (await api("GET", "/v2/alerts", key=key)).status == 401


async def test_it_keeps_its_team_and_follows_names(api, sandbox: Sandbox):
    team, user = sandbox.add_team("ops")["id"], sandbox.add_user("ann@corp.example")["id"]
    result = await make(api, ownerTeam={"id": team}, responders=[{"type": "user", "id": user}])
    await api("POST", "/v2/policies", {"type": "notification", "name": "n", "enabled": True, "teamId": team})
    path = f"/v2/integrations/{result['id']}"

    await api("PATCH", f"/v2/teams/{team}", {"name": "operations"})
    await api("PATCH", f"/v2/users/{user}", {"username": "anna@corp.example"})
    read = await api.get(path)
    assert (read["ownerTeam"]["name"], read["responders"][0]["username"]) == ("operations", "anna@corp.example")

    assert (await api("DELETE", f"/v2/teams/{team}")).status == 200
    assert (await api("GET", path)).status == 404
    assert sandbox.account.policies == {}
    assert (await api("GET", "/v2/account", key=result["apiKey"])).status == 401


async def test_writes_and_reads_spend_different_limits(api, sandbox: Sandbox):
    sandbox.throttle(domain="integration-configuration", times=99)

    assert (await api("POST", "/v2/integrations", API)).status == 429
    assert (await api("GET", "/v2/integrations")).status == 200
    assert (await api("POST", "/v2/integrations/authenticate", {"type": "API"})).status == 200


async def test_authenticating_knows_one_type_more(api, sandbox: Sandbox):
    key = sandbox.add_key(read_only=True, configuration_access=False)

    for kind, status in (("NewRelicSyntheticsEmail", 200), ("API", 200), ("Nonsense", 422), (None, 422)):
        reply = await api("POST", "/v2/integrations/authenticate", {"type": kind}, key=key)
        assert reply.status == status
    assert (await api("POST", "/v2/integrations", {"type": "NewRelicSyntheticsEmail", "name": "x"})).status == 422


def test_the_types_are_those_of_the_openapi_file():
    assert len(TYPES) == 218
    assert not BY_EMAIL & BY_KEY


# --- actions

FILTER = {"conditionMatchType": "match-any-condition", "conditions": [{"field": "subject", "operation": "is-empty"}]}
CREATE = {"type": "create", "name": "c", "alias": "{{alias}}", "filter": FILTER}


async def test_actions_are_sorted_by_kind_and_have_an_order(api):
    result = await make(api)
    path = f"/v2/integrations/{result['id']}/actions"
    assert await api.get(path) == {
        "_parent": {key: result[key] for key in ("id", "name", "enabled", "type")},
        "ignore": [],
        "create": [],
        "close": [],
        "acknowledge": [],
        "addNote": [],
    }

    await api("POST", path, CREATE | {"priority": "P1", "tags": ["a"]})
    await api("POST", path, CREATE | {"name": "d"})
    reply = await api("POST", path, CREATE | {"name": "between", "order": 1})

    assert (reply.status, reply.json["result"]) == (201, "Created")
    assert reply.data == await api.get(path)
    assert [(each["name"], each["order"]) for each in reply.data["create"]] == [("c", 0), ("between", 1), ("d", 2)]
    assert reply.data["create"][0] == {
        "type": "create",
        "name": "c",
        "alias": "{{alias}}",
        "user": "",
        "note": "",
        "priority": "P1",
        "tags": ["a"],
        "filter": {
            "conditionMatchType": "match-any-condition",
            "conditions": [{"field": "subject", "not": False, "operation": "is-empty", "expectedValue": ""}],
        },
        "order": 0,
    }


async def test_an_update_replaces_all_of_them(api):
    result = await make(api)
    path = f"/v2/integrations/{result['id']}/actions"
    await api("POST", path, CREATE)

    reply = await api(
        "PUT",
        path,
        {"ignore": [{"name": "i", "filter": {}}], "close": [{"name": "x", "alias": "a", "filter": {}, "user": "u"}]},
    )

    assert (reply.status, reply.json["result"]) == (200, "Updated")
    assert [len(reply.data[kind]) for kind in ("ignore", "create", "close", "acknowledge", "addNote")] == [
        1,
        0,
        1,
        0,
        0,
    ]
    assert reply.data["ignore"] == [
        {
            "type": "ignore",
            "name": "i",
            "filter": {"conditionMatchType": "match-all", "conditions": []},
            "order": 0,
        }
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "shout"}, "type"),
        ({"name": None}, "name"),
        ({"alias": None}, "alias"),
        ({"filter": None}, "filter"),
        ({"priority": "P9"}, "priority"),
        ({"order": -1}, "order"),
        ({"filter": {"conditionMatchType": "never"}}, "filter#conditionMatchType"),
        ({"filter": {"conditions": [{"field": "x", "operation": "like"}]}}, "filter#conditions#operation"),
    ],
)
async def test_what_an_action_must_be(api, change, field):
    result = await make(api)

    reply = await api("POST", f"/v2/integrations/{result['id']}/actions", CREATE | change)

    assert (reply.status, [*reply.json["errors"]]) == (422, [field])


async def test_an_action_stands_in_the_list_of_its_kind(api):
    result = await make(api)

    reply = await api("PUT", f"/v2/integrations/{result['id']}/actions", {"close": [CREATE]})

    assert (reply.status, [*reply.json["errors"]]) == (422, ["close#type"])


async def test_the_responders_of_an_action_follow_names(api, sandbox: Sandbox):
    team = sandbox.add_team("ops")
    path = f"/v2/integrations/{(await make(api))['id']}/actions"
    await api("POST", path, {**CREATE, "responders": [{"type": "team", "name": "ops"}]})

    await api("PATCH", f"/v2/teams/{team['id']}", {"name": "shop"})

    (action,) = (await api.get(path))["create"]
    assert action["responders"] == [{"type": "team", "id": team["id"], "name": "shop"}]
