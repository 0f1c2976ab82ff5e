"""The deprecated schedule API over real sockets: what is written, read and refused, and with which key."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from tests.sandbox.routes.v1.caller import ON_CALL, SCHEDULE, Caller, company, daily

OFFICE = {
    "startDay": "monday",
    "endDay": "thursday",
    "startHour": "8",
    "startMinute": "30",
    "endHour": "17",
    "endMinute": "00",
}


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with company() as calling:
        yield calling


async def test_what_is_written_as_rotations_is_read_as_rules(caller: Caller) -> None:
    """The page's own sample, its missing comma repaired."""
    id = await caller.create(
        name="network_team_schedule",
        timezone="America/New_York",
        enabled=True,
        description="network schedule",
        team="operations",
        rotations=[
            daily(
                "ann@corp.example",
                "group1",
                "none",
                start="2013-02-10 18:00",
                name="Off Hours",
                endDate="2013-07-10 12:00",
            ),
            {
                "startDate": "2013-02-10 18:00",
                "participants": ["group1", "operations"],
                "rotationType": "hourly",
                "rotationLength": 8,
                "restrictions": [OFFICE],
            },
        ],
    )

    result = await caller.get(name="network_team_schedule")
    first, second = (rule.pop("id") for rule in result["rules"])
    assert len({id, first, second}) == 3
    assert result == {
        "id": id,
        "name": "network_team_schedule",
        "timezone": "America/New_York",
        "enabled": True,
        "team": "operations",
        "rules": [
            {
                "name": "Off Hours",
                "startDate": "2013-02-10 18:00",
                "endDate": "2013-07-10 12:00",
                "participants": [
                    {"participant": "ann@corp.example", "type": "user"},
                    {"participant": "group1", "type": "group"},
                    {"participant": "none"},
                ],
                "rotationType": "daily",
            },
            {
                "startDate": "2013-02-10 18:00",
                "participants": [
                    {"participant": "group1", "type": "group"},
                    {"participant": "operations", "type": "team"},
                ],
                "rotationType": "hourly",
                "rotationLength": 8,
                "restrictions": [OFFICE],
            },
        ],
    }


async def test_both_apis_show_the_same_schedule(caller: Caller) -> None:
    id = await caller.create(
        name="shared",
        timezone="America/New_York",
        rotations=[daily("ann@corp.example", start="2025-07-01 09:10", restrictions=[OFFICE | {"startMinute": 44}])],
    )
    url = f"{caller.sandbox.url}/v2/schedules/{id}"
    async with caller.session.get(url, headers={"Authorization": f"GenieKey {caller.key}"}) as answer:
        schedule = (await answer.json())["data"]

    assert (schedule["name"], schedule["timezone"], schedule["enabled"]) == ("shared", "America/New_York", True)
    assert "ownerTeam" not in schedule
    rotation = schedule["rotations"][0]
    user = rotation["participants"][0]
    assert rotation == {
        "endDate": None,
        "id": rotation["id"],
        "name": "",
        "startDate": "2025-07-01T13:00:00Z",
        "type": "daily",
        "length": 1,
        "participants": [{"type": "user", "id": user["id"], "username": "ann@corp.example"}],
        "timeRestriction": {
            "type": "weekday-and-time-of-day",
            "restrictions": [
                {"startDay": "monday", "startHour": 8, "startMin": 30, "endDay": "thursday", "endHour": 17, "endMin": 0}
            ],
        },
    }


async def test_a_restriction_without_days_is_read_as_one_for_each_day(caller: Caller) -> None:
    id = await caller.create(name="nights", rotations=[daily("ann@corp.example")])
    night = {"startHour": 20, "startMin": 30, "endHour": 8, "endMin": 0}
    caller.sandbox.account.rotations[id][0]["timeRestriction"] = {"type": "time-of-day", "restriction": night}

    restrictions = (await caller.get(id=id))["rules"][0]["restrictions"]

    assert len(restrictions) == 7
    assert restrictions[6] == {
        "startDay": "sunday",
        "startHour": "20",
        "startMinute": "30",
        "endDay": "monday",
        "endHour": "8",
        "endMinute": "00",
    }


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2025-02-10 18:14", "2025-02-10 18:00"),
        ("2025-02-10 18:15", "2025-02-10 18:30"),
        ("2025-02-10 18:44", "2025-02-10 18:30"),
        ("2025-12-31 23:45", "2026-01-01 00:00"),
    ],
)
async def test_minutes_move_to_the_nearest_half_hour(caller: Caller, value: str, read: str) -> None:
    id = await caller.create(name="snapped", timezone="Asia/Kolkata", rotations=[daily("none", start=value)])

    assert (await caller.get(id=id))["rules"][0]["startDate"] == read


