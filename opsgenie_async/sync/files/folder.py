"""The folder of a snapshot: which files belong to it, what is in the way, and its lock.

A folder that was cloned or unpacked may hold anything. The seal of a pull that is moving its files into place is a file
whose name tells where on the disk its manifest lies and when that was written: nobody who was not here can know that
before.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from opsgenie_async.files import LOCK, FileInUse, UnfitFile, lock, locked, open_regular
from opsgenie_async.sync.files.manifest import LAST_PULL, MANIFEST, StoreError
from opsgenie_async.sync.model.catalog import FOLDERS

__all__ = [
    "JOURNAL",
    "PARTIAL",
    "PULLING",
    "SPOOL",
    "TEMPORARY",
    "has_seal",
    "is_unfinished",
    "locked_folder",
    "raise_if_obstructed",
    "raise_if_pulling",
    "raise_if_strange",
    "raise_if_unfit",
    "seal_of",
    "unseal",
]

JOURNAL = "journal.jsonl"
"""The journal of an apply, which is no part of the snapshot."""
PULLING = ".pulling"
PARTIAL = "partial"
SPOOL = "spool"
TEMPORARY = f".{MANIFEST}.tmp"
SEAL = "seal-"
OWN_FILES = frozenset({*FOLDERS, SPOOL, MANIFEST, LAST_PULL, TEMPORARY, JOURNAL, LOCK})
"""What a pull writes into a folder of its own, where an apply may have written a journal, and any run a lock."""
PATIENCE = 60.0
"""Seconds to wait while another run moves or reads files."""


def raise_if_unfit(folder: Path) -> None:
    """Raise `StoreError` where a link or a file is in the place of a folder."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder}: is not a folder")
    for name in (*FOLDERS, PULLING, PARTIAL):
        place = folder / name
        if place.is_symlink():
            raise StoreError(f"{place}: is a link, which may lead anywhere")
        if place.exists() and not place.is_dir():
            raise StoreError(f"{place}: is in the place of a folder and is none; move it away")


def raise_if_strange(folder: Path) -> None:
    """Raise `StoreError` where there is something in *folder* that no pull has written."""
    if not folder.exists():
        return
    for name in sorted(os.listdir(folder)):  # noqa: PTH208
        if name not in OWN_FILES and not name.startswith(SEAL):
            raise StoreError(f"{folder / name}: is none of a pull's files; move it away")


def raise_if_obstructed(folder: Path, paths: Iterable[str] = ()) -> None:
    """Raise `StoreError` where a folder is in the place of a file: of *paths*, or of any that a pull may write."""
    for path in paths or _folders_of_files(folder):
        if stat.S_ISDIR(_mode(f"{folder}/{path}")):
            raise StoreError(f"{folder / path}: is a folder in the place of a file; move it away")


def _folders_of_files(folder: Path) -> Iterator[str]:
    """Folders that have the name of a file of a snapshot."""
    yield LAST_PULL
    for name in FOLDERS:
        with suppress(FileNotFoundError), os.scandir(folder / name) as entries:
            for entry in entries:
                if entry.name.endswith(".json") and entry.is_dir(follow_symlinks=False):
                    yield f"{name}/{entry.name}"


def _mode(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0


def raise_if_pulling(folder: Path) -> None:
    """Raise `StoreError` where another process is pulling into *folder*: one that is killed is so no more."""
    try:
        spool = open_regular(folder / PULLING / SPOOL, os.O_RDWR)
    except (OSError, UnfitFile):
        return
    try:
        if not lock(spool, by_process=True):
            raise StoreError(f"{folder}: another pull is writing into it; wait until that is over")
    finally:
        os.close(spool)


@contextmanager
def locked_folder(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """As `files.locked`, for as long as moving or reading files may take others; raises `StoreError` after that."""
    try:
        with locked(folder, shared=shared, wait=PATIENCE):
            yield
    except FileInUse as error:
        raise StoreError(f"{error.message}; try again when that is over") from None


def seal_of(manifest: os.stat_result) -> str:
    """The name of the seal beside a manifest: moving it changes neither."""
    return f"{SEAL}{manifest.st_ino}-{manifest.st_mtime_ns}"


def has_seal(folder: Path) -> bool:
    """Whether a snapshot is being moved into its place that was made here."""
    try:
        staged = (folder / PULLING / MANIFEST).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(staged.st_mode) and os.path.lexists(folder / PULLING / seal_of(staged))


def unseal(folder: Path) -> None:
    """Remove the seal from a snapshot that is in its place."""
    with suppress(OSError):
        for seal in folder.glob(f"{SEAL}*"):
            seal.unlink()


def is_unfinished(folder: Path) -> bool:
    """Whether a run was killed between moving files and its end."""
    return has_seal(folder) or any((folder / PARTIAL).glob(f"{SEAL}*"))
