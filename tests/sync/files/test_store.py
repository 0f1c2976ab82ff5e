"""Writing a snapshot: staged, swapped in whole, merged where it is narrow, and never outside of its folder."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.json_text import dump_readable, load
from opsgenie_async.sync.files.manifest import PartRecord
from opsgenie_async.sync.files.store import FileRecord, Manifest, Store, StoreError
from opsgenie_async.sync.model.selection import Selection
from tests.sync.files.manifests import manifest_of
from tests.sync.snapshots import (
    DEFAULT,
    contents,
    failure,
    names,
    put,
    schedule,
    snapshot_contents,
    stage,
    team,
    user,
    write_snapshot,
)


def test_a_snapshot_is_files_and_a_manifest_that_tells_of_them(tmp_path: Path) -> None:
    assert write_snapshot(tmp_path, [team("ops"), schedule("night", "ops")]) == tmp_path
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
    manifest = Manifest(
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
    text = b"".join(manifest.pieces())
    assert text == dump_readable(load(text))
    (tmp_path / "manifest.json").write_bytes(text)
    again = Store(tmp_path).manifest()
    assert again == manifest
    assert again is not None
    assert again.unread == {("users", "a@b"), ("services", "")}
    assert again.choice == Selection(("teams/*", "users/*"))


def test_the_next_snapshot_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("gone"), user("a@b")])
    (tmp_path / "teams" / "notes.md").write_text("mine")
    put(tmp_path, "teams/by-hand.json", {"team": {"name": "by hand"}})
    write_snapshot(tmp_path, [team("ops", description="new"), team("other")])
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
    write_snapshot(tmp_path, [team("ops")])
    before = contents(tmp_path)
    staging = Store(tmp_path).begin()
    stage(staging, "teams/ops.json", team("ops", description="new"))
    staging.write(staging.drain())
    assert names(tmp_path) == ["ops"]
    assert {path: data for path, data in contents(tmp_path).items() if not path.startswith(".")} == before
    staging.discard()
    assert contents(tmp_path) == before

    failures = Store(tmp_path).begin()
    stage(failures, "teams/left.json", team("left"))
    failures.write(failures.drain())
    write_snapshot(tmp_path, [team("ops")])
    failures.discard()
    assert set(contents(tmp_path)) == set(before)


def test_an_incomplete_pull_is_kept_beside_a_complete_one(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db")])
    before = contents(tmp_path)
    for description in ("older", "newer"):
        folder = write_snapshot(tmp_path, [team("ops", description=description)], failures=[failure("teams", "db")])
        assert folder == tmp_path / "partial"
    after = contents(tmp_path)
    assert {path: data for path, data in after.items() if not path.startswith("partial/")} == before
    assert b"newer" in after["partial/teams/ops.json"]
    beside = Store(tmp_path / "partial").load()
    assert [each.name for each in beside] == ["ops"]
    assert not beside.knows("teams", "db")


def test_somebodys_folder_called_partial_is_not_touched(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")])
    put(tmp_path, "partial/mine.json", {})
    before = contents(tmp_path)
    with pytest.raises(StoreError, match="partial: is not a partial pull"):
        write_snapshot(tmp_path, [team("ops", description="new")], failures=[failure("teams", "db")])
    assert snapshot_contents(tmp_path) == before
    assert names(tmp_path) == ["ops"]


def test_with_nothing_complete_there_an_incomplete_pull_is_what_there_is(tmp_path: Path) -> None:
    assert write_snapshot(tmp_path, [team("ops")], failures=[failure("teams", "db")]) == tmp_path
    assert not Store(tmp_path).load().knows("teams", "db")
    assert write_snapshot(tmp_path, [team("ops"), team("db")]) == tmp_path
    assert Store(tmp_path).load().knows("teams", "db")


def test_what_could_not_be_read_this_time_stays_as_it_was_read_before(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db"), team("gone"), user("a@b")], failures=[failure("schedules", "")])
    write_snapshot(tmp_path, [team("ops")], failures=[failure("teams", "db"), failure("users", "")])
    snapshot = Store(tmp_path).load()
    assert sorted(each.path for each in snapshot) == ["teams/db", "teams/ops", "users/a@b"]
    assert snapshot.unread == {("teams", "db"), ("users", "")}


def test_what_the_plan_of_the_account_no_longer_has_stays(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), user("a@b")])
    write_snapshot(tmp_path, [team("ops")], unavailable={"users": "402 upgrade"})
    snapshot = Store(tmp_path).load()
    assert [each.name for each in snapshot.entities["users"]] == ["a@b"]
    assert not snapshot.knows("users", "a@b")


def test_a_narrow_pull_replaces_what_it_covers_and_keeps_the_rest(tmp_path: Path) -> None:
    write_snapshot(
        tmp_path,
        [team("ops"), team("old-db"), user("a@b"), schedule("night")],
        unknown_fields={"team": ["colour"]},
        unavailable={"services": "402"},
    )
    folder = write_snapshot(
        tmp_path,
        [team("new-db")],
        only="teams/*-db,schedules/*",
        unknown_fields={"team": ["shape"], "user": ["hat"]},
    )
    assert folder == tmp_path
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
    write_snapshot(tmp_path, [team("ops")], only="teams/ops")
    write_snapshot(tmp_path, [user("a@b")], only="users/*")
    snapshot = Store(tmp_path).load()
    assert str(snapshot.only) == "teams/ops,users/*"
    assert sorted(each.path for each in snapshot) == ["teams/ops", "users/a@b"]
    assert not snapshot.knows("teams", "db")


def test_a_whole_pull_over_a_narrow_one_is_whole(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")], only="teams/ops")
    write_snapshot(tmp_path, [team("db")])
    assert manifest_of(tmp_path)["only"] == ""
    assert set(manifest_of(tmp_path)["files"]) == {"teams/db.json"}


@pytest.mark.parametrize(
    ("only", "failures"),
    [
        ("teams/db", [("teams", ""), ("users", "a@b")]),
        ("teams/*", [("users", "a@b")]),
        ("teams/*,users/a@b", []),
        ("*/*", []),
    ],
)
def test_a_narrow_pull_mends_the_failures_that_it_covers(only: str, failures: list[Any], tmp_path: Path) -> None:
    write_snapshot(tmp_path, [], failures=[failure("teams", ""), failure("users", "a@b"), failure("teams", "db")])
    write_snapshot(tmp_path, [team("db")], only=only)
    assert [(one["folder"], one["name"]) for one in manifest_of(tmp_path)["failures"]] == failures


def test_a_file_is_never_that_of_two_entities(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("a b")])
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=r"teams/a-b.json: would be the file of two"):
        write_snapshot(tmp_path, [team("a-b")], only="teams/a-b")
    assert snapshot_contents(tmp_path) == before


@pytest.mark.parametrize(("before", "after"), [("ops", "Ops"), ("\u00e9", "e\u0301")], ids=["case", "form"])
def test_a_name_that_changed_in_case_or_form_alone_has_one_file(before: str, after: str, tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team(before, id="1")])
    write_snapshot(tmp_path, [team(after, id="1")])
    assert names(tmp_path) == [after]
    assert len(list((tmp_path / "teams").iterdir())) == 1


def test_where_case_makes_no_difference_the_new_file_is_not_removed_as_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_snapshot(tmp_path, [team("ops", id="1")])
    monkeypatch.setattr(Path, "samefile", lambda self, other: str(self).lower() == str(other).lower())
    write_snapshot(tmp_path, [team("Ops", id="1")])
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
    write_snapshot(folder, teams)
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
    with pytest.raises(ValueError, match="not a valid path"):
        stage(staging, path, team("ops"))
    staging.discard()


@pytest.mark.parametrize(
    "text",
    [None, b"", b"{", b"[1]", b"{}", b'{"team": 3}', b'{"team": {"name": "ops"}, "roles": [3]}', b'{"team":' * 5000],
    ids=lambda text: "no file" if text is None else text[:24].decode(),
)
def test_a_file_that_cannot_be_read_has_no_entity(tmp_path: Path, text: bytes | None) -> None:
    write_snapshot(tmp_path, [team("ops", description="old")])
    store = Store(tmp_path)
    manifest = store.manifest()
    assert manifest is not None
    record = manifest.files["teams/ops.json"]
    entity = store.entity("teams/ops.json", record)
    assert entity is not None
    assert (entity.fields["description"], entity.id) == ("old", "id of ops")
    (tmp_path / "teams/ops.json").unlink()
    if text is not None:
        (tmp_path / "teams/ops.json").write_bytes(text)
    assert store.entity("teams/ops.json", record) is None