async def test_a_restriction_snapped_over_midnight_ends_on_the_next_day(caller: Caller) -> None:
    frame = OFFICE | {"endDay": "sunday", "endHour": 23, "endMinute": "50"}
    id = await caller.create(name="late", rotations=[daily("none", restrictions=[frame])])

    (read,) = (await caller.get(id=id))["rules"][0]["restrictions"]
    assert (read["endDay"], read["endHour"], read["endMinute"]) == ("monday", "0", "00")


async def test_a_created_schedule_has_defaults(caller: Caller) -> None:
    id = await caller.create(name="plain")

    assert await caller.get(id=id) == {
        "id": id,
        "name": "plain",
        "timezone": caller.sandbox.account.timezone,
        "enabled": True,
        "team": "",
        "rules": [],
    }


async def test_update_by_id_renames_and_leaves_the_rest(caller: Caller) -> None:
    id = await caller.create(name="old", team="operations", rotations=[daily("ann@corp.example", "none")])

    assert await caller.post(id=id, name="new", enabled="false") == (200, {"status": "successful", "code": 200})
    result = await caller.get(id=id)
    assert (result["name"], result["enabled"], result["team"]) == ("new", False, "operations")
    assert len(result["rules"]) == 1

    assert (await caller.post(id=id, team=""))[0] == 200
    assert (await caller.get(name="new"))["team"] == ""


async def test_a_post_with_a_name_that_exists_is_an_update(caller: Caller) -> None:
    id = await caller.create(name="night", rotations=[daily("ann@corp.example")])
    overrides = caller.sandbox.account.overrides[id]
    dates = {"startDate": "2025-02-05T00:00:00Z", "endDate": "2025-02-06T00:00:00Z"}
    bound = [{"id": caller.sandbox.account.rotations[id][0]["id"], "name": ""}]
    overrides["whole"] = {"alias": "whole", "user": {"type": "none"}, **dates, "rotations": []}
    overrides["bound"] = {"alias": "bound", "user": {"type": "none"}, **dates, "rotations": bound}

    assert await caller.post(name="night", rotations=[daily("bob@corp.example")]) == (
        200,
        {"status": "successful", "code": 200},
    )
    assert (await caller.get(id=id))["rules"][0]["participants"] == [
        {"participant": "bob@corp.example", "type": "user"}
    ]
    assert len((await caller.get())["schedules"]) == 1
    # Its rotation was replaced: it must not turn into an override of the whole schedule.
    assert list(caller.sandbox.account.overrides[id]) == ["whole"]


async def test_a_refused_update_changes_nothing(caller: Caller) -> None:
    id = await caller.create(name="night", rotations=[daily("ann@corp.example")])
    before = await caller.get(id=id)

    status, _ = await caller.post(id=id, name="day", enabled=False, rotations=[daily("bob@corp.example"), daily("who")])

    assert status == 422
    assert await caller.get(id=id) == before


async def test_list_names_restrictions_even_when_there_are_none(caller: Caller) -> None:
    await caller.create(name="one", rotations=[daily("group1", rotationLength="3")])
    await caller.create(name="two", team="operations", rotations=[daily("none", restrictions=[OFFICE])])

    schedules = (await caller.get())["schedules"]

    assert [(schedule["name"], schedule["team"]) for schedule in schedules] == [("one", ""), ("two", "operations")]
    assert schedules[0]["rules"][0]["restrictions"] == []
    assert schedules[0]["rules"][0]["rotationLength"] == 3
    assert schedules[1]["rules"][0]["restrictions"] == [OFFICE]
    assert "restrictions" not in (await caller.get(name="one"))["rules"][0]


