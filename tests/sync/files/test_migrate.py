"""A snapshot of format 1 is read as if it were one of today's; `format1` is one, as the version of then wrote it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sync.files.diagnostics import SnapshotError
from opsgenie_async.sync.files.store import FORMAT, Store
from tests.sync.snapshots import contents, edit, put, team, write_snapshot

SAMPLE = Path(__file__).parent / "format1"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "old"))


def original(path: str) -> Any:
    return json.loads((SAMPLE / path).read_bytes())


def all_keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in all_keys(each)}
    return {key for each in value for key in all_keys(each)} if isinstance(value, list) else set()


def test_ids_move_out_of_the_documents_and_names_stay() -> None:
    snapshot = Store(SAMPLE).load()
    before = original("teams/partner-api.json")
    (ops,) = snapshot.of("team")
    assert ops.id == before["team"]["id"]
    assert [rule.id for rule in ops.parts["team_routing_rule"]] == [rule["id"] for rule in before["routingRules"]]
    assert [rule.name for rule in ops.parts["team_routing_rule"]] == ["", "Rule 2", "Rule 3", "default"]
    assert ops.fields["members"][0] == {
        "user": {"username": before["team"]["members"][0]["user"]["username"]},
        "role": before["team"]["members"][0]["role"],
    }
    for entity in snapshot:
        for each in (entity, *(part for parts in entity.parts.values() for part in parts)):
            assert "id" not in all_keys(dict(each.fields)), each.name
            assert each.id
    (night,) = snapshot.of("schedule")
    assert night.fields["ownerTeam"] == {"name": "partner-api"}
    assert [part.name for part in night.parts["schedule_rotation"]] == ["Business hours"]
    assert [part.id for part in night.parts["schedule_override"]] == [
        override["alias"] for override in original("schedules/partner-api_schedule.json")["overrides"]
    ]
    assert not {"order"} & {key for rule in ops.parts["team_routing_rule"] for key in rule.fields}


def test_what_format_1_did_not_have_is_not_known() -> None:
    snapshot = Store(SAMPLE).load()
    assert str(snapshot.only) == "teams/*,schedules/*,escalations/*"
    assert snapshot.knows("teams", "other")
    assert not snapshot.knows("users", "a@b")


def test_a_failed_team_leaves_teams_schedules_and_escalations_open(old: Path) -> None:
    edit(old / "manifest.json", '"failures": []', '"failures": [{"team": "db", "teamId": "1", "error": "x"}]')
    snapshot = Store(old).load()
    assert [snapshot.knows("teams", name) for name in ("db", "partner-api")] == [False, True]
    assert not snapshot.knows("schedules", "db_schedule")
    assert not snapshot.knows("escalations", "db_escalation")


def test_a_name_is_found_by_the_id_alone(old: Path) -> None:
    path = old / "schedules/partner-api_schedule.json"
    edit(
        path,
        '"id": "d2d0a678-4c82-49dc-b6a8-be8aaf7195dc",\n      "name": "partner-api"\n    }\n  }',
        '"id": "d2d0a678-4c82-49dc-b6a8-be8aaf7195dc"\n    }\n  }',
    )
    (night,) = Store(old).load().of("schedule")
    assert night.fields["ownerTeam"] == {"name": "partner-api"}


def test_edited_files_are_checked_at_their_own_lines(old: Path) -> None:
    edit(old / "teams/partner-api.json", '"description": ""', '"descripton": ""')
    (old / "schedules/partner-api_schedule.json").unlink()
    put(old, "escalations/new.json", {"escalation": {"name": "partner-api_escalation", "rules": 1}})
    with pytest.raises(SnapshotError) as raised:
        Store(old).load()
    answer = [str(problem) for problem in raised.value.problems]
    assert "teams/partner-api.json:5: team.descripton: unknown field, is 'description' meant?" in answer
    assert "escalations/new.json:4: escalation.rules: expected list, got 1" in answer
    assert any(
        line.startswith("escalations/new.json:3: escalation.name: 'partner-api_escalation' is in") for line in answer
    )
    assert any("no schedule 'partner-api_schedule'" in line for line in answer)


@pytest.mark.parametrize(
    "document", [[], {"team": 1}, {"team": {"id": 7, "name": "x"}, "roles": [1], "routingRules": {}}]
)
def test_what_has_no_shape_is_told_and_not_tripped_over(document: Any, old: Path) -> None:
    put(old, "teams/bad.json", document)
    with pytest.raises(SnapshotError, match=r"teams/bad.json:"):
        Store(old).load()


def test_loading_changes_no_file(old: Path) -> None:
    before = contents(old)
    Store(old).load()
    assert contents(old) == before


def test_a_whole_pull_replaces_it(old: Path) -> None:
    write_snapshot(old, [team("ops")])
    assert set(contents(old)) == {"manifest.json", "teams/ops.json"}
    assert json.loads((old / "manifest.json").read_bytes())["format"] == FORMAT


def test_a_narrow_pull_brings_what_it_keeps_to_todays_format(old: Path) -> None:
    before = Store(old).load()
    write_snapshot(old, [team("ops")], only="teams/ops,users/*")
    after = Store(old).load()
    assert json.loads((old / "manifest.json").read_bytes())["format"] == FORMAT
    assert str(after.only) == "teams/*,schedules/*,escalations/*,teams/ops,users/*"
    rest = {each.path: each for each in after if each.path != "teams/ops"}
    assert rest == {each.path: each for each in before}
    assert {path: each.id for path, each in rest.items()} == {each.path: each.id for each in before}
    assert "id" not in json.loads((old / "teams/partner-api.json").read_bytes())["team"]
