"""The folder of an archive: its files, and the leftovers of killed runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from opsgenie_async.archive.digests import Digests
from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.journal import Journal
from opsgenie_async.archive.layout import BLOBS, CONFIGURATION, SEGMENTS, WORK
from opsgenie_async.archive.manifest import Doc, load_manifest
from opsgenie_async.archive.segments import digest_of

__all__ = ["files_below", "raise_if_foreign", "sweep"]


def raise_if_foreign(folder: Path) -> None:
    """Raise `ArchiveError` if a folder without an archive's journal contains anything but hidden files."""
    if all(each.name.startswith(".") for each in folder.iterdir()):
        return
    load_manifest(folder)  # that of a snapshot has an error of its own
    raise ArchiveError(f"{folder}: contains something other than an archive; use another folder")


def files_below(folder: Path, root: Path) -> Doc:
    """Size and digest of the files below *root*, by path in *folder*."""
    files = sorted(each for each in root.rglob("*") if each.is_file()) if root.is_dir() else []
    return {
        each.relative_to(folder).as_posix(): dict(zip(("size", "sha256"), digest_of(each), strict=True))
        for each in files
    }


def sweep(folder: Path, journal: Journal) -> Doc:
    """Remove the leftovers of killed runs: unfinished files, and attachments that no record refers to.

    Returns:
        The number of attachments, and their total size in bytes.
    """
    shutil.rmtree(folder / WORK, ignore_errors=True)
    paths = {each["file"]["path"] for each in journal.events if each["event"] == "done" and each["file"]}
    for path in _below(folder / SEGMENTS):
        if path.relative_to(folder).as_posix() not in paths:
            path.unlink()
    for root in (folder / CONFIGURATION).glob("*/.pulling"):
        shutil.rmtree(root, ignore_errors=True)
    for path in (folder / BLOBS).glob("*.tmp"):  # a name that begins with a dot: what was under way
        path.unlink()
    count = size = 0
    with Digests() as digests:
        for sha256, bytes_of_file in journal.attachments():
            digests.add(sha256, bytes_of_file)
        for letter, named in digests.parts():
            count, size = count + len(named), size + sum(named.values())
            for root in (folder / BLOBS).glob(f"{letter}*"):
                for path in _below(root):
                    if path.name not in named:
                        path.unlink()
    return {"count": count, "size": size}


def _below(root: Path) -> Iterator[Path]:
    """The files below *root*."""
    return (path for path in root.rglob("*") if path.is_file())
