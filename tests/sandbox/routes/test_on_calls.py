"""Who is on call by v2: nested and flat, one schedule and all, now, then and next, and as calendars."""

from __future__ import annotations

import pytest

RULE = {"condition": "if-not-acked", "notifyType": "default"}


@pytest.fixture
def night(sandbox):
    """Ann and bob take weekly turns from Monday 2024-01-01 08:00 UTC; at the watch's time it is ann's."""
    return sandbox.add_schedule("n/ight", participants=("ann@corp.example", "bob@corp.example"))


def user(sandbox, name):
    (result,) = (each for each in sandbox.account.users.values() if each["username"] == f"{name}@corp.example")
    return {"id": result["id"], "name": result["username"], "type": "user"}


async def test_the_one_on_call(api, sandbox, night):
    parent = {"id": night["id"], "name": "n/ight", "enabled": True}
    path = "/v2/schedules/n%2Fight/on-calls?scheduleIdentifierType=name"
    first = await api.get(path)

    assert first == {"_parent": parent, "onCallParticipants": [user(sandbox, "ann")]}
    assert await api.get(f"{path}&flat=true") == {"_parent": parent, "onCallRecipients": ["ann@corp.example"]}
    later = "date=2026-01-05T10:00:00%2B02:00"
    assert (await api.get(f"{path}&flat=true&{later}"))["onCallRecipients"] == ["bob@corp.example"]
    assert await api.get("/v2/schedules/on-calls") == [first]
    assert await api.get(f"/v2/schedules/on-calls?flat=true&{later}") == [
        {"_parent": parent, "onCallRecipients": ["bob@corp.example"]}
    ]


async def test_the_one_who_is_next(api, sandbox, night):
    path = f"/v2/schedules/{night['id']}/next-on-calls"
    override = {
        "user": {"type": "user", "username": "eva@corp.example"},
        "startDate": "2026-01-03T00:00:00Z",
        "endDate": "2026-01-04T00:00:00Z",
    }
    sandbox.add_user("eva@corp.example")
    await api("POST", f"/v2/schedules/{night['id']}/overrides", override)

    answer = await api.get(path)
    assert set(answer) == {"_parent", "nextOnCallRecipients", "exactNextOnCallRecipients"}
    assert answer["nextOnCallRecipients"] == [user(sandbox, "bob")]
    assert answer["exactNextOnCallRecipients"] == [user(sandbox, "eva")]
    flat = await api.get(f"{path}?flat=true")
    assert set(flat) == {"_parent", "nextOnCallParticipants", "exactNextOnCallParticipants"}
    assert flat["nextOnCallParticipants"] == ["bob@corp.example"]
    assert flat["exactNextOnCallParticipants"] == ["eva@corp.example"]


async def test_what_takes_a_turn_may_hold_others(api, sandbox, night):
    team = sandbox.add_team("ops", members=("cem@corp.example",))
    rules = [
        {**RULE, "delay": {"timeAmount": 0}, "recipient": {"type": "schedule", "id": night["id"]}},
        {**RULE, "delay": {"timeAmount": 2, "timeUnit": "hours"}, "recipient": {"type": "team", "name": "ops"}},
    ]
    escalation = (await api("POST", "/v2/escalations", {"name": "up", "rules": rules})).data
    rotation = {
        "startDate": "2024-01-01T08:00:00Z",
        "type": "daily",
        "participants": [{"type": "escalation", "name": "up"}],
    }
    await api("POST", f"/v2/schedules/{night['id']}/rotations", rotation)

    ann, up = (await api.get(f"/v2/schedules/{night['id']}/on-calls"))["onCallParticipants"]
    assert ann == user(sandbox, "ann")
    reached, members = up["onCallParticipants"]
    assert up | {"onCallParticipants": []} == {
        "id": escalation["id"],
        "name": "up",
        "type": "escalation",
        "onCallParticipants": [],
    }
    # The escalation is in the schedule that it names: told once more, without what it holds.
    assert reached == {
        "id": night["id"],
        "name": "n/ight",
        "type": "schedule",
        "onCallParticipants": [ann, {"id": escalation["id"], "name": "up", "type": "escalation"}],
        "escalationTime": 0,
        "notifyType": "default",
    }
    assert members == {
        "id": team["id"],
        "name": "ops",
        "type": "team",
        "onCallParticipants": [user(sandbox, "cem")],
        "escalationTime": 120,
        "notifyType": "default",
    }
    flat = await api.get(f"/v2/schedules/{night['id']}/on-calls?flat=true")
    assert flat["onCallRecipients"] == ["ann@corp.example", "cem@corp.example"]


@pytest.mark.parametrize("wrong", ["date=now", "date=2026-01-01T00:00:00", "flat=yes"])
async def test_bounds_of_the_query(api, night, wrong):
    for path in ("on-calls", f"{night['id']}/on-calls", f"{night['id']}/next-on-calls"):
        assert (await api("GET", f"/v2/schedules/{path}?{wrong}")).status == 422


