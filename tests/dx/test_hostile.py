"""Incidents that nobody can be told of, several runs at a time, and what is no checkpoint."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie, ProtocolError
from opsgenie_async.dx import DX, CheckpointError, SyncReport, dx_sync, map_incident
from opsgenie_async.dx import checkpoint as checkpoints
from opsgenie_async.sandbox import Fault, Sandbox
from tests.dx.conftest import Add


def upserts(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What DX was told."""
    return [each.json for each in sandbox.received if each.path == "/api/incidents.upsert"]


WHOLE: dict[str, Any] = {
    "tinyId": "7",
    "message": "till 4 is stuck",
    "status": "open",
    "tags": [],
    "createdAt": "2025-03-01T00:00:00Z",
    "updatedAt": "2025-03-01T00:00:00Z",
    "priority": "P3",
    "responders": [],
    "impactedServices": [],
    "extraProperties": {},
}
ODD: dict[str, Any] = {
    "an empty id": {"id": ""},
    "no id": {"id": None},
    "a date before the first": {"createdAt": "0001-01-01T00:00:00+14:00", "impactStartDate": None},
    "a date after the last": {"createdAt": "9999-12-31T23:59:59-12:00"},
    "an end after the last": {"status": "closed", "impactEndDate": "9999-12-31T23:59:59-12:00"},
    "no date": {"createdAt": None},
    "a date that is none": {"createdAt": "soon"},
    "no object": None,
    "a message that is a number": {"message": 5},
    "tags that are none": {"tags": "a,b"},
    "properties nested deep": {"extraProperties": {"a": json.loads('{"a":' * 300 + "1" + "}" * 300)}},
}


def listing(*incidents: Any) -> Fault:
    return Fault(route="GET /v1/incidents", status=200, body={"data": list(incidents), "totalCount": len(incidents)})


@pytest.mark.parametrize("odd", ODD)
async def test_an_incident_that_cannot_be_told_is_a_failure_and_the_others_go_on(
    og: Opsgenie, dx: DX, sandbox: Sandbox, odd: str, tmp_path: Path
):
    strange = ODD[odd] if ODD[odd] is None else {"id": "strange", **WHOLE, **ODD[odd]}
    sandbox.faults.add(listing({"id": "a", **WHOLE}, strange, {"id": "b", **WHOLE}))

    for run in (1, 2):
        report = await dx_sync(og, dx, checkpoint=tmp_path / "c")
        (failure,) = report.failures
        assert (report.upserted, report.unchanged) == ((2, 0) if run == 1 else (0, 2))
        assert isinstance(failure.error, ProtocolError)
        assert failure.to_dict()["id"] == failure.id

    assert sorted(each["reference_id"] for each in upserts(sandbox)) == ["a", "b"]


async def test_each_incident_without_an_id_is_a_failure_of_its_own(og: Opsgenie, dx: DX, sandbox: Sandbox):
    sandbox.faults.add(listing({"id": "", **WHOLE}, {"id": "", **WHOLE, "message": "another"}))

    report = await dx_sync(og, dx)

    assert [failure.message for failure in report.failures] == ["till 4 is stuck", "another"]


async def test_a_service_that_cannot_be_read_costs_its_name_alone(og: Opsgenie, dx: DX, sandbox: Sandbox):
    sandbox.faults.add(listing({"id": "a", **WHOLE, "impactedServices": ["s", "t"]}))
    services = [None, {"id": 5, "name": "x"}, {"id": "s", "name": None}, {"id": "t", "name": "Till", "teamId": None}]
    sandbox.faults.add(Fault(route="GET /v1/services", status=200, body={"data": services}))

    assert (await dx_sync(og, dx)).complete

    assert upserts(sandbox)[0]["services"] == [{"identifier": "s"}, {"identifier": "t", "name": "Till"}]


async def test_of_several_runs_on_one_checkpoint_one_is_at_work_at_a_time(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path
):
    for _ in range(5):
        add()
    file = tmp_path / "c"

    for expected in (5, 0):  # the first time the file is not there yet
        outcomes = await asyncio.gather(*(dx_sync(og, dx, checkpoint=file) for _ in range(4)), return_exceptions=True)
        refused = [each for each in outcomes if isinstance(each, CheckpointError)]
        done = [each for each in outcomes if isinstance(each, SyncReport)]
        assert len(done) + len(refused) == 4
        assert done
        assert sum(each.upserted for each in done) == expected
        assert all("another run" in str(error) and str(file) in str(error) for error in refused)

    assert [path.name for path in tmp_path.iterdir()] == ["c"]
    assert len(json.loads(file.read_bytes())["digests"]) == 5
    assert (await dx_sync(og, dx, checkpoint=file)).unchanged == 5


async def test_a_run_holds_its_checkpoint_until_its_end_however_often_it_writes(
    og: Opsgenie, dx: DX, add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(checkpoints, "MIN_CHANGES", 1)
    for _ in range(5):
        add()
    refused = []

    def mapping(incident, services):
        other = checkpoints.Checkpoint(tmp_path / "c", dx.base_url)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)  # another process: its files may block
        try:
            with pytest.raises(CheckpointError), other.hold_lock():
                pass
        finally:
            asyncio._set_running_loop(loop)
        refused.append(incident.id)
        return map_incident(incident, services)

    assert (await dx_sync(og, dx, checkpoint=tmp_path / "c", mapping=mapping, concurrency=1)).upserted == 5
    assert len(refused) == 5

    dry = await dx_sync(og, dx, checkpoint=tmp_path / "c", dry_run=True)
    assert dry.unchanged == 5


@pytest.mark.parametrize("part", ["link", "dangling link", "fifo", "folder", "device", "link of the temporary"])
async def test_only_a_regular_file_is_a_checkpoint(
    og: Opsgenie, dx: DX, sandbox: Sandbox, add: Add, tmp_path: Path, part: str
):
    add()
    file, other = tmp_path / "c", tmp_path / "other"
    other.write_text("mine")
    match part:
        case "link":
            file.symlink_to(other)
        case "dangling link":
            file.symlink_to(tmp_path / "nowhere")
        case "fifo":
            os.mkfifo(file)
        case "folder":
            file.mkdir()
        case "device":
            file.symlink_to("/dev/zero")
        case _:
            (tmp_path / ".c.tmp").symlink_to(other)

    with pytest.raises(CheckpointError, match=r"link|regular"):
        await dx_sync(og, dx, checkpoint=file)

    assert other.read_text() == "mine"
    assert upserts(sandbox) == []
    assert not (tmp_path / "nowhere").exists()
