"""Reads an archive: a stream of records, each in its newest version."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.kinds import ALL, DATED
from opsgenie_async.archive.layout import MANIFEST, blob_path
from opsgenie_async.archive.manifest import Doc, load_manifest
from opsgenie_async.archive.raw import text_of, value
from opsgenie_async.archive.segments import segment_lines
from opsgenie_async.archive.things import newest
from opsgenie_async.files import open_regular
from opsgenie_async.history import epoch_milliseconds
from opsgenie_async.models.wire_types import aware

__all__ = ["Archive", "Attachment", "Record", "record_of"]


@attrs.frozen
class Attachment:
    """A file that was attached to an alert, or a log file of the account.

    Attributes:
        id: The API's, "" where it has none.
        name: As it was given there: it may hold anything, a path too. Never use it as the name of a file.
        size: Bytes.
        sha256: Of its bytes, which it is kept under.
    """

    id: str
    name: str
    size: int
    sha256: str
    folder: Path = attrs.field(repr=False)

    def open(self) -> BinaryIO:
        """Open its bytes for reading.

        Raises:
            OSError: They are not there.
        """
        return os.fdopen(open_regular(self.folder / blob_path(self.sha256)), "rb")


@attrs.frozen
class Record:
    """One alert, incident or other thing, with everything that was read of it.

    Attributes:
        kind: One of `ALL`.
        id: What the API calls it.
        created: Epoch milliseconds, None where it has no such moment.
        run: The number of the run that read it.
        members: All members by name, decoded.
        line: The letters it is made of.
    """

    kind: str
    id: str
    created: int | None
    run: int
    members: Doc = attrs.field(repr=False)
    line: bytes = attrs.field(repr=False)
    folder: Path = attrs.field(repr=False)

    @property
    def document(self) -> Any:
        """What the API says it is, decoded and nothing made of it; `text` has the letters."""
        return self.members.get("document")

    @property
    def text(self) -> str:
        """The letters of `document` as the API sent them."""
        return value(self.line, "document").decode("utf-8", "surrogateescape")

    @property
    def logs(self) -> list[Doc]:
        """Its log, oldest line first."""
        return self._list("logs")

    @property
    def notes(self) -> list[Doc]:
        """Its notes, oldest first."""
        return self._list("notes")

    @property
    def recipients(self) -> list[Doc]:
        """Who was to be told of an alert, and how that went."""
        return self._list("recipients")

    @property
    def timeline(self) -> list[Doc]:
        """The timeline entries of an incident, hidden ones too."""
        return self._list("timeline")

    @property
    def responder_alerts(self) -> list[str]:
        """Ids of the alerts that told the responders of an incident."""
        return self._list("responder_alerts")

    @property
    def associated_alerts(self) -> list[str]:
        """Ids of the alerts that belong to an incident."""
        return self._list("associated_alerts")

    @property
    def postmortem(self) -> Any:
        """The post-mortem of an incident, None where none was found."""
        return self.members.get("postmortem")

    @property
    def attachments(self) -> list[Attachment]:
        """Its files."""
        return [
            Attachment(str(each.get("id") or ""), each["name"], each["size"], each["sha256"], self.folder)
            for each in self._list("attachments")
        ]

    @property
    def holes(self) -> list[Doc]:
        """What of it could not be read: objects with `part` and `reason`."""
        return self._list("holes")

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted before it was read as a whole."""
        return bool(self.members.get("gone"))

    def _list(self, name: str) -> list[Any]:
        return self.members.get(name) or []


def record_of(kind: str, line: bytes, folder: Path) -> Record:
    """Read one line of a segment.

    Raises:
        ArchiveError: It is no record.
    """
    try:
        members = json.loads(text_of(line))
        return Record(kind, members["id"], members["created"], members["run"], members, line, folder)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArchiveError(f"{kind}: a record cannot be read: {error}") from None


class Archive:
    """An archive in a folder, opened for reading; nothing is sent and nothing written.

    Attributes:
        folder: Where it is.
        manifest: What it holds, as JSON; see `opsgenie_async.archive` for its members.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Read the manifest.

        Raises:
            ArchiveError: There is none: the folder is no archive, or its first run is not finished.
        """
        self.folder = Path(folder)
        manifest = load_manifest(self.folder)
        if manifest is None:
            raise ArchiveError(f"{self.folder}: has no {MANIFEST}: it is no archive, or its first run is not finished")
        self.manifest = manifest

    def __repr__(self) -> str:
        return f"<Archive {self.folder}>"

    def alerts(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[Record]:
        """Stream the alerts, oldest first, each once.

        Args:
            since: Leave out what was created before this moment, an aware one.
            until: Leave out what was created at this moment or later, an aware one.

        Raises:
            ArchiveError: A file is damaged; `verify` says more.
        """
        return self._between("alerts", since, until)

    def incidents(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[Record]:
        """Stream the incidents, oldest first, each once; the arguments are those of `alerts`."""
        return self._between("incidents", since, until)

    def records(self, kind: str) -> Iterator[Record]:
        """Stream the records of any kind but `configuration`, each once.

        Raises:
            ArchiveError: There is no such kind, or a file is damaged.
        """
        if kind not in ALL:
            raise ArchiveError(f"{kind!r}: expected one of {', '.join(ALL)}")
        if kind in DATED:
            return self._dated(kind)
        if kind == "schedules":
            newest = {(record.id, record.members.get("month")): record for record in self._read(kind, self._of(kind))}
            return iter(sorted(newest.values(), key=lambda each: (each.id, str(each.members.get("month")))))
        last = max((each["run"] for each in self._of(kind)), default=0)
        return self._read(kind, [each for each in self._of(kind) if each["run"] == last])

    def _between(self, kind: str, since: datetime | None, until: datetime | None) -> Iterator[Record]:
        low = None if since is None else epoch_milliseconds(aware("since", since), up=True)
        high = None if until is None else epoch_milliseconds(aware("until", until), up=True)
        for record in self._dated(kind):
            created = record.created or 0
            if (low is None or created >= low) and (high is None or created < high):
                yield record

    def _dated(self, kind: str) -> Iterator[Record]:
        """The newest record of each id by when it was created."""
        return (record_of(kind, head.line, self.folder) for head in newest(self.folder, self._of(kind)))

    def _of(self, kind: str) -> list[Doc]:
        return [each for each in self.manifest.get("slices", []) if each["kind"] == kind and each.get("file")]

    def _read(self, kind: str, slices: Iterable[Doc]) -> Iterator[Record]:
        for each in slices:
            for line in segment_lines(self.folder, each["file"]["path"]):
                yield record_of(kind, line, self.folder)
