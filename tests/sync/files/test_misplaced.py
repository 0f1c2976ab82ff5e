"""JSON that seems to be meant for a snapshot and lies where none is read; what is nobody's mistake is left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from opsgenie_async.sync.files.misplaced import misplaced_files
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_FOLDER
from tests.sync.snapshots import put, team, user, write_snapshot

OPS = {"team": {"name": "ops"}}


def misplaced(folder: Path) -> dict[str, str]:
    return {file.path: file.place for file in misplaced_files(folder)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_snapshot(tmp_path / "backup", [team("ops"), user("ann@example.com")])
    return tmp_path / "backup"


@pytest.mark.parametrize(
    ("path", "document", "place"),
    [
        ("team/db.json", {}, "teams/db.json"),
        ("TEAM/db.json", OPS, "teams/db.json"),
        ("schedule/night.json", [], "schedules/night.json"),
        ("incident_templates/x.json", {}, "incident-templates/x.json"),
        ("teams/ops/rules.json", {"routingRules": []}, ""),
        ("teams/ops/more/rules.json", {}, ""),
        ("teams/db.JSON", {}, "teams/db.json"),
        ("db.json", OPS, "teams/db.json"),
        ("mine/db.json", OPS, "teams/db.json"),
        ("mine/night.json", {"schedule": {"name": "night"}}, "schedules/night.json"),
        ("mine/ann.json", {"user": {"username": "ann"}}, "users/ann.json"),
    ],
)
def test_what_is_not_read_is_named_with_its_place(folder: Path, path: str, document: object, place: str) -> None:
    put(folder, path, document)
    assert misplaced(folder) == {path: place}


def test_every_kind_has_an_entity_that_is_known_by_its_content(folder: Path) -> None:
    kinds = {name: KIND_BY_FOLDER[name] for name in FOLDERS if not KIND_BY_FOLDER[name].virtual}
    for name, kind in kinds.items():
        put(folder, f"mine/{name}.json", {kind.section: {kind.label: "x"}})
    assert {place.partition("/")[0] for place in misplaced(folder).values()} == kinds.keys()


@pytest.mark.parametrize(
    "path",
    [
        *(".git/team.json", ".vscode/team/ops.json", "teams/.ops.json", "teams/.old/ops.json", ".ops.json"),
        *("partial/teams/ops.json", ".pulling/teams/ops.json", "journal.jsonl", "team/ops.json~", "team/ops.yaml"),
        *("archive/2026/team/ops.json", "README.json/ops.json/x.json"),
    ],
)
def test_what_belongs_to_others_is_left_out(folder: Path, path: str) -> None:
    put(folder, path, OPS)
    assert misplaced(folder) == {}


@pytest.mark.parametrize(
    "document", [{}, [], {"team": "ops"}, {"team": []}, {"teams": {"name": "x"}}, {"name": "p", "team": {"lead": "x"}}]
)
@pytest.mark.parametrize("path", ["package.json", "plan.json", "scripts/x.json"])
def test_the_json_of_another_program_is_left_out(folder: Path, path: str, document: object) -> None:
    put(folder, path, document)
    assert misplaced(folder) == {}


def test_what_is_no_file_or_no_json_is_not_opened(folder: Path, tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/ops.json", OPS)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "ops.json").symlink_to(tmp_path / "elsewhere/ops.json")
    (folder / "teams/linked").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder / "pipe.json")
    (folder / "torn.json").write_text('{"team": {"name"')
    (folder / "deep.json").write_text('{"team": ' + "[" * 100_000)
    assert misplaced(folder) == {}


def test_a_folder_that_is_none_has_nothing_misplaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert misplaced(tmp_path / "file") == misplaced(tmp_path / "missing") == {}
    (tmp_path / "teams").symlink_to("/proc/self")
    assert misplaced(tmp_path) == {}


def test_a_folder_of_a_kind_that_is_written_otherwise_is_read_where_case_makes_no_difference(folder: Path) -> None:
    (folder / "Services").mkdir()
    (folder / "services").symlink_to(folder / "Services")  # which is what such a file system comes to
    put(folder, "Services/x.json", {})
    assert misplaced(folder) == {}
