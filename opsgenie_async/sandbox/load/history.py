"""The history of an archive: alerts and incidents, read from the disk on demand."""

from __future__ import annotations

import gzip
import json
import mmap
import tempfile
import zlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.load import regular
from opsgenie_async.sandbox.load.files import MANIFEST, LoadError

__all__ = ["ArchivedHistory", "ArchivedRecords", "is_archive"]

FORMAT = 1
ALERT: Doc = {
    "tinyId": "", "alias": "", "message": "", "status": "closed", "snoozed": False, "tags": [], "teams": [],
    "responders": [], "report": {},
}  # fmt: skip
INCIDENT: Doc = {"tinyId": "", "message": "", "status": "closed", "tags": [], "responders": [], "impactedServices": []}
"""What the search expects, for a document that lacks it."""


UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What comes of the members of a record that is none."""


def is_archive(root: Path) -> bool:
    """Whether *root* is the folder of an archive, not of a pull."""
    try:
        return isinstance(_manifest(root).get("slices"), list)
    except LoadError:
        return False


class ArchivedHistory:
    """An archive in a folder.

    Args:
        root: The folder.

    Raises:
        LoadError: The archive cannot be read.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._manifest = _manifest(root)
        version = self._manifest.get("format")
        if type(version) is not int or not 1 <= version <= FORMAT:
            raise LoadError(MANIFEST, f"{version!r} is not the {FORMAT} that can be read here", "format")

    @property
    def configuration(self) -> Path | None:
        """The folder of the newest configuration, in the format of a pull; None if there is none."""
        folders = [each for each in (self._root / "configuration").glob("*-*") if (each / MANIFEST).is_file()]
        return max(folders, key=lambda each: (_number(each.name), each.name.endswith("-end")), default=None)

    def users(self) -> list[Doc]:
        """The users of the last run."""
        try:
            records = [json.loads(line) for line in self._lines("users")]
            last = max((each["run"] for each in records), default=0)
            return [each["document"] for each in records if each["run"] == last and isinstance(each["document"], dict)]
        except UNREADABLE:
            raise _damage_error(self._root) from None

    def add_to(self, account: Account) -> None:
        """Add the alerts and incidents with their related data."""
        alerts = ArchivedRecords(self._root, self._lines("alerts"), ALERT)
        positions = account.alerts.load(alerts)
        account.alert_logs.attach(positions, lambda place: alerts.part(place, "logs"))
        account.alert_notes.attach(positions, lambda place: alerts.part(place, "notes"))
        account.alert_recipients.attach(positions, lambda place: alerts.part(place, "recipients"))
        account.alert_attachments.attach(positions, alerts.attachments)
        incidents = ArchivedRecords(self._root, self._lines("incidents"), INCIDENT)
        positions = account.incidents.load(incidents)
        account.incident_logs.attach(positions, lambda place: incidents.part(place, "logs"))
        account.incident_notes.attach(positions, lambda place: incidents.part(place, "notes"))
        account.timeline_entries.attach(positions, lambda place: incidents.part(place, "timeline"))
        account.responder_alerts.attach(positions, lambda place: incidents.part(place, "responder_alerts"))
        account.associated_alerts.attach(positions, lambda place: incidents.part(place, "associated_alerts"))
        account.postmortems.attach(incidents.postmortems, incidents.postmortem)

    def _lines(self, kind: str) -> Iterator[bytes]:
        slices = [each for each in self._manifest["slices"] if isinstance(each, dict) and each.get("kind") == kind]
        for each in sorted(slices, key=lambda each: _number(str(each.get("run")))):
            file = each.get("file")
            if isinstance(file, dict):
                yield from self._file(str(file.get("path")))

    def _file(self, path: str) -> Iterator[bytes]:
        try:
            place = (self._root / path).resolve()
        except ValueError:  # a NUL, or half of a surrogate pair
            raise LoadError(MANIFEST, f"{path!r} is not the path of a file", "slices") from None
        if not place.is_relative_to(self._root.resolve()):
            raise LoadError(MANIFEST, f"{path} lies outside of the directory", "slices")
        try:
            with gzip.open(place, "rb") as file:
                yield from file
        except (OSError, EOFError, zlib.error) as error:
            raise LoadError(path, f"cannot be read: {error}") from None


