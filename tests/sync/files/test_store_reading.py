"""Reading a snapshot: as it was pulled, as a person left it, and as one who never pulled wrote it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from opsgenie_async.sync.files.store import Store, StoreError
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from tests.sync.snapshots import DEFAULT, edit, entity, names, put, schedule, team, user, write_snapshot


def test_what_was_written_is_read(tmp_path: Path) -> None:
    entities = [
        team("ops", members=[{"user": {"username": "a@b"}, "role": "user"}]),
        schedule("night", "ops"),
        user("a@b"),
        entity("integration", {"name": "chat", "type": "API"}, "7", integration_action=[{"ignore": []}]),
    ]
    write_snapshot(tmp_path, entities)
    snapshot = Store(tmp_path).load()
    assert {each.path: each for each in snapshot} == {each.path: each for each in entities}
    assert {each.path: each.id for each in snapshot} == {each.path: each.id for each in entities}
    (night,) = snapshot.of("schedule")
    assert [part.id for part in night.parts["schedule_rotation"]] == ["id of night/schedule_rotation-0"]
    assert snapshot.files["schedules", "night"] == "schedules/night.json"
    assert (snapshot.only, snapshot.unread) == (EVERYTHING, frozenset())


def test_what_a_person_did_to_the_files_is_what_is_wanted(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db"), team("web")])
    (tmp_path / "teams/db.json").unlink()
    edit(tmp_path / "teams/ops.json", '"name": "ops"', '"name": "platform"')
    put(tmp_path, "teams/whatever.json", {"team": {"name": "new"}})
    put(tmp_path, "teams/.draft.json", {"no": "team"})
    put(tmp_path, "drafts/x.json", {"no": "team"})
    (tmp_path / "teams/README.md").write_text("mine")
    snapshot = Store(tmp_path).load()
    teams = {each.name: each.id for each in snapshot.of("team")}
    assert teams == {"platform": "id of ops", "web": "id of web", "new": ""}
    assert snapshot.files["teams", "new"] == "teams/whatever.json"
    assert snapshot.knows("teams", "db")
    (new,) = [each for each in snapshot if each.name == "new"]
    assert new.parts == {}


def test_a_snapshot_written_by_hand_is_what_it_has_folders_for(tmp_path: Path) -> None:
    put(tmp_path, "teams/ops.json", {"team": {"name": "ops"}, "routingRules": [DEFAULT]})
    put(tmp_path, "schedules/night.json", {"schedule": {"name": "night", "ownerTeam": {"name": "ops"}}})
    snapshot = Store(tmp_path).load()
    assert [each.path for each in snapshot] == ["teams/ops", "schedules/night"]
    assert snapshot.knows("teams", "other")
    assert not snapshot.knows("escalations", "x")


@pytest.mark.parametrize("files", [[], ["README.md"], ["docs/x.json"], ["teams/README.md"]])
def test_a_folder_without_any_of_it_is_no_snapshot(files: list[str], tmp_path: Path) -> None:
    for path in files:
        put(tmp_path, path, {})
    with pytest.raises(StoreError, match="holds no snapshot"):
        Store(tmp_path).load()
    with pytest.raises(StoreError, match="holds no snapshot"):
        Store(tmp_path / "missing").load()


def test_an_account_with_nothing_in_it_is_a_snapshot(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [])
    snapshot = Store(tmp_path).load()
    assert list(snapshot) == []
    assert snapshot.knows("teams", "ops")


def test_what_is_not_chosen_is_neither_read_nor_in_the_way(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db"), schedule("night")])
    (tmp_path / "schedules/night.json").write_text("{")
    edit(tmp_path / "teams/db.json", '"name": "db"', '"name": "db", "colour": 1')
    snapshot = Store(tmp_path).load(Selection(("teams/ops",)))
    assert [each.path for each in snapshot] == ["teams/ops"]
    assert (snapshot.knows("teams", "ops"), snapshot.knows("teams", "db")) == (True, False)
    assert str(snapshot.only) == "teams/ops"


def test_a_choice_from_a_narrow_snapshot_is_what_both_chose(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops-a"), team("ops-b"), team("db-a")], only="teams/*-a,teams/ops-b")
    snapshot = Store(tmp_path).load(Selection(("teams/ops-*", "schedules/*")))
    assert [each.name for each in snapshot] == ["ops-a", "ops-b"]
    assert snapshot.knows("teams", "ops-a")
    assert not snapshot.knows("teams", "ops-c")
    assert not snapshot.knows("teams", "db-a")
    assert not snapshot.knows("schedules", "night")
    assert snapshot.only.touches("teams")
    assert not snapshot.only.touches("schedules")


def test_what_is_added_to_a_narrow_snapshot_belongs_to_it(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")], only="teams/ops")
    put(tmp_path, "teams/new.json", {"team": {"name": "new [1]"}})
    snapshot = Store(tmp_path).load()
    assert sorted(each.name for each in snapshot) == ["new [1]", "ops"]
    assert snapshot.knows("teams", "new [1]")
    assert not snapshot.knows("teams", "new 1")


def test_files_that_are_as_they_were_pulled_are_not_looked_at_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db")])
    edit(tmp_path / "teams/db.json", '"name": "db"', '"name":   "db"')
    looked: list[object] = []
    monkeypatch.setattr(
        "opsgenie_async.sync.files.load.complaints_of", lambda kind, document, known: looked.append(kind) or []
    )
    assert sorted(names(tmp_path)) == ["db", "ops"]
    assert len(looked) == 1


def test_a_pulled_field_that_no_model_knows_may_stay_in_an_edited_file(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops", colour="red")], unknown_fields={"team": ["colour"]})
    edit(tmp_path / "teams/ops.json", '"red"', '"blue"')
    (ops,) = Store(tmp_path).load()
    assert ops.fields["colour"] == "blue"


def test_many_files_are_read_in_little_time(tmp_path: Path) -> None:
    members = [{"user": {"username": f"{index}@b"}, "role": "user"} for index in range(10)]
    write_snapshot(tmp_path, [team(f"team {index}", members=members) for index in range(500)], only="teams/*")
    started = time.process_time()
    assert len(names(tmp_path)) == 500
    assert time.process_time() - started < 2.5  # some 0.1 s: five seconds for 12000 files would still be too slow
