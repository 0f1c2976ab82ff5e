"""What a command is to write is checked before it asks the account for anything, and the option is named."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.archive import archive
from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.cli.targets import check_file, check_folder
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Store, pull
from tests.cli.terminal import Ended, run

Typed = Callable[..., Awaitable[Ended]]


@pytest.fixture
async def typed(sandbox: Sandbox, og: Opsgenie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    await pull(og, Store(tmp_path / "backup"))
    await archive(og, tmp_path / "history", kinds="services")
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.chdir(tmp_path)

    async def typed(*words: str) -> Ended:
        return await run(*words, OPSGENIE_API_KEY=sandbox.api_key, OPSGENIE_BASE_URL=sandbox.url, DX_TOKEN="t")

    return typed


def names_below(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.mark.parametrize(
    "command",
    [
        "plan backup --out",
        "timeline --svg",
        "timeline --html",
        "timeline --ics",
        "timeline --from backup --html",
        "report backup --html",
        "export history --html",
        "export history --sqlite",
        "dx-sync --dx-base-url http://127.0.0.1:1 --checkpoint",
    ],
)
@pytest.mark.parametrize(
    ("target", "reason"),
    [("folder", "is a folder"), ("nowhere/x", "there is no folder "), ("file/x", "file is not a folder")],
)
async def test_a_file_that_cannot_be_written(
    typed: Typed, sandbox: Sandbox, tmp_path: Path, command: str, target: str, reason: str
):
    before, requests = names_below(tmp_path), sandbox.requests
    status, stdout, stderr = await typed(*command.split(), target)

    words = command.split()
    assert (status, stdout) == (2, "")
    assert stderr.startswith(f"opsgenie-async {words[0]}: {words[-1]}: {target}: ")
    assert reason in stderr
    assert (names_below(tmp_path), sandbox.requests) == (before, requests)


@pytest.mark.parametrize("command", ["pull", "archive", "export history --csv"])
@pytest.mark.parametrize("target", ["file", "file/x/y", "loop", "loop/x"])
async def test_a_folder_that_cannot_be_written(
    typed: Typed, sandbox: Sandbox, tmp_path: Path, command: str, target: str
):
    before, requests = names_below(tmp_path), sandbox.requests
    status, stdout, stderr = await typed(*command.split(), target)

    words = command.split()
    name = words[-1] if words[-1].startswith("--") else "DIR"
    assert (status, stdout) == (2, "")
    assert stderr.startswith(f"opsgenie-async {words[0]}: {name}: ")
    reasons = {"file": "is not a folder", "file/x/y": "Not a directory"}
    assert stderr.endswith(f"{reasons.get(target, 'File exists')}\n")
    assert (names_below(tmp_path), sandbox.requests) == (before, requests)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("plan backup --out backup/teams/p.json", "is among the files of the snapshot "),
        ("plan backup --out backup/teams", "is a folder"),
        ("plan backup --out backup/manifest.json", "is among the files of the snapshot "),
        ("plan backup --out link/teams/p.json", "is among the files of the snapshot "),
        ("report backup --html backup/manifest.json", "is among the files of the snapshot "),
        ("timeline --from backup --html backup/teams/p.json", "is among the files of the snapshot "),
        ("export history --html history/x.html", "is inside the archive"),
        ("export history --csv history/x", "is inside the archive"),
        ("export history --csv history", "is inside the archive"),
        ("export history --csv backup/teams", "is among the files of the snapshot "),
        ("export history --html backup/manifest.json", "is among the files of the snapshot "),
        ("plan backup --out history/manifest.json", "is inside the archive "),
        ("plan backup --out history/segments/x.plan", "is inside the archive "),
        ("timeline --from backup --ics history/manifest.json", "is inside the archive "),
        ("dx-sync --dx-instance x --checkpoint backup/teams/dx.json", "is among the files of the snapshot "),
        ("pull backup/teams", "is among the files of the snapshot "),
        ("pull history/configuration", "is inside the archive "),
        ("archive backup/teams/x", "is among the files of the snapshot "),
    ],
)
async def test_a_snapshot_and_an_archive_are_left_alone(
    typed: Typed, sandbox: Sandbox, tmp_path: Path, words: str, reason: str
):
    (tmp_path / "link").symlink_to(tmp_path / "backup")
    before, requests = names_below(tmp_path), sandbox.requests
    status, stdout, stderr = await typed(*words.split())

    assert (status, stdout, len(stderr.splitlines())) == (2, "", 1)
    assert f": {reason}" in stderr
    assert (names_below(tmp_path), sandbox.requests) == (before, requests)


async def test_what_can_be_written_is_written(typed: Typed, tmp_path: Path):
    """A file beside the folders of a snapshot, one that existed, a folder below another that does not exist yet."""
    assert (await typed("report", "backup", "--html", "backup/report.html"))[0] == 0
    assert (await typed("report", "backup", "--html", "file"))[0] == 0
    assert (tmp_path / "file").read_text().startswith("<!DOCTYPE html>")
    assert (await typed("pull", "new/folder", "--quiet"))[0] == 0
    assert (await typed("pull", "new/folder", "--quiet"))[0] == 0
    status, stdout, _ = await typed("pull", "file", "--dry-run", "--json")
    assert (status, json.loads(stdout)["error"]) == (2, "file: is not a folder")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(WrongUsage, match=r"--out: .*: cannot be written: Permission denied"):
        check_file("--out", tmp_path / "x")
    with pytest.raises(WrongUsage, match=r"DIR: .*: cannot be written: Permission denied"):
        check_folder("DIR", tmp_path / "x")


def test_a_name_that_is_too_long(tmp_path: Path):
    with pytest.raises(WrongUsage, match=r"--out: .*: cannot be written: File name too long"):
        check_file("--out", tmp_path / ("x" * 300))
    with pytest.raises(WrongUsage, match=r"DIR: .*: File name too long"):
        check_folder("DIR", tmp_path / "new" / ("x" * 300))
    assert names_below(tmp_path) == []
