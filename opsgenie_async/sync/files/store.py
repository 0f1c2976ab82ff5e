"""A snapshot on disk: one that is there stays whole until the next one is, whenever the writing is killed.

    manifest.json            what belongs to the snapshot: see `manifest`
    teams/NAME.json          one entity with its parts: see `entity_file`
    .pulling/                the next snapshot, at first in a file called `spool`; with a manifest in it and a seal
                             beside that, it is complete and being moved into place
    partial/                 a pull that did not read everything, beside a snapshot that did

Nothing but the files of a snapshot is ever touched, so that the folder can be a git checkout.

Such a checkout may hold anything, a `.pulling` with a manifest too: what has no seal of ours is never moved into place.
One run at a time writes, and no other reads while files are moved: see `folder`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from io import FileIO
from os.path import samestat
from pathlib import Path

import attrs

from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.files import UnfitFile, lock, open_regular, read_regular, write_whole
from opsgenie_async.json_text import load
from opsgenie_async.sync.files.bounds import LARGEST_FILE
from opsgenie_async.sync.files.entity_file import counts_of, part_records, text_of
from opsgenie_async.sync.files.folder import (
    PARTIAL,
    PULLING,
    SPOOL,
    TEMPORARY,
    has_seal,
    is_unfinished,
    locked_folder,
    raise_if_obstructed,
    raise_if_pulling,
    raise_if_strange,
    raise_if_unfit,
    seal_of,
    unseal,
)
from opsgenie_async.sync.files.load import load_snapshot
from opsgenie_async.sync.files.manifest import (
    FIRST,
    FORMAT,
    MANIFEST,
    FileRecord,
    Manifest,
    StoreError,
    belongs,
    read_manifest,
)
from opsgenie_async.sync.model.catalog import kind_in
from opsgenie_async.sync.model.filenames import folded_name
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot

__all__ = ["FORMAT", "FileRecord", "Manifest", "Staging", "Store", "StoreError"]

PIECE = 2**20
"""Bytes that are written to the spool file at a time."""


class Store:
    """A folder with a snapshot in it, or one to be.

    Every method first finishes what a killed `Staging.finish` left half done, and raises `StoreError` when the folder
    holds a newer snapshot, a manifest that cannot be read, or a link or a file where a folder of a snapshot has its
    place, or when another run keeps moving files in it for more than a minute.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def manifest(self) -> Manifest | None:
        """The manifest of the snapshot that is there, None when there is none."""
        with self._reading():
            return read_manifest(self.folder / MANIFEST)

    def check(self) -> None:
        """Raise `StoreError` where a pull could not put its files, or another one is about to."""
        with self._reading():
            raise_if_pulling(self.folder)
            raise_if_obstructed(self.folder)

    def begin(self) -> Staging:
        """Make room for the files of a new snapshot; what an earlier pull left unfinished is thrown away.

        Raises:
            StoreError: Another process has begun, and has not come to its end.
        """
        self.manifest()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.moving():
            raise_if_pulling(self.folder)
            raise_if_obstructed(self.folder)
            staging = self.folder / PULLING
            _remove(staging)
            staging.mkdir()
            return Staging(self)

    def load(self, only: Selection = EVERYTHING) -> Snapshot:
        """Read the snapshot, or the chosen part; raises `SnapshotError` with all that is wrong with its files."""
        with self._reading():
            leftover = self.folder / PULLING / MANIFEST
            if os.path.lexists(leftover):
                raise StoreError(
                    f"{leftover.parent}: holds a pull that was broken off elsewhere: pull again, or remove that folder"
                )
            return self.read(only)

    def read(self, only: Selection = EVERYTHING) -> Snapshot:
        """As `load`, for whoever is moving files already."""
        return load_snapshot(self.folder, read_manifest(self.folder / MANIFEST), only)

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Keep others from reading and moving files, and finish first what a killed run was moving."""
        with locked_folder(self.folder):
            raise_if_unfit(self.folder)
            staged = _sealed(self.folder)
            if staged is not None:
                _swap(self.folder, staged)
            unseal(self.folder / PARTIAL)
            yield

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Keep others from moving files; what a killed run was moving is in its place then."""
        raise_if_unfit(self.folder)
        if not self.folder.exists():
            yield
            return
        while True:
            if is_unfinished(self.folder):
                with self.moving():
                    pass
            with locked_folder(self.folder, shared=True):
                raise_if_unfit(self.folder)
                if not has_seal(self.folder):  # by one that was killed since
                    yield
                    return


