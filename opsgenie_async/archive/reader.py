"""An archive as a stream of records, each in its latest version."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from opsgenie_async import json_shape as shape
from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.kinds import ALERTS, ALL, HISTORIES, INCIDENTS, SCHEDULES
from opsgenie_async.archive.layout import MANIFEST, blob_path
from opsgenie_async.archive.manifest import Doc, load_manifest
from opsgenie_async.archive.raw import text_of, value
from opsgenie_async.archive.segments import intact_lines, segment_lines
from opsgenie_async.archive.things import newest
from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.files import open_regular
from opsgenie_async.json_text import Json
from opsgenie_async.models.wire_types import aware

__all__ = ["Archive", "Attachment", "Record", "record_of"]

DIGEST = re.compile("[0-9a-f]{64}")
RECORD = shape.members({"id": shape.text, "created": shape.nullable(shape.whole_number), "run": shape.count})


@attrs.frozen
class Attachment:
    """A file attached to an alert, or a log file of the account.

    Attributes:
        id: The API's id, "" if it has none.
        name: The name in Opsgenie, which can be anything, even a path. Never use it as a file name.
        size: The size in bytes.
        sha256: The SHA-256 of its content, and its name in the archive.
    """

    id: str
    name: str
    size: int
    sha256: str
    folder: Path = attrs.field(repr=False)

    def open(self) -> BinaryIO:
        """Open its content for reading.

        Raises:
            ArchiveError: The record names no digest: a name of another form could lead out of the folder.
            OSError: The content is missing.
        """
        if DIGEST.fullmatch(self.sha256) is None:
            raise ArchiveError(f"attachment {self.name!r}: {self.sha256!r} is not a SHA-256 digest")
        return os.fdopen(open_regular(self.folder / blob_path(self.sha256)), "rb")


@attrs.frozen
class Record:
    """One alert, incident or other entity, with all its parts.

    Attributes:
        kind: One of `ALL`.
        id: The API's id.
        created: The creation time in epoch milliseconds, None if it has none.
        run: The number of the run that read it.
        members: All members by name, decoded.
        line: The line as text.
    """

    kind: str
    id: str
    created: int | None
    run: int
    members: Doc = attrs.field(repr=False)
    line: bytes = attrs.field(repr=False)
    folder: Path = attrs.field(repr=False)

    @property
    def document(self) -> dict[str, Json]:
        """The JSON of the API, decoded, {} if it was not read; `text` has it verbatim."""
        document = self.members.get("document")
        return document if isinstance(document, dict) else {}

    @property
    def text(self) -> str:
        """The JSON of `document` as the API sent it."""
        return value(self.line, "document").decode("utf-8", "surrogateescape")

    @property
    def logs(self) -> list[dict[str, Json]]:
        """Its log, oldest line first."""
        return self._list("logs")

    @property
    def notes(self) -> list[dict[str, Json]]:
        """Its notes, oldest first."""
        return self._list("notes")

    @property
    def recipients(self) -> list[dict[str, Json]]:
        """The recipients of an alert, with the state of their notifications."""
        return self._list("recipients")

    @property
    def timeline(self) -> list[dict[str, Json]]:
        """The timeline entries of an incident, including hidden ones."""
        return self._list("timeline")

    @property
    def responder_alerts(self) -> list[str]:
        """Ids of the alerts that notified the responders of an incident."""
        return self._list("responder_alerts")

    @property
    def associated_alerts(self) -> list[str]:
        """Ids of the alerts that belong to an incident."""
        return self._list("associated_alerts")

    @property
    def postmortem(self) -> dict[str, Json] | None:
        """The postmortem of an incident, None if there is none."""
        return self.members.get("postmortem")

    @property
    def attachments(self) -> list[Attachment]:
        """Its files."""
        return [_attachment(each, self.folder) for each in self._list("attachments") if isinstance(each, dict)]

    @property
    def holes(self) -> list[dict[str, Json]]:
        """Its parts that could not be read: objects with `part` and `reason`."""
        return self._list("holes")

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted before it was read completely."""
        return bool(self.members.get("gone"))

    def _list(self, name: str) -> list[Any]:
        value = self.members.get(name)
        return value if isinstance(value, list) else []


