"""Notification rules of a user, and their steps."""

from __future__ import annotations

import pytest

PATH = "/v2/users/ann@corp.example/notification-rules"
STEP = {"contact": {"method": "email", "to": "ann@corp.example"}, "sendAfter": {"timeAmount": 0}, "enabled": True}
RULE = {"name": "New", "actionType": "create-alert", "enabled": True}
SHIFT = {"name": "Shift", "actionType": "schedule-start", "enabled": False, "notificationTime": ["just-before"]}


@pytest.fixture(autouse=True)
def ann(sandbox):
    return sandbox.add_user("ann@corp.example")


async def add(api, **changes):
    reply = await api("POST", PATH, RULE | changes)
    assert reply.status == 201, reply.text
    return reply.data


async def names(api, kind="create-alert"):
    return [(each["name"], each["order"]) for each in await api.get(PATH) if each["actionType"] == kind]


async def test_a_rule_from_create_to_delete(api, sandbox):
    schedule = sandbox.add_schedule("night")
    restriction = {"startHour": 8, "startMin": 20, "endHour": 17, "endMin": 0}
    reply = await api(
        "POST",
        PATH,
        SHIFT
        | {
            "schedules": [{"type": "schedule", "name": "night"}],
            "timeRestriction": {"type": "time-of-day", "restriction": restriction},
            "repeat": {"loopAfter": 5, "enabled": True},
            "steps": [{key: STEP[key] for key in ("contact", "enabled")}],
        },
    )
    id = reply.data["id"]
    meta = {"id": id, "name": "Shift", "actionType": "schedule-start", "order": 0, "enabled": False}
    assert (reply.status, reply.json["result"], reply.data) == (201, "Created", meta)
    assert await api.get(PATH) == [meta]

    read = await api.get(f"{PATH}/{id}")
    assert [set(step) for step in read["steps"]] == [{"id", "contact", "enabled"}]
    del read["steps"]
    assert read == {
        **meta,
        "criteria": {"type": "match-all"},
        "notificationTime": ["just-before"],
        "schedules": [{"type": "schedule", "id": schedule["id"], "name": "night"}],
        "timeRestriction": {"type": "time-of-day", "restriction": restriction},
        "repeat": {"loopAfter": 5, "enabled": True},
    }

    changed = await api("PATCH", f"{PATH}/{id}", {"name": "S", "timeRestriction": None, "repeat": None, "steps": []})
    assert (changed.json["result"], changed.data) == ("Updated", {**meta, "name": "S"})
    read = await api.get(f"{PATH}/{id}")
    assert read["steps"] == []
    assert read["notificationTime"] == ["just-before"]
    assert not {"timeRestriction", "repeat"} & set(read)

    assert (await api("POST", f"{PATH}/{id}/enable")).data == {"id": id}
    assert (await api.get(f"{PATH}/{id}"))["enabled"] is True
    assert (await api("POST", f"{PATH}/{id}/disable")).json["result"] == "Disabled"
    assert (await api.get(f"{PATH}/{id}"))["enabled"] is False
    assert (await api("DELETE", f"{PATH}/{id}")).json["result"] == "Deleted"
    assert (await api("GET", f"{PATH}/{id}")).status == 404


async def test_schedules_keep_their_names_and_leave_when_they_go(api, sandbox):
    sandbox.add_schedule("night")
    rule = (await api("POST", PATH, SHIFT | {"schedules": [{"type": "schedule", "name": "night"}]})).data

    await api("PATCH", "/v2/schedules/night?identifierType=name", {"name": "day"})
    assert [each["name"] for each in (await api.get(f"{PATH}/{rule['id']}"))["schedules"]] == ["day"]
    await api("DELETE", "/v2/schedules/day?identifierType=name")
    assert (await api.get(f"{PATH}/{rule['id']}"))["schedules"] == []


