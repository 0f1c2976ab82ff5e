"""A snapshot on disk, replaced atomically: a killed write leaves the old one whole.

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

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsgenie_async.sync.files.folder import (
    PULLING,
    has_seal,
    is_unfinished,
    locked_folder,
    raise_if_obstructed,
    raise_if_pulling,
    raise_if_unfit,
)
from opsgenie_async.sync.files.manifest import (
    FORMAT,
    MANIFEST,
    FileRecord,
    Manifest,
    StoreError,
    read_manifest,
)
from opsgenie_async.sync.files.staging import Staging
from opsgenie_async.sync.files.swap import moving, read_snapshot, remove
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from opsgenie_async.sync.model.snapshot import Snapshot

__all__ = ["FORMAT", "FileRecord", "Manifest", "Staging", "Store", "StoreError"]


class Store:
    """A folder with a snapshot in it, or one to be.

    Every method first finishes what a killed `Staging.finish` left half done, and raises `StoreError` when the folder
    holds a newer snapshot, a manifest that cannot be read, or a link or a file where a folder of a snapshot has its
    place, or when another run keeps moving files in it for more than a minute.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def manifest(self) -> Manifest | None:
        """The manifest of the existing snapshot, None when there is none."""
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
        with moving(self.folder):
            raise_if_pulling(self.folder)
            raise_if_obstructed(self.folder)
            staging = self.folder / PULLING
            remove(staging)
            staging.mkdir()
            return Staging(self.folder)

    def load(self, only: Selection = EVERYTHING) -> Snapshot:
        """Read the snapshot, or the chosen part; raises `SnapshotError` with all that is wrong with its files."""
        with self._reading():
            leftover = self.folder / PULLING / MANIFEST
            if os.path.lexists(leftover):
                raise StoreError(
                    f"{leftover.parent}: holds a pull that was broken off elsewhere: pull again, or remove that folder"
                )
            return read_snapshot(self.folder, only)

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
            with locked_folder(self.folder, shared=True):
                raise_if_unfit(self.folder)
                if not has_seal(self.folder):  # by one that was killed since
                    yield
                    return
