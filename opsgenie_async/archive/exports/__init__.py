"""Exports of an archive: HTML, SQLite and CSV. Offline; the archive is only read.

    report = export("opsgenie-archive", html="history.html", sqlite="history.db", csv="sheets")

Each file is written under a temporary name and renamed when it is whole; `docs/archive-export.md` says what they hold.
"""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

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

__all__ = ["AlteredArchive", "ExportReport", "export"]


class AlteredArchive(ArchiveError):
    """Something of the archive is not as its manifest says: `verdict` names it."""

    def __init__(self, folder: Path, verdict: Verdict) -> None:
        """Name the first of its problems."""
        first = verdict.problems[0]
        more = f", and {len(verdict.problems) - 1} more" if len(verdict.problems) > 1 else ""
        super().__init__(f"{folder}: was altered: {first}{more}")
        self.verdict = verdict


@attrs.frozen(kw_only=True)
class ExportReport:
    """What was written.

    Attributes:
        files: In the sequence in which they were written.
        totals: Records by kind: `alerts` and `incidents`.
        verdict: What `verify` said of the archive.
        full_text_search: False where this Python's SQLite has no FTS5: the table `search` is a plain one then.
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
    """Write an archive as a page, a database or sheets, after it was verified.

    Args:
        folder: The archive.
        html: The page to write; with more than 50,000 records it is a table of contents, with files by year beside it.
        sqlite: The database to write.
        csv: The folder for `alerts.csv` and `incidents.csv`; it is made where there is none.
        time_zone: For the local times of users whose own is not in the archive, as "Europe/Berlin".
        anyway: Export what was altered, too, as far as it can be read; the page and the database say so.

    Returns:
        What was written.

    Raises:
        ArchiveError: The folder is no archive; as `AlteredArchive`, it was altered.
        ValueError: There is nothing to write, a target is inside of the archive, or there is no such time zone.
        OSError: A target cannot be written; nothing of it is left.
    """
    place = Path(folder)
    targets = [Path(each) for each in (sqlite, csv, html) if each is not None]
    if not targets:
        raise ArgumentValueError("nothing to write: expected html, sqlite or csv")
    for target in targets:
        if target.resolve().is_relative_to(place.resolve()):
            raise ArgumentValueError(f"{target}: is inside of the archive, which must stay as it is")
    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        raise ArgumentValueError(f"time zone: {time_zone!r} is not known: expected one as Europe/Berlin") from None
    archive = Archive(place)
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