async def test_order_counts_among_rules_of_the_same_action(api):
    await api("POST", PATH, SHIFT)
    ids = {name: (await add(api, name=name))["id"] for name in "abc"}
    assert (await add(api, name="d", order=1))["order"] == 1
    assert await names(api) == [("a", 0), ("d", 1), ("b", 2), ("c", 3)]

    reply = await api("POST", f"{PATH}/{ids['c']}/change-order", {"order": 0})
    assert set(reply.json) == {"result", "took", "requestId"}
    assert await names(api) == [("c", 0), ("a", 1), ("d", 2), ("b", 3)]
    await api("POST", f"{PATH}/{ids['c']}/change-order", {"order": 666})
    await api("PATCH", f"{PATH}/{ids['b']}", {"order": 0})
    assert await names(api) == [("b", 0), ("a", 1), ("d", 2), ("c", 3)]
    assert await names(api, "schedule-start") == [("Shift", 0)]
    assert (await api("POST", f"{PATH}/{ids['c']}/change-order", {"order": -1})).status == 422


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name", "actionType", "enabled"}),
        (RULE | {"actionType": "sleep"}, {"actionType"}),
        (RULE | {"enabled": "yes"}, {"enabled"}),
        (RULE | {"criteria": {"type": "match-any-condition"}}, {"criteria#conditions"}),
        (RULE | {"order": -1}, {"order"}),
        (RULE | {"repeat": {"loopAfter": -1}}, {"repeat#loopAfter"}),
        (RULE | {"timeRestriction": {"type": "never"}}, {"timeRestriction#type"}),
        (RULE | {"steps": [{"enabled": True}]}, {"steps#contact"}),
        (RULE | {"steps": [{**STEP, "contact": {"method": "owl", "to": "x"}}]}, {"steps#contact#method"}),
        (RULE | {"steps": [{**STEP, "sendAfter": None}]}, {"steps#sendAfter"}),
        (SHIFT | {"notificationTime": []}, {"notificationTime"}),
        (SHIFT | {"notificationTime": ["soon"]}, {"notificationTime[0]"}),
        (SHIFT | {"schedules": [{"type": "user", "username": "ann@corp.example"}]}, {"schedules#type"}),
        (SHIFT | {"schedules": [{"type": "schedule", "name": "none"}]}, {"schedules"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", PATH, body)

    assert (reply.status, set(reply.json["errors"])) == (422, fields)
    assert await api.get(PATH) == []


async def test_a_wrong_change_changes_nothing(api):
    id = (await add(api, steps=[STEP]))["id"]
    before = await api.get(f"{PATH}/{id}")

    for body in ({"name": ""}, {"enabled": None}, {"steps": [{**STEP, "sendAfter": None}]}):
        assert (await api("PATCH", f"{PATH}/{id}", body)).status == 422
    assert await api.get(f"{PATH}/{id}") == before


async def test_a_step_from_create_to_delete(api):
    rule = (await add(api))["id"]
    steps = f"{PATH}/{rule}/steps"
    created = await api("POST", steps, STEP | {"sendAfter": {"timeAmount": 5}})
    id = created.data["id"]
    assert (created.status, created.json["result"], created.data) == (201, "Created", {"id": id})

    step = {
        "id": id,
        "contact": STEP["contact"],
        "sendAfter": {"timeAmount": 5, "timeUnit": "minutes"},
        "enabled": True,
    }
    assert await api.get(steps) == [step]
    assert await api.get(f"{steps}/{id}") == {"_parent": {"id": rule, "name": "New"}, **step}
    assert (await api.get(f"{PATH}/{rule}"))["steps"] == [step]

    changed = await api("PATCH", f"{steps}/{id}", {"sendAfter": {"timeAmount": 0}})
    assert (changed.json["result"], changed.data) == ("Updated", {"id": id})
    assert (await api.get(f"{steps}/{id}"))["sendAfter"] == {"timeAmount": 0, "timeUnit": "minutes"}
    assert (await api("POST", f"{steps}/{id}/disable")).data == {"id": id}
    assert (await api.get(f"{steps}/{id}"))["enabled"] is False
    assert (await api("POST", f"{steps}/{id}/enable")).json["result"] == "Enabled"
    assert (await api.get(f"{steps}/{id}"))["enabled"] is True
    assert (await api("DELETE", f"{steps}/{id}")).json["result"] == "Deleted"
    assert (await api("GET", f"{steps}/{id}")).status == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"contact", "enabled"}),
        (STEP | {"contact": {}}, {"contact#method", "contact#to"}),
        (STEP | {"sendAfter": {"timeAmount": -1}}, {"sendAfter#timeAmount"}),
        (STEP | {"sendAfter": {"timeAmount": 1, "timeUnit": "moons"}}, {"sendAfter#timeUnit"}),
        ({key: STEP[key] for key in ("contact", "enabled")}, {"sendAfter"}),
    ],
)
async def test_every_wrong_field_of_a_step_is_named(api, body, fields):
    rule = (await add(api))["id"]
    reply = await api("POST", f"{PATH}/{rule}/steps", body)

    assert (reply.status, set(reply.json["errors"])) == (422, fields)


async def test_steps_wait_for_new_and_assigned_alerts_only(api):
    rule = (await add(api, actionType="closed-alert"))["id"]
    id = (await api("POST", f"{PATH}/{rule}/steps", STEP)).data["id"]

    assert "sendAfter" not in await api.get(f"{PATH}/{rule}/steps/{id}")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_rules_are_copied_over_those_of_the_same_kind(api, sandbox, method):
    sandbox.add_user("bob@corp.example")
    await add(api, name="a", steps=[STEP])
    await api("POST", PATH, SHIFT)
    second = PATH.replace("ann", "bob")
    await api("POST", second, RULE | {"name": "old"})
    await api("POST", second, RULE | {"name": "kept", "actionType": "add-note"})

    body = {"toUsers": ["bob@corp.example"], "ruleTypes": ["new-alert"]}
    for _ in range(2):
        reply = await api(method, f"{PATH}/copy-to", body)
        assert (reply.status, set(reply.json)) == (200, {"result", "took", "requestId"})
    copies = {each["name"]: each["id"] for each in await api.get(second)}
    assert set(copies) == {"kept", "a"}
    assert copies["a"] != (await api.get(PATH))[0]["id"]
    await api("POST", f"{PATH}/copy-to", body | {"ruleTypes": ["all"]})
    assert [each["name"] for each in await api.get(second)] == ["a", "Shift"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"toUsers", "ruleTypes"}),
        ({"toUsers": ["nobody"], "ruleTypes": ["all"]}, {"toUsers"}),
        ({"toUsers": ["ann@corp.example"], "ruleTypes": ["schedule-end"]}, {"ruleTypes[0]"}),
        ({"toUsers": [], "ruleTypes": []}, {"toUsers", "ruleTypes"}),
    ],
)
async def test_a_copy_needs_users_and_kinds(api, body, fields):
    reply = await api("POST", f"{PATH}/copy-to", body)

    assert (reply.status, set(reply.json["errors"])) == (422, fields)


async def test_rules_go_with_their_user(api, sandbox):
    id = (await add(api))["id"]

    assert (await api("GET", f"/v2/users/nobody/notification-rules/{id}")).status == 404
    await api("DELETE", "/v2/users/ann@corp.example")
    assert sandbox.account.notification_rules == {}
