"""The problems of a whole folder: all at once, in order, each with its place."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sync.files.diagnostics import Positions, Problem, SnapshotError
from opsgenie_async.sync.files.store import Store
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from tests.sync.files.mistakes import OVERRIDE, ROTATION, STEP, problems
from tests.sync.snapshots import DEFAULT, edit, entity, put, schedule, team, user, write_snapshot

NOBODY = [{"type": "none"}]


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops"), team("db"), schedule("night", "ops"), user("a@b")])
    edit(tmp_path / "teams/ops.json", '"name": "ops"', '"nmae": "ops"')
    edit(tmp_path / "schedules/night.json", '"timezone": "Europe/Berlin"', '"timezone": 1')
    (tmp_path / "teams/db.json").write_text("{\n")
    put(tmp_path, "teams/new.json", {"team": {"name": "new"}, "routingRules": [{"notify": {"type": "x"}}]})
    assert problems(tmp_path) == [
        "schedules/night.json:4: schedule.timezone: expected str, got 1",
        "schedules/night.json:5: schedule.ownerTeam: no team 'ops' in this snapshot",
        "teams/db.json:2: not JSON: Expecting property name enclosed in double quotes (column 1)",
        "teams/new.json:8: routingRules[0].notify.type: 'x' is not known here",
        "teams/ops.json:2: team.name: missing",
        "teams/ops.json:3: team.nmae: unknown field, is 'name' meant?",
    ]


def test_many_members_that_are_there_twice_take_no_longer_each() -> None:
    def seconds(count: int) -> float:
        text = "{" + ",\n".join(['"a": 1'] * count) + "}"
        positions = Positions(text)
        start = time.process_time()
        assert positions.duplicate_members()[-1] == ("a", count)
        return time.process_time() - start

    # 32 times as many: 32 times as long, and not a thousand times.
    assert seconds(64_000) < 300 * max(min(seconds(2_000) for _ in range(3)), 0.0005)


def test_problems_sort_by_place_and_come_once() -> None:
    first, second = Problem("a.json", 2, "x", "bad"), Problem("a.json", 10, "x", "bad")
    assert SnapshotError([second, first, second]).problems == [first, second]


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("team", {"name": "ops"}),
        ("user", {"username": "A@b"}),
        ("schedule", {"name": "night"}),
        ("escalation", {"name": "e"}),
        ("integration", {"name": "i", "type": "API"}),
        ("heartbeat", {"name": "h"}),
        ("custom_user_role", {"name": "r"}),
        ("policies", {}),
    ],
)
def test_a_name_that_the_api_takes_once_is_there_once(word: str, fields: dict[str, Any], tmp_path: Path) -> None:
    kind = KIND_BY_NAME[word]
    for name in ("first", "second"):
        put(tmp_path, f"{kind.folder}/{name}.json", {kind.section: fields})
    (problem,) = problems(tmp_path)
    assert problem.startswith(f"{kind.folder}/second.json:")
    assert problem.endswith(f"is in {kind.folder}/first.json already")


def test_the_copy_is_blamed_and_not_what_was_pulled(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")])
    put(tmp_path, "teams/copy.json", {"team": {"name": "ops"}})
    assert problems(tmp_path) == ["teams/copy.json:3: team.name: 'ops' is in teams/ops.json already"]


def test_names_that_may_repeat_get_numbers(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [entity("maintenance", {"description": "move"}, "1")])
    for name in ("a", "b"):
        rules = [{"entity": {"type": "integration", "id": "1"}}]
        fields = {"description": "move", "time": {"type": "indefinitely"}, "rules": rules}
        put(tmp_path, f"maintenances/{name}.json", {"maintenance": fields})
    snapshot = Store(tmp_path).load()
    assert {each.name: each.id for each in snapshot} == {"move": "1", "move#2": "", "move#3": ""}
    assert snapshot.files["maintenances", "move"] not in ("maintenances/a.json", "maintenances/b.json")


def test_what_a_removed_file_leaves_dangling_is_told_where_it_stands(tmp_path: Path) -> None:
    members = [{"user": {"username": "A@b"}, "role": "user"}]
    rule = {"name": "night", "notify": {"type": "schedule", "name": "night"}}
    ops = entity("team", {"name": "ops", "members": members}, "1", team_role=[], team_routing_rule=[rule, DEFAULT])
    write_snapshot(tmp_path, [ops, user("a@b"), schedule("night", "ops")])
    Store(tmp_path).load()
    (tmp_path / "schedules/night.json").unlink()
    assert problems(tmp_path) == ["teams/ops.json:17: routingRules[0].notify: no schedule 'night' in this snapshot"]
    (tmp_path / "users/a-b.json").unlink()
    assert len(problems(tmp_path)) == 2


def test_a_misspelt_reference_comes_with_what_it_may_mean(tmp_path: Path) -> None:
    write_snapshot(
        tmp_path, [team("web"), team("Ops"), schedule("night", "Ops"), schedule("Oops", "web"), user("ann@b.c")]
    )
    edit(tmp_path / "schedules/night.json", '"name": "Ops"', '"name": "Opss"')
    put(tmp_path, "teams/new.json", {"team": {"name": "new", "members": [{"user": {"username": "anne@b.c"}}]}})
    assert problems(tmp_path) == [
        "schedules/night.json:5: schedule.ownerTeam: no team 'Opss' in this snapshot; did you mean 'Ops'?",
        "teams/new.json:6: team.members[0].user: no user 'anne@b.c' in this snapshot; did you mean 'ann@b.c'?",
    ]


def test_no_more_than_some_missing_names_are_compared_with_those_there_are(tmp_path: Path) -> None:
    members = [{"user": {"username": f"ann{number}@b.c"}} for number in range(30)]
    write_snapshot(tmp_path, [team("web"), user("ann@b.c")])
    put(tmp_path, "teams/new.json", {"team": {"name": "new", "members": members}})
    hints = [problem for problem in problems(tmp_path) if "did you mean" in problem]
    assert len(hints) == 20


def test_parts_are_pointed_at_within_what_they_belong_to(tmp_path: Path) -> None:
    override = {**OVERRIDE, "rotations": [{"name": "Weekdays"}, {"name": "Nights"}]}
    fields = {"schedule": {"name": "day"}, "rotations": [{**ROTATION, "participants": NOBODY}], "overrides": [override]}
    put(tmp_path, "schedules/day.json", fields)
    nights = {**ROTATION, "name": "Nights", "participants": NOBODY}
    put(tmp_path, "schedules/night.json", {"schedule": {"name": "night"}, "rotations": [nights]})
    put(tmp_path, "policies/ops.json", {"policies": {}, "alertPolicies": [{"name": "p", "type": "alert"}]})
    rules = [{"entity": {"type": "policy", "name": "p", **of}} for of in ({}, {"of": ""}, {"of": "db"})]
    put(tmp_path, "maintenances/m.json", {"maintenance": {"rules": rules}})
    assert problems(tmp_path) == [
        "maintenances/m.json:18: maintenance.rules[2].entity: no policy 'p' in this snapshot",
        "schedules/day.json:29: overrides[0].rotations[1]: no schedule rotation 'Nights' in this snapshot",
    ]


def test_what_the_account_itself_points_at_in_vain_is_no_mistake_of_a_person(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [schedule("night", "gone"), schedule("day", "gone"), team("ops")])
    assert len(Store(tmp_path).load().entities["schedules"]) == 2
    edit(tmp_path / "schedules/day.json", "Europe/Berlin", "Europe/Paris")
    assert problems(tmp_path) == ["schedules/day.json:5: schedule.ownerTeam: no team 'gone' in this snapshot"]


@pytest.mark.parametrize("role", ["User", "admin", "OWNER", "Observer", "Stakeholder"])
def test_roles_that_every_account_has_are_there(role: str, tmp_path: Path) -> None:
    put(tmp_path, "users/a.json", {"user": {"username": "a@b", "role": {"name": role}}})
    put(tmp_path, "custom-user-roles/x.json", {"customUserRole": {"name": "x"}})
    Store(tmp_path).load()
    put(tmp_path, "users/a.json", {"user": {"username": "a@b", "role": {"name": "Custom"}}})
    assert problems(tmp_path) == ["users/a.json:4: user.role: no custom user role 'Custom' in this snapshot"]


def test_nothing_dangles_into_what_is_not_known(tmp_path: Path) -> None:
    pointing = {"escalation": {"name": "e", "ownerTeam": {"name": "ops"}, "rules": [STEP]}}
    by_hand, unread, narrow, broken = (tmp_path / name for name in ("by-hand", "unread", "narrow", "broken"))
    put(by_hand, "escalations/e.json", pointing)
    missing = [{"folder": "teams", "name": "ops"}, {"folder": "schedules", "name": ""}]
    write_snapshot(unread, [team("db"), schedule("day")], failures=missing)
    write_snapshot(narrow, [team("db")], only="teams/db,escalations/*")
    put(broken, "teams/db.json", {"team": {"name": "db"}})
    put(broken, "schedules/day.json", {"schedule": {"name": "day"}})
    (broken / "teams/bad.json").write_text("{")
    (broken / "schedules/bad.json").write_text("{")
    for folder in (unread, narrow, broken):
        put(folder, "escalations/e.json", pointing)
    for folder in (by_hand, unread, narrow):
        Store(folder).load()
    assert [line.split(":")[0] for line in problems(broken)] == ["schedules/bad.json", "teams/bad.json"]
