"""The deprecated schedule API over real sockets, against what its page shows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sandbox.generate import generate

NOW = datetime(2025, 2, 5, 12, 0, tzinfo=UTC)  # a Wednesday
SCHEDULE = "/v1/json/schedule"
ON_CALL = "/v1.1/json/schedule/whoIsOnCall"


class StoppedClock:
    """Always noon."""

    def now(self) -> float:
        return 1000.0

    def utc(self) -> datetime:
        return NOW


class Caller:
    """A client without any manners of its own: the key goes where the page wants it."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session
        self.key = sandbox.api_key

    async def send(self, method: str, path: str, **query: str) -> tuple[int, Any]:
        params = {"apiKey": self.key, **query}
        async with self.session.request(method, self.sandbox.url + path, params=params) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str = SCHEDULE, **query: str) -> Any:
        status, document = await self.send("GET", path, **query)
        assert status == 200, document
        return document

    async def post(self, **body: object) -> tuple[int, Any]:
        url = self.sandbox.url + SCHEDULE
        async with self.session.post(url, json={"apiKey": self.key, **body}) as answer:
            return answer.status, await answer.json()

    async def create(self, **body: object) -> str:
        status, document = await self.post(**body)
        assert status == 200, document
        return str(document["id"])


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with Sandbox(clock=StoppedClock()) as sandbox, aiohttp.ClientSession() as session:
        for name in ("ann", "bob"):
            sandbox.add_user(f"{name}@corp.example")
        sandbox.add_team("operations", members=("ann@corp.example", "bob@corp.example"))
        sandbox.account.groups["g1"] = {"id": "g1", "name": "group1", "users": ["bob@corp.example"]}
        yield Caller(sandbox, session)


def daily(*participants: str, start: str = "2025-02-01 09:00", **more: object) -> dict[str, object]:
    return {"startDate": start, "participants": list(participants), "rotationType": "daily", **more}


OFFICE = {
    "startDay": "monday",
    "endDay": "thursday",
    "startHour": "8",
    "startMinute": "30",
    "endHour": "17",
    "endMinute": "00",
}


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

    found = await caller.get(name="network_team_schedule")
    first, second = (rule.pop("id") for rule in found["rules"])
    assert len({id, first, second}) == 3
    assert found == {
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
    ("written", "read"),
    [
        ("2025-02-10 18:14", "2025-02-10 18:00"),
        ("2025-02-10 18:15", "2025-02-10 18:30"),
        ("2025-02-10 18:44", "2025-02-10 18:30"),
        ("2025-12-31 23:45", "2026-01-01 00:00"),
    ],
)
async def test_minutes_move_to_the_nearest_half_hour(caller: Caller, written: str, read: str) -> None:
    id = await caller.create(name="snapped", timezone="Asia/Kolkata", rotations=[daily("none", start=written)])

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
    found = await caller.get(id=id)
    assert (found["name"], found["enabled"], found["team"]) == ("new", False, "operations")
    assert len(found["rules"]) == 1

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


async def test_who_is_on_call_nested_and_flat(caller: Caller) -> None:
    """At noon in UTC it is seven in New York: the turn that began yesterday at nine is still Bob's."""
    rotations = [daily("ann@corp.example", "bob@corp.example", start="2025-02-03 09:00"), daily("group1")]
    id = await caller.create(name="night", timezone="America/New_York", rotations=rotations)
    user = {"name": "bob@corp.example", "type": "user", "forwarded": "false"}
    group = {"name": "group1", "type": "group"}

    assert await caller.get(ON_CALL, name="night") == {
        "id": id,
        "name": "night",
        "type": "schedule",
        "participants": [user, group],
    }
    assert await caller.get(ON_CALL, id=id, flat="true") == {
        "took": 1,
        "recipients": ["bob@corp.example"],
        "isEnabled": True,
        "name": "night",
        "id": id,
        "type": "schedule",
    }


async def test_time_is_read_in_the_timezone_of_the_query_or_else_of_the_schedule(caller: Caller) -> None:
    rotations = [daily("ann@corp.example", "bob@corp.example", start="2025-02-03 09:00")]
    await caller.create(name="night", timezone="America/New_York", rotations=rotations)

    async def at(time: str, **query: str) -> list[str]:
        found = await caller.get(ON_CALL, name="night", flat="true", time=time, **query)
        return list(found["recipients"])

    assert await at("2025-02-04 08:59") == ["ann@corp.example"]
    assert await at("2025-02-04 09:00") == ["bob@corp.example"]
    assert await at("2025-02-04 14:59", timezone="Europe/London") == ["bob@corp.example"]
    assert await at("2025-02-04 13:59", timezone="Europe/London") == ["ann@corp.example"]


