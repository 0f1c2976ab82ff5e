"""Schedules and their rotations."""

from __future__ import annotations

import pytest

ROTATION = {
    "name": "Rot1",
    "startDate": "2017-02-06T05:00:00Z",
    "endDate": "2017-02-23T06:00:00Z",
    "type": "weekly",
    "length": 6,
    "participants": [{"type": "user", "username": "ann@corp.example"}, {"type": "none"}],
    "timeRestriction": {
        "type": "time-of-day",
        "restriction": {"startHour": 8, "startMin": 0, "endHour": 18, "endMin": 30},
    },
}


@pytest.fixture(autouse=True)
def ann(sandbox):
    return sandbox.add_user("ann@corp.example")


@pytest.fixture
async def night(api):
    reply = await api("POST", "/v2/schedules", {"name": "night", "rotations": [ROTATION]})
    assert reply.status == 201, reply.text
    return reply.data["id"]


def _read(rotation, ann):
    user = {"type": "user", "id": ann["id"], "username": "ann@corp.example"}
    return {**rotation, "participants": [user, {"type": "none"}]}


async def test_a_schedule_from_create_to_delete(api, ann, sandbox):
    team = sandbox.add_team("ops")
    body = {
        "name": "a/b",
        "description": "d",
        "timezone": "Europe/Oslo",
        "enabled": False,
        "ownerTeam": {"name": "ops"},
        "rotations": [ROTATION],
    }

    created = await api("POST", "/v2/schedules", body)
    head = {"id": created.data["id"], "name": "a/b", "enabled": False}
    assert (created.status, created.json["result"], created.data) == (201, "Created", head)
    schedule = await api.get("/v2/schedules/a%2Fb?identifierType=name")
    rotation = schedule["rotations"][0]
    assert schedule == {
        **body,
        "id": head["id"],
        "ownerTeam": {"id": team["id"], "name": "ops"},
        "rotations": [{"id": rotation["id"], **_read(ROTATION, ann)}],
    }
    updated = await api("PATCH", f"/v2/schedules/{head['id']}", {"enabled": True, "ownerTeam": None})
    assert (updated.json["result"], updated.data) == ("Updated", {**head, "enabled": True})
    after = await api.get(f"/v2/schedules/{head['id']}")
    assert "ownerTeam" not in after
    assert after["rotations"] == schedule["rotations"]
    assert (await api("DELETE", f"/v2/schedules/{head['id']}")).json["result"] == "Deleted"
    assert (await api("GET", f"/v2/schedules/{head['id']}")).status == 404


async def test_the_list_expands_rotations_when_asked(api, night):
    plain, expanded = await api("GET", "/v2/schedules"), await api("GET", "/v2/schedules?expand=rotation")

    assert plain.json["expandable"] == ["rotation"]
    assert plain.data[0]["rotations"] == []
    assert [each["name"] for each in expanded.data[0]["rotations"]] == ["Rot1"]


async def test_what_is_not_sent_has_a_default(api):
    await api("POST", "/v2/schedules", {"name": "bare"})
    schedule = await api.get("/v2/schedules/bare?identifierType=name")

    assert schedule == {
        "id": schedule["id"],
        "name": "bare",
        "description": "",
        "timezone": "America/New_York",
        "enabled": True,
        "rotations": [],
    }


