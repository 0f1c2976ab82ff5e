"""Folders that a snapshot must not trust, and disks that are full."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import NoReturn

import pytest

from opsgenie_async.sync import Journal, JournalError
from opsgenie_async.sync.applying.journal import Event
from opsgenie_async.sync.files import staging as staging_module
from opsgenie_async.sync.files.store import Manifest, Store, StoreError
from tests.sync.files.manifests import manifest_of
from tests.sync.snapshots import contents, edit, entity, names, put, stage, team, user, write_snapshot


def test_a_manifest_that_was_tampered_with_removes_nothing_outside(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    write_snapshot(folder, [team("ops")])
    outside = ["escape.json", "inside/manifest.json", "inside/notes.json", "inside/.git/x.json"]
    for path in outside[:1] + outside[2:]:
        put(tmp_path, path, {})
    manifest = manifest_of(folder)
    bad = ["../escape.json", "manifest.json", "notes.json", "teams/../../escape.json", ".git/x.json"]
    manifest["files"] |= {path: {"kind": "team", "name": "x"} for path in bad}
    put(folder, "manifest.json", manifest)
    write_snapshot(folder, [team("db")])
    assert all((tmp_path / path).exists() for path in outside)
    assert not (folder / "teams" / "ops.json").exists()


@pytest.mark.parametrize("name", ["teams", ".pulling", "partial"])
def test_a_link_in_the_place_of_a_folder_is_not_followed(name: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    write_snapshot(elsewhere, [team("ops")])
    before = contents(elsewhere)
    folder = tmp_path / "snapshot"
    folder.mkdir()
    (folder / name).symlink_to(elsewhere, target_is_directory=True)
    for attempt in (lambda: Store(folder).begin(), lambda: Store(folder).load(), lambda: Store(folder).manifest()):
        with pytest.raises(StoreError, match="is a symbolic link"):
            attempt()
    assert contents(elsewhere) == before


def test_a_file_that_is_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    write_snapshot(folder, [team("ops"), team("db")])
    (tmp_path / "outside.json").write_text("{}")
    for name in ("ops", "db"):
        (folder / f"teams/{name}.json").unlink()
        (folder / f"teams/{name}.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(StoreError, match=r"ops.json:1: is a symbolic link"):
        Store(folder).load()
    write_snapshot(folder, [team("ops")])
    assert (tmp_path / "outside.json").read_text() == "{}"
    assert names(folder) == ["ops"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 999, "files": {}}', "format: 999 is newer"),
        ('{"format": "1", "files": {}}', "format: expected a number"),
        ('{"format": true, "files": {}}', "format: expected a number"),
        ('{"format": 0, "files": {}}', "format: expected a number"),
        ('{"format": 2}', "files: expected an object"),
        ('{"format": 2, "files": []}', "files: expected an object"),
        ('{"format": 2, "files": {"teams/a.json": 1}}', "files: teams/a.json: expected an object"),
        ('{"format": 2, "files": {}, "failures": {}}', "failures: expected a list"),
        ('{"format": 2, "files": {}, "only": 1}', "only: expected a string"),
        ('{"format": 2, "files": {}, "only": "nothing"}', "only: 'nothing'"),
        ("[]", "format"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_folder_that_holds_something_else_is_left_alone(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    for attempt in (lambda: Store(tmp_path).begin(), lambda: Store(tmp_path).load()):
        with pytest.raises(StoreError, match=message):
            attempt()
    assert contents(tmp_path) == {"manifest.json": text.encode()}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="file: is not a folder"):
        Store(tmp_path / "file").begin()


def test_a_disk_that_is_full_says_at_which_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshot(tmp_path, [team("ops")])
    before = contents(tmp_path)
    staging = Store(tmp_path).begin()

    record = stage(staging, "teams/ops.json", team("ops", description="new"))
    manifest = Manifest(counts={}, failures=[], files={"teams/ops.json": record}, tool="", pulled_at="", duration=0)

    def full(*args: object, **options: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    for owner, name, file in (
        (staging_module, "FileIO", "teams/ops.json"),
        (os, "fsync", "manifest.json"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, full)
            with pytest.raises(OSError, match=rf"No space left on device: '.*{file}'"):
                staging.finish(manifest)
        staging.discard()
        assert contents(tmp_path) == before
        staging = Store(tmp_path).begin()
        stage(staging, "teams/ops.json", team("ops", description="new"))
    staging.discard()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_disk_that_is_full_says_so_while_all_is_still_in_one_file(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")])
    before = contents(tmp_path)
    staging = Store(tmp_path).begin()
    staging._spool.close()
    staging._spool = Path("/dev/full").open("r+b")  # noqa: SIM115  # closed by `discard`
    stage(staging, "teams/ops.json", team("ops", description="new"))
    with pytest.raises(OSError, match=r"No space left on device: '.*spool'"):
        staging.write(staging.drain())
    staging.discard()
    assert {path: data for path, data in contents(tmp_path).items() if path != ".pulling/spool"} == before
    write_snapshot(tmp_path, [team("ops")])
    assert contents(tmp_path).keys() == before.keys()


def test_two_pulls_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    first = Store(tmp_path).begin()
    record = stage(first, "teams/ops.json", team("ops"))
    first.write(first.drain())
    second = Store(tmp_path).begin()
    with pytest.raises(StoreError, match="another pull"):
        first.finish(
            Manifest(counts={}, failures=[], files={"teams/ops.json": record}, tool="", pulled_at="", duration=0)
        )
    first.discard()
    users = {"users/a.json": stage(second, "users/a.json", user("a@b"))}
    second.finish(Manifest(counts={}, failures=[], files=users, tool="", pulled_at="", duration=0))
    second.discard()
    assert contents(tmp_path).keys() == {"users/a.json", "manifest.json"}


async def test_nothing_is_written_into_a_folder_that_is_being_applied(tmp_path: Path) -> None:
    await asyncio.to_thread(write_snapshot, tmp_path, [team("ops")])
    early = await asyncio.to_thread(Store(tmp_path).begin)
    files = {"teams/ops.json": stage(early, "teams/ops.json", team("ops", description="new"))}
    manifest = Manifest(counts={}, failures=[], files=files, tool="", pulled_at="", duration=0)
    before = {path: data for path, data in contents(tmp_path).items() if ".pulling" not in path}
    async with Journal.open(tmp_path / "journal.jsonl") as journal:
        await journal.append(Event.RUN_BEGAN, tool="t", changes=1)
        for attempt in (Store(tmp_path).check, Store(tmp_path).begin, lambda: early.finish(manifest)):
            with pytest.raises(StoreError, match=rf"^{tmp_path}: an apply of its files is running"):
                await asyncio.to_thread(attempt)
        assert await asyncio.to_thread(names, tmp_path) == ["ops"]
        with pytest.raises(JournalError, match="another apply"):  # asking gave nothing back
            async with Journal.open(tmp_path / "journal.jsonl"):
                raise AssertionError
    await asyncio.to_thread(early.discard)
    after = contents(tmp_path)
    assert {path: after[path] for path in before} == before
    await asyncio.to_thread(Store(tmp_path).check)  # a journal that is left is no apply that runs
    await asyncio.to_thread(write_snapshot, tmp_path, [team("ops", description="new")])


@pytest.mark.parametrize("other", ["folder", "link", "pipe"])
def test_what_has_the_name_of_a_journal_keeps_no_pull_off(other: str, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    match other:
        case "folder":
            journal.mkdir()
        case "link":
            journal.symlink_to("/dev/zero")
        case _:
            os.mkfifo(journal)
    Store(tmp_path).check()
    write_snapshot(tmp_path, [team("ops")])
    assert os.path.lexists(journal)


def test_an_edited_file_that_a_narrow_pull_keeps_stays_edited(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db")])
    edit(tmp_path / "teams/ops.json", '"name": "ops"', '"name": "ops", "description": "mine"')
    write_snapshot(tmp_path, [team("db")], only="teams/db")
    (ops,) = [each for each in Store(tmp_path).load() if each.name == "ops"]
    assert ops.fields["description"] == "mine"
    assert ops.id == "id of ops"


def test_parts_of_an_account_table_and_of_a_team_table_have_a_file_each(tmp_path: Path) -> None:
    account = entity("policies", {}, "", alert_policy=[{"name": "a", "type": "alert"}])
    ops = entity("policies", {"team": {"name": "ops"}}, "id of ops", alert_policy=[], notification_policy=[])
    write_snapshot(tmp_path, [team("ops"), account, ops])
    tables = Store(tmp_path).load().entities["policies"]
    assert {each.name: (each.id, set(each.parts)) for each in tables} == {
        "": ("", {"alert_policy"}),
        "ops": ("id of ops", {"alert_policy", "notification_policy"}),
    }
