"""Escalations, and who may not be deleted while others point at them."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def world(sandbox):
    sandbox.add_team("ops", members=("ann@corp.example",))
    sandbox.add_schedule("night", participants=("bob@corp.example",))


def _rule(kind, **recipient):
    return {
        "condition": "if-not-acked",
        "notifyType": "default",
        "delay": {"timeAmount": 0},
        "recipient": {"type": kind, **recipient},
    }


RULE = _rule("schedule", name="night")


async def test_an_escalation_from_create_to_delete(api, sandbox):
    rules = [RULE, _rule("team", name="ops"), _rule("user", username="ann@corp.example")]
    created = await api("POST", "/v2/escalations", {"name": "e", "rules": rules, "ownerTeam": {"name": "ops"}})
    id = created.data["id"]

    assert (created.status, created.json["result"], created.data) == (201, "Created", {"id": id, "name": "e"})
    read = await api.get("/v2/escalations/e?identifierType=name")
    assert read["rules"][0]["delay"] == {"timeAmount": 0, "timeUnit": "minutes"}
    recipients = [rule["recipient"] for rule in read["rules"]]
    assert [{**each, "id": ""} for each in recipients] == [
        {"type": "schedule", "id": "", "name": "night"},
        {"type": "team", "id": "", "name": "ops"},
        {"type": "user", "id": "", "username": "ann@corp.example"},
    ]
    assert "repeat" not in read
    assert await api.get("/v2/escalations") == [read]
    await api("PATCH", f"/v2/escalations/{id}", {"repeat": {"count": 3, "waitInterval": 10}})
    await api("PATCH", f"/v2/escalations/{id}", {"repeat": {"count": None, "closeAlertAfterAll": True}})
    repeat = {"waitInterval": 10, "count": 3, "resetRecipientStates": False, "closeAlertAfterAll": True}
    assert await api.get(f"/v2/escalations/{id}") == read | {"repeat": repeat}
    await api("PATCH", f"/v2/escalations/{id}", {"repeat": None, "name": "f", "rules": [RULE], "ownerTeam": None})
    after = await api.get(f"/v2/escalations/{id}")
    assert (after["name"], len(after["rules"]), "repeat" in after, "ownerTeam" in after) == ("f", 1, False, False)
    assert (await api("DELETE", f"/v2/escalations/{id}")).json["result"] == "Deleted"
    assert (await api("GET", f"/v2/escalations/{id}")).status == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name", "rules"}),
        ({"name": "e", "rules": []}, {"rules"}),
        ({"name": "e", "rules": [{}]}, {f"rules#{each}" for each in ("condition", "notifyType", "delay", "recipient")}),
        ({"name": "e", "rules": [RULE | {"condition": "if-happy"}]}, {"rules#condition"}),
        ({"name": "e", "rules": [RULE | {"notifyType": "nobody"}]}, {"rules#notifyType"}),
        ({"name": "e", "rules": [RULE | {"delay": {}}]}, {"rules#delay#timeAmount"}),
        ({"name": "e", "rules": [RULE | {"delay": {"timeAmount": -1}}]}, {"rules#delay#timeAmount"}),
        ({"name": "e", "rules": [RULE | {"delay": {"timeAmount": 1, "timeUnit": "years"}}]}, {"rules#delay#timeUnit"}),
        ({"name": "e", "rules": [_rule("none")]}, {"rules#recipient#type"}),
        ({"name": "e", "rules": [_rule("team", name="nobody")]}, {"rules#recipient"}),
        ({"name": "e", "rules": [RULE], "repeat": {"count": "3"}}, {"repeat#count"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", "/v2/escalations", body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)


async def test_names_are_taken_once_and_cannot_be_emptied(api):
    await api("POST", "/v2/escalations", {"name": "e", "rules": [RULE]})

    assert (await api("POST", "/v2/escalations", {"name": "e", "rules": [RULE]})).status == 409
    reply = await api("PATCH", "/v2/escalations/e?identifierType=name", {"name": "", "rules": None})
    assert (reply.status, set(reply.json["errors"])) == (422, {"name", "rules"})


async def test_what_others_use_is_428_until_they_do_not(api):
    await api("POST", "/v2/escalations", {"name": "e", "rules": [RULE, _rule("team", name="ops")]})
    notify = {"notify": {"type": "escalation", "name": "e"}}
    rule = await api("POST", "/v2/teams/ops/routing-rules?teamIdentifierType=name", notify)

    async def delete(path):
        return (await api("DELETE", path)).status

    in_use = [
        "/v2/escalations/e?identifierType=name",
        "/v2/schedules/night?identifierType=name",
        "/v2/users/ann@corp.example",
        "/v2/users/bob@corp.example",
        "/v2/teams/ops?identifierType=name",
    ]
    assert [await delete(path) for path in in_use] == [428] * 5
    assert await delete(f"/v2/teams/ops/routing-rules/{rule.data['id']}?teamIdentifierType=name") == 200
    assert [await delete(path) for path in in_use] == [200, 200, 428, 200, 200]
    assert await delete(in_use[2]) == 200


async def test_a_schedule_that_a_rule_notifies_is_428(api):
    notify = {"notify": {"type": "schedule", "name": "night"}}
    await api("POST", "/v2/teams/ops/routing-rules?teamIdentifierType=name", notify)

    reply = await api("DELETE", "/v2/schedules/night?identifierType=name")
    assert (reply.status, reply.json["message"]) == (428, "Schedule is used by routing rule of team [ops]")
