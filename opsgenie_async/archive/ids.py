"""The ids that an archive holds, and those that a run has to read again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.kinds import ALERTS, INCIDENTS
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.raw import text_of
from opsgenie_async.archive.reader import record_of
from opsgenie_async.archive.segments import segment_lines
from opsgenie_async.archive.things import head_of, newest

__all__ = ["LATE", "ids_in", "named_ids", "open_ids"]

CHANGES = ("history", "changed")
"""Streams of what is new in a run, and of what has changed."""
LATE = " late"
"""How the name of a stream ends that has what came while others were read."""
STATUS = re.compile(rb'"status"\s*:\s*"(\w*)"')


def _files(events: list[Doc], kind: str) -> Iterator[Doc]:
    return (each for each in events if each["event"] == "done" and each["kind"] == kind and each["file"])


def ids_in(folder: Path, done: Doc) -> frozenset[str]:
    """Ids of the records of a finished unit."""
    if not done["file"]:
        return frozenset()
    return frozenset(head_of(line).id for line in segment_lines(folder, done["file"]["path"]))


def named_ids(folder: Path, events: list[Doc], run: int) -> list[str]:
    """Ids of alerts that incidents of this run name and no record is of."""
    named: set[str] = set()
    for each in _files(events, INCIDENTS):
        if each["run"] == run:
            for line in segment_lines(folder, each["file"]["path"]):
                record = record_of(INCIDENTS, line, folder)
                named.update([*record.responder_alerts, *record.associated_alerts])
    for each in _files(events, ALERTS) if named else ():
        if each["stream"] != "named" or each["run"] < run:
            named.difference_update(head_of(line).id for line in segment_lines(folder, each["file"]["path"]))
    return sorted(named)


def open_ids(folder: Path, events: list[Doc], run: int, kind: str, *, is_full: bool) -> list[str]:
    """Ids of what was not closed when it was read last, and was not among what has changed or is new in this run.

    What this run reads behind that is not looked at: the same ids come after an interruption.

    Args:
        folder: Of the archive.
        events: Of its journal.
        run: The number of this run.
        kind: A dated one.
        is_full: Leave out entities of which only the listing was read.
    """
    read = [
        each
        for each in _files(events, kind)
        if each["run"] < run or (each["stream"].startswith(CHANGES) and not each["stream"].endswith(LATE))
    ]
    try:
        return [
            head.id
            for head in newest(folder, read)
            if head.run < run and _is_open(head.line) and not (is_full and _is_listed(head.line))
        ]
    except ArchiveError as error:
        raise ArchiveError(f"{error}; verify the archive") from None


def _is_open(line: bytes) -> bool:
    """Whether a record says that a thing was not closed."""
    words = STATUS.findall(line)
    if len(words) == 1:  # of most records, and much faster than all of their members
        return words[0] not in (b"closed", b"resolved")
    document = json.loads(text_of(line)).get("document")
    return not isinstance(document, dict) or document.get("status") not in ("closed", "resolved")


def _is_listed(line: bytes) -> bool:
    return b'"listed":true' in line and bool(json.loads(text_of(line)).get("listed"))
