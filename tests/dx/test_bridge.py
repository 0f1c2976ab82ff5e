"""From Opsgenie to DX over real sockets: the sandbox is both."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from opsgenie_async import Config, ListingTooLong, Opsgenie, ServerError, Throttled
from opsgenie_async.dx import (
    DX,
    CheckpointError,
    IncidentDone,
    InvalidArguments,
    NotAuthed,
    Upsert,
    bridge,
    dx_sync,
    map_incident,
)
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sandbox.http.recorder import RecordedRequest
from tests.clocks import FakeClock
from tests.dx.conftest import FIRST, Add

UPSERT = "POST /api/incidents.upsert"


def upserts(sandbox: Sandbox) -> list[str]:
    """The incidents that DX was told of since the counters were reset, in order."""
    return [each.json["reference_id"] for each in sandbox.received if each.path == "/api/incidents.upsert"]


def listings(sandbox: Sandbox) -> list[RecordedRequest]:
    return [each for each in sandbox.received if each.path == "/v1/incidents"]


async def test_every_incident_is_told_oldest_first(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add):
    service = {"id": "s-1", "name": "Payments", "description": "", "teamId": "", "tags": []}
    sandbox.account.services["s-1"] = service
    for _ in range(250):
        add(impactedServices=["s-1", "gone"], tags=["eu"], extraProperties={"cause": "disk"}, priority="P1")

    report = await dx_sync(og, dx, concurrency=1)

    assert (report.upserted, report.unchanged, report.skipped, report.failures) == (250, 0, 0, [])
    assert report.complete
    assert upserts(sandbox) == [f"incident-{n}" for n in range(1, 251)]
    assert [each.query["sort"] for each in listings(sandbox)] == ["createdAt"] * 3
    assert sum(each.path == "/v1/services" for each in sandbox.received) == 1
    answer = sandbox.account.dx_incidents["incident-1"]
    assert answer["services"] == [{"identifier": "s-1", "name": "Payments"}, {"identifier": "gone"}]
    assert (answer["name"], answer["priority"], answer["started_at"]) == ("Trouble 1", "p1", "2025-03-01T00:01:00")
    assert answer["metadata"] == {"tags": ["eu"], "cause": "disk"}
    assert answer["source_url"] == f"{sandbox.url}/incident/detail/incident-1"


async def test_services_are_not_asked_for_when_none_is_impacted(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add):
    add()
    await dx_sync(og, dx)

    assert sandbox.requests == 2


async def test_no_more_upserts_at_a_time_than_asked_for(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, monkeypatch):
    for _ in range(40):
        add()
    now = most = 0
    upsert = dx.incidents.upsert

    async def watched(**fields: object) -> object:
        nonlocal now, most
        now += 1
        most = max(most, now)
        try:
            return await upsert(**fields)  # type: ignore[arg-type]
        finally:
            now -= 1

    monkeypatch.setattr(type(dx.incidents), "upsert", lambda self, **fields: watched(**fields))
    await dx_sync(og, dx, concurrency=3)

    assert most == 3
    assert len(sandbox.account.dx_incidents) == 40


async def test_beyond_the_reach_of_one_search_the_date_leads_on(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bridge, "SEARCH_WINDOW", 200)
    moment = ""
    for number in range(900):  # three of a moment, so that windows end among equals
        incident = add()
        moment = moment if number % 3 else incident["createdAt"]
        incident["createdAt"] = moment

    report = await dx_sync(og, dx, concurrency=1)

    assert (report.upserted, len(upserts(sandbox))) == (900, 900)
    assert set(upserts(sandbox)) == set(sandbox.account.incidents)
    paths = [each.query for each in listings(sandbox)]
    assert all(int(each.get("offset", 0)) + int(each["limit"]) <= 200 for each in paths)
    assert len(paths) <= 1.5 * 900 / 100 + 900 / 100  # a request finds each of the cuts, which are small ones here


@pytest.mark.parametrize("count", [199, 200, 201])
async def test_at_the_edge_of_a_search_none_is_lost(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, monkeypatch: pytest.MonkeyPatch, count: int
):
    monkeypatch.setattr(bridge, "SEARCH_WINDOW", 200)
    for _ in range(count):
        add()

    assert (await dx_sync(og, dx)).upserted == count


async def test_more_of_one_moment_than_a_search_reaches_are_told_apart(
    og: Opsgenie, dx: DX, add: Add, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bridge, "SEARCH_WINDOW", 100)
    for number in range(250):
        add(createdAt="2025-03-01T00:00:00.000Z", priority=f"P{number % 2 + 1}")

    assert (await dx_sync(og, dx)).upserted == 250


async def test_more_of_one_moment_than_can_be_told_apart_is_said(
    og: Opsgenie, dx: DX, add: Add, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bridge, "SEARCH_WINDOW", 100)
    for _ in range(250):
        add(createdAt="2025-03-01T00:00:00.000Z", tinyId="7")

    with pytest.raises(ListingTooLong, match=r"the slice is: createdAt > \d+ AND createdAt < \d+ AND priority: P3"):
        await dx_sync(og, dx)


async def test_since_leaves_out_what_was_created_before(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add):
    for _ in range(5):
        add()

    await dx_sync(og, dx, since=FIRST + timedelta(minutes=4))

    assert sorted(upserts(sandbox)) == ["incident-4", "incident-5"]
    with pytest.raises(ValueError, match="since"):
        await dx_sync(og, dx, since=datetime(2025, 1, 1))  # that is what is refused


async def test_a_mapping_of_ones_own(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add):
    add()
    add(tags=["drill"])

    def mapping(incident, services):
        if "drill" in incident.tags:
            return None
        return Upsert(reference_id=f"eu/{incident.id}", started_at=incident.created_at)

    report = await dx_sync(og, dx, mapping=mapping)

    assert (report.upserted, report.skipped) == (1, 1)
    assert sandbox.received[-1].json == {"reference_id": "eu/incident-1", "started_at": "2025-03-01T00:01:00"}


async def test_the_next_run_tells_only_what_changed(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path):
    file = tmp_path / "dx.json"
    sandbox.account.services["s-1"] = service = {
        "id": "s-1",
        "name": "Payments",
        "description": "",
        "teamId": "",
        "tags": [],
    }
    incidents = [add() for _ in range(6)]
    incidents[5]["impactedServices"] = ["s-1"]
    first = await dx_sync(og, dx, checkpoint=file)
    sandbox.reset_counters()
    again = await dx_sync(og, dx, checkpoint=file)
    assert (first.upserted, again.upserted, again.unchanged, upserts(sandbox)) == (6, 0, 6, [])

    incidents[1]["status"] = "closed"
    incidents[3] |= {"updatedAt": "2025-04-01T00:00:00.000Z"}  # as a look at it may do: DX would learn nothing
    service["name"] = "Billing"
    add()
    third = await dx_sync(og, dx, checkpoint=file)

    assert (third.upserted, third.unchanged) == (3, 4)
    assert sorted(upserts(sandbox)) == ["incident-2", "incident-6", "incident-7"]


async def test_one_that_fails_is_reported_and_tried_again_next_time(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path
):
    for number in range(1, 21):
        add(message="" if number == 7 else f"Trouble {number}")
    add()
    failed = []

    def mapping(incident, services):
        # DX refuses a priority that is no text; no argument of ours can say that.
        upsert = map_incident(incident, services)
        return (
            upsert
            if incident.message
            else Upsert(reference_id=upsert.reference_id, started_at=upsert.started_at, priority=7)
        )  # type: ignore[arg-type]

    def progress(done: IncidentDone) -> None:
        if done.failure is not None:
            failed.append(done.failure.id)

    report = await dx_sync(og, dx, mapping=mapping, checkpoint=tmp_path / "c", on_progress=progress)

    (failure,) = report.failures
    assert (report.upserted, report.complete, failed) == (20, False, ["incident-7"])
    assert (failure.id, failure.tiny_id, type(failure.error)) == ("incident-7", "7", InvalidArguments)
    assert failure.to_dict()["error"] == "InvalidArguments"

    again = await dx_sync(og, dx, checkpoint=tmp_path / "c")
    assert (again.upserted, again.unchanged, again.complete) == (1, 20, True)


async def test_single_upserts_that_dx_cannot_take_do_not_stop_the_others(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add
):
    for _ in range(30):
        add()
    sandbox.faults.add(Fault(route=UPSERT, status=500, after=4, times=5))  # one call with its five attempts
    report = await dx_sync(og, dx, concurrency=1)

    assert (report.upserted, [type(each.error) for each in report.failures]) == (29, [ServerError])
    assert report.failures[0].id == "incident-5"


async def test_an_incident_without_a_date_is_reported(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add):
    add()
    add(impactStartDate=None)
    sandbox.faults.add(
        Fault(
            route="GET /v1/incidents",
            body={"data": [{"id": "a"}, {"id": "b", "createdAt": "2025-03-01T00:00:00Z"}], "requestId": "r"},
            status=200,
        )
    )
    report = await dx_sync(og, dx)

    assert (report.upserted, [each.id for each in report.failures]) == (1, ["a"])


async def test_a_429_of_dx_is_waited_for_and_loses_nothing(sandbox: Sandbox, og: Opsgenie, add: Add):
    for _ in range(20):
        add()
    clock = FakeClock(idle_rounds=30)
    sandbox.faults.add(Fault(route=UPSERT, status=429, after=5, times=3, headers={"Retry-After": "7"}))
    config = Config(clock=clock, jitter=lambda bound: bound)
    async with DX(sandbox.dx_token, base_url=sandbox.url, config=config) as dx:
        report = await dx_sync(og, dx, concurrency=4)

    assert (report.upserted, report.failures) == (20, [])
    assert len(sandbox.account.dx_incidents) == 20
    assert sum(clock.slept) >= 7


async def test_a_429_that_stays_is_reported_for_each_incident(sandbox: Sandbox, og: Opsgenie, add: Add):
    add()
    add()
    sandbox.faults.add(Fault(route=UPSERT, status=429, headers={"Retry-After": "3600"}))
    async with DX(sandbox.dx_token, base_url=sandbox.url) as dx:
        report = await dx_sync(og, dx)

    assert [type(each.error) for each in report.failures] == [Throttled, Throttled]


async def test_a_token_that_dx_does_not_take_ends_the_run(og: Opsgenie, sandbox: Sandbox, add: Add):
    for _ in range(50):
        add()
    async with DX("wrong", base_url=sandbox.url) as dx:
        with pytest.raises(NotAuthed):
            await dx_sync(og, dx, concurrency=2)

    assert len(upserts(sandbox)) <= 4


async def test_a_listing_that_fails_is_raised_and_what_was_told_is_remembered(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path
):
    for _ in range(150):
        add()
    sandbox.faults.add(Fault(route="GET /v1/incidents", status=403, after=1))
    with pytest.raises(Exception, match="403"):
        await dx_sync(og, dx, checkpoint=tmp_path / "c", concurrency=1)

    answer = json.loads((tmp_path / "c").read_bytes())["digests"]
    assert set(answer) <= set(sandbox.account.dx_incidents)
    assert len(answer) >= 99  # the one that was on its way may be told again


async def test_a_dry_run_shows_the_payloads_and_sends_nothing(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path
):
    for _ in range(3):
        add()
    await dx_sync(og, dx, checkpoint=tmp_path / "c")
    rest = (tmp_path / "c").read_bytes()
    sandbox.account.incidents["incident-2"]["priority"] = "P1"
    sandbox.reset_counters()
    progress: list[IncidentDone] = []

    report = await dx_sync(og, dx, checkpoint=tmp_path / "c", dry_run=True, on_progress=progress.append)

    assert (upserts(sandbox), report.upserted, report.unchanged) == ([], 0, 2)
    assert [(each["reference_id"], each["priority"]) for each in report.payloads] == [("incident-2", "p1")]
    assert [(each.outcome, each.done) for each in progress] == [("unchanged", 1), ("would send", 2), ("unchanged", 3)]
    assert (tmp_path / "c").read_bytes() == rest
    await dx_sync(og, dx, checkpoint=tmp_path / "new", dry_run=True)
    assert not (tmp_path / "new").exists()


async def test_a_cancelled_run_remembers_what_it_told(og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path):
    for _ in range(60):
        add()
    file = tmp_path / "c"

    def progress(done: IncidentDone) -> None:
        if done.done == 20:
            task.cancel()

    task = asyncio.ensure_future(dx_sync(og, dx, checkpoint=file, concurrency=4, on_progress=progress))
    with pytest.raises(asyncio.CancelledError):
        await task
    answer = json.loads(file.read_bytes())["digests"]
    assert 20 <= len(answer) < 60
    sandbox.reset_counters()

    report = await dx_sync(og, dx, checkpoint=file)

    assert (report.unchanged, report.upserted) == (len(answer), 60 - len(answer))
    assert not set(upserts(sandbox)) & set(answer)


async def test_concurrency_is_checked(og: Opsgenie, dx: DX):
    with pytest.raises(ValueError, match="concurrency"):
        await dx_sync(og, dx, concurrency=0)


async def test_a_checkpoint_of_another_instance_is_refused(og: Opsgenie, dx: DX, tmp_path: Path, add: Add):
    add()
    await dx_sync(og, dx, checkpoint=tmp_path / "c")
    async with DX("t", instance="other") as other:
        with pytest.raises(CheckpointError, match=r"other\.getdx\.net"):
            await dx_sync(og, other, checkpoint=tmp_path / "c")


async def test_a_file_of_the_first_version_is_read_and_written_in_the_present_one(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path
):
    add()
    file = tmp_path / "c"
    await dx_sync(og, dx, checkpoint=file)
    present = json.loads(file.read_bytes())
    file.write_text(json.dumps({"format": 1, "target": present["target"], "told": present["digests"]}))
    add()
    sandbox.reset_counters()

    report = await dx_sync(og, dx, checkpoint=file)

    assert (report.unchanged, upserts(sandbox)) == (1, ["incident-2"])
    document = json.loads(file.read_bytes())
    assert (document["format"], [*document]) == (2, ["format", "target", "digests"])
    assert document["digests"].items() > present["digests"].items()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "not JSON"),
        ('{"format": 2, "digests": {"a"', "not JSON"),
        ("[]", "not a checkpoint"),
        ("{}", "not a checkpoint"),
        ('{"format": true}', "not a checkpoint"),
        ('{"format": 3}', "newer"),
        ('{"format": 1, "target": "URL"}', "told"),
        ('{"format": 1, "target": "URL", "told": {"a": 1}}', "told"),
        ('{"format": 1, "target": "URL", "digests": {}}', "told"),
        ('{"format": 2, "target": "URL"}', "digests"),
        ('{"format": 2, "target": "URL", "told": {}}', "digests"),
        ('{"format": 2, "target": "URL", "digests": {"a": 1}}', "digests"),
        ('{"format": 1, "told": {}}', "not to"),
        ('{"format": 2, "digests": {}}', "not to"),
    ],
)
async def test_what_is_no_checkpoint_is_refused_before_anything_is_sent_and_stays(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path, content: str, word: str
):
    add()
    file = tmp_path / "c"
    file.write_text(content.replace("URL", dx.base_url))
    with pytest.raises(CheckpointError, match=word) as caught:
        await dx_sync(og, dx, checkpoint=file)

    assert str(file) in str(caught.value)
    assert sandbox.requests == 0
    assert file.read_text() == content.replace("URL", dx.base_url)


async def test_a_place_that_cannot_be_written_is_found_out_first(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path
):
    add()
    with pytest.raises(FileNotFoundError):
        await dx_sync(og, dx, checkpoint=tmp_path / "no" / "c")

    assert sandbox.requests == 0
