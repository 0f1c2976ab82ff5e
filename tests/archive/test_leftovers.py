"""What a kill leaves behind in the folder, and what does not belong there: swept, gone on with, or refused."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.archive import Archive, ArchiveError, verify
from opsgenie_async.archive.disk import Disk, open_to_append
from opsgenie_async.archive.journal import Journal
from opsgenie_async.archive.work import load
from opsgenie_async.files import UnfitFile
from opsgenie_async.history import Walk
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import Run, check, fill, manifest, records
from tests.tables import each_row

DEEP = b'{"event":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"


class Killed(BaseException):
    """The end of a run that nothing in it can handle."""


Interrupt = Callable[[str, int], list[str]]


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Interrupt:
    """End a run behind a line of its journal, once; the list takes the units of such lines."""
    add = Journal.add

    def interrupt(word: str, number: int) -> list[str]:
        units: list[str] = []

        async def add_until(self: Journal, event: str, **facts: Any) -> None:
            await add(self, event, **facts)
            if event == word:
                units.append(facts.get("unit", ""))
                if len(units) == number:
                    raise Killed

        monkeypatch.setattr(Journal, "add", add_until)
        return units

    return interrupt


@pytest.mark.parametrize("step", [0, 2])
async def test_a_listing_that_was_cut_halfway_is_cut_on(
    sandbox: Sandbox, run: Run, folder: Path, monkeypatch, interrupt: Interrupt, step: int
):
    ids = fill(sandbox, 110, step=step)
    monkeypatch.setattr("opsgenie_async.archive.history.MOST", {"full": 15, "list": 15})
    monkeypatch.setitem(Walk.__init__.__kwdefaults__, "window", 40)
    slices = interrupt("slice", 3)
    with pytest.raises(Killed):
        await run(kinds="alerts", depth="list")
    assert len(slices) == 3

    await run(kinds="alerts", depth="list")

    assert len(slices) == len({*slices}) > 3
    assert sorted(record.id for record in await records(folder)) == sorted(ids)
    assert (await check(folder)).status == "whole"


async def test_files_that_nothing_names_are_swept(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 3)
    await run(kinds="alerts")
    strangers = [
        folder / "segments" / "alerts" / "1-unfinished.jsonl.gz",
        folder / "configuration" / "1-start" / ".pulling" / "teams" / "a.json",
        folder / "blobs" / ".download.tmp",
        folder / "blobs" / "ab" / f"ab{'0' * 62}",
        folder / "work" / "alerts-unit",
    ]
    for path in strangers:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"unfinished")

    await run(kinds="alerts")

    assert [path for path in strangers if path.exists()] == []
    assert (await check(folder)).status == "whole"


async def test_a_configuration_is_pulled_once_for_each_end_of_a_run(
    sandbox: Sandbox, run: Run, folder: Path, interrupt: Interrupt
):
    interrupt("bounds", 1)
    with pytest.raises(Killed):
        await run(kinds="alerts,configuration")
    before = len(sandbox.received)
    await run(kinds="alerts,configuration")

    events = [json.loads(line) for line in (folder / "journal.jsonl").read_bytes().splitlines()]
    assert [each["when"] for each in events if each["event"] == "configuration"] == ["start", "end"]
    assert sum(each.path == "/v2/teams" for each in sandbox.received[before:]) == 1


async def test_an_account_that_is_refused_is_no_name(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 3)
    sandbox.faults.add(Fault(route="GET /v2/account", status=403, times=1000))

    assert (await run(kinds="alerts")).complete
    assert [*(await manifest(folder))["account"]] == ["reason"]
    assert (await run(kinds="alerts")).run == 2  # whose it is nobody can tell


async def test_an_archive_of_another_host_is_refused(sandbox: Sandbox, run: Run, folder: Path):
    fill(sandbox, 1)
    await run(kinds="alerts")
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(sandbox.url.encode(), b"https://api.eu.opsgenie.com"))

    with pytest.raises(ArchiveError, match=r"an account at api\.eu\.opsgenie\.com, not at 127\.0\.0\.1"):
        await run(kinds="alerts")


async def test_an_end_without_a_moment_is_a_hole(sandbox: Sandbox, run: Run, folder: Path):
    ids = fill(sandbox, 3)
    sandbox.faults.add(Fault(route="GET /v2/alerts", status=200, body={"data": [{"id": "x", "createdAt": "soon"}]}))

    [hole] = (await run(kinds="alerts")).holes
    assert (hole["kind"], hole["slice"]) == ("alerts", "everything")
    assert "createdAt: expected a date and time" in hole["reason"]

    sandbox.faults.clear()
    assert (await run(kinds="alerts")).complete
    assert sorted(record.id for record in await records(folder)) == sorted(ids)


async def test_a_line_of_the_journal_that_was_torn_is_written_again(
    sandbox: Sandbox, run: Run, folder: Path, interrupt: Interrupt
):
    fill(sandbox, 3)
    interrupt("planned", 1)
    with pytest.raises(Killed):
        await run(kinds="alerts")
    with (folder / "journal.jsonl").open("ab") as file:
        file.write(b'{"event":"done","kind":"al')

    await run(kinds="alerts")

    assert len(await records(folder)) == 3
    assert (await check(folder)).status == "whole"


async def test_a_journal_that_is_none_is_refused(run: Run, whole: Path):
    path = whole / "journal.jsonl"
    journal = path.read_bytes()
    for line in (b"\xff\n", b"7\n", b"{}\n", b'{"event": 7}\n', DEEP):
        path.write_bytes(journal + line)

        with pytest.raises(ArchiveError, match=r"line \d+ is not part of a journal"):
            await run(kinds="alerts")
        assert [problem.text for problem in (await check(whole)).problems] == ["was added to"]


@each_row("change", [{"format": 2}, {"format": "1"}, {"format": None}])
def test_a_format_that_is_not_known_is_refused(whole: Path, change: dict[str, object]):
    path = whole / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(ArchiveError, match=r"manifest\.json: "):
        Archive(whole)
    assert verify(whole).status == "altered"


async def test_a_disk_that_is_full_ends_the_run(sandbox: Sandbox, run: Run, folder: Path, monkeypatch):
    fill(sandbox, 4)
    write = os.write

    def full(descriptor: int, content: bytes) -> int:
        if re.search(rb"(?m)^part:", content):  # wherever it comes in what is written at once
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, content)

    monkeypatch.setattr("opsgenie_async.archive.disk.os.write", full)
    with pytest.raises(OSError, match="No space left"):
        await run(kinds="alerts")
    monkeypatch.undo()

    assert (await run(kinds="alerts")).complete
    assert len(await records(folder)) == 4


@each_row("size", [0, 10, 2**16, 2**17 + 3])
def test_a_file_goes_on_behind_its_last_whole_line(tmp_path: Path, size: int):
    path = tmp_path / "lines"
    for whole in (b"", b"one\n"):
        path.write_bytes(whole + b"x" * size)
        os.close(open_to_append(path))
        assert path.read_bytes() == whole


async def test_no_link_is_followed_where_a_run_goes_on(run: Run, whole: Path, tmp_path: Path):
    other = tmp_path / "other"
    other.write_bytes(b"one\ntwo")
    journal = whole / "journal.jsonl"
    for target in (other, tmp_path / "nowhere"):
        journal.unlink()
        journal.symlink_to(target)
        with pytest.raises(ArchiveError, match=r"journal\.jsonl: is a symbolic link"):
            await run(kinds="alerts")
    assert not (tmp_path / "nowhere").exists()

    work = tmp_path / "alerts-unit"
    work.symlink_to(other)
    with pytest.raises(UnfitFile, match="alerts-unit: is a symbolic link"):
        await asyncio.to_thread(load, work)
    disk = Disk()
    disk.append(work, b"three\n")
    with pytest.raises(UnfitFile, match="alerts-unit: is a symbolic link"):
        await disk.close()
    assert other.read_bytes() == b"one\ntwo"


async def test_what_could_not_be_written_is_said_at_the_end(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    disk = Disk()
    disk.append(tmp_path / "file" / "below", b"line\n")

    with pytest.raises(FileExistsError):
        await disk.close()
