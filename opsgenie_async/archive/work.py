"""Work files: the responses of an unfinished unit, one per line, so that a killed run can resume.

A line consists of an operation, an id as JSON, and a payload, separated by tabs: JSON of the API has tabs only between
members, which is after the second tab. For snapshots the id is "".

    counted      ""  how many items the API counted before
    item         id  epoch milliseconds or null, a tab, the item as it was listed
    listed       ""  null: all items are there
    part:NAME    id  the part to the letter
    hole:NAME    id  why it could not be read, as JSON
    gone         id  null: it was deleted meanwhile
    complete     id  null: every part is there
    page         id  part, listing, and path and query of the next page as JSON, a tab, items of a page
    anew         id  part and listing as JSON, a tab: its pages so far are of no use
    value        id  part and name as JSON, a tab, one of the answers that a part is made of

The last three belong to an incomplete part that takes several requests; `part:NAME` is the complete part. A version
that does not know them skips them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from opsgenie_async.archive.disk import Disk
from opsgenie_async.archive.drafts import Draft
from opsgenie_async.archive.layout import record_line
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.raw import text_of
from opsgenie_async.files import open_regular
from opsgenie_async.history import Cursor, Item

__all__ = ["Progress", "Remainder", "Yield", "draft_line", "keep_draft", "lines_of", "load", "work_line"]

OF_DRAFTS = ("page", "anew", "value")


@attrs.frozen
class Remainder:
    """The stored parts of an incomplete item.

    Attributes:
        have: Names of parts that are stored, or could not be read.
        raws: The stored parts.
        drafts: Drafts of further parts, by name.
        is_absent: Whether a part was not found.
    """

    have: set[str]
    raws: dict[str, bytes]
    drafts: dict[str, Draft]
    is_absent: bool


@attrs.define
class Progress:
    """The state of a slice.

    Attributes:
        items: Creation times by id, in the order of the listing.
        counted: The number of items that the API counted before, None if it was not asked or does not count.
        is_listed: Whether all items are listed.
        parts: The state of each id: names of parts and holes, "gone", "complete".
        cursor: Where the listing continues, None at its start.
        unfinished: The parts of incomplete items, by id and name.
        drafts: Drafts of incomplete parts, by id and name.
        absent: Ids of items with a part that was not found: they may be deleted.
    """

    items: dict[str, int | None] = attrs.field(factory=dict)
    counted: int | None = None
    is_listed: bool = False
    parts: dict[str, set[str]] = attrs.field(factory=dict)
    cursor: Cursor | None = None
    unfinished: dict[str, dict[str, bytes]] = attrs.field(factory=dict)
    drafts: dict[str, dict[str, Draft]] = attrs.field(factory=dict)
    absent: set[str] = attrs.field(factory=set)

    def add(self, id: str, created: int | None) -> None:
        """Add a listed item."""
        self.items[id] = created
        if created is None:
            return
        if self.cursor is not None and self.cursor.low == created:
            self.cursor = Cursor(created, self.cursor.offset + 1, id)
        else:
            self.cursor = Cursor(created, 0, id)

    def take(self, operation: str, id: str, payload: bytes) -> None:
        """Add the content of a line."""
        match operation:
            case "item":
                self.add(id, json.loads(payload.partition(b"\t")[0]))
            case "counted":
                self.counted = json.loads(payload)
            case "listed":
                self.is_listed = True
            case "complete":
                self.parts[id] = {"complete"}
                self._forget(id)
            case "page" | "anew" | "value":
                words, _, content = payload.partition(b"\t")
                part, *rest = json.loads(words)
                self.drafts.setdefault(id, {}).setdefault(part, Draft()).take(operation, rest, content)
            case _:
                word, _, name = operation.partition(":")
                self.parts.setdefault(id, set()).add(name or word)
                if word == "part":
                    self.unfinished.setdefault(id, {})[name] = payload
                    self.drafts.get(id, {}).pop(name, None)
                elif word == "hole" and json.loads(payload).startswith("404"):
                    self.absent.add(id)
                elif word == "gone":
                    self._forget(id)

    def resume(self, id: str) -> Remainder:
        """The stored parts of an incomplete id; removes them from here."""
        return Remainder(
            self.parts.get(id, set()), self.unfinished.pop(id, {}), self.drafts.pop(id, {}), id in self.absent
        )

    def _forget(self, id: str) -> None:
        self.unfinished.pop(id, None)
        self.drafts.pop(id, None)
        self.absent.discard(id)

    def is_complete(self, id: str) -> bool:
        """Whether *id* needs no further reading."""
        return not {"complete", "gone"}.isdisjoint(self.parts.get(id, ()))


def work_line(operation: str, id: str, payload: bytes) -> bytes:
    """A line of the work file, with its line break."""
    return b"%s\t%s\t%s\n" % (operation.encode(), json.dumps(id).encode(), payload)


def draft_line(id: str, part: str, operation: str, words: list[Any], content: bytes) -> bytes:
    """A line for an incomplete part."""
    return work_line(operation, id, json.dumps([part, *words]).encode() + b"\t" + content)


def keep_draft(draft: Draft, disk: Disk, path: Path, id: str, part: str) -> Draft:
    """The same draft, with additions stored in the work file."""

    def write(operation: str, words: list[Any], content: bytes) -> None:
        disk.append(path, draft_line(id, part, operation, words, content))

    return draft.bind(write)


def _lines(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """Operation, id and payload of each line; empty if there is no file."""
    try:
        file = os.fdopen(open_regular(path), "rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            if not line.endswith(b"\n"):  # it was cut off by a kill
                return
            operation, id, payload = line[:-1].split(b"\t", 2)
            yield operation.decode(), json.loads(id), payload


def load(path: Path) -> Progress:
    """The progress stored by an earlier process; empty if there is none."""
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
    """The result of a work file.

    Attributes:
        lines: The records, oldest first.
        holes: Parts that could not be read: id, part and reason.
        blobs: The sizes of their attachments, by digest.
        deleted_ids: Ids of items that were deleted before anything of them was read.
        first: The creation time of the first record, in epoch milliseconds; None if they have none.
        last: The creation time of the last record.
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
        path: The path of the work file.
        run: The number of the run.
        order: The names of parts, in their order in a record.
    """
    records = _parts_of(path)
    result = Yield()
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


def _parts_of(path: Path) -> dict[str, _Parts]:
    """What a work file has of each item, by id."""
    records: dict[str, _Parts] = {}
    for operation, id, payload in _lines(path):
        word, _, name = operation.partition(":")
        if word in ("counted", "listed", *OF_DRAFTS):
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
    for record in records.values():
        if record.created is None and "document" in record.parts:
            record.created = Item.of(json.loads(text_of(record.parts["document"]))).created
    return records


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
