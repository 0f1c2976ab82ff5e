"""The CSV export: incidents and alerts for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from opsgenie_async.archive.exports.directory import Directory
from opsgenie_async.archive.exports.entries import Entry, Links, entry_of
from opsgenie_async.archive.exports.staging import Staging
from opsgenie_async.archive.exports.text import iso, items, storable, text
from opsgenie_async.archive.reader import Archive, Record

__all__ = ["COLUMNS", "cell", "write_csv"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that begins so for a formula; the last four are full-width."""

COLUMNS = (
    "id", "tiny_id", "created_at", "started_at", "acknowledged_at", "ended_at", "severity", "status", "message",
    "services", "teams", "responders", "mtta_seconds", "mttr_seconds", "acknowledged_by", "ended_by", "owner",
    "source", "integration", "entity", "tags", "count", "notes", "incidents", "holes",
)  # fmt: skip


def cell(value: str) -> str:
    """*value* as a cell that no spreadsheet takes for a formula: prefixed with an apostrophe if necessary."""
    value = storable(value)
    return f"'{value}" if value.lstrip(" \xa0").startswith(FORMULA) else value


def write_csv(archive: Archive, folder: Path, staging: Staging, names: Directory, links: Links) -> dict[str, int]:
    """Write `alerts.csv` and `incidents.csv`; returns the number of rows of each.

    Raises:
        ArchiveError: The archive is damaged.
        OSError: They cannot be written.
    """
    staging.folder(folder)
    rows = {}
    for kind, records in (("alerts", archive.alerts), ("incidents", archive.incidents)):
        path = staging.file(folder / f"{kind}.csv")
        rows[kind] = _write(path, records(), names, links)
    return rows


def _write(path: Path, records: Iterable[Record], names: Directory, links: Links) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for record in records:
            writer.writerow(_row(record, entry_of(record, names, links)))
            count += 1
    return count


def _row(record: Record, entry: Entry) -> list[str]:
    document = record.document
    integration = document.get("integration")
    moments = [iso(each) or "" for each in (entry.created, entry.started, entry.acknowledged, entry.ended)]
    return [
        cell(entry.id),
        cell(entry.tiny_id),
        *moments,
        *map(cell, (entry.priority, entry.status, entry.message)),
        _join(entry.services),
        _join(entry.teams),
        _join(f"{each.type}:{each.name}" for each in entry.responders),
        _number(entry.seconds_to_acknowledge),
        _number(entry.seconds_to_resolve),
        *map(cell, (entry.acknowledged_by, entry.ended_by)),
        *(cell(text(document.get(name))) for name in ("owner", "source")),
        cell(text(integration.get("name")) if isinstance(integration, dict) else ""),
        cell(text(document.get("entity"))),
        _join(entry.tags),
        cell(text(document.get("count"))),
        str(len(record.notes)),
        _join(entry.incidents),
        _join(f"{text(each.get('part'))}: {text(each.get('reason'))}" for each in items(record.holes)),
    ]


def _join(values: Iterable[str]) -> str:
    return cell("; ".join(values))


def _number(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}".rstrip("0").rstrip(".")
