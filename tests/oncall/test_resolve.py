"""From teams, schedules and escalations down to users; and which tz database it was."""

from __future__ import annotations

import re
import zoneinfo
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.oncall import Directory, Participant, ScheduleError, resolve, zone_database
from opsgenie_async.oncall.zone_database import ZoneDatabase
from tests.oncall.documents import at, rotation, schedule, user

NOW = at("2026-06-01T12:00")


def rule(kind: str, name: str, how: str = "default") -> dict[str, Any]:
    label = "username" if kind == "user" else "name"
    return {"recipient": {"type": kind, label: name}, "notifyType": how}


def directory(*rules: dict[str, Any]) -> Directory:
    members = [
        {"user": {"username": f"{name}@example.com"}, "role": role} for name, role in (("X", "admin"), ("Y", "user"))
    ]
    return Directory.from_json(
        teams=[{"id": "t", "name": "Team", "members": members}],
        escalations=[{"id": "e", "name": "Up", "rules": list(rules)}],
        schedules=[schedule("UTC", rotation(at("2026-06-01T00:00"), "ABC", "daily"))],
    )


def names(participants: tuple[Participant, ...]) -> str:
    return "".join(each.name[0] for each in participants)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("schedule", "OPS")], "A"),
        ([rule("schedule", "ops", "next")], "B"),
        ([rule("team", "Team"), rule("user", "z@example.com")], "XYz"),
        ([rule("team", "Team", "admins")], "X"),
        ([rule("team", "Team", "users")], "Y"),
        ([rule("escalation", "Up"), rule("user", "Y@example.com"), rule("team", "Team")], "YX"),
        ([rule("team", "gone"), rule("schedule", "gone")], ""),
    ],
)
def test_an_escalation_comes_down_to_users(rules: list[dict[str, Any]], expected: str) -> None:
    assert names(resolve([Participant("escalation", "e", "Up")], directory(*rules), NOW)) == expected


def test_the_previous_of_a_schedule() -> None:
    later = at("2026-06-02T12:00")
    assert (
        names(resolve([Participant("escalation", "e")], directory(rule("schedule", "ops", "previous")), later)) == "A"
    )


def test_users_stay_and_none_reaches_nobody() -> None:
    people = [Participant("user", "u", "U@example.com"), Participant("none"), Participant("user", "", "u@example.com")]
    assert names(resolve(people, directory(), NOW)) == "U"


def test_what_name_each_other_end_where_they_meet() -> None:
    row = rotation(
        at("2026-06-01T00:00"), "", "daily", participants=[{"type": "escalation", "id": "e", "name": "Up"}, user("A")]
    )
    result = Directory.from_json(
        escalations=[{"id": "e", "name": "Up", "rules": [rule("schedule", "ops"), rule("user", "z@example.com")]}],
        schedules=[schedule("UTC", row)],
    )
    assert names(resolve([Participant("schedule", "s1", "ops")], result, NOW)) == "z"


def test_a_schedule_that_names_itself_ends_there() -> None:
    row = rotation(at("2026-06-01T00:00"), "", "daily", participants=[{"type": "schedule", "id": "s1", "name": "ops"}])
    result = Directory.from_json(schedules=[schedule("UTC", row)])
    assert resolve([Participant("schedule", "s1", "ops")], result, NOW) == ()


def test_errors_name_the_field() -> None:
    with pytest.raises(ScheduleError, match=r"^escalations\[0\]\.rules\[0\]\.recipient"):
        Directory.from_json(escalations=[{"rules": [{}]}])
    with pytest.raises(ScheduleError, match=r"^teams\[0\]\.members\[0\]\.user"):
        Directory.from_json(teams=[{"members": [{}]}])


def test_the_tz_database_has_a_version() -> None:
    result = zone_database()
    assert re.fullmatch(r"20\d\d[a-z]|unknown", result.version)
    assert str(result) == f"tz database {result.version} ({result.source})"


@pytest.mark.parametrize(
    ("file", "text", "version"),
    [("tzdata.zi", "# version 2027a\nR A\n", "2027a"), ("+VERSION", "2027b\n", "2027b"), ("UTC", "", "unknown")],
)
def test_the_systems_database_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, version: str
) -> None:
    (tmp_path / "UTC").write_text("")
    (tmp_path / file).write_text(text)
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path / "none"), str(tmp_path)))
    assert zone_database.__wrapped__() == ZoneDatabase(version, str(tmp_path))


def test_without_a_system_database_it_is_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    result = zone_database.__wrapped__()
    assert result.source == "the tzdata package"
    assert re.fullmatch(r"20\d\d[a-z]", result.version)
