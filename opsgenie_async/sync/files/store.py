"""A snapshot on disk, replaced atomically: a killed write leaves the old one intact.

    manifest.json            what belongs to the snapshot: see `manifest`
    teams/NAME.json          one entity with its parts: see `entity_file`
    .pulling/                the next snapshot, at first in a file called `spool`; with a manifest in it and a seal
                             beside that, it is complete and being moved into place
    partial/                 a pull that did not read everything, beside a snapshot that did

Nothing but the files of a snapshot is ever touched, so that the folder can be a git checkout.

Such a checkout may hold anything, a `.pulling` with a manifest too: what has no seal of ours is never moved into place.
One run at a time writes, and no other reads while files are moved: see `manifest`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsgenie_async.files import UnfitFile, read_regular
from opsgenie_async.sync.files.diagnostics import LARGEST_FILE, StoreError
from opsgenie_async.sync.files.entity_file import read_entity
from opsgenie_async.sync.files.load import load_snapshot, paths_in
from opsgenie_async.sync.files.manifest import (
    FORMAT,
    MANIFEST,
    PULLING,
    FileRecord,
    Manifest,
    has_seal,
    is_unfinished,
    lock_folder,
    raise_if_unfit,
    read_manifest,
)
from opsgenie_async.sync.files.obstacles import raise_if_applying, raise_if_obstructed, raise_if_pulling
from opsgenie_async.sync.files.staging import Staging
from opsgenie_async.sync.files.swap import moving, remove
from opsgenie_async.sync.model.kinds import KIND_BY_FOLDER
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot

__all__ = ["FORMAT", "FileRecord", "Manifest", "Staging", "Store", "StoreError"]


class Store:
    """A folder for a snapshot.

    Every method first completes an interrupted `Staging.finish`. It raises `StoreError` if the folder has a snapshot of
    a newer format, an unreadable manifest, or a link or file in place of a snapshot's folder, or if another run moves
    files in it for more than a minute.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

    def manifest(self) -> Manifest | None:
        """The manifest of the existing snapshot, None if there is none."""
        with self._reading():
            return read_manifest(self.folder / MANIFEST)

    def check(self) -> None:
        """Raise `StoreError` if a pull cannot write its files, or another one or an apply is running."""
        with self._reading():
            raise_if_pulling(self.folder)
            raise_if_applying(self.folder)
            raise_if_obstructed(self.folder)

    def begin(self) -> Staging:
        """Prepare a new snapshot; the remains of an unfinished pull are deleted.

        Raises:
            StoreError: Another process is writing a snapshot, or applying this one.
        """
        self.manifest()
        self.folder.mkdir(parents=True, exist_ok=True)
        with moving(self.folder):
            raise_if_pulling(self.folder)
            raise_if_applying(self.folder)
            raise_if_obstructed(self.folder)
            staging = self.folder / PULLING
            remove(staging)
            staging.mkdir()
            return Staging(self.folder)

    def load(self, only: Selection = EVERYTHING) -> Snapshot:
        """Read the snapshot, or the selected part; raises `SnapshotError` with all problems in its files."""
        with self._reading():
            leftover = self.folder / PULLING / MANIFEST
            if os.path.lexists(leftover):
                raise StoreError(
                    f"{leftover.parent}: has a pull that was interrupted elsewhere: pull again, or remove that folder"
                )
            return load_snapshot(self.folder, read_manifest(self.folder / MANIFEST), only)

    def strays(self, manifest: Manifest | None) -> list[str]:
        """The paths of files that no pull wrote, such as `teams/ops.json`."""
        known = manifest.files if manifest is not None else {}
        try:
            return [path for path in paths_in(self.folder) if path not in known]
        except NotADirectoryError:  # which a pull rejects
            return []

    def entity(self, path: str, record: FileRecord | None) -> Entity | None:
        """The entity of one file, edited or not; None if it cannot be read.

        Args:
            path: The path of the file, such as `teams/ops.json`.
            record: Its record in the manifest, None if it has none.
        """
        return read_entity(self.folder / path, KIND_BY_FOLDER[path.partition("/")[0]], record)

    def is_edited(self, path: str, record: FileRecord) -> bool:
        """Whether there is a file at *path* with other bytes than the pull wrote, as *record* has it."""
        try:
            data = read_regular(f"{self.folder}/{path}", most=LARGEST_FILE)
        except FileNotFoundError:
            return False
        except (OSError, UnfitFile):
            return True
        return hashlib.sha256(data).hexdigest() != record.sha256

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Keep others from moving files; what a killed run was moving is in its place then."""
        raise_if_unfit(self.folder)
        if not self.folder.exists():
            yield
            return
        while True:
            if is_unfinished(self.folder):
                with moving(self.folder):
                    pass
            with lock_folder(self.folder, shared=True):
                raise_if_unfit(self.folder)
                if not has_seal(self.folder):  # by one that was killed since
                    yield
                    return
