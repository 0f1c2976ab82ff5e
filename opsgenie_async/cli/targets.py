"""Files and folders that a command is to write, checked before it begins: the account is not read in vain."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.cli.output import replacement_of
from opsgenie_async.files import UnfitFile, read_regular
from opsgenie_async.folder_kinds import is_archive_manifest, is_snapshot_manifest

__all__ = ["check_file", "check_folder", "check_new_folder", "is_inside"]

LARGEST = 512 * 2**20
"""Bytes of a manifest."""


def check_file(option: str, file: Path | None, *, snapshot: Path | None = None) -> None:
    """Check that a file can be written.

    Args:
        option: The option that names it.
        file: The file; None if the option was not given.
        snapshot: The folder of a snapshot that the command reads; its files must not be replaced.

    Raises:
        WrongUsage: It cannot be written; the message names the option and says why.
    """
    if file is None:
        return
    with _as_wrong_usage(option, file):
        if reason := _obstacle(file) or (_part_of(snapshot, file) if snapshot is not None else ""):
            raise WrongUsage(f"{option}: {file}: {reason}")
        if not file.exists() or file.is_file():  # else it is a pipe, or /dev/stdout
            replacement_of(file).discard()


def check_folder(name: str, folder: Path | None) -> None:
    """Check that files can be written into a folder, which is created and removed again if it does not exist.

    Args:
        name: The argument that names it.
        folder: The folder; None if the argument was not given.

    Raises:
        WrongUsage: It cannot be written; the message names the argument and says why.
    """
    if folder is None:
        return
    with _as_wrong_usage(name, folder), _creation(folder):
        if not folder.is_dir():
            raise WrongUsage(f"{name}: {folder}: is not a folder")
        with tempfile.TemporaryFile(dir=folder):
            pass


def check_new_folder(name: str, folder: Path) -> None:
    """Check as `check_folder` does, and that the files will not be among those of another snapshot or archive."""
    for parent in folder.resolve().parents:
        manifest = _manifest_of(parent)
        if is_archive_manifest(manifest):
            raise WrongUsage(f"{name}: {folder}: is inside the archive {parent}; use another folder")
        if is_snapshot_manifest(manifest) and _part_of(parent, folder):
            raise WrongUsage(f"{name}: {folder}: is inside the snapshot {parent}; use another folder")
    check_folder(name, folder)


def is_inside(path: Path, folder: Path) -> bool:
    """Whether *path* is a folder, or inside of it, through whatever links."""
    return path.resolve().is_relative_to(folder.resolve())


def _manifest_of(folder: Path) -> object:
    """Return the JSON of a manifest; None if there is none."""
    try:
        return json.loads(read_regular(folder / "manifest.json", most=LARGEST))
    except (OSError, ValueError, RecursionError, UnfitFile):
        return None


def _obstacle(file: Path) -> str:
    if file.is_dir():
        return "is a folder"
    parent = file.absolute().parent
    if not parent.exists():
        return f"there is no folder {parent}"
    return "" if parent.is_dir() else f"{parent} is not a folder"


def _part_of(snapshot: Path, file: Path) -> str:
    from opsgenie_async.sync.files.manifest import PARTIAL, PULLING
    from opsgenie_async.sync.files.obstacles import OWN_FILES

    if not is_inside(file, snapshot):
        return ""
    first = file.resolve().relative_to(snapshot.resolve()).parts[0]
    return f"is a file of the snapshot in {snapshot}" if first in {*OWN_FILES, PARTIAL, PULLING} else ""


@contextmanager
def _creation(folder: Path) -> Iterator[None]:
    """Create a folder and those above it as necessary, and remove them at the end."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    created: list[Path] = []
    try:
        for each in reversed(missing):
            each.mkdir()
            created.append(each)
        yield
    finally:
        for each in reversed(created):
            each.rmdir()


@contextmanager
def _as_wrong_usage(name: str, path: Path) -> Iterator[None]:
    try:
        yield
    except UnfitFile as error:
        raise WrongUsage(f"{name}: {error}") from error
    except OSError as error:
        raise WrongUsage(f"{name}: {path}: cannot be written: {error.strerror}") from error
