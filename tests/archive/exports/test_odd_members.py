"""Members that are not as they were written, and moments at the ends of the calendar: each costs its own row alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.archive import Archive, ArchiveError
from opsgenie_async.archive.exports import export
from tests.archive.exports.conftest import Make, alert, incident
from tests.archive.exports.test_html import data_of

DIGEST = "ab" * 32


def recipient(created: Any) -> dict[str, Any]:
    return {"user": {"username": "ann@example.com"}, "state": "action", "method": "Call", "createdAt": created}


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(query).fetchall()


def test_a_time_that_no_clock_shows_is_none(make: Make, tmp_path: Path):
    ends = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 10**30, "soon", None]
    folder = make([alert(1)], alert_parts={"recipients": [recipient(each) for each in ends]})
    export(folder, sqlite=tmp_path / "a.db", time_zone="America/New_York")

    assert rows(tmp_path / "a.db", "SELECT created_at, local_time FROM recipients ORDER BY position") == [
        ("0001-01-01T00:00:00.000Z", None),
        ("9999-12-31T23:59:59.000Z", "9999-12-31T18:59:59"),
        *[(None, None)] * 3,
    ]


@pytest.mark.parametrize(
    ("zone", "local"), [("Asia/Tokyo", "2024-03-01T17:00:00"), ("Mars/Olympus", "2024-03-01T03:00:00")]
)
def test_a_user_is_called_by_the_clock_at_home(make: Make, tmp_path: Path, zone: str, local: str):
    folder = make([alert(1)], alert_parts={"recipients": [recipient("2024-03-01T08:00:00Z")]}, user={"timeZone": zone})
    export(folder, sqlite=tmp_path / "a.db", time_zone="America/New_York")

    assert rows(tmp_path / "a.db", "SELECT local_time FROM recipients") == [(local,)]


def test_members_of_any_type_are_rows_or_nothing(make: Make, tmp_path: Path):
    files = [
        {"id": 1, "name": [1], "size": {}, "sha256": 7}, {"name": "x", "size": 2**80, "sha256": DIGEST}, "x", None,
        {"size": True},
    ]  # fmt: skip
    holes = [{"part": "logs", "reason": "403"}, "x", None]
    folder = make([alert(1)], alert_parts={"attachments": files, "holes": holes, "logs": 7, "notes": {"note": "x"}})
    report = export(folder, sqlite=tmp_path / "a.db", csv=tmp_path / "sheets", anyway=True)

    assert report.totals["alerts"] == 1
    assert rows(tmp_path / "a.db", "SELECT name, size, sha256 FROM attachments") == [
        ("[1]", 0, "7"), ("x", 0, DIGEST), ("", 0, "None")
    ]  # fmt: skip
    assert rows(tmp_path / "a.db", "SELECT part, reason FROM holes WHERE id = 'alert-1'") == [("logs", "403")]
    assert "logs: 403" in (tmp_path / "sheets" / "alerts.csv").read_text()


@pytest.mark.parametrize("digest", ["../../secret", "..", "/etc/passwd", DIGEST.upper(), DIGEST + "\n", "", None])
def test_no_attachment_leads_out_of_the_folder(make: Make, tmp_path: Path, digest: str | None):
    (tmp_path / "secret").write_bytes(b"secret")
    folder = make([alert(1)], alert_parts={"attachments": [{"name": "a", "size": 6, "sha256": digest}]})

    [record] = Archive(folder).alerts()
    with pytest.raises(ArchiveError, match="is not a SHA-256 digest"):
        record.attachments[0].open()


def test_a_page_of_nothing_has_no_duty(make: Make, tmp_path: Path):
    export(make(), html=tmp_path / "page.html")

    assert data_of((tmp_path / "page.html").read_text())["duty"] == []


def test_periods_without_times_are_no_duty(make: Make, tmp_path: Path):
    periods = [
        {"startDate": "soon", "endDate": "2024-03-02T00:00:00Z", "recipient": {"name": "bo"}},
        {"startDate": "2024-03-01T00:00:00Z", "endDate": "2024-03-02T00:00:00Z", "recipient": "bo"},
        {"startDate": "2024-03-01T00:00:00Z", "endDate": "2024-03-02T00:00:00Z", "recipient": {"id": "cy"}},
    ]
    layer = {"rotations": [{"name": "Day", "periods": periods}]}
    export(make([alert(1)], timeline={"finalTimeline": layer}), html=tmp_path / "page.html")

    [schedule] = data_of((tmp_path / "page.html").read_text())["duty"]
    assert (schedule["covered"], [period[4] for period in schedule["periods"]]) == ([], ["cy"])


def test_an_incident_that_goes_on_has_no_end(make: Make, tmp_path: Path):
    export(make([], [incident(1, status="open")]), sqlite=tmp_path / "a.db")

    assert rows(tmp_path / "a.db", "SELECT resolved_at, seconds_to_resolve FROM incidents") == [(None, None)]


@pytest.mark.parametrize(
    "files",
    [
        {"configuration/2-end/manifest.json": [], "configuration/3-end/manifest.json": "{"},
        {"configuration/2-end/manifest.json": {"files": {"teams/a.json": 7, "teams/b.json": {"id": 7}}}},
        {"configuration/2-end/manifest.json": {"files": {"../x.json": {"kind": "schedule", "id": "s2", "name": "x"}}}},
        {"configuration/1-end/schedules/night.json": {"schedule": 7}},
        {"configuration/1-end/schedules/night.json": {"schedule": {"ownerTeam": 7}}},
    ],
)
def test_a_configuration_that_cannot_be_read_leaves_names_out(make: Make, tmp_path: Path, files: dict[str, Any]):
    folder = make([alert(1)], configuration=files)
    export(folder, html=tmp_path / "page.html")

    data = data_of((tmp_path / "page.html").read_text())
    assert [row[9] for row in data["index"]["rows"]] == [["Shop team"]]
    assert data["duty"][0]["name"] == "Shop night"
    assert data["duty"][0]["team"] == ("" if "schedules/night.json" in str(files) else "Shop team")


def test_a_database_that_cannot_be_written_is_named(make: Make, tmp_path: Path, monkeypatch):
    def fail(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("opsgenie_async.archive.exports.sqlite._fill", fail)
    with pytest.raises(OSError, match=r"a\.db: cannot be written: database or disk is full"):
        export(make([alert(1)]), sqlite=tmp_path / "a.db")
    assert [each.name for each in tmp_path.iterdir()] == ["archive"]