async def test_rights_and_the_limit_that_is_spent(api, sandbox, night):
    sandbox.add_schedule("theirs", team="ops", participants=("eva@corp.example",))
    key, bare = sandbox.add_key(team="ops"), sandbox.add_key(configuration_access=False)

    schedules = (await api("GET", "/v2/schedules/on-calls", key=key)).data
    assert [each["_parent"]["name"] for each in schedules] == ["theirs"]
    assert (await api("GET", f"/v2/schedules/{night['id']}/on-calls", key=key)).json["code"] == 40301
    assert (await api("GET", "/v2/schedules/on-calls", key=bare)).status == 403
    sandbox.throttle(domain="schedule-oncalls", times=1)
    assert (await api("GET", "/v2/schedules/on-calls")).status == 429
    assert sandbox.refused == {"schedule-oncalls": 1}


async def test_calendars(api, sandbox, night):
    accept = {"Accept": "text/calendar"}
    whole = await api("GET", "/v2/schedules/n%2Fight.ics?identifierType=name", headers=accept)
    ann = await api("GET", "/v2/schedules/on-calls/ANN%40corp.example.ics")

    for reply in (whole, ann):
        assert (reply.status, reply.headers["Content-Type"]) == (200, "text/calendar")
        assert reply.text.startswith("BEGIN:VCALENDAR\r\n")
        assert reply.text.endswith("END:VCALENDAR\r\n")
    assert whole.headers["Content-Disposition"].startswith('attachment; filename="n_ight.ics"')
    assert ("bob@corp.example" in whole.text, "bob@corp.example" in ann.text) == (True, False)
    assert (await api("GET", "/v2/schedules/unknown.ics")).status == 404
    assert (await api("GET", "/v2/schedules/on-calls/unknown.ics")).status == 404


async def test_a_timeline_in_layers(api, sandbox, night):
    sandbox.add_user("eva@corp.example")
    override = {
        "alias": "o",
        "user": {"type": "user", "username": "eva@corp.example"},
        "startDate": "2025-12-30T00:00:00Z",
        "endDate": "2025-12-31T00:00:00Z",
    }
    await api("POST", f"/v2/schedules/{night['id']}/overrides", override)
    path = f"/v2/schedules/{night['id']}/timeline?date=2025-12-31T00:00:00Z&interval=2"

    plain = await api("GET", path)
    assert plain.json["expandable"] == ["base", "forwarding", "override"]
    answer = plain.data
    assert set(answer) == {"_parent", "startDate", "endDate", "finalTimeline"}
    assert (answer["startDate"], answer["endDate"]) == ("2025-12-29T05:00:00.000Z", "2026-01-12T05:00:00.000Z")
    (rotation,) = answer["finalTimeline"]["rotations"]
    assert (rotation["name"], rotation["order"]) == ("Rot1", 1.0)
    eva = user(sandbox, "eva")
    bob, ann, override_period, *_ = rotation["periods"]
    assert (bob["startDate"], bob["endDate"], bob["recipient"]) == (
        "2025-12-29T05:00:00.000Z",  # Monday's midnight in New York
        "2025-12-29T08:00:00.000Z",
        user(sandbox, "bob"),
    )
    assert ann["endDate"] == "2025-12-30T00:00:00.000Z"
    assert override_period == {
        "startDate": "2025-12-30T00:00:00.000Z",
        "endDate": "2025-12-31T00:00:00.000Z",
        "type": "historical",
        "recipient": eva,
        "flattenedRecipients": [eva],
    }
    assert "flattenedRecipients" not in rotation["periods"][-1]  # yet to come

    layers = await api.get(f"{path}&expand=base,override,forwarding")
    assert layers["finalTimeline"] == answer["finalTimeline"]
    assert [each["type"] for each in layers["baseTimeline"]["rotations"][0]["periods"]] == ["user"] * 3
    assert [each["id"] for each in layers["overrideTimeline"]["rotations"]] == ["or"]
    assert layers["forwardingTimeline"]["rotations"][0]["periods"] == []


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("", "2026-03-09T04:00:00.000Z"),  # the week from Monday's midnight in New York, over the change to summer time
        ("&intervalUnit=days", "2026-03-08T05:00:00.000Z"),
        ("&intervalUnit=months&interval=12", "2027-03-01T05:00:00.000Z"),
    ],
)
async def test_the_length_of_a_timeline(api, night, query, end):
    answer = await api.get(f"/v2/schedules/{night['id']}/timeline?date=2026-03-07T13:00:00Z{query}")
    assert answer["endDate"] == end


@pytest.mark.parametrize(
    "wrong",
    [
        "date=x",
        "interval=0",
        "interval=367",
        "intervalUnit=years",
        "expand=base,all",
        "date=9998-12-31T00:00:00Z&interval=300",
    ],
)
async def test_bounds_of_a_timeline(api, night, wrong):
    assert (await api("GET", f"/v2/schedules/{night['id']}/timeline?{wrong}")).status == 422
