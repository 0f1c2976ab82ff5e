"""Work files: the responses of an unfinished unit, one a line, so that a killed run can resume.

A line is an operation, an id as JSON, and what came, with tabs between them: JSON of the API holds tabs between its
members alone, which are behind the second one here.

    counted      ""  how many items the API counted before
    item         id  epoch milliseconds or null, a tab, the item as it was listed
    listed       ""  null: all items are there
    part:NAME    id  the part to the letter
    hole:NAME    id  why it could not be read, as JSON
    gone         id  null: it was deleted meanwhile
    complete     id  null: every part is there
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from opsgenie_async.archive.layout import record_line
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.raw import text_of
from opsgenie_async.history import Item

__all__ = ["Progress", "Yield", "lines_of", "load", "work_line"]


@attrs.define
class Progress:
    """The state of a slice.

    Attributes:
        items: Ids to when they were created, in the sequence in which they came.
        counted: What the API counted before, None where it was not asked or does not tell.
        is_listed: Whether all items are there.
        parts: What there is of each id: names of parts and holes, "gone", "complete".
        low: When the last item was created, to go on from there.
        unfinished: The parts themselves of what is not complete, by id and name.
    """

    items: dict[str, int | None] = attrs.field(factory=dict)
    counted: int | None = None
    is_listed: bool = False
    parts: dict[str, set[str]] = attrs.field(factory=dict)
    low: int | None = None
    unfinished: dict[str, dict[str, bytes]] = attrs.field(factory=dict)

    def take(self, operation: str, id: str, payload: bytes) -> None:
        """Take one line in."""
        match operation:
            case "item":
                created = json.loads(payload.partition(b"\t")[0])
                self.items[id] = created
                self.low = created if created is not None else self.low
            case "counted":
                self.counted = json.loads(payload)
            case "listed":
                self.is_listed = True
            case "complete":
                self.parts[id] = {"complete"}
                self.unfinished.pop(id, None)
            case _:
                word, _, name = operation.partition(":")
                self.parts.setdefault(id, set()).add(name or word)
                if word == "part":
                    self.unfinished.setdefault(id, {})[name] = payload
                elif word == "gone":
                    self.unfinished.pop(id, None)

    def is_complete(self, id: str) -> bool:
        """Whether there is nothing more to be read of *id*."""
        return not {"complete", "gone"}.isdisjoint(self.parts.get(id, ()))


def work_line(operation: str, id: str, payload: bytes) -> bytes:
    """One line with its end."""
    return b"%s\t%s\t%s\n" % (operation.encode(), json.dumps(id).encode(), payload)


def _lines(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """Operation, id and payload of each line; nothing where there is no file."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            if not line.endswith(b"\n"):  # it was cut off by a kill
                return
            operation, id, payload = line[:-1].split(b"\t", 2)
            yield operation.decode(), json.loads(id), payload


def load(path: Path) -> Progress:
    """What a run before left of a slice; nothing where it left none."""
    progress = Progress()
    for operation, id, payload in _lines(path):
        progress.take(operation, id, payload)
    return progress


@attrs.define
class _Parts:
    created: int | None = None
    listed: bytes = b"null"
    parts: dict[str, bytes] = attrs.field(factory=dict)
    holes: dict[str, str] = attrs.field(factory=dict)
    is_deleted: bool = False


@attrs.define
class Yield:
    """What the lines of work came to.

    Attributes:
        lines: Records, oldest first.
        holes: What of them could not be read: id, part and reason.
        blobs: The files attached to them, digest to size.
        deleted_ids: Ids of what was deleted before anything of it was read.
        first: When the first record was created, in epoch milliseconds; None where they have no such moment.
        last: When the last one was.
    """

    lines: list[bytes] = attrs.field(factory=list)
    holes: list[Doc] = attrs.field(factory=list)
    blobs: Doc = attrs.field(factory=dict)
    deleted_ids: list[str] = attrs.field(factory=list)
    first: int | None = None
    last: int | None = None


def lines_of(path: Path, run: int, order: Iterable[str]) -> Yield:
    """The records of a work file.

    Args:
        path: Of the lines.
        run: The number of the run.
        order: Names of parts, in the sequence in which a record has them.
    """
    records: dict[str, _Parts] = {}
    for operation, id, payload in _lines(path):
        word, _, name = operation.partition(":")
        if word in ("counted", "listed"):
            continue
        record = records.setdefault(id, _Parts())
        if word == "item":
            created, _, record.listed = payload.partition(b"\t")
            record.created = json.loads(created)
        elif word == "part":
            record.parts[name] = payload
            record.holes.pop(name, None)
        elif word == "hole" and name not in record.parts:
            record.holes[name] = json.loads(payload)
        elif word == "gone":
            record.is_deleted = True
    result = Yield()
    for record in records.values():
        if record.created is None and "document" in record.parts:
            record.created = Item.of(json.loads(text_of(record.parts["document"]))).created
    for id in sorted(records, key=lambda key: records[key].created or 0):
        record = records.pop(id)  # what has become a line is not held twice
        if record.is_deleted and record.listed == b"null" and "document" not in record.parts:
            result.deleted_ids.append(id)
            continue
        if record.is_deleted:  # its parts went with it: that is no hole
            record.holes = {name: reason for name, reason in record.holes.items() if not reason.startswith("404")}
        result.lines.append(_record(id, record, run, order))
        result.last = record.created or 0
        result.first = result.last if result.first is None else result.first
        result.holes.extend({"id": id, "part": name, "reason": reason} for name, reason in record.holes.items())
        for each in json.loads(record.parts.get("attachments", b"[]")):
            result.blobs[each["sha256"]] = each["size"]
    return result


def _record(id: str, record: _Parts, run: int, order: Iterable[str]) -> bytes:
    document = record.parts.get("document")
    members = [("document", record.listed if document is None else document)]
    if document is None and record.listed != b"null":
        members.append(("listed", b"true"))
    if record.is_deleted:
        members.append(("gone", b"true"))
    members += [(name, record.parts[name]) for name in order if name in record.parts and name != "document"]
    if record.holes:
        holes = [{"part": name, "reason": reason} for name, reason in record.holes.items()]
        members.append(("holes", json.dumps(holes).encode()))
    return record_line(id, record.created, run, members)
