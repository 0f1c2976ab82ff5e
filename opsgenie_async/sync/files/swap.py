"""Move a staged snapshot into place; the next run finishes a killed move."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from opsgenie_async.files import Replacement
from opsgenie_async.sync.files.entity_file import read_entity
from opsgenie_async.sync.files.manifest import (
    LAST_PULL,
    MANIFEST,
    PARTIAL,
    PULLING,
    Manifest,
    belongs,
    has_seal,
    lock_folder,
    raise_if_unfit,
    read_manifest,
    seal_of,
    unseal,
)
from opsgenie_async.sync.files.obstacles import SPOOL, raise_if_strange
from opsgenie_async.sync.model.file_names import folded_name
from opsgenie_async.sync.model.kinds import KIND_BY_FOLDER

__all__ = ["moving", "remove", "remove_twins", "stays_beside", "swap", "write_manifest"]


@contextmanager
def moving(folder: Path) -> Iterator[None]:
    """Lock *folder* against reading and moving files, after finishing the move of a killed run."""
    with lock_folder(folder):
        raise_if_unfit(folder)
        staged = _sealed_manifest(folder)
        if staged is not None:
            swap(folder, staged)
        unseal(folder / PARTIAL)
        yield


def stays_beside(before: Manifest | None, manifest: Manifest) -> bool:
    """Whether a new snapshot must not replace the existing one."""
    return before is not None and before.complete and not manifest.complete


def swap(folder: Path, manifest: Manifest) -> Path:
    """Move a staged snapshot into place; if the process is killed here, the next one continues the move."""
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


def _sealed_manifest(folder: Path) -> Manifest | None:
    """The manifest of a sealed snapshot."""
    return read_manifest(folder / PULLING / MANIFEST) if has_seal(folder) else None


def _move(source: Path, target: Path) -> None:
    """Move a folder's files into another, replacing files with the same names; or the folder, if there is none."""
    if not source.exists():
        return  # it was moved before
    if not target.exists():
        source.replace(target)
        return
    for name in os.listdir(source):  # noqa: PTH208  # thousands of them: here and below a Path costs as much as the call
        os.replace(f"{source}/{name}", f"{target}/{name}")  # noqa: PTH105


def _remove_files(folder: Path, before: Manifest | None, manifest: Manifest) -> None:
    """Remove the files that only the earlier snapshot has."""
    removed = [path for path in before.files if path not in manifest.files and belongs(path)] if before else []
    if not removed:
        return
    twins = {folded_name(path): path for path in manifest.files}
    for path in removed:
        twin = twins.get(folded_name(path))
        # Where case makes no difference to the file system, the new file has taken the place of the old one.
        if twin is None or not _same(folder / path, folder / twin):
            (folder / path).unlink(missing_ok=True)


def remove_twins(folder: Path, manifest: Manifest, paths: Iterable[str]) -> list[str]:
    """Remove each renamed file with an entity that is in *paths*, too; returns the removed files.

    A snapshot with two files of one entity is not valid.
    """
    names: dict[str, dict[str, str]] = {}
    for path in paths:
        names.setdefault(path.partition("/")[0], {})[manifest.files[path].name] = path
    twins = []
    for place, path_by_name in names.items():
        kind = KIND_BY_FOLDER[place]
        for file in sorted(os.listdir(folder / place)) if kind.unique else ():  # noqa: PTH208
            other = f"{place}/{file}"
            if other in manifest.files or not file.endswith(".json") or file.startswith("."):
                continue
            entity = read_entity(folder / other, kind, None)
            named = path_by_name.get(entity.name) if entity is not None else None
            if named is not None and not _same(folder / other, folder / named):
                (folder / other).unlink(missing_ok=True)
                twins.append(other)
    return twins


def _same(path: Path, twin: Path) -> bool:
    try:
        return path.samefile(twin)
    except FileNotFoundError:
        return False


def write_manifest(target: Path, manifest: Manifest) -> None:
    """Write the manifest, complete, sealed and flushed to the disk before it gets its name."""
    with Replacement(target) as replacement:
        replacement.file.writelines(manifest.pieces())
        replacement.close()
        target.with_name(seal_of(replacement.path.lstat())).touch()


def remove(folder: Path) -> None:
    """Remove a folder of a snapshot, if it exists; raises `StoreError` if it is something else."""
    if folder.exists():
        raise_if_strange(folder)
        shutil.rmtree(folder)