class Staging:
    """A snapshot that is being written: first into one spool file, then, when all is read, into a file an entity.

    A file costs its three calls of the system either way, but in the middle of a reading each of them means a fight for
    the interpreter with the loop, which costs several times as much as the file.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.folder = store.folder / PULLING
        self._spool = (self.folder / SPOOL).open("x+b")
        lock(self._spool.fileno(), by_process=True)
        self._places: list[tuple[str, int]] = []
        self._unwritten: list[bytes] = []
        self._size = 0

    @property
    def full(self) -> bool:
        """Whether so much was taken in that it should be written."""
        return self._size >= PIECE

    def add(self, path: str, entity: Entity) -> FileRecord:
        """Take in an entity for *path*, as in `teams/ops.json`; no disk is touched before `write` of `taken`."""
        if not belongs(path):
            raise ArgumentValueError(f"path: {path!r} is no place for a file of a snapshot")
        data = text_of(entity)
        self._places.append((path, len(data)))
        self._unwritten.append(data)
        self._size += len(data)
        return record_of(entity, data)

    def drain(self) -> list[bytes]:
        """What was taken in since the last time; to be called where `add` is, and written in this order."""
        unwritten, self._unwritten, self._size = self._unwritten, [], 0
        return unwritten

    def write(self, unwritten: list[bytes]) -> None:
        """Write what was `taken`; in a thread of its own, if need be, while `add` goes on."""
        try:
            self._spool.write(b"".join(unwritten))  # at once: piece by piece is a fight for the interpreter each time
            self._spool.flush()
        except OSError as error:
            _name_file(error, self.folder / SPOOL)
            raise

    def finish(self, manifest: Manifest, only: Selection | None = None) -> Path:
        """Put the snapshot into its place, and return that: the folder of the store, or `partial` in it.

        An incomplete one never replaces a complete one: that is what `partial` is for. One that was narrowed by `only`
        replaces what it covers and keeps the rest; *only* says the same in the names of what is there.
        """
        self.write(self.drain())
        with self.store.moving():
            self._unspool()
            before = read_manifest(self.store.folder / MANIFEST)
            partial = self.store.folder / PARTIAL
            if _stays_beside(before, manifest):
                if partial.exists() and not (partial / MANIFEST).is_file():
                    raise StoreError(f"{partial}: is in the place of a partial pull and is none; move it away")
                raise_if_strange(partial)
            elif before is not None:
                manifest = self._merge(before, manifest, only or manifest.choice)
            raise_if_obstructed(self.store.folder, [*manifest.files, *(before.files if before is not None else ())])
            _write_manifest(self.folder / MANIFEST, manifest)
            self._spool.close()
            return _swap(self.store.folder, manifest)

    def discard(self) -> None:
        """Throw the written files away; what was there before stays as it is, unless it is being replaced already."""
        with suppress(StoreError), locked_folder(self.store.folder):
            exists = self._exists() and not (self.folder / MANIFEST).is_file()
            self._close()  # first: some systems remove no file that is open
            if exists:
                _remove(self.folder)
        self._close()

    def _close(self) -> None:
        with suppress(OSError):  # a disk that was full is still full when the rest is to be written
            self._spool.close()

    def _exists(self) -> bool:
        """Whether the folder is this one's, and no other pull has made it its own."""
        if self._spool.closed:
            return False
        try:
            return samestat(os.fstat(self._spool.fileno()), (self.folder / SPOOL).stat())
        except FileNotFoundError:
            return False

    def _unspool(self) -> None:
        """Write the files."""
        if not self._exists():
            raise StoreError(f"{self.folder / SPOOL}: is gone; is another pull writing to {self.store.folder}?")
        for folder in {path.partition("/")[0] for path, _ in self._places}:
            (self.folder / folder).mkdir()
        self._spool.seek(0)
        for path, size in self._places:
            self._put(path, self._spool.read(size))

    def _put(self, path: str, data: bytes) -> None:
        target = f"{self.folder}/{path}"
        try:
            with FileIO(target, "wb") as file:  # thousands of them: a Path and a buffer cost as much as the calls
                if file.write(data) != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except BaseException as error:
            _name_file(error, target)
            raise

    def _merge(self, before: Manifest, manifest: Manifest, only: Selection) -> Manifest:
        """The manifest of the new files together with those of the earlier snapshot that nothing new is known of."""
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
        failures = [one for one in before.failures if not _covers(only, str(one.get("folder")), str(one.get("name")))]
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
        """Write files of an older format anew: a snapshot has one."""
        snapshot = self.store.read()
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
        """What the files hold, staged or already there; what a person removed or broke is not counted."""
        counts: Counter[str] = Counter()
        for path in files:
            file = self.folder / path
            try:
                text = read_regular(file if file.exists() else self.store.folder / path, most=LARGEST_FILE)
                document = load(text)
            except (OSError, UnfitFile, ValueError, RecursionError):
                continue
            if isinstance(document, dict):
                counts.update(counts_of(kind_in(path.partition("/")[0]), document))
        return counts


