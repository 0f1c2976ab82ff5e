"""The two kinds of folders that this package writes, a snapshot and an archive: each has a `manifest.json`.

A reader of one asks here whether it was given the other.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.files import open_regular

__all__ = ["has_archive_journal", "is_archive_manifest", "is_snapshot_manifest"]

RUN = b'{"event":"run",'
"""The beginning of an archive's journal; that of an apply, which has the same name, begins otherwise."""


def is_archive_manifest(document: object) -> bool:
    """Whether the manifest is that of an archive."""
    return isinstance(document, dict) and isinstance(document.get("slices"), list)


def is_snapshot_manifest(document: object) -> bool:
    """Whether the manifest is that of a snapshot."""
    return isinstance(document, dict) and isinstance(document.get("files"), dict)


def has_archive_journal(folder: Path) -> bool:
    """Whether an archive was begun in *folder*; until its first run is finished, it has no manifest."""
    with suppress(OSError, OpsgenieError), os.fdopen(open_regular(folder / "journal.jsonl"), "rb") as file:
        return file.read(len(RUN)) == RUN
    return False
