"""The SQLite export: tables with indexes and a full-text search."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from opsgenie_async import __version__
from opsgenie_async.archive.exports.directory import Directory
from opsgenie_async.archive.exports.entries import Links, entry_of
from opsgenie_async.archive.exports.rows import Row, entry_rows, schedule_rows, search_row
from opsgenie_async.archive.exports.staging import Staging
from opsgenie_async.archive.exports.text import storable, text
from opsgenie_async.archive.kinds import SCHEDULES, SERVICES, USERS
from opsgenie_async.archive.reader import Archive
from opsgenie_async.archive.verdict import Verdict

__all__ = ["write_sqlite"]

BATCH = 2_000
"""Rows that are kept before they are inserted."""
FTS = "CREATE VIRTUAL TABLE search USING fts5 (kind UNINDEXED, id UNINDEXED, message, body)"
PLAIN = "CREATE TABLE search (kind TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, body TEXT NOT NULL)"


def write_sqlite(
    archive: Archive,
    target: Path,
    staging: Staging,
    names: Directory,
    links: Links,
    verdict: Verdict,
    zone: ZoneInfo,
) -> tuple[dict[str, int], bool]:
    """Write the database; returns the records by kind, and whether it has a full-text search.

    Raises:
        ArchiveError: The archive is damaged.
        OSError: It cannot be written.
    """
    path = staging.file(target)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            return _fill(database, archive, names, links, verdict, zone)
    except sqlite3.OperationalError as error:
        raise OSError(f"{target}: cannot be written: {error}") from None


def _fill(
    database: sqlite3.Connection,
    archive: Archive,
    names: Directory,
    links: Links,
    verdict: Verdict,
    zone: ZoneInfo,
) -> tuple[dict[str, int], bool]:
    # What is interrupted is thrown away as a whole, and so needs no journal.
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;")
    database.executescript(_resource("schema.sql"))
    searchable = _make_search(database)
    totals = {"alerts": 0, "incidents": 0}
    tables = _Tables(database)
    database.execute("BEGIN")
    tables.add(_about(archive, verdict, zone, searchable=searchable))
    tables.add(_others(archive, names))
    for kind, records in (("alerts", archive.alerts), ("incidents", archive.incidents)):
        for record in records():
            entry = entry_of(record, names, links)
            tables.add(entry_rows(entry, record, names, zone))
            tables.add([search_row(entry, record)])
            totals[kind] += 1
    tables.flush()
    database.execute("COMMIT")
    database.executescript(_resource("indexes.sql"))
    database.execute("ANALYZE")
    return totals, searchable


class _Tables:
    """Batches of rows to insert, by table."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._rows: dict[str, list[tuple[str | int | float | None, ...]]] = {}
        self._count = 0

    def add(self, rows: Iterable[Row]) -> None:
        for table, values in rows:
            storables = tuple(storable(each) if isinstance(each, str) else each for each in values)
            self._rows.setdefault(table, []).append(storables)
            self._count += 1
        if self._count >= BATCH:
            self.flush()

    def flush(self) -> None:
        for table, rows in self._rows.items():
            places = ", ".join("?" * len(rows[0]))
            # A record that the archive has twice would be a fault of it, and no reason to lose all others.
            self._database.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({places})", rows)  # noqa: S608
        self._rows.clear()
        self._count = 0


def _make_search(database: sqlite3.Connection) -> bool:
    try:
        database.execute(FTS)
    except sqlite3.OperationalError:  # this SQLite was built without it
        database.execute(PLAIN)
        return False
    return True


def _about(archive: Archive, verdict: Verdict, zone: ZoneInfo, *, searchable: bool) -> Iterator[Row]:
    manifest = archive.manifest
    facts = {
        "exported_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "exported_by": f"opsgenie-async {__version__}",
        "verdict": verdict.status,
        "seal": verdict.seal,
        "account": text(manifest.get("account")),
        "server": text(manifest.get("server")),
        "runs": text(manifest.get("runs")),
        "skipped": text(manifest.get("skipped")),
        "redacted": text(manifest.get("redacted")),
        "time_zone": zone.key,
        "full_text_search": "fts5" if searchable else "none: this SQLite was built without FTS5",
    }
    for name, value in facts.items():
        yield "about", (name, value)
    for hole in verdict.holes:
        id = text(hole.get("id")) or text(hole.get("slice"))
        yield "holes", (text(hole.get("kind")), id, text(hole.get("part")), text(hole.get("reason")), json.dumps(hole))


def _others(archive: Archive, names: Directory) -> Iterator[Row]:
    """The rows of kinds other than alerts and incidents."""
    for id, name in names.teams.items():
        yield "teams", (id, name)
    for record in archive.records(SERVICES):
        document = record.document
        team = text(document.get("teamId"))
        yield "services", (record.id, text(document.get("name")), team, names.name(team), record.text)
    for record in archive.records(USERS):
        document = record.document
        role = document.get("role")
        yield (
            "users",
            (
                record.id,
                text(document.get("username")),
                text(document.get("fullName")),
                text(role.get("name")) if isinstance(role, dict) else text(role),
                text(document.get("timeZone")),
            ),
        )
    for id, name in names.schedules.items():
        yield "schedules", (id, name, names.schedule_teams.get(id, ""), names.schedule_zones.get(id, ""))
    for record in archive.records(SCHEDULES):
        yield from schedule_rows(record)


def _resource(name: str) -> str:
    return files("opsgenie_async.archive.exports").joinpath(name).read_text("utf-8")
