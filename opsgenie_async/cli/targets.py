"""Files and folders that a command is to write, checked before it begins: the account is not read in vain."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.cli.output import replacement_of
from opsgenie_async.files import UnfitFile, read_regular
from opsgenie_async.folder_kinds import has_archive_journal, is_archive_manifest, is_snapshot_manifest

__all__ = ["check_file", "check_folder"]

LARGEST = 512 * 2**20
"""Bytes of a manifest."""


def check_file(option: str, file: Path | None) -> None:
    """Check that a file can be written, and will not be among those of a snapshot or an archive.

    Args:
        option: The option that names it.
        file: The file; None if the option was not given.

    Raises:
        WrongUsage: It cannot be written; the message names the option and says why.
    """
    if file is None:
        return
    with _as_wrong_usage(option, file):
        if reason := _obstacle(file) or _trespass(file):
            raise WrongUsage(f"{option}: {file}: {reason}")
        if not file.exists() or file.is_file():  # else it is a pipe, or /dev/stdout
            replacement_of(file).discard()


def check_folder(name: str, folder: Path | None, *, is_own: bool = True) -> None:
    """Check that files can be written into a folder, and will not be among those of another snapshot or archive.

    The folder is created, and removed again, if it does not exist.

    Args:
        name: The argument that names it.
        folder: The folder; None if the argument was not given.
        is_own: Whether the files are a snapshot or an archive, so that the folder may be one already.

    Raises:
        WrongUsage: It cannot be written; the message names the argument and says why.
    """
    if folder is None:
        return
    with _as_wrong_usage(name, folder):
        if reason := _trespass(folder if is_own else folder / "any.csv"):
            raise WrongUsage(f"{name}: {folder}: {reason}")
    with _as_wrong_usage(name, folder), _creation(folder):
        if not folder.is_dir():
            raise WrongUsage(f"{name}: {folder}: is not a folder")
        with tempfile.TemporaryFile(dir=folder):
            pass


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


def _trespass(path: Path) -> str:
    """Which snapshot or archive *path* would be a part of, through whatever links; "" for none."""
    whole = Path(os.path.realpath(path))  # which takes a link to itself, unlike `resolve` before Python 3.13
    for folder in whole.parents:
        manifest = _manifest_of(folder)
        if is_archive_manifest(manifest) or has_archive_journal(folder):
            return f"is inside the archive {folder}; use another place"
        if is_snapshot_manifest(manifest) and whole.relative_to(folder).parts[0] in _files_of_snapshots():
            return f"is among the files of the snapshot {folder}; use another place"
    return ""


def _files_of_snapshots() -> frozenset[str]:
    from opsgenie_async.sync.files.manifest import PARTIAL, PULLING
    from opsgenie_async.sync.files.obstacles import OWN_FILES

    return OWN_FILES | {PARTIAL, PULLING}


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
