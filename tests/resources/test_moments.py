"""Two moments are compared in UTC: in the hour that comes twice the clock on the wall says something else."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from opsgenie_async import Alias, Name, Opsgenie, OpsgenieError
from opsgenie_async.converters import dx_text, instant
from opsgenie_async.models import Reference, UserMeta, UserRef
from opsgenie_async.resources.periods import same_period
from opsgenie_async.sandbox import Fault, Sandbox

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 10, 25, 2, tzinfo=BERLIN)
EARLY = NIGHT.replace(minute=45)  # 00:45 UTC
LATE = NIGHT.replace(minute=15, fold=1)  # 01:15 UTC, half an hour on
ANN = UserRef(username="ann@example.com")


@pytest.fixture
async def og():
    async with Sandbox() as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as client:
        for name in ("ann", "bob"):
            await client.request(
                "POST",
                "/v2/users",
                json={"username": f"{name}@example.com", "fullName": name, "role": {"name": "user"}},
            )
        await client.request("POST", "/v2/schedules", json={"name": "night"})
        yield client, sandbox


async def test_half_an_hour_across_the_change_of_clocks_is_an_override(og):
    client, _ = og
    result = await client.schedule_overrides.create(Name("night"), user=ANN, start_date=EARLY, end_date=LATE, alias="a")
    stored = await client.schedule_overrides.get(Name("night"), result)
    assert (stored.end_date - stored.start_date, stored.start_date.hour) == (timedelta(minutes=30), 0)


async def test_the_reversed_one_is_refused_before_it_is_sent(og):
    client, sandbox = og
    before = len(sandbox.received)
    with pytest.raises(OpsgenieError, match=r"end_date: .* is not after start_date") as caught:
        await client.schedule_overrides.create(Name("night"), user=ANN, start_date=LATE, end_date=EARLY)
    assert isinstance(caught.value, ValueError)
    with pytest.raises(ValueError, match="end_date"):
        await client.forwarding_rules.create(
            from_user=UserMeta(username="ann@example.com"),
            to_user=UserMeta(username="bob@example.com"),
            start_date=LATE,
            end_date=EARLY,
        )
    assert len(sandbox.received) == before


async def test_after_a_lost_answer_it_does_not_conflict_with_itself(og):
    client, sandbox = og
    sandbox.faults.add(Fault(route="POST /v2/schedules/*", reset=True, after_state=True, times=1))
    result = await client.schedule_overrides.create(
        Name("night"), user=ANN, start_date=LATE, end_date=LATE + HOUR, alias="b"
    )
    assert result == Reference(alias="b")
    sandbox.faults.add(Fault(route="POST /v2/forwarding-rules", reset=True, after_state=True, times=1))
    rule = await client.forwarding_rules.create(
        from_user=UserMeta(username="ann@example.com"),
        to_user=UserMeta(username="bob@example.com"),
        start_date=EARLY,
        end_date=LATE,
        alias="c",
    )
    assert (await client.forwarding_rules.get(Alias("c"))).id == rule.id


HOUR = timedelta(hours=1)


def test_another_start_is_another_period():
    class FarZone:
        start_date = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
        end_date = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)

    assert same_period(FarZone(), EARLY, LATE)
    assert not same_period(FarZone(), EARLY.replace(fold=1), LATE)
    assert not same_period(FarZone(), EARLY, LATE.replace(fold=0))


def test_the_edges_of_time():
    first, last = datetime.min.replace(tzinfo=timezone(HOUR)), datetime.max.replace(tzinfo=timezone(-HOUR))
    assert (
        instant(first)
        < instant(datetime.min.replace(tzinfo=UTC))
        < instant(datetime.max.replace(tzinfo=UTC))
        < instant(last)
    )
    with pytest.raises(ValueError, match="years are 1 to 9999"):
        dx_text(last)
