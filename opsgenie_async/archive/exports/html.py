"""The HTML export: one self-contained page, or one for each year."""

from __future__ import annotations

import base64
import gzip
import hashlib
import heapq
import html
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import attrs

from opsgenie_async import __version__
from opsgenie_async.archive.exports.directory import Directory
from opsgenie_async.archive.exports.duty import Duty
from opsgenie_async.archive.exports.entries import Entry, Links, entry_of
from opsgenie_async.archive.exports.staging import Staging
from opsgenie_async.archive.exports.text import iso, moment, text
from opsgenie_async.archive.reader import Archive, Record
from opsgenie_async.archive.verdict import Verdict
from opsgenie_async.printable import printable
from opsgenie_async.quantity import quantity

__all__ = ["LIMIT", "write_html"]

LIMIT = 50_000
"""Records in one file."""
BLOCK = 100
"""Records that are packed together: one of them is opened by unpacking so many."""
MOST_LINES = 500
"""Holes and problems that a page names one by one."""
MEMBERS = (
    "document", "logs", "notes", "recipients", "attachments", "timeline", "responder_alerts", "associated_alerts",
    "postmortem", "holes", "gone", "listed",
)  # fmt: skip


@attrs.define
class _Part:
    """A file of the export, and its records."""

    label: str
    path: Path
    alerts: int = 0
    incidents: int = 0
    first: int | None = None
    last: int | None = None

    def note(self, entry: Entry) -> None:
        if entry.kind == "alert":
            self.alerts += 1
        else:
            self.incidents += 1
        if entry.created is not None:
            self.first = entry.created if self.first is None else self.first
            self.last = entry.created


def write_html(
    archive: Archive, target: Path, staging: Staging, names: Directory, links: Links, verdict: Verdict
) -> tuple[dict[str, int], list[Path]]:
    """Write the page; with more than one file, *target* is a table of contents.

    Returns:
        The records by kind, and the files.

    Raises:
        ArchiveError: The archive is damaged.
        OSError: A file cannot be written.
    """
    writer = _Writer(archive, names, links, verdict, Duty(archive, names))
    plan = _plan(archive)
    records = _records(archive)
    if len(plan) == 1:
        parts = [_Part("", target)]
        writer.write(staging.file(target), parts[0], records)
    else:
        contents = staging.file(target)
        parts = []
        for label, count in plan:
            part = _Part(label, target.with_name(f"{target.stem}-{label}{target.suffix}"))
            writer.write(staging.file(part.path), part, islice(records, count))
            parts.append(part)
        contents.write_text(writer.contents(parts), "utf-8", newline="\n")
    totals = {"alerts": sum(part.alerts for part in parts), "incidents": sum(part.incidents for part in parts)}
    return totals, [part.path for part in parts] if len(plan) == 1 else [target, *(part.path for part in parts)]


def _records(archive: Archive) -> Iterator[Record]:
    """Alerts and incidents, oldest first."""
    return heapq.merge(archive.alerts(), archive.incidents(), key=lambda record: record.created or 0)


def _plan(archive: Archive) -> list[tuple[str, int]]:
    """The number of records by file: one file, or one per year, per month, or per number within a month."""
    totals = archive.manifest.get("totals")
    totals = totals if isinstance(totals, dict) else {}
    if sum(count for kind in ("alerts", "incidents") if type(count := totals.get(kind)) is int) <= LIMIT:
        return [("", 0)]
    months = Counter(_month(record) for record in _records(archive))
    if months.total() <= LIMIT:
        return [("", 0)]
    plan = []
    for year in sorted({year for year, _ in months}):
        of_year = {month: count for (each, month), count in sorted(months.items()) if each == year}
        if sum(of_year.values()) <= LIMIT:
            plan.append((f"{year:04d}", sum(of_year.values())))
            continue
        for month, count in of_year.items():
            label = f"{year:04d}-{month:02d}"
            if count <= LIMIT:
                plan.append((label, count))
                continue
            sizes = [min(LIMIT, count - done) for done in range(0, count, LIMIT)]
            plan += [(f"{label}-{number}", size) for number, size in enumerate(sizes, 1)]
    return plan


def _month(record: Record) -> tuple[int, int]:
    point = moment(record.created or 0)
    return (0, 0) if point is None else (point.year, point.month)