async def test_who_is_on_call_in_all_schedules(caller: Caller) -> None:
    first = await caller.create(name="one", rotations=[daily("ann@corp.example")])
    second = await caller.create(name="two", enabled=False)

    assert await caller.get(ON_CALL) == {
        "oncalls": [
            {
                "id": first,
                "name": "one",
                "type": "schedule",
                "participants": [{"name": "ann@corp.example", "type": "user", "forwarded": "false"}],
            },
            {"id": second, "name": "two", "type": "schedule", "participants": []},
        ]
    }
    flat = (await caller.get(ON_CALL, flat="true"))["oncalls"]
    assert [(each["recipients"], each["isEnabled"], each["took"]) for each in flat] == [
        (["ann@corp.example"], True, 1),
        ([], False, 1),
    ]


async def test_next_tells_the_final_schedule_from_the_rotation(caller: Caller) -> None:
    rotations = [daily("ann@corp.example", "bob@corp.example", "group1", start="2025-02-05 00:00")]
    id = await caller.create(name="night", timezone="Etc/UTC", rotations=rotations)
    caller.sandbox.account.overrides[id]["o"] = {
        "alias": "o",
        "user": {"type": "user", "id": "x", "username": "cat@corp.example"},
        "startDate": "2025-02-06T00:00:00Z",
        "endDate": "2025-02-07T00:00:00Z",
        "rotations": [],
    }

    assert await caller.get(f"{SCHEDULE}/whoIsOnCallNext", name="night") == {
        "id": id,
        "name": "night",
        "type": "schedule",
        "finalNextOnCalls": [{"name": "cat@corp.example", "type": "user", "forwarded": "false"}],
        "rotationNextOnCalls": [{"name": "bob@corp.example", "type": "user", "forwarded": "false"}],
    }
    flat = await caller.get(f"{SCHEDULE}/whoIsOnCallNext", id=id, flat="true")
    assert flat == {
        "took": 1,
        "finalNextRecipients": ["cat@corp.example"],
        "rotationNextRecipients": ["bob@corp.example"],
        "isEnabled": True,
        "name": "night",
        "id": id,
        "type": "schedule",
    }


