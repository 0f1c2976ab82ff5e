"""What something new lacks is told with file, line and field; booleans may stand as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sync import Snapshot, SnapshotError, Store, plan
from tests.sync.snapshots import put, schedule, team, user, write_snapshot

ROTATION = {"name": "r", "type": "daily", "startDate": "2031-01-01T08:00:00Z"}


def problems(folder: Path) -> list[str]:
    try:
        Store(folder).load()
    except SnapshotError as error:
        return [str(each) for each in error.problems]
    return []


def test_the_check_tells_what_a_file_that_was_added_to_a_pull_lacks(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")])
    put(tmp_path, "users/ann.json", {"user": {"username": "ann@x.org", "fullName": "Ann"}})
    assert problems(tmp_path) == ["users/ann.json:2: user.role: missing: a new user needs it"]


def test_and_what_a_part_lacks_that_was_added_to_a_file(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [schedule("night")])
    (file,) = (tmp_path / "schedules").iterdir()
    document = json.loads(file.read_text())
    document["rotations"].append(ROTATION)
    put(tmp_path, f"schedules/{file.name}", document)
    line = file.read_text().splitlines().index('      "name": "r",')
    assert problems(tmp_path) == [
        f"schedules/{file.name}:{line}: rotations[1].participants: missing: a new schedule rotation needs it"
    ]


def test_what_was_pulled_may_leave_out_what_it_does_not_change(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [user("ann@x.org"), schedule("night")])
    (file,) = (tmp_path / "users").iterdir()
    put(tmp_path, f"users/{file.name}", {"user": {"username": "ann@x.org"}})
    (file,) = (tmp_path / "schedules").iterdir()
    put(
        tmp_path,
        f"schedules/{file.name}",
        {"schedule": {"name": "night"}, "rotations": [{**ROTATION, "name": "Weekdays"}]},
    )
    assert problems(tmp_path) == []


def test_outside_of_what_was_pulled_only_the_account_can_tell(tmp_path: Path) -> None:
    write_snapshot(tmp_path, [team("ops")], only="teams/*")
    put(tmp_path, "users/ann.json", {"user": {"username": "ann@x.org"}})
    assert problems(tmp_path) == []


def test_a_plan_tells_the_line_of_a_snapshot_that_was_written_by_hand(tmp_path: Path) -> None:
    put(tmp_path, "users/ann.json", {"user": {"username": "ann@x.org", "fullName": "Ann"}})
    good = {**ROTATION, "participants": [{"type": "none"}]}
    put(tmp_path, "schedules/n.json", {"schedule": {"name": "n"}, "rotations": [good, {**ROTATION, "name": "s"}]})
    want = Store(tmp_path).load()
    with pytest.raises(SnapshotError) as raised:
        plan(Snapshot(entities={}), want)
    text = (tmp_path / "schedules/n.json").read_text().splitlines()
    line = text.index('      "name": "s",')
    assert [str(each) for each in raised.value.problems] == [
        f"schedules/n.json:{line}: rotations[1].participants: missing: a new schedule rotation needs it",
        "users/ann.json:2: user.role: missing: a new user needs it",
    ]


@pytest.mark.parametrize(("text", "value"), [("False", False), ("true", True), ("TRUE", True), ("false", False)])
def test_a_boolean_may_be_text(tmp_path: Path, text: str, value: bool) -> None:
    """Field notes, row 12."""

    def document(enabled: Any) -> dict[str, Any]:
        step = {"contact": {"method": "email", "to": "ann@x.org"}, "enabled": enabled}
        rule = {"name": "n", "actionType": "add-note", "enabled": enabled, "steps": [step]}
        return {
            "user": {"username": "ann@x.org", "fullName": "Ann", "role": {"name": "user"}, "tags": [text]},
            "contacts": [{"method": "email", "to": "ann@x.org", "enabled": enabled}],
            "notificationRules": [rule],
        }

    one, other = tmp_path / "one", tmp_path / "other"
    put(one, "users/ann.json", document(text))
    put(other, "users/ann.json", document(value))
    assert Store(one).load() == Store(other).load()
    put(one, "users/ann.json", document("perhaps"))
    assert len(problems(one)) == 3
