"""The files of a snapshot, with their entries in the manifest."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.http import intake
from opsgenie_async.sandbox.load import regular

__all__ = ["FOLDERS", "FORMAT", "File", "LoadError", "read_files"]

FORMAT = 3
MANIFEST = "manifest.json"
FOLDERS = (
    "custom-user-roles",
    "users",
    "teams",
    "schedules",
    "escalations",
    "forwarding-rules",
    "heartbeats",
    "integrations",
    "policies",
    "services",
    "incident-templates",
    "maintenances",
)
"""In an order in which what is mentioned mostly comes first."""


class LoadError(ValueError):
    """A snapshot that cannot be served: the message names the file and the field."""

    def __init__(self, file: str, problem: str, field: str = "") -> None:
        self.file = file
        self.field = field
        super().__init__(": ".join(part for part in (file, field, problem) if part))


@dataclass(frozen=True)
class File:
    """A file with its entry in the manifest; fields without an entry are empty."""

    path: str
    document: Doc
    id: str = ""
    name: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    """Ids of the parts, by section and name: `rotations/Weekdays`; format 3 has the place between them."""

    @property
    def folder(self) -> str:
        return self.path.partition("/")[0]


def read_files(root: Path) -> list[File]:
    """Read the files of the snapshot in *root*, by folder, none of them outside of it; raises `LoadError`."""
    manifest = _read(root, MANIFEST) if _exists(root / MANIFEST) else {"format": FORMAT, "files": {}}
    version, records = manifest.get("format"), manifest.get("files")
    if not isinstance(version, int) or version < 1:
        raise LoadError(MANIFEST, f"should be a number up to {FORMAT}", "format")
    if version > FORMAT:
        raise LoadError(MANIFEST, f"{version} is newer than the {FORMAT} that can be read here", "format")
    if not isinstance(records, dict):
        raise LoadError(MANIFEST, "should be an object", "files")
    # Format 1 knew three kinds, and what it did not list was of an older pull.
    old = [path for path in records if path.startswith(("teams/", "schedules/", "escalations/"))]
    paths = _paths(root) if version > 1 else _paths_in(root, old)
    if not paths and not _exists(root / MANIFEST):
        raise LoadError(str(root), f"holds neither {MANIFEST} nor anything to load")
    return [
        _file(root, path, records.get(path), version)
        for folder in FOLDERS
        for path in paths
        if path.startswith(f"{folder}/")
    ]


def _exists(path: Path) -> bool:
    """Whether *path* exists, including dangling links."""
    return os.path.lexists(path)


def _paths(root: Path) -> list[str]:
    """The paths of all files in the folders of kinds."""
    paths = [file for folder in FOLDERS for file in sorted((root / folder).glob("*.json")) if file.name[0] != "."]
    return _paths_in(root, [file.relative_to(root).as_posix() for file in paths])


def _paths_in(root: Path, paths: list[str]) -> list[str]:
    """*paths*, checked: all exist, and none is outside."""
    inside = root.resolve()
    for path in paths:
        if set(path) & {"\\", "\0"} or not (inside / path).resolve().is_relative_to(inside):
            raise LoadError(MANIFEST, f"{path} lies outside of the directory", "files")
        if not _exists(inside / path) or path.endswith("/"):
            raise LoadError(MANIFEST, f"{path} is not there", "files")
    return paths


def _read(root: Path, path: str) -> Doc:
    try:
        content = regular.read(root / path)
    except OSError as error:
        raise LoadError(path, error.strerror or "cannot be read") from None
    except ValueError as error:
        raise LoadError(path, str(error)) from None
    try:
        text = content.decode(json.detect_encoding(content))
        document = intake.without_surrogates(json.loads(text), text)
    except RecursionError:
        raise LoadError(path, "is nested too deep") from None
    except ValueError as error:
        raise LoadError(path, f"is not valid JSON ({error})") from None
    if not isinstance(document, dict):
        raise LoadError(path, "should be a JSON object")
    return document


def _file(root: Path, path: str, record: Any, version: int) -> File:
    manifest: Doc = record if isinstance(record, dict) else {}
    ids = manifest.get("ids")
    texts = {key: value for key, value in manifest.items() if key in ("id", "name") and isinstance(value, str)}
    parts = {key: value for key, value in ids.items() if isinstance(value, str)} if isinstance(ids, dict) else {}
    if version > 2:
        split = {key: key.split("/", 2) for key in parts}
        parts = {f"{words[0]}/{words[-1]}": parts[key] for key, words in split.items()}
    return File(path, _read(root, path), **texts, ids=parts)