async def test_an_update_with_rotations_replaces_them_and_what_depends_on_them(api, night):
    override = {"user": {"type": "none"}, "startDate": "2017-05-12T09:00Z", "endDate": "2017-05-12T15:00Z"}
    path = f"/v2/schedules/{night}"
    await api("POST", f"{path}/overrides", override | {"alias": "one", "rotations": [{"name": "Rot1"}]})
    await api("POST", f"{path}/overrides", override | {"alias": "all"})

    await api("PATCH", path, {"rotations": [ROTATION | {"name": "new"}]})

    assert [each["name"] for each in (await api.get(path))["rotations"]] == ["new"]
    assert [each["alias"] for each in await api.get(f"{path}/overrides")] == ["all"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": "x" * 101}, {"name"}),
        ({"name": "x", "description": "x" * 10_001}, {"description"}),
        ({"name": "x", "timezone": "Nowhere"}, {"timezone"}),
        ({"name": "x", "enabled": "yes"}, {"enabled"}),
        ({"name": "x", "ownerTeam": {}}, {"ownerTeam"}),
        ({"name": "x", "ownerTeam": {"name": "nobody"}}, {"ownerTeam"}),
        ({"name": "x", "rotations": [{}]}, {f"rotations#{name}" for name in ("startDate", "type", "participants")}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", "/v2/schedules", body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)
    assert not api.sandbox.account.schedules


async def test_names_are_taken_once(api, night):
    await api("POST", "/v2/schedules", {"name": "day"})

    assert (await api("POST", "/v2/schedules", {"name": "night"})).status == 409
    assert (await api("PATCH", "/v2/schedules/day?identifierType=name", {"name": "night"})).status == 409
    assert (await api("PATCH", "/v2/schedules/day?identifierType=name", {"name": ""})).status == 422


async def test_a_rotation_from_create_to_delete(api, night, ann):
    rotations = f"/v2/schedules/{night}/rotations"

    created = await api("POST", rotations, ROTATION | {"name": "Rot2"})
    id = created.data["id"]
    assert (created.status, created.json["result"], created.data) == (201, "Created", {"id": id, "name": "Rot2"})
    expected = {"endDate": None, "timeRestriction": None, "id": id, **_read(ROTATION, ann), "name": "Rot2"}
    parent = {"id": night, "name": "night", "enabled": True}
    assert await api.get(f"{rotations}/{id}") == {"_parent": parent, **expected}
    assert (await api.get(rotations))[1] == expected
    updated = await api("PATCH", f"{rotations}/{id}", {"length": 2, "endDate": None, "timeRestriction": None})
    assert (updated.json["result"], updated.data) == ("Updated", {"id": id, "name": "Rot2"})
    after = (await api.get(rotations))[1]
    assert after == expected | {"length": 2, "endDate": None, "timeRestriction": None}
    assert (await api("DELETE", f"{rotations}/{id}")).json["result"] == "Deleted"
    assert (await api("GET", f"{rotations}/{id}")).status == 404
    assert len(await api.get(rotations)) == 1


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("2017-02-06T05:14:59Z", "2017-02-06T05:00:00Z"),
        ("2017-02-06T05:15:00Z", "2017-02-06T05:30:00Z"),
        ("2017-02-06T05:44:00Z", "2017-02-06T05:30:00Z"),
        ("2017-02-06T23:45:00Z", "2017-02-07T00:00:00Z"),
        ("2017-02-06T05:40+05:45", "2017-02-06T00:00:00Z"),
    ],
)
async def test_minutes_move_to_00_or_30(api, night, value, result):
    reply = await api("POST", f"/v2/schedules/{night}/rotations", ROTATION | {"startDate": value})

    assert (await api.get(f"/v2/schedules/{night}/rotations/{reply.data['id']}"))["startDate"] == result


async def test_minutes_of_restrictions_move_too_across_midnight(api, night):
    request = {"startDay": "monday", "startHour": 8, "startMin": 20, "endDay": "sunday", "endHour": 23, "endMin": 50}
    weekly = {"type": "weekday-and-time-of-day", "restrictions": [request]}
    reply = await api("POST", f"/v2/schedules/{night}/rotations", ROTATION | {"timeRestriction": weekly})

    read = await api.get(f"/v2/schedules/{night}/rotations/{reply.data['id']}")
    assert read["timeRestriction"]["restrictions"] == [
        {"startDay": "monday", "endDay": "monday", "startHour": 8, "startMin": 30, "endHour": 0, "endMin": 0}
    ]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"type": "yearly"}, {"type"}),
        ({"length": 0}, {"length"}),
        ({"length": 1.5}, {"length"}),
        ({"participants": []}, {"participants"}),
        ({"participants": [{"type": "group", "name": "x"}]}, {"participants#type"}),
        ({"participants": [{"type": "user", "username": "nobody@x"}]}, {"participants"}),
        ({"endDate": "2016-01-01T00:00:00Z"}, {"endDate"}),
        ({"startDate": None}, {"startDate"}),
    ],
)
async def test_every_wrong_field_of_a_rotation_is_named(api, night, change, fields):
    rotations = f"/v2/schedules/{night}/rotations"
    existing = (await api.get(rotations))[0]["id"]

    for method, path, body in (("POST", rotations, ROTATION | change), ("PATCH", f"{rotations}/{existing}", change)):
        reply = await api(method, path, body)
        assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)
