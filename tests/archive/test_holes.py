"""Holes: what the API refuses is written down, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie, Unauthorized
from opsgenie_async.archive import ALL, ArchiveError, archive
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import Run, attach, check, fill, records


@pytest.mark.parametrize("kind", ["alerts", "incidents"])
async def test_what_the_plan_denies_is_a_hole(sandbox: Sandbox, run: Run, folder: Path, kind: str):
    fill(sandbox, 3)
    sandbox.plan_denies(kind)

    report = await run()

    assert not report.complete
    assert [(hole["kind"], "402" in hole["reason"]) for hole in report.holes] == [(kind, True)]
    verdict = await check(folder)
    assert (verdict.status, verdict.holes) == ("holes", report.holes)


async def test_a_key_without_rights_leaves_holes(sandbox: Sandbox, folder: Path):
    fill(sandbox, 3)
    async with Opsgenie(sandbox.account_key, base_url=sandbox.url) as og:
        report = await archive(og, folder, kinds="alerts,services")

    assert [(hole["kind"], "403" in hole["reason"]) for hole in report.holes] == [("alerts", True)]
    assert report.totals["services"]


async def test_every_hole_says_where_it_is(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 2)
    for kind in ("alerts", "logs", "services", "users", "teams", "schedules", "incident-templates"):
        sandbox.plan_denies(kind)

    report = await run(kinds=ALL)

    assert len({hole["kind"] for hole in report.holes}) > 5
    assert all(hole["reason"] and (hole.get("slice") or hole.get("id")) for hole in report.holes)
    assert (await check(folder)).holes == report.holes


async def test_an_unknown_key_writes_nothing_down(sandbox: Sandbox, folder: Path):
    async with Opsgenie("nobody-knows-this", base_url=sandbox.url) as og:
        with pytest.raises(Unauthorized):
            await archive(og, folder)

    with pytest.raises(ArchiveError, match="not an archive"):
        await check(folder)


async def test_a_part_that_is_refused_is_a_hole_and_not_asked_for_for_ever(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 70)
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/logs", status=403, times=1000))

    report = await run(kinds="alerts")

    (hole,) = [hole for hole in report.holes if "no longer requested" in hole["reason"]]
    assert (hole["kind"], hole["part"]) == ("alerts", "logs")
    assert sum(hole["count"] for hole in report.holes) == 70
    assert sum("/logs" in each.path for each in sandbox.received) < 60
    assert (await records(folder))[-1].holes[0]["part"] == "logs"


async def test_an_attachment_that_cannot_be_fetched_is_a_hole(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 2)
    await attach(og, sandbox, ids[0])
    sandbox.faults.add(Fault(route="GET /downloads/*", status=403, times=100))

    report = await run(kinds="alerts")

    (hole,) = report.holes
    assert (hole["part"], hole["ids"]) == ("attachments", [ids[0]])
    assert "/downloads/" not in str(report.holes)


async def test_a_server_that_is_down_ends_the_run_and_loses_nothing(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 30)
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/logs", status=500, after=20, times=10_000))

    report = await run(kinds="alerts", width=2)
    assert {hole["part"] for hole in report.holes} == {"logs"}
    sandbox.faults.clear()

    again = await run(kinds="alerts")
    assert again.complete
    assert all(record.logs is not None and not record.holes for record in await records(folder))


async def test_what_could_not_be_listed_is_listed_by_the_next_run(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 10)
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=403, after=1))
    assert (await run(kinds="alerts")).holes
    sandbox.faults.clear()

    report = await run(kinds="alerts")

    assert report.holes == []
    assert {record.id for record in await records(folder)} == set(ids)


@pytest.mark.parametrize(
    ("route", "answer", "part", "reason"),
    [
        ("GET /v2/alerts/{}", {"status": 403}, "document", "403"),
        ("GET /v2/alerts/*/attachments", {"status": 200, "body": {"data": [{"name": "x"}]}}, "attachments", "an id"),
        ("GET /v2/alerts/*/attachments/*", {"status": 200, "body": {"data": {}}}, "attachments", "a link"),
    ],
)
async def test_a_part_that_cannot_be_read_is_a_hole_beside_the_others(
    og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path, route: str, answer: dict[str, Any], part: str, reason: str
):
    [id] = fill(sandbox, 1)
    await attach(og, sandbox, id)
    sandbox.faults.add(Fault(route=route.format(id), **answer))

    [hole] = (await run(kinds="alerts")).holes

    assert (hole["part"], hole["ids"]) == (part, [id])
    assert reason in hole["reason"]
    [record] = await records(folder)
    assert record.document["message"] == "alert 0"
    assert [note["note"] for note in record.notes] == ["looked at it"]


async def test_a_slice_whose_pages_are_refused_is_a_hole(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 130)
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=403, after=2, times=1))

    [hole] = (await run(kinds="alerts", depth="list")).holes

    assert (hole["kind"], "403" in hole["reason"]) == ("alerts", True)
    assert (await run(kinds="alerts", depth="list")).complete
    assert {record.id for record in await records(folder)} == {*ids}


async def test_a_post_mortem_that_is_gone_leaves_its_incident_whole(sandbox: Sandbox, run: Run, folder: Path):
    incident = next(iter(sandbox.account.incidents.values()))
    incident["extraProperties"] = {"post_mortem_id": "5f0c2b1e-7f5f-4b7c-9d3a-000000000000"}

    assert (await run(kinds="incidents")).complete

    assert any(each.path == "/v2/postmortem/5f0c2b1e-7f5f-4b7c-9d3a-000000000000" for each in sandbox.received)
    [record] = [record for record in await records(folder, "incidents") if record.id == incident["id"]]
    assert record.postmortem is None
