"""Policies of v2, of the account and of teams, and those of v1."""

from __future__ import annotations

import pytest

from opsgenie_async.sandbox import Sandbox

ALERT = {"type": "alert", "name": "p", "enabled": True, "message": "{{message}}!"}
NOTIFICATION = {"type": "notification", "name": "n", "enabled": True}


async def make(api, body, query: str = ""):
    reply = await api("POST", f"/v2/policies{query}", body)
    assert reply.status == 201, reply.text
    return reply.data


async def test_an_alert_policy_from_create_to_delete(api, sandbox: Sandbox):
    user = sandbox.add_user("ann@corp.example")
    condition = {"field": "tags", "operation": "contains", "expectedValue": "x"}
    result = await make(
        api,
        ALERT
        | {
            "filter": {"type": "match-any-condition", "conditions": [condition]},
            "timeRestrictions": {
                "type": "time-of-day",
                "restriction": {"startHour": 1, "startMin": 20, "endHour": 2, "endMin": 0},
            },
            "responders": [{"type": "user", "username": "ann@corp.example"}],
            "details": {"k": "v"},
        },
    )
    path = f"/v2/policies/{result['id']}"

    assert result == {"id": result["id"], "name": "p", "type": "alert", "order": 0, "enabled": True}
    assert await api.get("/v2/policies/alert") == [result]
    read = await api.get(path)
    assert read["responders"] == [{"type": "user", "id": user["id"]}]
    assert read["timeRestrictions"]["restriction"]["startMin"] == 20
    assert (read["message"], read["details"], read["continue"]) == ("{{message}}!", {"k": "v"}, False)
    assert read["filter"]["conditions"][0]["not"] is False
    updated = await api("PUT", path, ALERT | {"name": "q", "enabled": False})
    assert (updated.status, updated.json["result"], "data" in updated.json) == (200, "Updated", False)
    read = await api.get(path)
    assert (read["name"], read["enabled"], read["responders"], read["filter"]) == (
        "q",
        False,
        [],
        {"type": "match-all"},
    )
    assert "timeRestrictions" not in read
    assert (await api("DELETE", path)).json["result"] == "Deleted"
    assert (await api("GET", path)).status == 404


@pytest.mark.parametrize("generation", ["/v2/policies", "/v1/policies"])
async def test_policies_are_switched_and_change_places(api, generation):
    body = ALERT if generation == "/v2/policies" else ALERT | {"type": "modify"}
    listing = "/v2/policies/alert" if generation == "/v2/policies" else "/v1/policies"
    ids = [(await api("POST", generation, body | {"name": name})).data["id"] for name in "abc"]

    disabled = await api("POST", f"{generation}/{ids[0]}/disable")
    assert (disabled.status, "data" in disabled.json) == (200, False)
    assert [each["enabled"] for each in await api.get(listing)] == [False, True, True]
    await api("POST", f"{generation}/{ids[0]}/enable")
    assert (await api.get(listing))[0]["enabled"] is True

    for index, expected in ((1, "bac"), (99, "bca"), (0, "abc")):
        moved = await api("POST", f"{generation}/{ids[0]}/change-order", {"targetIndex": index})
        assert (moved.status, "data" in moved.json) == (200, False)
        there = await api.get(listing)
        assert ("".join(each["name"] for each in there), [each["order"] for each in there]) == (expected, [0, 1, 2])
    for body in ({}, {"targetIndex": -1}):
        assert (await api("POST", f"{generation}/{ids[0]}/change-order", body)).status == 422
    assert (await api("POST", f"{generation}/nobody/enable")).status == 404


async def test_the_places_of_the_two_kinds_are_apart(api, sandbox: Sandbox):
    team = sandbox.add_team("ops")["id"]
    first = await make(api, NOTIFICATION | {"name": "first"}, f"?teamId={team}")
    await make(api, ALERT, f"?teamId={team}")
    second = await make(api, NOTIFICATION | {"name": "second"}, f"?teamId={team}")

    assert (first["order"], second["order"]) == (0, 1)
    await api("POST", f"/v2/policies/{second['id']}/change-order?teamId={team}", {"targetIndex": 0})
    listed = await api.get(f"/v2/policies/notification?teamId={team}")
    assert [(each["name"], each["order"]) for each in listed] == [("second", 0), ("first", 1)]
    assert [each["order"] for each in await api.get(f"/v2/policies/alert?teamId={team}")] == [0]


async def test_a_notification_policy_is_a_teams(api, sandbox: Sandbox):
    team = sandbox.add_team("ops")["id"]
    actions = {
        "autoRestartAction": {"duration": {"timeAmount": 5}, "maxRepeatCount": 2},
        "autoCloseAction": {"duration": {"timeAmount": 1, "timeUnit": "days"}},
        "deduplicationAction": {"deduplicationActionType": "value-based", "count": 2},
        "delayAction": {"delayOption": "next-monday", "untilHour": 0, "untilMinute": 0},
    }
    result = await make(api, NOTIFICATION | actions, f"?teamId={team}")
    path = f"/v2/policies/{result['id']}"

    read = await api.get(f"{path}?teamId={team}")
    assert {key: read[key] for key in actions} == actions
    assert (read["suppress"], read["teamId"]) == (False, team)
    assert (await api("GET", path)).status == 404
    assert await api.get("/v2/policies/alert") == []
    assert (await api("GET", "/v2/policies/notification")).status == 422
    for query in ("", "?teamId=nobody"):
        reply = await api("POST", f"/v2/policies{query}", NOTIFICATION)
        assert (reply.status, [*reply.json["errors"]]) == (422, ["teamId"])


