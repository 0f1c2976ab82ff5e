"""A snapshot in preparation, until it replaces the existing one."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import suppress
from fnmatch import fnmatchcase
from io import FileIO
from pathlib import Path

import attrs

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.files import UnfitFile, is_at, lock, name_file, read_regular, write_all
from opsgenie_async.json_text import load
from opsgenie_async.sync.files.diagnostics import LARGEST_FILE, StoreError
from opsgenie_async.sync.files.entity_file import counts_of, part_records, text_of
from opsgenie_async.sync.files.load import load_snapshot
from opsgenie_async.sync.files.manifest import (
    FIRST,
    LAST_PULL,
    MANIFEST,
    PARTIAL,
    PULLING,
    FileRecord,
    Manifest,
    belongs,
    lock_folder,
    read_manifest,
)
from opsgenie_async.sync.files.obstacles import SPOOL, raise_if_applying, raise_if_obstructed, raise_if_strange
from opsgenie_async.sync.files.swap import moving, remove, remove_twins, stays_beside, swap, write_manifest
from opsgenie_async.sync.model.kinds import KIND_BY_FOLDER
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from opsgenie_async.sync.model.snapshot import Entity

__all__ = ["Staging", "record_of"]

PIECE = 2**20
"""Bytes that are written to the spool file at a time."""


class Staging:
    """A snapshot in preparation: first in one spool file, then, when everything is read, in a file per entity.

    During the reading, each system call would compete with the event loop for the interpreter lock, which costs several
    times as much as writing a file.

    Attributes:
        twins: After `finish`, the files of the same entities under other names, which were removed.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target / PULLING
        self.twins: list[str] = []
        self._spool = (self.folder / SPOOL).open("x+b")
        lock(self._spool.fileno(), by_process=True)
        self._places: list[tuple[str, int]] = []
        self._unwritten: list[bytes] = []
        self._size = 0

    @property
    def full(self) -> bool:
        """Whether enough is collected to be written."""
        return self._size >= PIECE

    def add(self, path: str, data: bytes) -> None:
        """Add the file at *path*, as in `teams/ops.json`; nothing is written before `write` of `drain`."""
        if not belongs(path):
            raise ArgumentValueError(f"path: {path!r} is not a valid path in a snapshot")
        self._places.append((path, len(data)))
        self._unwritten.append(data)
        self._size += len(data)

    def drain(self) -> list[bytes]:
        """Return what was added since the last call; call it in the thread of `add`, and write in this order."""
        unwritten, self._unwritten, self._size = self._unwritten, [], 0
        return unwritten

    def write(self, unwritten: list[bytes]) -> None:
        """Write the result of `drain`, possibly in another thread while `add` continues."""
        try:
            self._spool.write(b"".join(unwritten))  # at once: piece by piece is a fight for the interpreter each time
            self._spool.flush()
        except OSError as error:
            name_file(error, self.folder / SPOOL)
            raise

    def finish(self, manifest: Manifest, only: Selection | None = None) -> Path:
        """Move the snapshot into place, and return its folder: that of the store, or `partial` in it.

        An incomplete snapshot never replaces a complete one, and goes to `partial`. A snapshot of a selection replaces
        only the selected part; *only* is the selection with the names of existing entities.
        """
        self.write(self.drain())
        with moving(self.target):
            raise_if_applying(self.target)  # one that began since
            self._unspool()
            before = read_manifest(self.target / MANIFEST)
            partial = self.target / PARTIAL
            if stays_beside(before, manifest):
                if partial.exists() and not (partial / MANIFEST).is_file():
                    raise StoreError(f"{partial}: is not a partial pull; move it away")
                raise_if_strange(partial)
            elif before is not None:
                manifest = self._merge(before, manifest, only or manifest.choice)
            raise_if_obstructed(self.target, [*manifest.files, *(before.files if before is not None else ())])
            self._put(LAST_PULL, manifest.last_pull())
            write_manifest(self.folder / MANIFEST, manifest)
            self._spool.close()
            place = swap(self.target, manifest)
            if place == self.target:
                self.twins = remove_twins(place, manifest, [path for path, _ in self._places])
            return place

    def discard(self) -> None:
        """Delete the written files; the existing snapshot stays, unless it is being replaced already."""
        with suppress(StoreError), lock_folder(self.target):
            exists = self._exists() and not (self.folder / MANIFEST).is_file()
            self._close()  # first: some systems remove no file that is open
            if exists:
                remove(self.folder)
        self._close()

    def _close(self) -> None:
        with suppress(OSError):  # a disk that was full is still full when the rest is to be written
            self._spool.close()

    def _exists(self) -> bool:
        """Whether the folder still belongs to this pull, not to another one."""
        return not self._spool.closed and is_at(self.folder / SPOOL, self._spool.fileno())

    def _unspool(self) -> None:
        """Write the files from the spool file."""
        if not self._exists():
            raise StoreError(f"{self.folder / SPOOL}: is gone; is another pull writing to {self.target}?")
        for folder in {path.partition("/")[0] for path, _ in self._places}:
            (self.folder / folder).mkdir()
        self._spool.seek(0)
        for path, size in self._places:
            self._put(path, self._spool.read(size))

    def _put(self, path: str, data: bytes) -> None:
        target = f"{self.folder}/{path}"
        try:
            with FileIO(target, "wb") as file:  # thousands of them: a Path and a buffer cost as much as the calls
                write_all(file.fileno(), data)
        except BaseException as error:
            name_file(error, target)
            raise

    def _merge(self, before: Manifest, manifest: Manifest, only: Selection) -> Manifest:
        """The manifest of the new files, and of those of the earlier snapshot that were not read again."""
        unread = manifest.unread
        records_before = {}
        for path, record in before.files.items():
            folder = path.partition("/")[0]
            if not only.covers(folder, record.name) or {(folder, record.name), (folder, "")} & unread:
                records_before[path] = record
        if not manifest.only and not records_before:
            return manifest
        if before.format == FIRST:
            records_before = self._migrate(records_before)
        for path in records_before.keys() & manifest.files.keys():
            if records_before[path].name != manifest.files[path].name:
                raise StoreError(f"{path}: would be the file of two entities: pull everything")
        files = {**records_before, **manifest.files}
        failures = [
            failure
            for failure in before.failures
            if not _covers(only, str(failure.get("folder")), str(failure.get("name")))
        ]
        unknown = {
            kind_name: sorted({*before.unknown_fields.get(kind_name, ()), *manifest.unknown_fields.get(kind_name, ())})
            for kind_name in before.unknown_fields.keys() | manifest.unknown_fields.keys()
        }
        return attrs.evolve(
            manifest,
            counts=self._counts(files),
            failures=[*failures, *manifest.failures],
            files=files,
            only=_union(before.choice, only),
            unavailable={
                **{folder: reason for folder, reason in before.unavailable.items() if not _covers(only, folder, "")},
                **manifest.unavailable,
            },
            unknown_fields=unknown,
        )

    def _migrate(self, records_before: dict[str, FileRecord]) -> dict[str, FileRecord]:
        """Rewrite files of an older format: a snapshot has only one."""
        snapshot = load_snapshot(self.target, read_manifest(self.target / MANIFEST), EVERYTHING)
        entities = {(entity.kind.folder, entity.name): entity for entity in snapshot}
        paths = {path: entities[key] for key, path in snapshot.files.items() if path in records_before}
        records = {}
        for path, entity in paths.items():
            data = text_of(entity)
            (self.folder / path).parent.mkdir(exist_ok=True)
            self._put(path, data)
            records[path] = record_of(entity, data)
        return records

    def _counts(self, files: dict[str, FileRecord]) -> Counter[str]:
        """The number of entities in staged and existing files, without removed and invalid ones."""
        counts: Counter[str] = Counter()
        for path in files:
            file = self.folder / path
            try:
                text = read_regular(file if file.exists() else self.target / path, most=LARGEST_FILE)
                document = load(text)
            except (OSError, UnfitFile, ValueError, RecursionError):
                continue
            if isinstance(document, dict):
                counts.update(counts_of(KIND_BY_FOLDER[path.partition("/")[0]], document))
        return counts


def record_of(entity: Entity, data: bytes) -> FileRecord:
    """The record in a manifest for an entity's file with *data*."""
    return FileRecord(
        kind=entity.kind.name,
        name=entity.name,
        id=entity.id,
        team="" if entity.kind is TEAM else entity.team,
        parts=part_records(entity),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _covers(only: Selection, folder: str, name: str) -> bool:
    """Whether *only* selects this or, with a name of "", the whole folder."""
    if name or not only.patterns:
        return only.covers(folder, name)
    return any(fnmatchcase(f"{folder}/*", pattern) for pattern in only.patterns)


def _union(first: Selection, second: Selection) -> str:
    """The part of an account known after two pulls; everything if one of them selected everything."""
    if not first.patterns or not second.patterns:
        return ""
    return ",".join(dict.fromkeys((*first.patterns, *second.patterns)))
