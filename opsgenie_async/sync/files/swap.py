"""Moves a staged snapshot into place; a killed move is finished by the next run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsgenie_async.files import open_regular, write_whole
from opsgenie_async.sync.files.folder import (
    PARTIAL,
    PULLING,
    SPOOL,
    TEMPORARY,
    has_seal,
    locked_folder,
    raise_if_strange,
    raise_if_unfit,
    seal_of,
    unseal,
)
from opsgenie_async.sync.files.load import load_snapshot
from opsgenie_async.sync.files.manifest import (
    LAST_PULL,
    MANIFEST,
    Manifest,
    belongs,
    read_manifest,
)
from opsgenie_async.sync.model.filenames import folded_name
from opsgenie_async.sync.model.selection import EVERYTHING, Selection
from opsgenie_async.sync.model.snapshot import Snapshot

__all__ = ["moving", "name_file", "read_snapshot", "remove", "stays_beside", "swap", "write_manifest"]


@contextmanager
def moving(folder: Path) -> Iterator[None]:
    """Keep others from reading and moving files in *folder*, and finish first what a killed run was moving."""
    with locked_folder(folder):
        raise_if_unfit(folder)
        staged = _sealed(folder)
        if staged is not None:
            swap(folder, staged)
        unseal(folder / PARTIAL)
        yield


def read_snapshot(folder: Path, only: Selection = EVERYTHING) -> Snapshot:
    """Read the snapshot in *folder*, or the chosen part, for whoever keeps others from moving its files."""
    return load_snapshot(folder, read_manifest(folder / MANIFEST), only)


def stays_beside(before: Manifest | None, manifest: Manifest) -> bool:
    """Whether a new snapshot must not replace the existing one."""
    return before is not None and before.complete and not manifest.complete


def swap(folder: Path, manifest: Manifest) -> Path:
    """Move a staged snapshot into its place; whoever is killed in here, the next one goes on where he was."""
    staging = folder / PULLING
    (staging / SPOOL).unlink(missing_ok=True)
    before = read_manifest(folder / MANIFEST)
    if stays_beside(before, manifest):
        partial = folder / PARTIAL
        remove(partial)
        staging.replace(partial)
        unseal(partial)
        return partial
    for name in {path.partition("/")[0] for path in manifest.files if belongs(path)}:
        _move(staging / name, folder / name)
    _remove_files(folder, before, manifest)
    if (staging / LAST_PULL).exists():
        (staging / LAST_PULL).replace(folder / LAST_PULL)
    (staging / MANIFEST).replace(folder / MANIFEST)
    remove(staging)
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


def write_manifest(target: Path, manifest: Manifest) -> None:
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
        name_file(error, target)
        raise


def name_file(error: BaseException, target: str | Path) -> None:
    """Write the file on an error of the system that does not name one."""
    if isinstance(error, OSError) and error.errno is not None and error.filename is None:
        error.filename = str(target)  # a full disk does not say at which file


def remove(folder: Path) -> None:
    """Remove a folder of a snapshot, if it is there; raise `StoreError` where it is something else."""
    if folder.exists():
        raise_if_strange(folder)
        shutil.rmtree(folder)