def _attachment(document: Doc, folder: Path) -> Attachment:
    size = document.get("size")
    return Attachment(
        id=str(document.get("id") or ""),
        name=str(document.get("name") or ""),
        size=size if type(size) is int and 0 <= size < 2**63 else 0,
        sha256=str(document.get("sha256")),
        folder=folder,
    )


def record_of(kind: str, line: bytes, folder: Path) -> Record:
    """Read one line of a segment.

    Raises:
        ArchiveError: The line is not a record.
    """
    try:
        members = json.loads(text_of(line))
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"{kind}: a record cannot be read: {error}") from None
    if mismatch := RECORD(members, ""):
        raise ArchiveError(f"{kind}: a record cannot be read: {mismatch}")
    return Record(kind, members["id"], members["created"], members["run"], members, line, folder)


class Archive:
    """An archive in a folder, opened read-only and offline.

    Attributes:
        folder: The folder of the archive.
        manifest: Its manifest, as JSON; see `opsgenie_async.archive`.
    """

    def __init__(self, folder: str | os.PathLike[str], *, salvage: bool = False) -> None:
        """Read the manifest.

        Args:
            folder: The folder of the archive.
            salvage: Whether to skip what is damaged, record by record, instead of raising an error there.

        Raises:
            ArchiveError: There is none: the folder is not an archive, or its first run is not finished; or a member of
                it is not as it was written.
        """
        self.folder = Path(folder)
        self._lines = partial(intact_lines if salvage else segment_lines, self.folder)
        manifest = load_manifest(self.folder, salvage=salvage)
        if manifest is None:
            raise ArchiveError(
                f"{self.folder}: has no {MANIFEST}: it is not an archive, or its first run has not finished"
            )
        self.manifest = manifest

    def __repr__(self) -> str:
        return f"<Archive {self.folder}>"

    def alerts(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[Record]:
        """Stream the alerts, oldest first, without duplicates.

        Args:
            since: Skip what was created before this time, timezone-aware.
            until: Skip what was created at this time or later, timezone-aware.

        Raises:
            ArchiveError: A file is damaged; `verify` has the details.
        """
        return self._between(ALERTS, since, until)

    def incidents(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[Record]:
        """Stream the incidents, as `alerts` does."""
        return self._between(INCIDENTS, since, until)

    def records(self, kind: str) -> Iterator[Record]:
        """Stream the records of any kind except `configuration`, without duplicates.

        Raises:
            ArchiveError: The kind does not exist, or a file is damaged.
        """
        if kind not in ALL:
            raise ArchiveError(f"{kind!r}: expected one of {', '.join(ALL)}")
        if kind in HISTORIES:
            return self._newest_records(kind)
        if kind == SCHEDULES:
            newest = {(record.id, record.members.get("month")): record for record in self._read(kind, self._of(kind))}
            return iter(sorted(newest.values(), key=lambda each: (each.id, str(each.members.get("month")))))
        last = max((each["run"] for each in self._of(kind)), default=0)
        return self._read(kind, [each for each in self._of(kind) if each["run"] == last])

    def _between(self, kind: str, since: datetime | None, until: datetime | None) -> Iterator[Record]:
        low = None if since is None else epoch_milliseconds(aware("since", since), up=True)
        high = None if until is None else epoch_milliseconds(aware("until", until), up=True)
        for record in self._newest_records(kind):
            created = record.created or 0
            if (low is None or created >= low) and (high is None or created < high):
                yield record

    def _newest_records(self, kind: str) -> Iterator[Record]:
        """The newest record of each id, by creation time."""
        return (record_of(kind, head.line, self.folder) for head in newest(self._lines, self._of(kind)))

    def _of(self, kind: str) -> list[Doc]:
        return [each for each in self.manifest["slices"] if each["kind"] == kind and each["file"]]

    def _read(self, kind: str, slices: Iterable[Doc]) -> Iterator[Record]:
        for each in slices:
            for line in self._lines(each["file"]["path"]):
                yield record_of(kind, line, self.folder)
