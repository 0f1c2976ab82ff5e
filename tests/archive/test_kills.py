"""The command is killed while the account moves and the line fails; `benchmarks/archive_storm.py` does it at size."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections import Counter
from pathlib import Path

from opsgenie_async import Opsgenie
from opsgenie_async.archive import archive
from opsgenie_async.archive.disk import Disk
from opsgenie_async.sandbox import Churn, Fault, Sandbox
from tests.archive.conftest import check, records

LIMITS = {"alert": [{"limit": 60, "periodInSeconds": 1}], "search": [{"limit": 20, "periodInSeconds": 1}]}


async def command(sandbox: Sandbox, folder: Path, *, kill_after: int = 0) -> int:
    """Run it; kill it behind so many requests. Its exit status."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "opsgenie_async", "archive", str(folder), "--only", "alerts,incidents", "--quiet"),
        env={**os.environ, "OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    last = sandbox.requests + kill_after
    ended = asyncio.ensure_future(process.wait())
    try:
        while not ended.done() and not (kill_after and sandbox.requests >= last):
            await asyncio.wait([ended], timeout=0.005)
    finally:
        if not ended.done():
            process.kill()
    return await ended


async def test_what_is_killed_again_and_again_is_whole_in_the_end(tmp_path: Path):
    folder = tmp_path / "archive"
    async with Sandbox(teams=1, seed=4, alerts=60, incidents=5, limits=LIMITS) as sandbox:
        before = set(sandbox.account.alerts)
        sandbox.churn = Churn(every=30)
        sandbox.faults.add(Fault(route="GET *", status=503, share=0.02), Fault(route="GET *", reset=True, share=0.01))
        for requests in (40, 90, 130):
            assert await command(sandbox, folder, kill_after=requests) == -9
        sandbox.churn = None
        assert await command(sandbox, folder) in (0, 1)
        sandbox.faults.clear()
        sandbox.limits.clear()
        status = await command(sandbox, folder)

        verdict = await check(folder)
        counted = Counter(record.id for record in await records(folder))
        by_id = {record.id: record for record in await records(folder)}
        there = set(sandbox.account.alerts)
        assert (verdict.status, status) in (("whole", 0), ("holes", 1))
        assert all(hole["reason"].startswith("404") and not there & set(hole["ids"]) for hole in verdict.holes)
        assert set(counted.values()) == {1}
        assert there <= set(counted)
        assert len(before - there) > 3
        for id in there:
            assert by_id[id].document["status"] == sandbox.account.alerts[id]["status"]
            assert len(by_id[id].logs) == len(sandbox.account.alert_logs.get(id) or [])
            assert len(by_id[id].notes) == len(sandbox.account.alert_notes.get(id) or [])
            assert len(by_id[id].attachments) == len(sandbox.account.alert_attachments.get(id) or {})
        assert {record.id for record in await records(folder, "incidents")} == set(sandbox.account.incidents)


def parts_kept(folder: Path) -> int:
    """Parts in the work files."""
    return sum(path.read_bytes().count(b"part:") for path in (folder / "work").rglob("*") if path.is_file())


async def test_a_run_that_goes_on_asks_only_for_what_was_in_flight(tmp_path: Path):
    folder = tmp_path / "archive"
    async with (
        Sandbox(teams=1, seed=4, incidents=6) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url) as og,
    ):
        number = len(sandbox.account.incidents)
        sandbox.faults.add(Fault(route="GET /v1/incidents/*/notes", delay=60))
        run = asyncio.create_task(archive(og, folder, kinds="incidents"))
        while await asyncio.to_thread(parts_kept, folder) < 5 * number:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        run.cancel()
        await asyncio.wait([run])
        sandbox.faults.clear()
        sandbox.reset_counters()

        report = await archive(og, folder, kinds="incidents")

        assert report.complete
        paths = [each.path for each in sandbox.received]
        assert sum(path.endswith("/notes") for path in paths) == number
        assert not [path for path in paths if path.endswith(("/logs", "/entries", "-alert-ids"))]
        assert not {*paths} & {f"/v1/incidents/{id}" for id in sandbox.account.incidents}

        await archive(og, tmp_path / "undisturbed", kinds="incidents")
        parts = [record.members for record in await records(folder, "incidents")]
        assert parts == [record.members for record in await records(tmp_path / "undisturbed", "incidents")]
        assert any(each["postmortem"] for each in parts)


async def test_a_write_that_fails_behind_a_cancelled_caller_is_no_noise():
    disk, messages = Disk(), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: messages.append(context["message"]))
    go = threading.Event()

    def fail() -> None:
        go.wait()
        raise OSError("no space left")

    caller = asyncio.create_task(disk.run(fail))
    await asyncio.sleep(0.01)
    caller.cancel()
    await asyncio.wait([caller])
    del caller
    go.set()
    await disk.close()
    await asyncio.sleep(0.01)
    gc.collect()
    assert messages == []