async def test_delete_takes_the_schedule_out_of_both_apis(caller: Caller) -> None:
    id = await caller.create(name="gone", rotations=[daily("none")])

    assert await caller.send("DELETE", SCHEDULE, name="gone") == (200, {"status": "successful", "code": 200})
    assert await caller.send("DELETE", SCHEDULE, id=id) == (
        404,
        {"error": f"Schedule with id [{id}] does not exist", "code": 404},
    )
    account = caller.sandbox.account
    assert id not in {**account.schedules, **account.rotations, **account.overrides}


async def test_a_schedule_in_use_is_not_deleted(caller: Caller) -> None:
    id = await caller.create(name="used")
    caller.sandbox.add_routing_rules("operations")[0]["notify"] = {"type": "schedule", "id": id, "name": "used"}

    assert (await caller.send("DELETE", SCHEDULE, id=id))[0] == 428
    assert (await caller.get(id=id))["name"] == "used"


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({}, 422, "[name]"),
        ({"name": "x" * 101}, 422, "100 characters"),
        ({"name": 7}, 422, "name"),
        ({"name": "s", "timezone": "Mars/Olympus"}, 422, "Mars/Olympus"),
        ({"name": "s", "timezone": "../etc"}, 422, "timezone"),
        ({"name": "s", "team": "nobody"}, 422, "[nobody]"),
        ({"name": "s", "enabled": "yes"}, 422, "enabled"),
        ({"name": "s", "rotations": {}}, 422, "rotations"),
        ({"name": "s", "rotations": ["x"]}, 422, "rotations"),
        ({"name": "s", "rotations": [daily("who@corp.example")]}, 422, "[who@corp.example]"),
        ({"name": "s", "rotations": [daily("None")]}, 422, "[None]"),
        ({"name": "s", "rotations": [daily()]}, 422, "[participants]"),
        ({"name": "s", "rotations": [daily("none") | {"participants": "none"}]}, 422, "participants"),
        ({"name": "s", "rotations": [daily("none", start="")]}, 422, "[startDate]"),
        ({"name": "s", "rotations": [daily("none", start="2013-02-30 18:00")]}, 422, "2013-02-30"),
        ({"name": "s", "rotations": [daily("none", start="2013-02-10T18:00:00Z")]}, 422, "startDate"),
        ({"name": "s", "rotations": [daily("none", endDate="2025-01-01 00:00")]}, 422, "endDate"),
        ({"name": "s", "rotations": [daily("none") | {"rotationType": "yearly"}]}, 422, "[yearly]"),
        ({"name": "s", "rotations": [daily("none", rotationLength=0)]}, 422, "rotationLength"),
        ({"name": "s", "rotations": [daily("none", rotationLength=True)]}, 422, "rotationLength"),
        ({"name": "s", "rotations": [daily("none", restrictions=[OFFICE | {"endDay": "someday"}])]}, 422, "endDay"),
        ({"name": "s", "rotations": [daily("none", restrictions=[OFFICE | {"startHour": "25"}])]}, 422, "startHour"),
        ({"name": "s", "rotations": [daily("none", restrictions=[OFFICE | {"endMinute": None}])]}, 422, "endMinute"),
        ({"name": "s", "rotations": [daily("none", restrictions="always")]}, 422, "restrictions"),
        ({"name": "s", "rotations": [daily("none", restrictions=["always"])]}, 422, "restrictions"),
        ({"id": "nothing"}, 404, "[nothing]"),
        ({"id": "taken", "name": "other"}, 409, "[other]"),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else None,
)
async def test_a_body_that_makes_no_sense_is_named_in_the_error(
    caller: Caller, body: dict[str, object], status: int, named: str
) -> None:
    first = await caller.create(name="taken")
    await caller.create(name="other")
    if body.get("id") == "taken":
        body = body | {"id": first}

    answered, document = await caller.post(**body)

    assert answered == status
    assert document.keys() == {"error", "code"}
    assert document["code"] == status
    assert named in document["error"]
    assert len(caller.sandbox.account.schedules) == 2


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        (SCHEDULE, {"name": "nothing"}, 404),
        (f"{SCHEDULE}/timeline", {}, 422),
        (f"{SCHEDULE}/timeline", {"name": "s", "date": "tomorrow"}, 422),
        (f"{SCHEDULE}/timeline", {"name": "s", "interval": "0"}, 422),
        (f"{SCHEDULE}/timeline", {"name": "s", "intervalUnit": "years"}, 422),
        (ON_CALL, {"name": "s", "time": "2025"}, 422),
        (ON_CALL, {"timezone": "Mars/Olympus"}, 422),
        (f"{SCHEDULE}/whoIsOnCallNext", {}, 422),
        (f"{SCHEDULE}/export", {}, 422),
        (f"{SCHEDULE}/export", {"name": "nobody@corp.example"}, 404),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(
    caller: Caller, path: str, query: dict[str, str], status: int
) -> None:
    await caller.create(name="s")

    answered, document = await caller.send("GET", path, **query)

    assert answered == document["code"] == status
    assert document.keys() == {"error", "code"}