class _Writer:
    """A writer of the files of one archive."""

    def __init__(self, archive: Archive, names: Directory, links: Links, verdict: Verdict, duty: Duty) -> None:
        self._archive = archive
        self._names = names
        self._links = links
        self._verdict = verdict
        self._duty = duty
        self._exported = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"

    def write(self, path: Path, part: _Part, records: Iterator[Record]) -> None:
        """Write one file, block by block."""
        script, style = _resource("page.js"), _resource("page.css")
        with path.open("wb") as file:
            file.write(self._head("page.html", style, script, part=f" · {part.label}" if part.label else "").encode())
            rows: list[list[Any]] = []
            block: list[dict[str, Any]] = []
            for record in records:
                entry = entry_of(record, self._names, self._links)
                part.note(entry)
                rows.append(_row(entry, record))
                block.append(_detail(entry, record))
                if len(block) == BLOCK:
                    _pack(file, f"block-{len(rows) // BLOCK - 1}", block)
                    block = []
            if block:
                _pack(file, f"block-{len(rows) // BLOCK}", block)
            _pack(file, "index", {"size": BLOCK, "rows": rows})
            _pack(file, "duty", self._duty.between(part.first, part.last))
            _pack(file, "about-data", self._about(part))
            file.write(f"<script>{script}</script>\n</body>\n</html>\n".encode())

    def contents(self, parts: list[_Part]) -> str:
        """The table of contents."""
        rows = "\n".join(
            f'<tr><td class="time"><a href="{html.escape(quote(part.path.name))}">{html.escape(part.label)}</a></td>'
            f'<td class="number" data-name="alerts">{part.alerts:,}</td>'
            f'<td class="number" data-name="incidents">{part.incidents:,}</td>'
            f'<td class="time" data-name="from">{_minute(part.first)}</td>'
            f'<td class="time" data-name="to">{_minute(part.last)}</td></tr>'
            for part in parts
        )
        count = sum(part.alerts + part.incidents for part in parts)
        summary = f"{count:,} records in {len(parts)} files, which must stay next to this one. Times in UTC."
        return self._head("contents.html", _resource("page.css"), "", rows=rows, summary=summary)

    def _head(self, name: str, style: str, script: str, **more: str) -> str:
        account = self._account
        source = f"'{_digest(script)}'" if script else "'none'"
        policy = (
            "default-src 'none'; base-uri 'none'; form-action 'none'; "
            f"style-src '{_digest(style)}'; script-src {source}"
        )
        manifest = self._archive.manifest
        footer = (
            f"Made {self._exported} by opsgenie-async {__version__} from an archive with the seal "
            f"{text(manifest.get('seal'))}. This page loads nothing and sends nothing."
        )
        facts = {
            "policy": policy,
            "title": html.escape(f"{account}: alerts and incidents"),
            "style": style,
            "account": html.escape(account),
            "part": "",
            "verdict": self._verdict.status,
            "words": html.escape(self._words),
            "footer": html.escape(printable(footer)),
            **more,
        }
        page = _resource(name)
        pieces = []
        for number, piece in enumerate(page.split("{{")):  # in one pass: a value may look like a place, too
            key, closed, rest = piece.partition("}}")
            pieces.append(facts[key] + rest if number and closed else piece)
        return "".join(pieces)

    @property
    def _account(self) -> str:
        account = self._archive.manifest.get("account")
        return printable(text(account.get("name")) if isinstance(account, dict) else text(account)) or "Opsgenie"

    @property
    def _words(self) -> str:
        holes, problems = len(self._verdict.holes), len(self._verdict.problems)
        return {
            "whole": "archive is whole",
            "holes": f"archive has {quantity(holes, 'hole')}",
            "altered": f"archive was altered: {quantity(problems, 'problem')}",
        }[self._verdict.status]

    def _about(self, part: _Part) -> dict[str, Any]:
        manifest = self._archive.manifest
        members = ("account", "server", "tool", "runs", "totals", "skipped", "redacted", "seal")
        return {
            "manifest": {name: manifest.get(name) for name in members},
            "exported": self._exported,
            "tool": f"opsgenie-async {__version__}",
            "alerts": part.alerts,
            "incidents": part.incidents,
            "words": self._words,
            "holes": self._verdict.holes[:MOST_LINES],
            "problems": [str(problem) for problem in self._verdict.problems[:MOST_LINES]],
        }


def _row(entry: Entry, record: Record) -> list[Any]:
    """The data for the list and the search."""
    document = record.document
    integration = document.get("integration")
    more = [
        *entry.tags,
        *entry.services,
        *(text(document.get(name)) for name in ("source", "entity", "alias", "owner")),
        text(integration.get("name")) if isinstance(integration, dict) else "",
    ]
    alias = {entry.id, ""}
    return [
        entry.kind, entry.id, entry.tiny_id, entry.message, entry.status, entry.priority, entry.created,
        entry.seconds_to_acknowledge, entry.seconds_to_resolve, list(entry.teams),
        [each for each in more if each not in alias],
    ]  # fmt: skip


def _detail(entry: Entry, record: Record) -> dict[str, Any]:
    """The data for the details: everything in the archive."""
    facts = {
        "acknowledged": entry.acknowledged,
        "ended": entry.ended,
        "responders": [f"{each.name} ({each.type})" for each in entry.responders],
        "services": list(entry.services),
        "incidents": list(entry.incidents),
    }
    return {name: record.members[name] for name in MEMBERS if name in record.members} | {"facts": facts}


def _pack(file: BinaryIO, id: str, value: Any) -> None:
    """Write *value* as a data block in Base64, in which nothing can end the block or be taken for markup."""
    packed = gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 6, mtime=0)
    file.write(b'<script type="text/plain" id="%s">' % id.encode())
    file.write(base64.b64encode(packed))
    file.write(b"</script>\n")


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _minute(milliseconds: int | None) -> str:
    return (iso(milliseconds) or "")[:16].replace("T", " ")


def _resource(name: str) -> str:
    return files("opsgenie_async.archive.exports").joinpath("page", name).read_text("utf-8")
