"""What nobody could tell about the service: each switch does what it says."""

from __future__ import annotations

from datetime import UTC, datetime

import aiohttp
import pytest

from opsgenie_async.sandbox import Assumptions, Sandbox
from opsgenie_async.sandbox.behaviour import on_call
from tests.sandbox.conftest import Api


@pytest.fixture
def assume(sandbox):
    def changed(**switches):
        sandbox.account.assume(Assumptions(**switches))

    return changed


@pytest.mark.parametrize("switch", ["deleted_team", "created_user_name", "overlapping_overrides", "sent_links"])
def test_a_word_that_is_none_is_refused(switch):
    with pytest.raises(ValueError, match=switch):
        Assumptions(**{switch: "perhaps"})


async def test_a_sandbox_takes_them(session, watch):
    async with Sandbox(clock=watch, assumptions=Assumptions(created_user_name="username")) as sandbox:
        body = {"username": "a@x.example", "fullName": "Ann", "role": {"name": "User"}}
        assert (await Api(sandbox, session)("POST", "/v2/users", body)).data["name"] == "a@x.example"


async def test_the_name_of_a_new_user(api):
    body = {"username": "a@x.example", "fullName": "Ann", "role": {"name": "User"}}
    assert (await api("POST", "/v2/users", body)).data["name"] == "Ann"


async def test_a_first_contact_may_be_missing(api, assume):
    assume(first_contact=False)
    await api("POST", "/v2/users", {"username": "a@x.example", "fullName": "Ann", "role": {"name": "User"}})
    assert await api.get("/v2/users/a@x.example/contacts") == []


async def test_schedules_of_a_deleted_team_may_stay(api, sandbox, assume):
    assume(deleted_team="orphan")
    sandbox.add_user("a@x.example")
    member = {"user": {"username": "a@x.example"}}
    team = (await api("POST", "/v2/teams", {"name": "ops", "members": [member]})).data["id"]
    rotation = {"type": "daily", "startDate": "2026-01-01T00:00:00Z", "participants": [{"type": "team", "id": team}]}
    await api("POST", "/v2/schedules/ops_schedule/rotations?scheduleIdentifierType=name", rotation)

    assert (await api("DELETE", f"/v2/teams/{team}")).status == 200
    (schedule,) = await api.get("/v2/schedules?expand=rotation")
    assert "ownerTeam" not in schedule
    assert [each["type"] for each in schedule["rotations"][1]["participants"]] == ["none"]
    (escalation,) = await api.get("/v2/escalations")
    assert [rule["recipient"]["type"] for rule in escalation["rules"]] == ["schedule", "schedule"]


@pytest.mark.parametrize(("word", "winner"), [("newest", "b@x.example"), ("oldest", "a@x.example")])
async def test_which_of_two_overrides_wins(api, sandbox, assume, word, winner):
    assume(overlapping_overrides=word)
    schedule = sandbox.add_schedule("s", participants=("a@x.example", "b@x.example"))["id"]
    for name in ("a@x.example", "b@x.example"):
        span = {"startDate": "2026-01-01T00:00:00Z", "endDate": "2026-01-02T00:00:00Z"}
        await api("POST", f"/v2/schedules/{schedule}/overrides", {"user": {"type": "user", "username": name}, **span})
    assert (await api.get(f"/v2/schedules/{schedule}/on-calls?flat=true"))["onCallRecipients"] == [winner]


@pytest.mark.parametrize(("word", "hours"), [("elapsed", 12), ("wall", 13)])
def test_hours_of_a_rotation_over_a_clock_change(sandbox, assume, word, hours):
    """The night of 2026-10-25 has 25 hours in Berlin: the turn of midnight ends at noon, or an hour earlier."""
    assume(hourly_rotations=word)
    schedule = sandbox.add_schedule("s", participants=("a@x.example", "b@x.example"))
    schedule["timezone"] = "Europe/Berlin"
    (rotation,) = sandbox.account.rotations[schedule["id"]]
    rotation |= {"type": "hourly", "length": 12, "startDate": "2026-10-23T22:00:00Z"}
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    periods = on_call.final_periods(sandbox.account, schedule, start, datetime(2026, 10, 26, tzinfo=UTC))[
        rotation["id"]
    ]
    assert (periods[0].end - periods[0].start).total_seconds() / 3600 == hours


async def test_items_of_an_override_list_may_have_a_parent(api, sandbox, assume):
    schedule = sandbox.add_schedule("s", participants=("a@x.example",))["id"]
    path = f"/v2/schedules/{schedule}/overrides"
    span = {"startDate": "2026-01-01T00:00:00Z", "endDate": "2026-01-02T00:00:00Z"}
    await api("POST", path, {"user": {"type": "none"}, **span})
    assert "_parent" not in (await api.get(path))[0]
    assume(parent_in_override_lists=True)
    assert (await api.get(path))[0]["_parent"] == {"id": schedule, "name": "s", "enabled": True}


async def test_links_that_are_sent_back(api, sandbox, assume):
    team = sandbox.add_team("ops")["id"]
    links = {"links": {"web": "w", "api": "a"}}
    assert (await api("PATCH", f"/v2/teams/{team}", {"description": "d", **links})).status == 200
    assert (await api.get(f"/v2/teams/{team}"))["links"]["web"] != "w"
    assume(sent_links="refused")
    for method, path, body in (
        ("PATCH", f"/v2/teams/{team}", links),
        ("POST", "/v2/teams", {"name": "x", **links}),
        ("POST", "/v1/services", {"name": "s", "teamId": team, "isExternal": False}),
    ):
        reply = await api(method, path, body)
        assert (reply.status, set(reply.json["errors"])) == (422, set(body) & {"links", "isExternal"})


async def test_row_29_zones_by_another_name(api, sandbox, assume):
    assume(zone_names={"UTC": "Africa/Monrovia"})
    result = await api("POST", "/v2/schedules", {"name": "s", "timezone": "UTC"})
    assert (await api.get(f"/v2/schedules/{result.data['id']}"))["timezone"] == "Africa/Monrovia"
    user = {"username": "a@x.example", "fullName": "A", "role": {"name": "User"}, "timeZone": "UTC"}
    await api("POST", "/v2/users", user)
    assert (await api.get("/v2/users"))[0]["timeZone"] == "Africa/Monrovia"
    assert sandbox.account.schedules[result.data["id"]]["timezone"] == "UTC"


async def test_the_name_of_an_upload_may_be_null(api, sandbox, watch, assume):
    assume(attachment_name=False)
    alert = sandbox.add_alert(watch.utc())["id"]
    form = aiohttp.FormData()
    form.add_field("file", b"x", filename="a.txt")
    assert (await api("POST", f"/v2/alerts/{alert}/attachments", data=form)).data["name"] is None
    assert (await api.get(f"/v2/alerts/{alert}/attachments"))[0]["name"] == "a.txt"