async def test_a_teams_key_stays_with_its_team(api, sandbox: Sandbox):
    key, other = sandbox.add_key(team="ops"), sandbox.add_team("other")["id"]

    result = await api("POST", "/v2/policies", NOTIFICATION, key=key)

    assert result.status == 201
    assert [each["name"] for each in (await api("GET", "/v2/policies/notification", key=key)).data] == ["n"]
    refused = await api("GET", f"/v2/policies/alert?teamId={other}", key=key)
    assert (refused.status, refused.json["code"]) == (403, 40301)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "mixed"}, "type"),
        ({"name": None}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"policyDescription": "x" * 201}, "policyDescription"),
        ({"enabled": None}, "enabled"),
        ({"message": None}, "message"),
        ({"priority": "P6"}, "priority"),
        ({"details": {"k": 1}}, "details"),
        ({"filter": {"type": "some"}}, "filter#type"),
        ({"timeRestrictions": {"type": "never"}}, "timeRestrictions#type"),
        ({"responders": [{"type": "user", "id": "nobody"}]}, "responders"),
    ],
)
async def test_what_an_alert_policy_must_be(api, change, field):
    reply = await api("POST", "/v2/policies", ALERT | change)

    assert (reply.status, [*reply.json["errors"]]) == (422, [field])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"delayAction": {"delayOption": "for-duration"}}, "delayAction#duration"),
        ({"delayAction": {"delayOption": "next-time", "untilHour": 1}}, "delayAction#untilMinute"),
        ({"delayAction": {"delayOption": "later"}}, "delayAction#delayOption"),
        (
            {"deduplicationAction": {"deduplicationActionType": "value-based", "count": 1}},
            "deduplicationAction#count",
        ),
        ({"autoRestartAction": {"duration": {"timeAmount": 5}}}, "autoRestartAction#maxRepeatCount"),
        ({"autoCloseAction": {"duration": {}}}, "autoCloseAction#duration#timeAmount"),
        (
            {"suppress": True, "delayAction": {"delayOption": "for-duration", "duration": {"timeAmount": 1}}},
            "delayAction",
        ),
    ],
)
async def test_what_a_notification_policy_must_be(api, sandbox: Sandbox, change, field):
    team = sandbox.add_team("ops")["id"]

    reply = await api("POST", f"/v2/policies?teamId={team}", NOTIFICATION | change)

    assert (reply.status, [*reply.json["errors"]]) == (422, [field])


async def test_the_kind_of_a_policy_stays(api, sandbox: Sandbox):
    team = sandbox.add_team("ops")["id"]
    result = await make(api, ALERT, f"?teamId={team}")

    assert (await api("PUT", f"/v2/policies/{result['id']}?teamId={team}", NOTIFICATION)).status == 422


# --- v1


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "modify", "message": "m", "tags": ["a"], "ignoreOriginalTags": True},
        {"type": "auto-close", "duration": {"timeAmount": 1, "timeUnit": "hours"}},
        {"type": "auto-restart-notifications", "duration": {"timeAmount": 1}, "maxRepeatCount": 3},
        {"type": "notification-delay", "delayOption": "for-duration", "duration": {"timeAmount": 1}},
        {"type": "notification-delay", "delayOption": "next-weekday", "untilHour": 8, "untilMinute": 0},
        {"type": "notification-deduplication", "deduplicationActionType": "frequency-based", "count": 100},
        {"type": "notification-suppress"},
        {"type": "notification-renotify"},
    ],
)
async def test_every_kind_of_the_first_version_is_read_as_written(api, fields):
    result = await api("POST", "/v1/policies", {"name": "p", **fields})

    assert result.status == 201
    assert await api.get(f"/v1/policies/{result.data['id']}") == {
        "id": result.data["id"],
        "name": "p",
        "policyDescription": "",
        "filter": {"type": "match-all"},
        "enabled": True,
        **fields,
    }


async def test_the_first_version_takes_what_its_page_shows(api):
    body = {"type": "modify", "name": "p", "enabled": "false", "alertActions": ["ping"]}
    result = (await api("POST", "/v1/policies", body)).data

    read = await api.get(f"/v1/policies/{result['id']}")
    assert (read["enabled"], read["actions"]) == (False, ["ping"])
    assert (await api("PUT", f"/v1/policies/{result['id']}", body | {"name": "q"})).json["result"] == "Updated"
    assert (await api("PUT", f"/v1/policies/{result['id']}", body | {"type": "auto-close"})).status == 422
    assert (await api("DELETE", f"/v1/policies/{result['id']}")).json["result"] == "Deleted"
    assert await api.get("/v1/policies") == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "nothing"}, "type"),
        ({"type": "modify", "name": "x" * 513}, "name"),
        ({"type": "modify", "enabled": "perhaps"}, "enabled"),
        ({"type": "auto-restart-notifications"}, "maxRepeatCount"),
        ({"type": "notification-delay", "delayOption": "next-time", "untilMinute": 0}, "untilHour"),
        ({"type": "notification-deduplication", "count": 101}, "count"),
    ],
)
async def test_what_a_policy_of_the_first_version_must_be(api, fields, field):
    reply = await api("POST", "/v1/policies", {"name": "p", **fields})

    assert (reply.status, [*reply.json["errors"]]) == (422, [field])
