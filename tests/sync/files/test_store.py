"""Writing a snapshot: staged, swapped in whole, merged where it is narrow, and never outside of its folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import unicodedata
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.json_text import dump_readable, load
from opsgenie_async.sync.files import staging as staging_module
from opsgenie_async.sync.files.manifest import PartRecord
from opsgenie_async.sync.files.store import FileRecord, Manifest, Store, StoreError
from opsgenie_async.sync.model.selection import Selection
from tests.sync.files.manifests import manifest_of
from tests.sync.snapshots import DEFAULT, contents, failure, names, put, schedule, team, user, written


def test_a_snapshot_is_files_and_a_manifest_that_tells_of_them(tmp_path: Path) -> None:
    assert written(tmp_path, [team("ops"), schedule("night", "ops")]) == tmp_path
    files = contents(tmp_path)
    manifest = json.loads(files.pop("manifest.json"))
    assert set(files) == {"schedules/night.json", "teams/ops.json"}
    assert manifest["format"] == 3
    last = json.loads((tmp_path / "last-pull.json").read_bytes())
    assert (last["durationSeconds"], last.keys() & manifest.keys()) == (1.5, set())
    assert Store(tmp_path).manifest().duration == 1.5  # type: ignore[union-attr]
    assert manifest["files"]["teams/ops.json"] == {
        "kind": "team",
        "name": "ops",
        "id": "id of ops",
        "ids": {"routingRules/0/default": "id of ops/team_routing_rule-0"},
        "sha256": hashlib.sha256(files["teams/ops.json"]).hexdigest(),
    }
    assert json.loads(files["teams/ops.json"]) == {
        "team": {"name": "ops"},
        "roles": [],
        "routingRules": [DEFAULT],
    }


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_manifest_reads_back(tmp_path: Path, count: int) -> None:
    told = Manifest(
        counts={"teams": 1},
        failures=[failure("users", "a@b")],
        files={
            f"teams/ops{n}.json": FileRecord(
                kind="team", name="op\ns", id="1", parts={"roles": [PartRecord("x", "2")]} if n else {}
            )
            for n in range(count)
        },
        tool="test",
        pulled_at="2026-11-21T00:00:00+00:00",
        duration=1.25,
        only="teams/*,users/*",
        unavailable={"services": "402 no"},
        unknown_fields={"team": ["colour"]},
    )
    text = b"".join(told.pieces())
    assert text == dump_readable(load(text))
    (tmp_path / "manifest.json").write_bytes(text)
    again = Store(tmp_path).manifest()
    assert again == told
    assert again is not None
    assert again.unread == {("users", "a@b"), ("services", "")}
    assert again.choice == Selection(("teams/*", "users/*"))


def test_the_next_snapshot_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    written(tmp_path, [team("ops"), team("gone"), user("a@b")])
    (tmp_path / "teams" / "notes.md").write_text("mine")
    put(tmp_path, "teams/by-hand.json", {"team": {"name": "by hand"}})
    written(tmp_path, [team("ops", description="new"), team("other")])
    assert set(contents(tmp_path)) == {
        "manifest.json",
        "teams/by-hand.json",
        "teams/notes.md",
        "teams/ops.json",
        "teams/other.json",
    }
    assert set(manifest_of(tmp_path)["files"]) == {"teams/ops.json", "teams/other.json"}
    assert b"new" in contents(tmp_path)["teams/ops.json"]


def test_begun_and_not_finished_changes_nothing(tmp_path: Path) -> None:
    written(tmp_path, [team("ops")])
    before = contents(tmp_path)
    staging = Store(tmp_path).begin()
    staging.add("teams/ops.json", team("ops", description="new"))
    staging.write(staging.drain())
    assert names(tmp_path) == ["ops"]
    assert {path: data for path, data in contents(tmp_path).items() if not path.startswith(".")} == before
    staging.discard()
    assert contents(tmp_path) == before

    left = Store(tmp_path).begin()
    left.add("teams/left.json", team("left"))
    left.write(left.drain())
    written(tmp_path, [team("ops")])
    left.discard()
    assert set(contents(tmp_path)) == set(before)


class KilledError(BaseException):
    """What a killed process would have done, it does not do."""


def kill_after(patch: pytest.MonkeyPatch, calls: int) -> None:
    """Let so many file operations through; raise before the next one, and before all that follow."""
    done = 0

    def counted(operation: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            nonlocal done
            if done >= calls:
                raise KilledError
            done += 1
            return operation(*args, **options)

        return call

    for name in ("replace", "rename", "unlink", "rmdir", "mkdir", "fsync"):
        patch.setattr(os, name, counted(getattr(os, name)))
    patch.setattr(staging_module, "FileIO", counted(FileIO))


def taken(folder: Path) -> dict[str, bytes]:
    """The snapshot that is there, with what is set aside: all but what the next pull removes."""
    return {path: data for path, data in contents(folder).items() if not path.startswith(".pulling")}


SWAPS: dict[str, tuple[list[Any], dict[str, Any], list[Any], dict[str, Any]]] = {
    "whole": (
        [team("ops"), team("gone"), user("a@b")],
        {},
        [team("ops", description="new"), team("more"), schedule("night")],
        {},
    ),
    "narrow": ([team("ops"), user("a@b")], {}, [team("ops", description="new")], {"only": "teams/*"}),
    "set aside": ([team("ops")], {}, [team("ops", description="new")], {"failures": [failure("teams", "db")]}),
    "incomplete over incomplete": (
        [team("ops"), team("db")],
        {"failures": [failure("users", "")]},
        [team("ops", description="new")],
        {"failures": [failure("teams", "db")]},
    ),
    "first": ([], {}, [team("ops"), user("a@b")], {}),
}


@pytest.mark.parametrize("case", SWAPS)
def test_killed_between_any_two_steps_one_of_the_two_snapshots_is_there_whole(case: str, tmp_path: Path) -> None:
    before, how_before, after, how_after = SWAPS[case]

    def start(folder: Path) -> Path:
        if before:
            written(folder, before, **how_before)
        if case == "set aside":  # an older one is in its place already
            written(folder, [team("old")], failures=[failure("teams", "x")])
        return folder

    old = taken(start(tmp_path / "old")) if before else {}
    finished = start(tmp_path / "new")
    written(finished, after, **how_after)
    new = taken(finished)
    assert old != new

    seen = set()
    for calls in range(1000):
        folder = start(tmp_path / str(calls))
        with pytest.MonkeyPatch.context() as patch:
            kill_after(patch, calls)
            try:
                written(folder, after, **how_after)
            except KilledError:
                killed = True
            else:
                killed = False
        with pytest.MonkeyPatch.context() as patch:  # and once more, on the way back
            kill_after(patch, calls // 2)
            with contextlib.suppress(KilledError):
                Store(folder).manifest()
        Store(folder).manifest()
        there = taken(folder)
        assert there in (old, new), f"killed after {calls} steps"
        seen.add(there == new)
        if not killed:
            break
        Store(folder).begin().discard()
        assert taken(folder) == there
        assert not (folder / ".pulling").exists()
    assert not killed
    assert seen == {False, True}


def test_what_failed_while_it_took_its_place_is_not_thrown_away(tmp_path: Path) -> None:
    written(tmp_path, [team("ops"), team("db")])
    staging = Store(tmp_path).begin()
    files = {
        f"teams/{name}.json": staging.add(f"teams/{name}.json", team(name, description="new")) for name in ("ops", "db")
    }
    manifest = Manifest(counts={}, failures=[], files=files, tool="", pulled_at="", duration=0)
    with pytest.MonkeyPatch.context() as patch:
        kill_after(patch, 7)  # the manifest is on the disk and has its name, and one file of two is in its place
        with pytest.raises(KilledError):
            staging.finish(manifest)
    staging.discard()
    assert [each.fields["description"] for each in Store(tmp_path).load()] == ["new", "new"]


def test_an_incomplete_pull_is_kept_beside_a_complete_one(tmp_path: Path) -> None:
    written(tmp_path, [team("ops"), team("db")])
    before = contents(tmp_path)
    for description in ("older", "newer"):
        place = written(tmp_path, [team("ops", description=description)], failures=[failure("teams", "db")])
        assert place == tmp_path / "partial"
    after = contents(tmp_path)
    assert {path: data for path, data in after.items() if not path.startswith("partial/")} == before
    assert b"newer" in after["partial/teams/ops.json"]
    beside = Store(tmp_path / "partial").load()
    assert [each.name for each in beside] == ["ops"]
    assert not beside.knows("teams", "db")


def test_somebodys_folder_called_partial_is_not_touched(tmp_path: Path) -> None:
    written(tmp_path, [team("ops")])
    put(tmp_path, "partial/mine.json", {})
    before = contents(tmp_path)
    with pytest.raises(StoreError, match="partial: is in the place"):
        written(tmp_path, [team("ops", description="new")], failures=[failure("teams", "db")])
    assert taken(tmp_path) == before
    assert names(tmp_path) == ["ops"]


def test_with_nothing_complete_there_an_incomplete_pull_is_what_there_is(tmp_path: Path) -> None:
    assert written(tmp_path, [team("ops")], failures=[failure("teams", "db")]) == tmp_path
    assert not Store(tmp_path).load().knows("teams", "db")
    assert written(tmp_path, [team("ops"), team("db")]) == tmp_path
    assert Store(tmp_path).load().knows("teams", "db")


def test_what_could_not_be_read_this_time_stays_as_it_was_read_before(tmp_path: Path) -> None:
    written(tmp_path, [team("ops"), team("db"), team("gone"), user("a@b")], failures=[failure("schedules", "")])
    written(tmp_path, [team("ops")], failures=[failure("teams", "db"), failure("users", "")])
    snapshot = Store(tmp_path).load()
    assert sorted(each.path for each in snapshot) == ["teams/db", "teams/ops", "users/a@b"]
    assert snapshot.unread == {("teams", "db"), ("users", "")}


def test_what_the_plan_of_the_account_no_longer_has_stays(tmp_path: Path) -> None:
    written(tmp_path, [team("ops"), user("a@b")])
    written(tmp_path, [team("ops")], unavailable={"users": "402 upgrade"})
    snapshot = Store(tmp_path).load()
    assert [each.name for each in snapshot.entities["users"]] == ["a@b"]
    assert not snapshot.knows("users", "a@b")


def test_a_narrow_pull_replaces_what_it_covers_and_keeps_the_rest(tmp_path: Path) -> None:
    written(
        tmp_path,
        [team("ops"), team("old-db"), user("a@b"), schedule("night")],
        unknown_fields={"team": ["colour"]},
        unavailable={"services": "402"},
    )
    place = written(
        tmp_path,
        [team("new-db")],
        only="teams/*-db,schedules/*",
        unknown_fields={"team": ["shape"], "user": ["hat"]},
    )
    assert place == tmp_path
    manifest = manifest_of(tmp_path)
    assert set(manifest["files"]) == {"teams/ops.json", "teams/new-db.json", "users/a-b.json"}
    assert set(contents(tmp_path)) == {"manifest.json", *manifest["files"]}
    assert manifest["only"] == ""
    assert manifest["counts"] == {
        "teams": 2,
        "users": 1,
        "members": 0,
        "roles": 0,
        "routing_rules": 2,
        "contacts": 0,
        "notification_rules": 0,
    }
    assert manifest["unknownFields"] == {"team": ["colour", "shape"], "user": ["hat"]}
    assert manifest["unavailable"] == {"services": "402"}


def test_two_narrow_pulls_know_what_both_chose(tmp_path: Path) -> None:
    written(tmp_path, [team("ops")], only="teams/ops")
    written(tmp_path, [user("a@b")], only="users/*")
    snapshot = Store(tmp_path).load()
    assert str(snapshot.only) == "teams/ops,users/*"
    assert sorted(each.path for each in snapshot) == ["teams/ops", "users/a@b"]
    assert not snapshot.knows("teams", "db")


def test_a_whole_pull_over_a_narrow_one_is_whole(tmp_path: Path) -> None:
    written(tmp_path, [team("ops")], only="teams/ops")
    written(tmp_path, [team("db")])
    assert manifest_of(tmp_path)["only"] == ""
    assert set(manifest_of(tmp_path)["files"]) == {"teams/db.json"}


@pytest.mark.parametrize(
    ("only", "left"),
    [
        ("teams/db", [("teams", ""), ("users", "a@b")]),
        ("teams/*", [("users", "a@b")]),
        ("teams/*,users/a@b", []),
        ("*/*", []),
    ],
)
def test_a_narrow_pull_mends_the_failures_that_it_covers(only: str, left: list[Any], tmp_path: Path) -> None:
    written(tmp_path, [], failures=[failure("teams", ""), failure("users", "a@b"), failure("teams", "db")])
    written(tmp_path, [team("db")], only=only)
    assert [(one["folder"], one["name"]) for one in manifest_of(tmp_path)["failures"]] == left


def test_a_file_is_never_that_of_two_entities(tmp_path: Path) -> None:
    written(tmp_path, [team("a b")])
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=r"teams/a-b.json: would be the file of two"):
        written(tmp_path, [team("a-b")], only="teams/a-b")
    assert taken(tmp_path) == before


@pytest.mark.parametrize(("before", "after"), [("ops", "Ops"), ("\u00e9", "e\u0301")], ids=["case", "form"])
def test_a_name_that_changed_in_case_or_form_alone_has_one_file(before: str, after: str, tmp_path: Path) -> None:
    written(tmp_path, [team(before, id="1")])
    written(tmp_path, [team(after, id="1")])
    assert names(tmp_path) == [after]
    assert len(list((tmp_path / "teams").iterdir())) == 1


def test_where_case_makes_no_difference_the_new_file_is_not_removed_as_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, [team("ops", id="1")])
    monkeypatch.setattr(Path, "samefile", lambda self, other: str(self).lower() == str(other).lower())
    written(tmp_path, [team("Ops", id="1")])
    assert {"ops.json", "Ops.json"} == {file.name for file in (tmp_path / "teams").iterdir()}


HOSTILE = [
    "../../x",
    "a\0b",
    "x" * 300,
    "ops",
    "Ops",
    "OPS",
    "\u00e9",
    "e\u0301",
    "",
    ".",
    "..",
    "con",
    "/etc/passwd",
    "\ud800",
    "line\nbreak",
    "\U0001f4a9",
    ".hidden",
    "a\\b",
    "C:",
]


def test_whatever_a_name_is_it_gets_one_file_inside_and_reads_back(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    teams = [team(name, id=f"id {index}") for index, name in enumerate(HOSTILE)]
    written(folder, teams)
    snapshot = Store(folder).load()
    assert {each.id: each.name for each in snapshot} == {each.id: each.name for each in teams}
    assert len(snapshot.of("team")) == len(HOSTILE)
    assert len(list((folder / "teams").iterdir())) == len(HOSTILE)
    assert [file.name for file in tmp_path.iterdir()] == ["inside"]
    folded = {unicodedata.normalize("NFKC", file.name).casefold() for file in (folder / "teams").iterdir()}
    assert len(folded) == len(HOSTILE)


@pytest.mark.parametrize(
    "path",
    ["../x.json", "teams/../x.json", "/x.json", "x.json", "teams/x", "teams/.x.json", "no/x.json", "teams/a/b.json"],
)
def test_no_path_but_that_of_a_kinds_folder_is_written(path: str, tmp_path: Path) -> None:
    staging = Store(tmp_path / "inside").begin()
    with pytest.raises(ValueError, match="no place for a file"):
        staging.add(path, team("ops"))
    staging.discard()