class ArchivedRecords:
    """Alerts or incidents by position, oldest first: a `Source`.

    Records and attachments are copied to an unnamed temporary file and mapped into memory, so that the event loop never
    waits for them.

    Args:
        root: The folder of the archive.
        lines: The records, those of earlier runs first.
        defaults: Defaults for missing fields of a document.
    """

    def __init__(self, root: Path, lines: Iterator[bytes], defaults: Doc) -> None:
        self._root = root
        self._defaults = defaults
        self._blobs: dict[str, tuple[int, int]] = {}
        places: dict[str, tuple[int, int, int]] = {}
        ranks: dict[str, tuple[int, bool]] = {}
        with tempfile.TemporaryFile() as file:
            for line in lines:
                try:
                    record = json.loads(line)
                    id, created = record["id"], record["created"] or 0
                    rank = record["run"], not record.get("listed")
                    keep = isinstance(record["document"], dict) and type(created) is int and isinstance(id, str)
                    keep = keep and rank >= ranks.get(id, rank)
                except UNREADABLE:
                    raise _damage_error(root) from None
                if keep:
                    places[id], ranks[id] = (created, file.tell(), len(line)), rank
                    file.write(line)
                    self._copy_blobs(record, file)
            file.flush()
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.tell() else b""
        order = sorted(places.items(), key=lambda each: each[1])
        self._ids = [id for id, _ in order]
        self._starts = array("q", (start for _, (_, start, _) in order))
        self._sizes = array("q", (size for _, (_, _, size) in order))
        self._keys: dict[str, int] = {}
        self.postmortems: dict[str, int] = {}
        for position in range(len(order)):
            self._note_keys(position)

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> Iterator[str]:
        """All ids, oldest first."""
        return iter(self._ids)

    def position(self, key: str) -> int | None:
        """The position of an entity by tiny id or, while it is open, by alias."""
        return self._keys.get(key)

    def document(self, position: int) -> Doc:
        """The document as the API sent it."""
        document: Doc = {**self._defaults, **self._record(position)["document"], "id": self._ids[position]}
        return document

    def part(self, position: int, name: str) -> list[Any]:
        """A part of the record, such as logs or notes."""
        part = self._record(position).get(name)
        return part if isinstance(part, list) else []

    def attachments(self, position: int) -> dict[str, Doc]:
        """The attachments of an alert, with their content; missing ones are left out."""
        files: dict[str, Doc] = {}
        for sha256, each in _files(self._record(position)):
            if sha256 in self._blobs:
                start, size = self._blobs[sha256]
                content = bytes(self._content[start : start + size])
                id = str(each.get("id"))
                number = int(id) if id.isascii() and id.isdecimal() else id
                files[id] = {"id": number, "name": each.get("name") or "", "media": "", "content": content}
        return files

    def postmortem(self, position: int) -> Doc | None:
        """The postmortem of an incident."""
        document = self._record(position).get("postmortem")
        return document if isinstance(document, dict) else None

    def _note_keys(self, position: int) -> None:
        document = self.document(position)
        self._keys[f"tiny {document['tinyId']}"] = position
        if document["status"] == "open":
            self._keys[f"alias {document.get('alias')}"] = position
        postmortem = self.postmortem(position)
        if postmortem is not None and isinstance(postmortem.get("id"), str):
            self.postmortems[postmortem["id"]] = position

    def _record(self, position: int) -> Doc:
        start = self._starts[position]
        record: Doc = json.loads(self._content[start : start + self._sizes[position]])
        return record

    def _copy_blobs(self, record: Doc, file: IO[bytes]) -> None:
        """Copy the attachments of an alert; missing and too large ones are not served."""
        for sha256, _ in _files(record):
            if sha256 in self._blobs or not sha256.isalnum():
                continue
            with suppress(OSError, ValueError):
                content = regular.read(self._root / "blobs" / sha256[:2] / sha256)
                self._blobs[sha256] = file.tell(), len(content)
                file.write(content)


def _manifest(root: Path) -> Doc:
    try:
        document = json.loads((root / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise LoadError(MANIFEST, f"cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise LoadError(MANIFEST, "should be an object")
    return document


def _damage_error(root: Path) -> LoadError:
    return LoadError(str(root), "a record cannot be read: `opsgenie-async verify` names it")


def _files(record: Doc) -> Iterator[tuple[str, Doc]]:
    """The attachments of an alert by digest, as far as they have one."""
    files = record.get("attachments")
    for each in files if isinstance(files, list) else []:
        if isinstance(each, dict) and isinstance(each.get("sha256"), str):
            yield each["sha256"], each


def _number(name: str) -> int:
    number = name.partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0
