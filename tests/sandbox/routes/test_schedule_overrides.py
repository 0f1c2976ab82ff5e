"""The Schedule Override API page."""

from __future__ import annotations

import pytest

OVERRIDES = "/v2/schedules/ScheduleName/overrides"
BY_NAME = "?scheduleIdentifierType=name"
DATES = {"startDate": "2017-05-12T09:00Z", "endDate": "2017-05-12T15:00Z"}
NOBODY = {"user": {"type": "none"}, **DATES}


@pytest.fixture(autouse=True)
def schedule(sandbox):
    return sandbox.add_schedule("ScheduleName", participants=("ann@corp.example", "bob@corp.example"))


@pytest.fixture
def rotation(sandbox, schedule):
    return sandbox.account.rotations[schedule["id"]][0]


async def test_the_sample_is_created_and_read_back(api, schedule, rotation):
    body = {
        "alias": "Override Alias",
        "user": {"type": "user", "username": "ann@corp.example"},
        **DATES,
        "rotations": [{"id": rotation["id"]}],
    }

    reply = await api("POST", OVERRIDES + BY_NAME, body)

    assert (reply.status, reply.data) == (201, {"alias": "Override Alias"})
    assert set(reply.json) == {"data", "took", "requestId"}
    read = await api.get(f"{OVERRIDES}/Override%20Alias{BY_NAME}")
    ann = next(iter(api.sandbox.account.users.values()))
    expected = {
        "alias": "Override Alias",
        "user": {"type": "user", "id": ann["id"], "username": "ann@corp.example"},
        "startDate": "2017-05-12T09:00:00Z",
        "endDate": "2017-05-12T15:00:00Z",
        "rotations": [{"id": rotation["id"], "name": "Rot1"}],
    }
    assert read == {"_parent": {"id": schedule["id"], "name": "ScheduleName", "enabled": True}, **expected}
    assert await api.get(OVERRIDES + BY_NAME) == [expected]


async def test_dates_of_any_offset_are_answered_in_utc(api):
    body = NOBODY | {"startDate": "2017-01-15T08:00:00+02:00", "endDate": "2017-01-15T08:00:30.5+0100"}
    alias = (await api("POST", OVERRIDES + BY_NAME, body)).data["alias"]

    read = await api.get(f"{OVERRIDES}/{alias}{BY_NAME}")
    assert (read["startDate"], read["endDate"]) == ("2017-01-15T06:00:00Z", "2017-01-15T07:00:30Z")


async def test_nobody_the_whole_schedule_and_a_random_alias(api):
    first = (await api("POST", OVERRIDES + BY_NAME, NOBODY)).data["alias"]
    second = (await api("POST", OVERRIDES + BY_NAME, NOBODY)).data["alias"]

    assert first != second
    read = await api.get(f"{OVERRIDES}/{first}{BY_NAME}")
    assert (read["user"], read["rotations"]) == ({"type": "none"}, [])


async def test_the_samples_array_of_one_user_is_taken(api):
    body = {"user": [{"type": "user", "username": "ann@corp.example"}], **DATES}

    assert (await api("POST", OVERRIDES + BY_NAME, body)).status == 201
    body["user"] *= 2
    assert (await api("POST", OVERRIDES + BY_NAME, body)).status == 422


async def test_rotations_by_name_even_beside_an_empty_id(api, rotation):
    body = NOBODY | {"alias": "a", "rotations": [{"id": "", "name": "Rot1"}]}
    await api("POST", OVERRIDES + BY_NAME, body)

    assert (await api.get(f"{OVERRIDES}/a{BY_NAME}"))["rotations"] == [{"id": rotation["id"], "name": "Rot1"}]


async def test_an_alias_is_taken_once_per_schedule(api):
    api.sandbox.add_schedule("Other")
    body = NOBODY | {"alias": "a"}

    assert (await api("POST", OVERRIDES + BY_NAME, body)).status == 201
    assert (await api("POST", OVERRIDES + BY_NAME, body)).status == 409
    assert (await api("POST", f"/v2/schedules/Other/overrides{BY_NAME}", body)).status == 201


async def test_a_put_replaces_everything(api):
    await api("POST", OVERRIDES + BY_NAME, NOBODY | {"alias": "a/b", "rotations": [{"name": "Rot1"}]})

    reply = await api(
        "PUT", f"{OVERRIDES}/a%2Fb{BY_NAME}", {"user": {"type": "user", "username": "BOB@corp.example"}, **DATES}
    )

    assert (reply.status, set(reply.json), reply.data) == (200, {"data", "took", "requestId"}, {"alias": "a/b"})
    read = await api.get(f"{OVERRIDES}/a%2Fb{BY_NAME}")
    assert (read["user"]["username"], read["rotations"]) == ("bob@corp.example", [])


async def test_a_put_to_nothing_is_404(api):
    assert (await api("PUT", f"{OVERRIDES}/nothing{BY_NAME}", NOBODY)).status == 404


async def test_delete(api):
    await api("POST", OVERRIDES + BY_NAME, NOBODY | {"alias": "a"})

    reply = await api("DELETE", f"{OVERRIDES}/a{BY_NAME}")
    assert (reply.status, list(reply.json)) == (200, ["result", "took", "requestId"])
    assert (await api("GET", f"{OVERRIDES}/a{BY_NAME}")).status == 404


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"user", "startDate", "endDate"}),
        ({"user": {"type": "user"}, **DATES}, {"user"}),
        ({"user": {"type": "team", "name": "x"}, **DATES}, {"user#type"}),
        ({"user": {"type": "user", "username": "nobody@x"}, **DATES}, {"user"}),
        (NOBODY | {"startDate": "2017-05-12T09:00"}, {"startDate"}),
        (NOBODY | {"startDate": "tomorrow"}, {"startDate"}),
        (NOBODY | {"startDate": "0001-01-01T00:00+14:00"}, {"startDate"}),
        (NOBODY | {"endDate": NOBODY["startDate"]}, {"endDate"}),
        (NOBODY | {"rotations": {}}, {"rotations"}),
        (NOBODY | {"rotations": [{}]}, {"rotations[0]"}),
        (NOBODY | {"rotations": [{"name": "missing"}]}, {"rotations"}),
        (NOBODY | {"alias": "a" * 513}, {"alias"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", OVERRIDES + BY_NAME, body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)


async def test_an_override_does_not_outlive_its_only_rotation(api, schedule, rotation):
    await api("POST", OVERRIDES + BY_NAME, NOBODY | {"alias": "one", "rotations": [{"name": "Rot1"}]})
    await api("POST", OVERRIDES + BY_NAME, NOBODY | {"alias": "all"})

    await api("DELETE", f"/v2/schedules/{schedule['id']}/rotations/{rotation['id']}")

    assert [each["alias"] for each in await api.get(OVERRIDES + BY_NAME)] == ["all"]