@pytest.mark.parametrize(
    ("method", "query", "body"),
    [
        ("GET", {}, None),
        ("POST", {}, {"name": "s"}),
        ("POST", {"apiKey": "KEY"}, {"name": "s"}),
        ("POST", {}, {"name": "s", "apiKey": "wrong"}),
        ("DELETE", {"name": "s", "apiKey": "wrong"}, None),
    ],
)
async def test_the_key_is_found_in_query_or_body_and_never_in_a_header(
    caller: Caller, method: str, query: dict[str, str], body: dict[str, str] | None
) -> None:
    header = {"Authorization": f"GenieKey {caller.key}"}
    params = {key: caller.key if value == "KEY" else value for key, value in query.items()}
    url = caller.sandbox.url + SCHEDULE
    async with caller.session.request(method, url, params=params, json=body, headers=header) as answer:
        document = await answer.json()

    assert (answer.status, document["code"]) == (401, 2)
    assert document["error"].startswith("Could not authenticate")
    assert caller.sandbox.account.schedules == {}


async def test_json_is_taken_as_curl_declares_it_and_broken_json_is_400(caller: Caller) -> None:
    url = caller.sandbox.url + SCHEDULE
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = json.dumps({"apiKey": caller.key, "name": "curl"})
    async with caller.session.post(url, data=body, headers=form) as answer:
        assert answer.status == 200
    async with caller.session.post(url, data=body[:-1], headers=form) as answer:
        assert answer.status == 400
        assert (await answer.json()).keys() == {"error", "code"}


async def test_a_read_only_key_reads(caller: Caller) -> None:
    await caller.create(name="night")
    caller.key = caller.sandbox.add_key(read_only=True)

    assert (await caller.get(name="night"))["name"] == "night"
    assert await caller.get(ON_CALL, name="night")
    status, document = await caller.post(name="night", enabled=False)
    assert (status, document["code"]) == (403, 40301)
    assert (await caller.send("DELETE", SCHEDULE, name="night"))[0] == 403


async def test_a_key_without_configuration_access_is_refused_everywhere(caller: Caller) -> None:
    await caller.create(name="night")
    caller.key = caller.sandbox.add_key(configuration_access=False)

    for path in (SCHEDULE, f"{SCHEDULE}/timeline", ON_CALL, f"{SCHEDULE}/whoIsOnCallNext", f"{SCHEDULE}/export"):
        status, document = await caller.send("GET", path, name="night")
        assert (status, document["code"]) == (403, 40301)


async def test_a_teams_key_sees_and_writes_what_is_its_teams(caller: Caller) -> None:
    await caller.create(name="global")
    await caller.create(name="theirs", team="operations")
    caller.key = caller.sandbox.add_key(team="search")

    await caller.create(name="ours", team="operations")
    assert [(each["name"], each["team"]) for each in (await caller.get())["schedules"]] == [("ours", "search")]
    assert [each["name"] for each in (await caller.get(ON_CALL))["oncalls"]] == ["ours"]
    for name in ("global", "theirs"):
        assert (await caller.send("GET", SCHEDULE, name=name))[0] == 403
        assert (await caller.post(name=name, enabled=False))[0] == 403
