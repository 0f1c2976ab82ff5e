"""The database: everything has its table, and the queries of the documentation give what a person would count."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import opsgenie_async
from opsgenie_async.archive.exports import export, sqlite
from tests.archive.exports.conftest import HOSTILE, START, Make, alert, incident, iso

PAGE = Path(opsgenie_async.__file__).parents[1] / "docs" / "archive-export.md"


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(query).fetchall()


@pytest.fixture
def database(make: Make, tmp_path: Path) -> Path:
    """Three alerts of March, one of May that was never acknowledged, and an incident."""
    alerts = [alert(number) for number in range(3)]
    alerts[2]["report"] = {**alerts[2]["report"], "ackTime": 240_000}
    alerts.append(alert(9, created=START + 70 * 86_400_000, report={}, status="open", source="=nagios", tags=[]))
    export(make(alerts, [incident(1)]), sqlite=tmp_path / "history.db", time_zone="Asia/Tokyo")
    return tmp_path / "history.db"


def test_everything_has_its_table(database: Path):
    counts = {
        name: rows(database, f"SELECT count(*) FROM {name}")[0][0]
        for (name,) in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")
    }

    assert {name: count for name, count in counts.items() if not name.startswith(("search_", "sqlite_"))} == {
        "about": 11, "alerts": 4, "attachments": 0, "details": 5, "holes": 0, "impacted_services": 1,
        "incident_alerts": 2, "incidents": 1, "logs": 5, "notes": 5, "on_call": 2, "recipients": 4, "responders": 5,
        "schedules": 1, "search": 5, "services": 1, "tags": 3, "teams": 1, "teams_of": 5, "timeline": 1, "users": 1,
    }  # fmt: skip
    (document,) = rows(database, "SELECT document FROM alerts WHERE id = 'alert-1'")[0]
    assert json.loads(document) == alert(1)
    assert rows(database, "SELECT acknowledged_at, closed_at, team FROM alerts WHERE id = 'alert-1'") == [
        ("2024-03-01T08:02:00.000Z", "2024-03-01T08:11:00.000Z", "Shop team")
    ]
    # The first of the alerts that told the responders was acknowledged before the impact: no time can be said of it.
    assert rows(database, "SELECT acknowledged_at, resolved_at, seconds_to_resolve FROM incidents") == [
        ("2024-03-01T08:02:00.000Z", "2024-03-01T10:00:00.000Z", 3600.0)
    ]
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    plan = str(
        rows(database, "EXPLAIN QUERY PLAN SELECT * FROM logs WHERE kind = 'alert' AND id = 'x' ORDER BY position")
    )
    assert "logs_of_record" in plan


def test_the_documented_queries_give_what_a_person_counts(database: Path):
    queries = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    by_team, sources, nights, on_call, search, services = (rows(database, query) for query in queries)

    assert by_team == [("Shop team", "2024-03", 3, 2.0, 10.0), ("Shop team", "2024-05", 1, None, None)]
    assert sources == [("prometheus", "Prod", 3, 6), ("=nagios", "Prod", 1, 2)]
    assert nights == []  # 08:00 in UTC is 17:00 in Tokyo
    assert on_call == [("1", "Shop night", "Day", "ann@example.com")]
    assert {(kind, id) for kind, id, *_ in search} >= {("alert", "alert-1"), ("incident", "incident-1")}
    assert services == [("Shop", 1, 1.0)]


def test_nights_are_those_of_the_time_zone(make: Make, tmp_path: Path):
    folder = make(alert(hours, created=START + hours * 3_600_000) for hours in (0, 1, 24))  # from 08:00 UTC
    export(folder, sqlite=tmp_path / "a.db", time_zone="America/Los_Angeles")  # there it is midnight

    query = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[2]
    assert rows(tmp_path / "a.db", query) == [("ann@example.com", "2024-03", 2, 3)]


def test_hostile_values_are_values(make: Make, tmp_path: Path):
    odd = alert(
        1, message=HOSTILE, tags=[HOSTILE, 7, None], details=[1], count=2**80, report=[], teams="x", responders=[3]
    )
    odd["integration"], odd["ownerTeamId"] = "none", {"id": 1}
    export(make([odd]), sqlite=tmp_path / "a.db")

    ((message, document, count),) = rows(tmp_path / "a.db", "SELECT message, document, count FROM alerts")
    assert json.loads(document) == odd
    assert message == HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert count is None


def test_an_sqlite_without_full_text_search(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite, "FTS", "CREATE VIRTUAL TABLE search USING fts99 (kind)")

    report = export(make([alert(1)]), sqlite=tmp_path / "a.db")

    assert report.full_text_search is False
    assert rows(tmp_path / "a.db", "SELECT id FROM search WHERE body LIKE '%looked at%'") == [("alert-1",)]
    assert "without FTS5" in rows(tmp_path / "a.db", "SELECT value FROM about WHERE name = 'full_text_search'")[0][0]


def test_holes_are_a_table(make: Make, tmp_path: Path):
    export(
        make([alert(1)], holes=[{"kind": "alerts", "id": "x", "part": "logs", "reason": "403"}]),
        sqlite=tmp_path / "a.db",
    )

    assert rows(tmp_path / "a.db", "SELECT kind, id, part, reason FROM holes") == [("alerts", "x", "logs", "403")]
    assert rows(tmp_path / "a.db", "SELECT value FROM about WHERE name = 'verdict'") == [("holes",)]


def test_moments_are_in_one_form(make: Make, tmp_path: Path):
    export(make([alert(1, lastOccurredAt="2024-03-01T10:00:00.05+02:00", updatedAt="soon")]), sqlite=tmp_path / "a.db")

    assert rows(tmp_path / "a.db", "SELECT last_occurred_at, updated_at, created_at FROM alerts") == [
        ("2024-03-01T08:00:00.050Z", None, iso(START + 60_000))
    ]
