"""The ids in an archive, and those that a run has to read again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
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
STATUS = re.compile(rb'"status"\s*:\s*(?:"(\w+)")?')


def _files(events: list[Doc], kind: str) -> Iterator[Doc]:
    return (each for each in events if each["event"] == "done" and each["kind"] == kind and each["file"])


def ids_in(folder: Path, done: Doc) -> frozenset[str]:
    """Ids of the records in a finished unit."""
    if not done["file"]:
        return frozenset()
    return frozenset(head_of(line).id for line in segment_lines(folder, done["file"]["path"]))


def named_ids(folder: Path, events: list[Doc], run: int) -> list[str]:
    """Ids of alerts that incidents of this run refer to and that have no record."""
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
    """Ids of entities that were open when last read, unless they are new or changed in this run.

    What this run reads afterwards has no influence, so that the result is the same after an interruption.

    Args:
        folder: The folder of the archive.
        events: The events of its journal.
        run: The number of this run.
        kind: A dated kind.
        is_full: Whether to leave out entities that were only listed.
    """
    read = [
        each
        for each in _files(events, kind)
        if each["run"] < run or (each["stream"].startswith(CHANGES) and not each["stream"].endswith(LATE))
    ]
    try:
        return [
            head.id
            for head in newest(partial(segment_lines, folder), read)
            if head.run < run and _is_open(head.line) and not (is_full and _is_listed(head.line))
        ]
    except ArchiveError as error:
        raise ArchiveError(f"{error}; verify the archive") from None


def _is_open(line: bytes) -> bool:
    """Whether a record is of an open alert or incident."""
    words = STATUS.findall(line)
    if len(words) == 1 and words[0]:  # of most records, and much faster than all of their members
        return words[0] not in (b"closed", b"resolved")
    document = json.loads(text_of(line)).get("document")
    return not isinstance(document, dict) or document.get("status") not in ("closed", "resolved")


def _is_listed(line: bytes) -> bool:
    return b'"listed":true' in line and bool(json.loads(text_of(line)).get("listed"))