def record_of(entity: Entity, data: bytes) -> FileRecord:
    """What a manifest says of an entity's file with *data* in it."""
    return FileRecord(
        kind=entity.kind.name,
        name=entity.name,
        id=entity.id,
        team="" if entity.kind is TEAM else entity.team,
        parts=part_records(entity),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _stays_beside(before: Manifest | None, manifest: Manifest) -> bool:
    """Whether a new snapshot must stay beside the one that is there."""
    return before is not None and before.complete and not manifest.complete


def _swap(folder: Path, manifest: Manifest) -> Path:
    """Move a staged snapshot into its place; whoever is killed in here, the next one goes on where he was."""
    staging = folder / PULLING
    (staging / SPOOL).unlink(missing_ok=True)
    before = read_manifest(folder / MANIFEST)
    if _stays_beside(before, manifest):
        partial = folder / PARTIAL
        _remove(partial)
        staging.replace(partial)
        unseal(partial)
        return partial
    for name in {path.partition("/")[0] for path in manifest.files if belongs(path)}:
        _move(staging / name, folder / name)
    _remove_files(folder, before, manifest)
    (staging / MANIFEST).replace(folder / MANIFEST)
    _remove(staging)
    return folder


def _sealed(folder: Path) -> Manifest | None:
    """The manifest of such a snapshot."""
    return read_manifest(folder / PULLING / MANIFEST) if has_seal(folder) else None


def _move(source: Path, target: Path) -> None:
    """Move a folder's files into another, in place of those of the same names; or all of it, where there is none."""
    if not source.exists():
        return  # it was moved before
    if not target.exists():
        source.replace(target)
        return
    for name in os.listdir(source):  # noqa: PTH208  # thousands of them: here and below a Path costs as much as the call
        os.replace(f"{source}/{name}", f"{target}/{name}")  # noqa: PTH105


def _remove_files(folder: Path, before: Manifest | None, manifest: Manifest) -> None:
    """Remove what the earlier snapshot had and the new one does not."""
    removed = [path for path in before.files if path not in manifest.files and belongs(path)] if before else []
    if not removed:
        return
    twins = {folded_name(path): path for path in manifest.files}
    for path in removed:
        twin = twins.get(folded_name(path))
        # Where case makes no difference to the file system, the new file has taken the place of the old one.
        if twin is None or not _same(folder / path, folder / twin):
            (folder / path).unlink(missing_ok=True)


def _same(path: Path, twin: Path) -> bool:
    try:
        return path.samefile(twin)
    except FileNotFoundError:
        return False


def _write_manifest(target: Path, manifest: Manifest) -> None:
    """Write the manifest, whole, sealed and on the disk before it has its name."""
    temporary = target.with_name(TEMPORARY)
    try:
        descriptor = open_regular(temporary, os.O_RDWR | os.O_CREAT)
        try:
            write_whole(descriptor, manifest.pieces())
        finally:
            os.close(descriptor)
        target.with_name(seal_of(temporary.lstat())).touch()
        temporary.replace(target)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        _name_file(error, target)
        raise


def _name_file(error: BaseException, target: str | Path) -> None:
    if isinstance(error, OSError) and error.errno is not None and error.filename is None:
        error.filename = str(target)  # a full disk does not say at which file


def _remove(folder: Path) -> None:
    if folder.exists():
        raise_if_strange(folder)
        shutil.rmtree(folder)


def _covers(only: Selection, folder: str, name: str) -> bool:
    """Whether *only* chose this, or with a name of "" all of the folder."""
    if name or not only.patterns:
        return only.covers(folder, name)
    return any(fnmatchcase(f"{folder}/*", pattern) for pattern in only.patterns)


def _union(first: Selection, second: Selection) -> str:
    """What is known after two pulls; everything, when one of them chose that."""
    if not first.patterns or not second.patterns:
        return ""
    return ",".join(dict.fromkeys((*first.patterns, *second.patterns)))
