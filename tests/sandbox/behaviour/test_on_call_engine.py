"""What the routes answer where clocks change, calls are forwarded, schedules are disabled, and periods are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

ANN, BOB, CEM = (f"{name}@corp.example" for name in ("ann", "bob", "cem"))


@pytest.fixture
def schedule_of(api, sandbox):
    """Create a schedule in a zone with one rotation, and give its path."""
    for name in (ANN, BOB, CEM):
        sandbox.add_user(name)

    async def create(zone, people=(ANN, BOB), **rotation):
        row = {"type": "daily", "participants": [{"type": "user", "username": name} for name in people], **rotation}
        body = {"name": f"in {zone}", "timezone": zone, "rotations": [row]}
        return f"/v2/schedules/{(await api('POST', '/v2/schedules', body)).data['id']}"

    return create


async def periods(api, path, layer="finalTimeline"):
    answer = await api.get(path)
    return [each for row in answer[layer]["rotations"] for each in row["periods"]]


async def forward(api, person, to, start, end):
    body = {"fromUser": {"username": person}, "toUser": {"username": to}, "startDate": start, "endDate": end}
    assert (await api("POST", "/v2/forwarding-rules", body)).status == 201


def user(sandbox, name):
    (result,) = (each for each in sandbox.account.users.values() if each["username"] == name)
    return {"id": result["id"], "name": name, "type": "user"}


async def test_a_handover_at_an_hour_that_does_not_exist(api, schedule_of):
    path = await schedule_of("America/Chicago", startDate="2027-03-01T08:30:00Z")

    result = await periods(api, f"{path}/timeline?date=2027-03-14T12:00:00Z&intervalUnit=days")

    assert [each["startDate"] for each in result] == ["2027-03-14T06:00:00.000Z", "2027-03-14T08:00:00.000Z"]


async def test_the_turn_of_a_lost_day(api, schedule_of):
    """Apia went from 2011-12-29 24:00 to 2011-12-31 00:00: who had the 30th has the hours up to 08:30."""
    path = await schedule_of("Pacific/Apia", (ANN, BOB, CEM), startDate="2011-12-28T18:30:00Z")  # 08:30 there

    result = await periods(api, f"{path}/timeline?date=2011-12-31T12:00:00%2B14:00&intervalUnit=days")

    assert [(each["startDate"][:16], each["recipient"]["name"]) for each in result] == [
        ("2011-12-30T10:00", CEM),
        ("2011-12-30T18:30", ANN),
    ]


async def test_a_window_that_does_not_exist_puts_nobody_on_call(api, schedule_of):
    window = {"startHour": 2, "startMin": 0, "endHour": 2, "endMin": 30}
    path = await schedule_of(
        "America/Chicago",
        startDate="2027-03-01T06:00:00Z",
        timeRestriction={"type": "time-of-day", "restriction": window},
    )

    result = await periods(api, f"{path}/timeline?date=2027-03-13T12:00:00Z&intervalUnit=days&interval=3")

    assert [each["startDate"][:10] for each in result] == ["2027-03-13", "2027-03-15"]
    answer = await api.get(f"{path}/on-calls?flat=true&date=2027-03-14T08:00:00Z")
    assert answer["onCallRecipients"] == []


@pytest.mark.parametrize(
    ("zone", "value", "stored"),
    [
        ("Asia/Kathmandu", "2026-01-01T09:00:00+05:45", "2026-01-01T03:15:00Z"),
        ("Asia/Kathmandu", "2026-01-01T09:20:00+05:45", "2026-01-01T03:45:00Z"),
        ("Pacific/Chatham", "2026-01-01T09:10:00+13:45", "2025-12-31T19:15:00Z"),
        ("Europe/Paris", "2026-01-01T08:50:00Z", "2026-01-01T09:00:00Z"),
    ],
)
async def test_minutes_move_to_the_half_hour_of_the_schedules_zone(api, schedule_of, zone, value, stored):
    path = await schedule_of(zone, startDate=value)

    (rotation,) = (await api.get(path))["rotations"]
    assert rotation["startDate"] == stored

    change = {"endDate": datetime.fromisoformat(value).replace(year=2027).isoformat()}
    await api("PATCH", f"{path}/rotations/{rotation['id']}", change)
    assert (await api.get(f"{path}/rotations/{rotation['id']}"))["endDate"] == stored.replace("2026", "2027").replace(
        "2025", "2026"
    )


async def test_a_disabled_schedule_has_nobody(api, schedule_of):
    path = await schedule_of("UTC", startDate="2025-12-01T00:00:00Z")
    assert (await api.get(f"{path}/on-calls?flat=true"))["onCallRecipients"]

    await api("PATCH", path, {"enabled": False})

    assert (await api.get(f"{path}/on-calls"))["onCallParticipants"] == []
    assert (await api.get(f"{path}/next-on-calls?flat=true"))["exactNextOnCallParticipants"] == []
    assert await periods(api, f"{path}/timeline") == []


async def test_forwarding_rules_show(api, sandbox, schedule_of):
    """Ann has every other day, and Cem gets her calls for the first half of 2026-01-01."""
    path = await schedule_of("UTC", startDate="2025-12-30T00:00:00Z")
    await forward(api, ANN, CEM, "2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z")
    ann, cem = user(sandbox, ANN), user(sandbox, CEM)

    nested = (await api.get(f"{path}/on-calls"))["onCallParticipants"]
    assert nested == [cem | {"forwardedFrom": ann}]
    assert (await api.get(f"{path}/on-calls?flat=true"))["onCallRecipients"] == [CEM]
    then = await api.get(f"{path}/on-calls?flat=true&date=2026-01-01T12:00:00Z")
    assert then["onCallRecipients"] == [ANN]

    query = "date=2026-01-01T00:00:00Z&intervalUnit=days&expand=forwarding,base"
    first, second = await periods(api, f"{path}/timeline?{query}")
    assert (first["type"], first["recipient"], first["fromUser"]) == ("forwarding", cem, ann["id"])
    assert (second["type"], second["recipient"]) == ("user", ann)
    assert await periods(api, f"{path}/timeline?{query}", "forwardingTimeline") == [first]
    assert [each["recipient"] for each in await periods(api, f"{path}/timeline?{query}", "baseTimeline")] == [ann]


async def test_who_is_next_by_the_rotation_may_forward(api, sandbox, schedule_of):
    path = await schedule_of("UTC", startDate="2025-12-30T00:00:00Z")
    await forward(api, BOB, CEM, "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")

    answer = await api.get(f"{path}/next-on-calls")
    expected = [user(sandbox, CEM) | {"forwardedFrom": user(sandbox, BOB)}]
    assert answer["nextOnCallRecipients"] == answer["exactNextOnCallRecipients"] == expected


async def test_members_of_a_team_forward_too(api, sandbox, schedule_of):
    sandbox.add_team("ops", members=(ANN, BOB))
    path = await schedule_of("UTC", startDate="2025-12-30T00:00:00Z", participants=[{"type": "team", "name": "ops"}])
    await forward(api, ANN, CEM, "2025-12-30T00:00:00Z", "2026-01-02T00:00:00Z")

    assert (await api.get(f"{path}/on-calls?flat=true"))["onCallRecipients"] == [CEM, BOB]
    past, *_ = await periods(api, f"{path}/timeline?date=2025-12-31T00:00:00Z&intervalUnit=days")
    forwarded = user(sandbox, CEM) | {"forwardedFrom": user(sandbox, ANN)["id"]}
    assert past["flattenedRecipients"] == [forwarded, user(sandbox, BOB)]


async def test_a_period_is_historical_when_it_is_over(api, sandbox, schedule_of, watch):
    path = await schedule_of("UTC", startDate="2025-12-30T00:00:00Z")
    await forward(api, ANN, CEM, "2025-12-30T00:00:00Z", "2025-12-31T00:00:00Z")
    query = "date=2025-12-30T00:00:00Z&intervalUnit=days&interval=3&expand=base"

    result = await periods(api, f"{path}/timeline?{query}")

    assert [each["type"] for each in result] == ["historical", "historical", "user"]
    assert result[0]["recipient"] == user(sandbox, CEM)
    assert result[0]["flattenedRecipients"] == [user(sandbox, CEM) | {"forwardedFrom": user(sandbox, ANN)["id"]}]
    assert "fromUser" not in result[0]  # a word of forwarding periods alone
    assert "flattenedRecipients" not in result[2]
    assert [each["type"] for each in await periods(api, f"{path}/timeline?{query}", "baseTimeline")] == ["user"] * 3

    watch.seconds += 86400
    assert {each["type"] for each in await periods(api, f"{path}/timeline?{query}")} == {"historical"}


async def test_v1_shows_forwarding_in_every_answer(api, sandbox, schedule_of):
    path = await schedule_of("UTC", startDate="2025-12-30T00:00:00Z")
    await forward(api, ANN, CEM, "2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z")
    key = {"apiKey": sandbox.api_key, "name": "in UTC"}
    query = "&".join(f"{name}={value.replace(' ', '%20')}" for name, value in key.items())

    answer = (await api("GET", f"/v1.1/json/schedule/whoIsOnCall?{query}")).json
    assert answer["participants"] == [{"name": CEM, "type": "user", "forwarded": "true"}]
    flat = (await api("GET", f"/v1.1/json/schedule/whoIsOnCall?{query}&flat=true")).json
    assert flat["recipients"] == [CEM]

    timeline = (await api("GET", f"/v1/json/schedule/timeline?{query}&intervalUnit=days&details=true")).json["timeline"]
    (row,) = timeline["forwardings"]["rotations"]
    (period,) = row["periods"]
    assert (period["type"], period["recipients"][0]["name"], period["fromUsers"][0]["name"]) == ("forwarding", CEM, ANN)
    assert timeline["finalSchedule"]["rotations"][0]["periods"][0] == period
    assert path


async def test_a_rotations_length_and_end_may_be_null(api, schedule_of):
    path = await schedule_of("UTC", startDate="2025-12-30T00:00:00Z", length=None, endDate=None, timeRestriction=None)

    assert (await api.get(f"{path}/on-calls?flat=true"))["onCallRecipients"] == [ANN]


async def test_a_year_with_two_hundred_overrides_is_quick(api, sandbox, schedule_of):
    path = await schedule_of("Europe/Berlin", startDate="2025-12-30T00:00:00Z")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(200):
        begin = start + timedelta(hours=43 * number)
        sandbox.account.overrides.setdefault(path.rpartition("/")[2], {})[str(number)] = {
            "alias": str(number),
            "user": {"type": "user", "id": user(sandbox, CEM)["id"], "username": CEM},
            "startDate": f"{begin:%Y-%m-%dT%H:%M:%SZ}",
            "endDate": f"{begin + timedelta(hours=50):%Y-%m-%dT%H:%M:%SZ}",
            "rotations": [],
        }
    times = []
    for _ in range(3):
        cpu_start = process_time()
        result = await periods(api, f"{path}/timeline?intervalUnit=months&interval=12")
        times.append(process_time() - cpu_start)

    assert sum(each["type"] == "override" for each in result) == 200
    assert min(times) < 0.25  # 0.9 s when every override cut every period