async def test_timeline_with_details(caller: Caller) -> None:
    """One past, one running and one coming period, an override, a group and an empty rotation."""
    account = caller.sandbox.account
    id = await caller.create(
        name="timeline_test",
        timezone="Europe/Istanbul",
        rotations=[
            daily("ann@corp.example", "group1", start="2025-02-04 00:00"),
            daily("none", start="2025-02-04 00:00", name="empty"),
        ],
    )
    ann = next(user for user in account.users.values() if user["username"] == "ann@corp.example")
    bob = next(user for user in account.users.values() if user["username"] == "bob@corp.example")
    first, second = (row["id"] for row in account.rotations[id])
    account.overrides[id]["o"] = {
        "alias": "o",
        "user": {"type": "user", "id": ann["id"], "username": ann["username"]},
        "startDate": "2025-02-05T06:00:00Z",
        "endDate": "2025-02-05T09:00:00Z",
        "rotations": [{"id": first, "name": ""}],
    }

    def ms(text: str) -> int:
        return int(datetime.fromisoformat(text).timestamp() * 1000)

    def recipient(user: dict[str, Any]) -> dict[str, str]:
        return {"displayName": user["fullName"], "name": user["username"], "id": user["id"], "type": "user"}

    def period(who: dict[str, Any], start: str, end: str, kind: str, flat: list[Any] | None = None) -> dict[str, Any]:
        document = {"recipients": [who], "startTime": ms(start), "endTime": ms(end), "type": kind}
        return document if flat is None else document | {"flattenedRecipients": flat}

    group = {"displayName": "group1", "name": "group1", "id": "g1", "type": "group"}
    query = {"interval": "2", "intervalUnit": "days", "date": "2025-02-04 00:00"}
    found = await caller.get(f"{SCHEDULE}/timeline", id=id, details="true", **query)

    # Midnight in Istanbul is 21:00Z of the day before; now is 12:00Z on the fifth.
    past = period(recipient(ann), "2025-02-03T21:00Z", "2025-02-04T21:00Z", "user", [recipient(ann)])
    override = period(recipient(ann), "2025-02-05T06:00Z", "2025-02-05T09:00Z", "override", [recipient(ann)])
    assert found == {
        "schedule": {
            "id": id,
            "name": "timeline_test",
            "timezone": "Europe/Istanbul",
            "enabled": True,
            "team": "",
        },
        "took": 1,
        "timeline": {
            "startTime": ms("2025-02-03T21:00Z"),
            "endTime": ms("2025-02-05T21:00Z"),
            "finalSchedule": {
                "rotations": [
                    {
                        "id": first,
                        "name": "",
                        "order": 0,
                        "periods": [
                            past,
                            period(group, "2025-02-04T21:00Z", "2025-02-05T06:00Z", "group", [recipient(bob)]),
                            override,
                            period(group, "2025-02-05T09:00Z", "2025-02-05T21:00Z", "group"),
                        ],
                    },
                    {"id": second, "name": "empty", "order": 0, "periods": []},
                ]
            },
            "baseSchedule": {
                "rotations": [
                    {
                        "id": first,
                        "name": "",
                        "order": 1,
                        "periods": [past, period(group, "2025-02-04T21:00Z", "2025-02-05T21:00Z", "group")],
                    },
                    {"id": second, "name": "empty", "order": 2, "periods": []},
                ]
            },
            "overrides": {"rotations": [{"id": "or", "name": "", "order": 0, "periods": [override]}]},
            "forwardings": {
                "rotations": [
                    {"id": first, "name": "", "order": 0, "periods": []},
                    {"id": second, "name": "empty", "order": 0, "periods": []},
                ]
            },
        },
    }


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ({}, "2025-02-05T12:00Z", "2025-02-12T12:00Z"),
        ({"interval": "3", "intervalUnit": "days"}, "2025-02-05T12:00Z", "2025-02-08T12:00Z"),
        # In New York a day in March has 23 hours, and January's last day plus a month is February's.
        ({"date": "2025-03-09 00:00", "intervalUnit": "days"}, "2025-03-09T05:00Z", "2025-03-10T04:00Z"),
        ({"date": "2025-01-31 18:00", "intervalUnit": "months"}, "2025-01-31T23:00Z", "2025-02-28T23:00Z"),
        ({"date": "2025-03-31 00:00", "intervalUnit": "months"}, "2025-03-31T04:00Z", "2025-04-30T04:00Z"),
        ({"date": "2025-12-01 00:00", "intervalUnit": "months"}, "2025-12-01T05:00Z", "2026-01-01T05:00Z"),
    ],
)
async def test_timeline_covers_the_interval_on_the_schedules_wall_clock(
    caller: Caller, query: dict[str, str], start: str, end: str
) -> None:
    await caller.create(name="s", timezone="America/New_York")

    timeline = (await caller.get(f"{SCHEDULE}/timeline", name="s", **query))["timeline"]

    assert timeline.keys() == {"startTime", "endTime", "finalSchedule"}
    assert [timeline["startTime"], timeline["endTime"]] == [
        datetime.fromisoformat(moment).timestamp() * 1000 for moment in (start, end)
    ]


async def test_an_override_for_nobody_has_no_recipients_and_leaves_a_gap(caller: Caller) -> None:
    id = await caller.create(name="s", timezone="Etc/UTC", rotations=[daily("ann@corp.example")])
    dates = {"startDate": "2025-02-05T14:00:00Z", "endDate": "2025-02-05T15:00:00Z"}
    caller.sandbox.account.overrides[id]["o"] = {"alias": "o", "user": {"type": "none"}, **dates, "rotations": []}

    query = {"intervalUnit": "days", "details": "true"}
    timeline = (await caller.get(f"{SCHEDULE}/timeline", name="s", **query))["timeline"]

    (only,) = timeline["overrides"]["rotations"][0]["periods"]
    assert (only["recipients"], only["type"]) == ([], "override")
    final = timeline["finalSchedule"]["rotations"][0]["periods"]
    assert final[0]["endTime"] == only["startTime"]
    assert final[1]["startTime"] == only["endTime"]


