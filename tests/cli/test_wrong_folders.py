"""A snapshot where an archive belongs, and the other way round: the line says what the folder is, and who reads it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.archive import Archive, archive, verify
from opsgenie_async.archive.errors import NotAnArchive
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import JOURNAL, Store, pull
from opsgenie_async.sync.files.diagnostics import NotASnapshot
from tests.cli.terminal import Ended, run

READERS = "`validate` checks it; `plan`, `diff` and `report` read it"
ARCHIVE_READERS = "`verify` checks it, and `export` reads it; its folder `configuration` contains snapshots"


@pytest.fixture
async def folders(sandbox: Sandbox, og: Opsgenie, tmp_path: Path) -> Path:
    await archive(og, tmp_path / "history", kinds="configuration,services")
    await pull(og, Store(tmp_path / "backup"))
    (tmp_path / "begun").mkdir()
    shutil.copy(tmp_path / "history" / "journal.jsonl", tmp_path / "begun")
    return tmp_path


@pytest.fixture
def typed(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Awaitable[Ended]]:
    async def typed(folder: Path, *words: str) -> Ended:
        monkeypatch.chdir(folder)
        return await run(*words, OPSGENIE_API_KEY=sandbox.api_key, OPSGENIE_BASE_URL=sandbox.url)

    return typed


@pytest.mark.parametrize(
    "words", ["verify backup", "export backup --csv sheets", "export backup --anyway --html a.html"]
)
async def test_a_snapshot_is_no_archive(folders: Path, typed, words: str):
    command = words.partition(" ")[0]
    assert await typed(folders, *words.split()) == (
        2,
        "",
        f"opsgenie-async {command}: backup is a snapshot, not an archive: {READERS}\n",
    )


@pytest.mark.parametrize(
    "words",
    [
        "plan history",
        "plan begun",
        "apply history --yes",
        "diff backup history",
        "report history",
        "validate history",
        "validate begun",
        "timeline --from history",
        "timeline --from backup --against history",
        "on-call --from history",
    ],
)
async def test_an_archive_is_no_snapshot(folders: Path, typed, words: str):
    command, name = words.partition(" ")[0], "begun" if "begun" in words else "history"
    assert await typed(folders, *words.split()) == (
        2,
        "",
        f"opsgenie-async {command}: {name} is an archive, not a snapshot: {ARCHIVE_READERS}\n",
    )


@pytest.mark.parametrize("words", ["pull history", "pull begun", "pull history --dry-run", "archive backup"])
async def test_neither_is_written_into_the_other(folders: Path, typed, sandbox: Sandbox, words: str):
    if words == "archive backup":  # after an apply that failed, whose journal has the name of an archive's
        (folders / "backup" / JOURNAL).write_text('{"at":"2026-01-01T00:00:00Z","event":"run began"}\n')
    before = {path: path.read_bytes() for path in folders.rglob("*") if path.is_file()}
    requests = sandbox.requests

    status, stdout, stderr = await typed(folders, *words.split())

    assert (status, stdout) == (2, "")
    assert stderr.endswith(": use another folder\n")
    assert " is an archive, not a snapshot" in stderr or " is a snapshot, not an archive" in stderr
    assert {path: path.read_bytes() for path in folders.rglob("*") if path.is_file()} == before
    assert sandbox.requests == requests


async def test_a_program_is_told_the_class(folders: Path):
    with pytest.raises(NotAnArchive, match=r"backup is a snapshot, not an archive; opsgenie_async.sync.Store reads it"):
        await asyncio.to_thread(Archive, folders / "backup")
    with pytest.raises(NotAnArchive):
        await asyncio.to_thread(verify, folders / "backup")
    with pytest.raises(NotASnapshot, match=r"history is an archive, not a snapshot; opsgenie_async.archive.Archive"):
        await asyncio.to_thread(Store(folders / "history").load)


@pytest.mark.parametrize("name", ["history", "backup"])
async def test_a_sandbox_serves_both(folders: Path, name: str):
    async with Sandbox(load=folders / name) as loaded, Opsgenie(loaded.api_key, base_url=loaded.url) as og:
        assert await og.teams.list()
