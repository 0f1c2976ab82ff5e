"""The journal: what each run planned and finished. Append-only; the manifest is computed from it."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opsgenie_async.archive.disk import Disk, open_to_append
from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.layout import JOURNAL
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.files import UnfitFile, open_regular, write_all
from opsgenie_async.history import Slice

__all__ = ["Journal", "slice_document", "slice_of"]


class Journal:
    """The events in their order: `run`, `planned`, `slice`, `done`, `recount`, `finished`...

    Attributes:
        path: The path of its file.
        events: The events as in the file, without the attachments of `done`: there may be as many as alerts.
            `attachments` reads them.
    """

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.path = folder / JOURNAL
        self.events: list[Doc] = []
        self._disk = disk
        self._by_run: defaultdict[tuple[int, str], list[Doc]] = defaultdict(list)
        self._units: set[tuple[int, str, str]] = set()

    async def load(self) -> None:
        """Read the existing journal.

        Raises:
            ArchiveError: It is no journal.
        """
        for event in await self._disk.run(lambda: [*_read(self.path)]):
            self._enter(event)

    def read(self, size: int) -> None:
        """Read the first *size* bytes of it at once.

        Raises:
            ArchiveError: It is no journal.
        """
        for event in _lines(self.path, size):
            self._enter(_light(event))

    async def add(self, event: str, **facts: Any) -> None:
        """Add an event; it is on the disk when this returns."""
        document = {"event": event, **facts}
        line = json.dumps(document, separators=(",", ":")).encode() + b"\n"
        self._enter(_light(document))
        await self._disk.run(_add, self.path, line)

    def of_run(self, number: int, event: str) -> list[Doc]:
        """The events with that name of run *number*."""
        return [*self._by_run.get((number, event), ())]

    def is_done(self, number: int, kind: str, unit: str) -> bool:
        """Whether that unit of run *number* is finished."""
        return (number, kind, unit) in self._units

    @property
    def runs(self) -> list[Doc]:
        """The `run` events, one for every run."""
        return [each for each in self.events if each["event"] == "run"]

    def is_finished(self, number: int) -> bool:
        """Whether run *number* is finished."""
        return bool(self.of_run(number, "finished"))

    def attachments(self) -> Iterator[tuple[str, int]]:
        """Digest and size of each attachment of a finished unit; reads the journal."""
        for event in _lines(self.path):
            if event["event"] == "done":
                yield from event["blobs"].items()

    def _enter(self, event: Doc) -> None:
        self.events.append(event)
        if isinstance(run := event.get("run"), int):
            self._by_run[run, event["event"]].append(event)
            if event["event"] == "done":
                self._units.add((run, event["kind"], event["unit"]))


def _light(event: Doc) -> Doc:
    """An event in its form in memory, without attachments."""
    return {name: value for name, value in event.items() if name != "blobs"}


def _read(path: Path) -> Iterator[Doc]:
    return map(_light, _lines(path))


def _lines(path: Path, size: int | None = None) -> Iterator[Doc]:
    """The complete lines of the journal; with *size*, only those within so many bytes."""
    try:
        file = os.fdopen(open_regular(path), "rb")
    except FileNotFoundError:
        return
    except UnfitFile as error:
        raise ArchiveError(error.message) from None
    with file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):  # it was cut off by a kill
                return
            if size is not None:
                size -= len(line)
                if size < 0:
                    return
            try:
                event = json.loads(line)
                if not isinstance(event["event"], str):
                    raise TypeError("event")
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise ArchiveError(f"{path}: line {number} is not part of a journal: {error}") from None
            yield event


def _add(path: Path, line: bytes) -> None:
    descriptor = open_to_append(path)
    try:
        write_all(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def slice_document(slice: Slice) -> Doc:
    """A slice as JSON."""
    return {"query": slice.query, "low": slice.low, "high": slice.high, "parts": [*slice.parts]}


def slice_of(document: Doc) -> Slice:
    """The slice that `slice_document` wrote."""
    return Slice(document["query"], document["low"], document["high"], tuple(document["parts"]))