async def test_export_of_a_schedule_is_a_calendar_file_of_three_months(caller: Caller) -> None:
    name = "Gece Nöbeti; gündüz, 24/7 - geçici yük, üç kişilik öğleden sonra nöbeti"
    await caller.create(
        name=name,
        rotations=[{"startDate": "2025-02-03 00:00", "participants": ["ann@corp.example"], "rotationType": "weekly"}],
    )
    params = {"apiKey": caller.key, "name": name}
    async with caller.session.get(f"{caller.sandbox.url}{SCHEDULE}/export", params=params) as answer:
        body = await answer.read()
        disposition = answer.content_disposition
        assert (answer.status, answer.content_type) == (200, "text/calendar")

    assert disposition is not None
    assert disposition.type == "attachment"
    assert disposition.filename == f"{name}.ics"
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    unfolded = body.decode().replace("\r\n ", "")
    assert unfolded.startswith("BEGIN:VCALENDAR\r\n")
    assert unfolded.endswith("END:VCALENDAR\r\n")
    assert (
        "SUMMARY:ann@corp.example (Gece Nöbeti\\; gündüz\\, 24/7 - geçici yük\\, üç kişilik öğleden sonra nöbeti)\r\n"
        in unfolded
    )
    # 5 February to 5 May: the rest of this week and twelve weeks, up to the thirteenth's second day.
    starts = [line.removeprefix("DTSTART:") for line in unfolded.split("\r\n") if line.startswith("DTSTART:")]
    assert (starts[0], starts[1], len(starts)) == ("20250205T120000Z", "20250210T050000Z", 14)
    assert "DTEND:20250505T120000Z" in unfolded


async def test_export_of_a_user_gathers_all_schedules(caller: Caller) -> None:
    await caller.create(name="one", rotations=[daily("ann@corp.example", "bob@corp.example")])
    await caller.create(name="two", rotations=[daily("ann@corp.example")])
    await caller.create(name="three", rotations=[daily("bob@corp.example")])
    params = {"apiKey": caller.key, "name": "ann@corp.example"}
    async with caller.session.get(f"{caller.sandbox.url}{SCHEDULE}/export", params=params) as answer:
        body = await answer.text()
        assert answer.content_disposition is not None
        assert answer.content_disposition.filename == "ann@corp.example.ics"

    summaries = {line for line in body.replace("\r\n ", "").split("\r\n") if line.startswith("SUMMARY:")}
    assert summaries == {"SUMMARY:ann@corp.example (one)", "SUMMARY:ann@corp.example (two)"}


async def test_limits_and_faults_apply_as_they_do_to_the_rest() -> None:
    limits = {"schedule-oncalls": [{"limit": 1, "periodInSeconds": 60}]}
    fault = Fault(route="GET /v1/json/schedule/timeline", status=503)
    async with (
        Sandbox(teams=2, limits=limits, faults=[fault], clock=StoppedClock()) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        caller = Caller(sandbox, session)
        name = next(iter(sandbox.account.schedules.values()))["name"]

        assert (await caller.send("GET", f"{SCHEDULE}/whoIsOnCallNext", name=name))[0] == 200
        status, document = await caller.send("GET", ON_CALL, name=name)
        assert (status, document["code"]) == (429, 429)
        assert document["error"]
        assert (await caller.send("GET", SCHEDULE, name=name))[0] == 200
        assert sandbox.refused == {"schedule-oncalls": 1}
        params = {"apiKey": caller.key, "name": name}
        async with session.get(f"{sandbox.url}{SCHEDULE}/timeline", params=params) as answer:
            assert answer.status == 503


async def test_every_schedule_of_a_generated_account_can_be_read() -> None:
    account = generate(teams=40, seed=5, now=NOW)
    async with Sandbox(account=account, clock=StoppedClock()) as sandbox, aiohttp.ClientSession() as session:
        caller = Caller(sandbox, session)
        assert len((await caller.get())["schedules"]) == len(account.schedules)
        on_call = (await caller.get(ON_CALL, flat="true"))["oncalls"]
        assert sum(bool(each["recipients"]) for each in on_call) > len(on_call) / 3
        for id, schedule in account.schedules.items():
            timeline = await caller.get(f"{SCHEDULE}/timeline", name=schedule["name"], details="true")
            assert timeline["schedule"]["id"] == id
            assert await caller.get(f"{SCHEDULE}/whoIsOnCallNext", id=id)
