"""The journal: what each run planned and finished; only ever added to, and the source of the manifest."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from opsgenie_async.archive.disk import Disk, open_to_append
from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.layout import JOURNAL
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.history import Slice

__all__ = ["Journal", "slice_document", "slice_of"]


class Journal:
    """Events in the sequence in which they happened: `run`, `planned`, `slice`, `done`, `recount`, `finished`..."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.path = folder / JOURNAL
        self.events: list[Doc] = []
        self._disk = disk

    async def load(self) -> None:
        """Read what is there.

        Raises:
            ArchiveError: It is no journal.
        """
        self.events = await self._disk.run(_read, self.path)

    async def add(self, event: str, **facts: Any) -> None:
        """Write down that something happened; on the disk when this returns."""
        document = {"event": event, **facts}
        self.events.append(document)
        await self._disk.run(_add, self.path, json.dumps(document, separators=(",", ":")).encode() + b"\n")

    def of_run(self, number: int, event: str) -> list[Doc]:
        """The events of that name in run *number*."""
        return [each for each in self.events if each["event"] == event and each.get("run") == number]

    @property
    def runs(self) -> list[Doc]:
        """Every run that began."""
        return [each for each in self.events if each["event"] == "run"]

    def is_finished(self, number: int) -> bool:
        """Whether run *number* came to its end."""
        return any(each["event"] == "finished" and each["run"] == number for each in self.events)


def _read(path: Path) -> list[Doc]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    events = []
    for number, line in enumerate(content.split(b"\n")[:-1], 1):  # what has no end was cut off by a kill
        try:
            event = json.loads(line)
            if not isinstance(event["event"], str):
                raise TypeError("event")
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{path}: line {number} is none of a journal: {error}") from None
        events.append(event)
    return events


def _add(path: Path, line: bytes) -> None:
    descriptor = open_to_append(path)
    try:
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def slice_document(slice: Slice) -> Doc:
    """A slice as JSON."""
    return {"query": slice.query, "low": slice.low, "high": slice.high, "parts": [*slice.parts]}


def slice_of(document: Doc) -> Slice:
    """The slice that `slice_document` wrote."""
    return Slice(document["query"], document["low"], document["high"], tuple(document["parts"]))
