"""The deprecated schedule API over real sockets: who is on call, timelines, calendar files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sandbox.generate.account import generate
from tests.clocks import FakeClock
from tests.sandbox.routes.v1.caller import NOW, ON_CALL, SCHEDULE, Caller, company, daily


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with company() as calling:
        yield calling


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
        result = await caller.get(ON_CALL, name="night", flat="true", time=time, **query)
        return list(result["recipients"])

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

    def period(
        participant: dict[str, Any], start: str, end: str, kind: str, flat: list[Any] | None = None
    ) -> dict[str, Any]:
        document = {"recipients": [participant], "startTime": ms(start), "endTime": ms(end), "type": kind}
        return document if flat is None else document | {"flattenedRecipients": flat}

    group = {"displayName": "group1", "name": "group1", "id": "g1", "type": "group"}
    query = {"interval": "2", "intervalUnit": "days", "date": "2025-02-04 00:00"}
    result = await caller.get(f"{SCHEDULE}/timeline", id=id, details="true", **query)

    # Midnight in Istanbul is 21:00Z of the day before; now is 12:00Z on the fifth.
    past = period(recipient(ann), "2025-02-03T21:00Z", "2025-02-04T21:00Z", "user", [recipient(ann)])
    override = period(recipient(ann), "2025-02-05T06:00Z", "2025-02-05T09:00Z", "override", [recipient(ann)])
    assert result == {
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
        # From the beginning of the unit, as the page's sample has it: Monday's midnight, today's, that of the first.
        ({}, "2025-02-03T05:00Z", "2025-02-10T05:00Z"),
        ({"date": "2025-02-09 23:59"}, "2025-02-03T05:00Z", "2025-02-10T05:00Z"),
        ({"interval": "3", "intervalUnit": "days"}, "2025-02-05T05:00Z", "2025-02-08T05:00Z"),
        # In New York a day in March has 23 hours, and March begins in winter and ends in summer.
        ({"date": "2025-03-09 00:00", "intervalUnit": "days"}, "2025-03-09T05:00Z", "2025-03-10T04:00Z"),
        ({"date": "2025-01-31 18:00", "intervalUnit": "months"}, "2025-01-01T05:00Z", "2025-02-01T05:00Z"),
        ({"date": "2025-03-31 00:00", "intervalUnit": "months"}, "2025-03-01T05:00Z", "2025-04-01T04:00Z"),
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
    before = next(each for each in final if each["endTime"] == only["startTime"])
    assert final[final.index(before) + 1]["startTime"] == only["endTime"]


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
        Sandbox(teams=2, limits=limits, faults=[fault], clock=FakeClock(utc=NOW)) as sandbox,
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
    account = await asyncio.to_thread(generate, teams=40, seed=5, now=NOW)  # time zones are read from the disk
    async with Sandbox(account=account, clock=FakeClock(utc=NOW)) as sandbox, aiohttp.ClientSession() as session:
        caller = Caller(sandbox, session)
        assert len((await caller.get())["schedules"]) == len(account.schedules)
        on_call = (await caller.get(ON_CALL, flat="true"))["oncalls"]
        assert sum(bool(each["recipients"]) for each in on_call) > len(on_call) / 3
        for id, schedule in account.schedules.items():
            timeline = await caller.get(f"{SCHEDULE}/timeline", name=schedule["name"], details="true")
            assert timeline["schedule"]["id"] == id
            assert await caller.get(f"{SCHEDULE}/whoIsOnCallNext", id=id)
