"""Runs: one goes on where it was interrupted, the next one reads what is new, and a folder has one at a time."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from opsgenie_async import Opsgenie, OpsgenieError
from opsgenie_async.archive import ArchiveError
from opsgenie_async.files import hold_lock
from opsgenie_async.sandbox import Sandbox
from tests.archive.conftest import Run, check, fill, manifest, records
from tests.waiting import LIMIT, until


async def test_what_a_killed_process_left_out_is_written_down(sandbox: Sandbox, og: Opsgenie, run: Run, folder: Path):
    ids = fill(sandbox, 100)
    sandbox.account.alerts[ids[0]]["description"] = f"it says {sandbox.api_key}"
    task = asyncio.ensure_future(run(kinds="alerts,deployments", width=4))
    while sandbox.requests < 250 and not task.done():  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    report = await run(kinds="alerts,deployments", width=4)

    assert [each["kind"] for each in report.skipped if "404" in each["reason"]] == ["deployments"]
    assert {each["what"] for each in (await manifest(folder))["redacted"]} >= {"the key"}


async def test_a_second_run_reads_what_is_new_and_what_changed(og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 100)
    for id in ids:
        sandbox.account.alerts[id]["status"] = "closed"
    sandbox.account.alerts[ids[5]]["status"] = "open"
    await run(kinds="alerts")
    before = sandbox.requests
    await (await og.alerts.add_note(ids[5], note="since"))
    await (await og.alerts.add_tags(ids[8], tags=["changed"]))
    sandbox.account.alerts[ids[8]]["updatedAt"] = "2099-01-01T00:00:00Z"
    new = fill(sandbox, 2, first=200)

    report = await run(kinds="alerts")

    assert report.run == 2
    assert sandbox.requests - before < 45
    by_id = {record.id: record for record in await records(folder)}
    assert set(by_id) == {*ids, *new}
    assert len(await records(folder)) == 102
    assert [note["note"] for note in by_id[ids[5]].notes] == ["since"]
    assert by_id[ids[8]].document["tags"] == ["changed"]
    assert {id for id, record in by_id.items() if record.run == 2} == {ids[5], ids[8], *new}
    assert (await check(folder)).status == "whole"


async def test_what_is_deleted_keeps_its_record(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 10)
    await run(kinds="alerts")
    del sandbox.account.alerts[ids[0]]

    report = await run(kinds="alerts")

    assert report.complete
    assert {record.id for record in await records(folder)} == set(ids)


async def test_an_interrupted_run_goes_on_where_it_was(sandbox: Sandbox, og: Opsgenie, run: Run, folder: Path):
    fill(sandbox, 120)
    before = sandbox.requests
    for at in (90, 250, 400):
        task = asyncio.ensure_future(run(kinds="alerts", width=4))
        while sandbox.requests - before < at and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await check(folder)).status == "holes"
    with pytest.raises(ArchiveError, match="depth 'full', not 'list'"):
        await run(kinds="alerts", depth="list")
    report = await run(kinds="alerts", width=4)

    assert report.complete
    assert report.run == 1
    assert len(await records(folder)) == 120
    minimum = 2 + 5 * 120
    assert sandbox.requests - before <= minimum + 3 * 30 + 12
    assert (await check(folder)).status == "whole"


async def test_another_account_is_refused(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 1)
    await run(kinds="alerts")
    sandbox.account.name = "somebody else"

    with pytest.raises(ArchiveError, match="is the archive of the account"):
        await run(kinds="alerts")


async def test_two_runs_at_once_are_refused(sandbox: Sandbox, og: Opsgenie, run: Run, folder: Path):
    fill(sandbox, 50)
    first = asyncio.ensure_future(run())
    await until(lambda: sandbox.requests)

    with pytest.raises(OpsgenieError, match="in use"):
        await run()
    await first


async def test_a_folder_with_something_else_is_left_alone(run: Run, folder: Path, sandbox: Sandbox):
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"x")

    with pytest.raises(ArchiveError, match="something other than"):
        await run()
    assert [each.name for each in folder.iterdir() if not each.name.startswith(".")] == ["holiday.jpg"]
    assert not sandbox.requests


async def test_a_file_is_no_folder(run: Run, folder: Path):
    folder.write_bytes(b"")
    with pytest.raises(ArchiveError, match="is not a folder"):
        await run()
    with pytest.raises(ArchiveError, match="not an archive"):
        await check(folder)


async def test_a_file_that_a_closed_alert_got_or_lost_since_is_a_change(
    og: Opsgenie, sandbox: Sandbox, run: Run, folder: Path
):
    ids = fill(sandbox, 3)
    for id in ids:
        await (await og.alerts.close(id))
    old = await og.alerts.add_attachment(ids[1], file=b"old", file_name="old")
    await run(kinds="alerts")
    await asyncio.sleep(1.1)  # the run before began in an earlier second

    await og.alerts.add_attachment(ids[0], file=b"late", file_name="late")
    await og.alerts.delete_attachment(ids[1], old.id)
    await run(kinds="alerts")

    by_id = {record.id: [each.name for each in record.attachments] for record in await records(folder)}
    assert by_id == {ids[0]: ["late"], ids[1]: [], ids[2]: []}


async def test_a_run_that_is_cancelled_while_it_locks_the_folder_leaves_it_free(run: Run, folder: Path, monkeypatch):
    entering, may_enter = threading.Event(), threading.Event()
    locks = []  # as whatever has a reference would keep them

    def slowly(place: Path):
        entering.set()
        may_enter.wait(LIMIT)
        locks.append(hold_lock(place))
        return locks[0]

    with monkeypatch.context() as patched:
        patched.setattr("opsgenie_async.archive.run.hold_lock", slowly)
        task = asyncio.ensure_future(run(kinds="alerts"))
        await until(entering.is_set)
        task.cancel()
        await asyncio.sleep(0)
        may_enter.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert (await run(kinds="alerts")).holes == []
