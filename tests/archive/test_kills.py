"""The command is killed while the account moves and the line fails; `benchmarks/archive_storm.py` does it at size."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import threading
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

from opsgenie_async import Opsgenie
from opsgenie_async.archive import archive
from opsgenie_async.archive.disk import Disk
from opsgenie_async.sandbox import Churn, Fault, Sandbox
from tests.archive.conftest import attach, check, fill, records
from tests.cli.processes import python
from tests.waiting import until

LIMITS = {"alert": [{"limit": 100, "periodInSeconds": 1}], "search": [{"limit": 20, "periodInSeconds": 1}]}
COMMAND = """
import sys
from functools import partial
from opsgenie_async import Config
from opsgenie_async.cli import archive, main
archive.Config = partial(Config, jitter=lambda bound: bound / 8)
sys.exit(main(sys.argv[1:]))
"""
"""The command, whose waits between attempts are no part of what is tried here."""


async def command(sandbox: Sandbox, folder: Path, *, kill_after: int = 0) -> int:
    """Run it; kill it behind so many requests. Its exit status."""
    process = await python(
        *("-c", COMMAND, "archive", str(folder), "--only", "alerts,incidents", "--quiet"),
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
        ids = set(sandbox.account.alerts)
        assert (verdict.status, status) in (("whole", 0), ("holes", 1))
        assert all(hole["reason"].startswith("404") and not ids & set(hole["ids"]) for hole in verdict.holes)
        assert set(counted.values()) == {1}
        assert ids <= set(counted)
        assert len(before - ids) > 3
        for id in ids:
            assert by_id[id].document["status"] == sandbox.account.alerts[id]["status"]
            assert len(by_id[id].logs) == len(sandbox.account.alert_logs.get(id) or [])
            assert len(by_id[id].notes) == len(sandbox.account.alert_notes.get(id) or [])
            assert len(by_id[id].attachments) == len(sandbox.account.alert_attachments.get(id) or {})
        assert {record.id for record in await records(folder, "incidents")} == set(sandbox.account.incidents)


def lines_in(folder: Path, operations: bytes) -> int:
    """Lines of the work files that begin so."""
    files = (path for path in (folder / "work").rglob("*") if path.is_file())
    return sum(len(re.findall(rb"(?m)^(?:%s)[:\t]" % operations, path.read_bytes())) for path in files)


async def cancelled(og: Opsgenie, folder: Path, kinds: str, operations: bytes, lines: int, depth: str = "full") -> None:
    """A run that ends when it has written so many lines of work; it is to hang on what comes then."""
    run = asyncio.create_task(archive(og, folder, kinds=kinds, contacts=depth == "full", depth=depth))
    while await asyncio.to_thread(lines_in, folder, operations) < lines and not run.done():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    run.cancel()
    await asyncio.wait([run])


def requests_of(sandbox: Sandbox, route: str) -> list[tuple[str, dict[str, str]]]:
    """Path and query of each request along a route."""
    return [(each.path, dict(each.query)) for each in sandbox.received if fnmatchcase(each.path, route)]


def lengthen(sandbox: Sandbox) -> str:
    """An incident whose log takes three pages, and its timeline, too."""
    account = sandbox.account
    id = next(id for id in account.incidents if account.incident_logs.get(id) and account.timeline_entries.get(id))
    log, entries = account.incident_logs[id], account.timeline_entries[id]
    while len(log) < 250:
        log.append({**log[0], "log": f"line {len(log)}", "offset": str(int(log[-1]["offset"]) + 1)})
    while len(entries) < 55:
        entries.append({**entries[0], "id": f"entry-{len(entries)}"})
    return id


async def test_a_run_that_goes_on_asks_only_for_what_was_in_flight(tmp_path: Path):
    folder = tmp_path / "archive"
    async with (
        Sandbox(teams=1, seed=4, incidents=6) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url) as og,
    ):
        number, long = len(sandbox.account.incidents), lengthen(sandbox)
        sandbox.faults.add(
            Fault(route="GET /v1/incidents/*/notes", delay=60),
            Fault(route=f"GET /v1/incidents/{long}/logs", after=2, delay=60),
            Fault(route=f"GET /v2/incident-timelines/{long}/entries", after=1, delay=60),
        )
        await cancelled(og, folder, "incidents", b"part|page", 5 * number - 2 + 3)
        sandbox.faults.clear()
        sandbox.reset_counters()

        report = await archive(og, folder, kinds="incidents", contacts=True)

        assert report.complete
        paths = [each.path for each in sandbox.received]
        assert sum(path.endswith("/notes") for path in paths) == number
        assert [path for path in paths if path.endswith(("/logs", "-alert-ids"))] == [f"/v1/incidents/{long}/logs"]
        assert [path for path in paths if path.endswith("/entries")] == [f"/v2/incident-timelines/{long}/entries"] * 2
        assert not {*paths} & {f"/v1/incidents/{id}" for id in sandbox.account.incidents}

        await archive(og, tmp_path / "undisturbed", kinds="incidents")
        parts = [record.members for record in await records(folder, "incidents")]
        assert parts == [record.members for record in await records(tmp_path / "undisturbed", "incidents")]
        assert any(each["postmortem"] for each in parts)
        assert max(len(each["logs"]) for each in parts) == 250


async def test_files_months_and_users_that_are_there_are_not_asked_for_again(tmp_path: Path):
    folder, kinds = tmp_path / "archive", "alerts,schedules,account_logs,users"
    async with Sandbox(teams=1, seed=4) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        await attach(og, sandbox, *fill(sandbox, 1))
        sandbox.reset_counters()
        slow = ("/v2/schedules/*/timeline", "/v2/users/*", "/downloads/*")
        sandbox.faults.add(*(Fault(route=f"GET {route}", after=2, delay=60) for route in slow))
        await cancelled(og, folder, kinds, b"value", 2 * len(slow))
        sandbox.faults.clear()
        answered = [requests_of(sandbox, route)[:2] for route in slow]
        sandbox.reset_counters()

        report = await archive(og, folder, kinds=kinds, contacts=True)

        assert report.complete
        for route, before in zip(slow, answered, strict=True):
            assert len(before) == 2
            assert not [each for each in requests_of(sandbox, route) if each in before], route
        assert len(requests_of(sandbox, "/downloads/*")) == 3 + len(sandbox.account.log_files) - 2
        assert not [each for route in ("/v2/users", "/v2/logs/list/*") for each in requests_of(sandbox, route)]

        await archive(og, tmp_path / "undisturbed", kinds=kinds, contacts=True)
        for kind in kinds.split(","):
            parts = [record.members for record in await records(folder, kind)]
            assert parts == [record.members for record in await records(tmp_path / "undisturbed", kind)]


async def test_what_was_deleted_before_a_kill_is_no_hole_behind_it(tmp_path: Path):
    async with Sandbox(teams=1, seed=4) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        (id,) = fill(sandbox, 1)
        sandbox.faults.add(
            Fault(route="GET /v2/alerts/*/logs", status=404), Fault(route=f"GET /v2/alerts/{id}", after=1, delay=60)
        )
        await cancelled(og, tmp_path, "alerts", b"part|hole", 5)
        sandbox.faults.clear()
        del sandbox.account.alerts[id]

        report = await archive(og, tmp_path, kinds="alerts", contacts=True)

        assert report.holes == []
        (record,) = await records(tmp_path)
        assert (record.id, record.is_gone) == (id, True)


async def test_a_listing_goes_on_within_a_millisecond(tmp_path: Path):
    async with Sandbox(teams=1, seed=4) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        ids = fill(sandbox, 450, step=0)
        sandbox.faults.add(Fault(route="GET /v2/alerts", after=4, delay=60))
        await cancelled(og, tmp_path, "alerts", b"item", 298, depth="list")
        sandbox.faults.clear()
        sandbox.reset_counters()

        await archive(og, tmp_path, kinds="alerts", depth="list")

        offsets = [each.query["offset"] for each in sandbox.received if each.path == "/v2/alerts"]
        assert offsets == ["297", "396", "0"]  # the last one looks for what has come since
        assert Counter(record.id for record in await records(tmp_path)) == Counter(ids)


async def test_a_write_that_fails_behind_a_cancelled_caller_is_no_noise():
    disk, messages = Disk(), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: messages.append(context["message"]))
    started, go = threading.Event(), threading.Event()

    def fail() -> None:
        started.set()
        go.wait()
        raise OSError("no space left")

    caller = asyncio.create_task(disk.run(fail))
    await until(started.is_set)
    caller.cancel()
    await asyncio.wait([caller])
    del caller
    go.set()
    await disk.close()
    await asyncio.sleep(0.01)
    gc.collect()
    assert messages == []
