"""A snapshot on disk: JSON files that are written whole or not at all, and a manifest that says what belongs to it.

    manifest.json            counts, failures, duration, and per file its kind, name, id and hash
    teams/NAME.json          {"team", "roles", "routingRules"}
    schedules/NAME.json      {"schedule", "rotations", "overrides"}
    escalations/NAME.json    {"escalation"}

The values are the API's own documents, so that a reader of the API's pages finds what he expects.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from ..json_text import Json, dump_readable

__all__ = ["FORMAT", "FileRecord", "Manifest", "Store", "StoreError"]

FORMAT = 1
"""The version of this layout; a reader refuses a newer one."""

MANIFEST = "manifest.json"


class StoreError(ValueError):
    """The folder holds something that is not a snapshot this version can work with."""


@attrs.frozen(kw_only=True)
class FileRecord:
    """What the manifest says of one file; sha256 is of its bytes."""

    kind: str
    name: str
    id: str
    sha256: str


@attrs.frozen(kw_only=True)
class Manifest:
    """What a snapshot is made of; *duration* is in seconds."""

    counts: Mapping[str, int]
    failures: list[dict[str, Json]]
    files: Mapping[str, FileRecord]
    tool: str
    pulled_at: str
    duration: float

    def document(self) -> dict[str, Json]:
        """The manifest as JSON, everything in a stable order."""
        return {
            "format": FORMAT,
            "tool": self.tool,
            "pulledAt": self.pulled_at,
            "durationSeconds": round(self.duration, 3),
            "counts": dict(sorted(self.counts.items())),
            "failures": list(self.failures),
            "files": {path: attrs.asdict(record) for path, record in sorted(self.files.items())},
        }


class Store:
    """A folder with a snapshot in it, or one to be.

    Raises `StoreError` when the folder holds a newer snapshot, or a manifest that cannot be read.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def previous_files(self) -> list[str]:
        """Paths of the files of the snapshot that is there, [] when there is none."""
        path = self.folder / MANIFEST
        try:
            manifest = json.loads(path.read_bytes())
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise StoreError(f"{self.folder}: is not a folder") from error
        except ValueError as error:
            raise StoreError(f"{path}: not JSON: {error}") from error
        version = manifest.get("format") if isinstance(manifest, dict) else None
        if not isinstance(version, int):
            raise StoreError(f"{path}: format: expected a number, got {version!r}")
        if version > FORMAT:
            raise StoreError(f"{path}: format: {version} is newer than this version understands ({FORMAT})")
        files = manifest.get("files")
        if not isinstance(files, dict):
            raise StoreError(f"{path}: files: expected an object")
        return list(files)

    def write(self, path: str, document: Json) -> str:
        """Write *document* to *path*, below the folder, and return the hash of its bytes."""
        data = dump_readable(document)
        target = self.folder / path
        temporary = target.with_name(f".{target.name}.tmp")
        try:
            try:
                temporary.write_bytes(data)
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(data)
            temporary.replace(target)
        except BaseException as error:
            temporary.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno is not None and error.filename is None:
                error.filename = str(target)  # a full disk does not say at which file
            raise
        return hashlib.sha256(data).hexdigest()

    def finish(self, manifest: Manifest, obsolete: list[str]) -> None:
        """Write the manifest, then remove the files of an earlier snapshot that this one does not have."""
        self.write(MANIFEST, manifest.document())
        here = self.folder.resolve()
        for path in obsolete:
            file = (here / path).resolve()
            if file.is_relative_to(here) and file.suffix == ".json":
                file.unlink(missing_ok=True)
