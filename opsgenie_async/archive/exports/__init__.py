"""Exports of an archive: HTML, SQLite and CSV. Offline; the archive is only read.

    report = export("opsgenie-archive", html="history.html", sqlite="history.db", csv="sheets")

Each file is written under a temporary name and renamed when complete; `docs/archive-export.md` has the formats.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import attrs

from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.exports.csv import write_csv
from opsgenie_async.archive.exports.directory import Directory
from opsgenie_async.archive.exports.entries import Links
from opsgenie_async.archive.exports.html import write_html
from opsgenie_async.archive.exports.sqlite import write_sqlite
from opsgenie_async.archive.exports.staging import Staging
from opsgenie_async.archive.reader import Archive
from opsgenie_async.archive.verdict import Verdict, verify
from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.time_zones import find_time_zone

__all__ = ["AlteredArchive", "ExportReport", "export"]


class AlteredArchive(ArchiveError):
    """The archive differs from its manifest; `verdict` has the details."""

    def __init__(self, folder: Path, verdict: Verdict) -> None:
        """Create the error, which names the first problem."""
        first = verdict.problems[0]
        more = f", and {len(verdict.problems) - 1} more" if len(verdict.problems) > 1 else ""
        super().__init__(f"{folder}: was altered: {first}{more}")
        self.verdict = verdict


@attrs.frozen(kw_only=True)
class ExportReport:
    """The result of an export.

    Attributes:
        files: The written files, in order.
        totals: Records by kind: `alerts` and `incidents`.
        verdict: The result of `verify`.
        full_text_search: False if this Python's SQLite has no FTS5; then `search` is a plain table.
    """

    files: tuple[Path, ...]
    totals: dict[str, int]
    verdict: Verdict
    full_text_search: bool = True


def export(
    folder: str | os.PathLike[str],
    *,
    html: str | os.PathLike[str] | None = None,
    sqlite: str | os.PathLike[str] | None = None,
    csv: str | os.PathLike[str] | None = None,
    time_zone: str = "UTC",
    anyway: bool = False,
) -> ExportReport:
    """Verify an archive, then write it as a page, a database or sheets.

    Args:
        folder: The folder of the archive.
        html: The page to write; with more than 50,000 records, a table of contents, with one file per year next to it.
        sqlite: The database to write.
        csv: The folder for `alerts.csv` and `incidents.csv`; created if it does not exist.
        time_zone: The time zone for users whose own is not in the archive, such as "Europe/Berlin".
        anyway: Whether to export the records of an altered archive that are as they were written; page and
            database state that it was altered.

    Returns:
        What was written.

    Raises:
        ArchiveError: The folder is not an archive, or it was altered (`AlteredArchive`).
        ValueError: There is no target, a target is inside the archive, or the time zone is unknown.
        OSError: A target cannot be written; it was removed.
    """
    place = Path(folder)
    _check_targets(place, [Path(each) for each in (sqlite, csv, html) if each is not None])
    if (zone := find_time_zone(time_zone)) is None:
        raise ArgumentValueError(f"time zone: {time_zone!r} is unknown: expected a time zone such as Europe/Berlin")
    archive = Archive(place, salvage=anyway)
    verdict = verify(place)
    if verdict.status == "altered" and not anyway:
        raise AlteredArchive(place, verdict)
    files: list[Path] = []
    totals: dict[str, int] = {}
    searchable = True
    with Staging() as staging:
        names, links = Directory(archive), Links(archive)
        if sqlite is not None:
            totals, searchable = write_sqlite(archive, Path(sqlite), staging, names, links, verdict, zone)
            files.append(Path(sqlite))
        if csv is not None:
            totals = write_csv(archive, Path(csv), staging, names, links)
            files += [Path(csv) / f"{kind}.csv" for kind in totals]
        if html is not None:
            totals, pages = write_html(archive, Path(html), staging, names, links, verdict)
            files += pages
    return ExportReport(files=tuple(files), totals=totals, verdict=verdict, full_text_search=searchable)


def _check_targets(archive: Path, targets: Sequence[Path]) -> None:
    if not targets:
        raise ArgumentValueError("nothing to write: expected html, sqlite or csv")
    for target in targets:
        if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(archive)):
            raise ArgumentValueError(f"{target}: is inside the archive, which must not be changed")
