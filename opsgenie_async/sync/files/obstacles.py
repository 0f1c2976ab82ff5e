"""Obstacles to a write into the folder of a snapshot: other runs, and files and folders that no pull has written.

A folder that was cloned or unpacked may contain anything.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from opsgenie_async.files import LOCK, UnfitFile, lock, open_regular, temporary_name
from opsgenie_async.sync.files.diagnostics import StoreError
from opsgenie_async.sync.files.manifest import LAST_PULL, MANIFEST, PULLING, SEAL
from opsgenie_async.sync.model.kinds import FOLDERS

__all__ = [
    "JOURNAL",
    "OWN_FILES",
    "SPOOL",
    "raise_if_applying",
    "raise_if_obstructed",
    "raise_if_pulling",
    "raise_if_strange",
]

JOURNAL = "journal.jsonl"
"""The journal of an apply, which is no part of the snapshot."""
SPOOL = "spool"
OWN_FILES = frozenset({*FOLDERS, SPOOL, MANIFEST, LAST_PULL, temporary_name(MANIFEST), JOURNAL, LOCK})
"""What a pull writes into a folder of its own, where an apply may have written a journal, and any run a lock."""


def raise_if_strange(folder: Path) -> None:
    """Raise `StoreError` if *folder* contains something that no pull has written."""
    if not folder.exists():
        return
    for name in sorted(os.listdir(folder)):  # noqa: PTH208
        if name not in OWN_FILES and not name.startswith(SEAL):
            raise StoreError(f"{folder / name}: is not a file of a pull; move it away")


def raise_if_obstructed(folder: Path, paths: Iterable[str] = ()) -> None:
    """Raise `StoreError` if a folder has the path of a file: of *paths*, or of any file that a pull may write."""
    for path in paths or _folders_of_files(folder):
        if stat.S_ISDIR(_mode(f"{folder}/{path}")):
            raise StoreError(f"{folder / path}: is a folder where a file belongs; move it away")


def _folders_of_files(folder: Path) -> Iterator[str]:
    """Folders with the name of a snapshot file."""
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
    """Raise `StoreError` if another process is pulling into *folder*; a killed one does not count."""
    if _is_in_use(folder / PULLING / SPOOL, os.O_RDWR, by_process=True):
        raise StoreError(f"{folder}: another pull is writing to it; wait until it has finished")


def raise_if_applying(folder: Path) -> None:
    """Raise `StoreError` while an apply has its journal in *folder*: a pull would overwrite its files."""
    if _is_in_use(folder / JOURNAL, os.O_RDONLY, shared=True):
        raise StoreError(f"{folder}: an apply of its files is running; wait until it has finished")


def _is_in_use(path: Path, flags: int, *, shared: bool = False, by_process: bool = False) -> bool:
    """Whether the file is locked; in a folder of unknown origin, it may be anything."""
    try:
        descriptor = open_regular(path, flags)
    except (OSError, UnfitFile):
        return False
    try:
        return not lock(descriptor, shared=shared, by_process=by_process)
    finally:
        os.close(descriptor)
