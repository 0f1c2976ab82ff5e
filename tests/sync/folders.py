"""What a pull has written into a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def files(folder: Path) -> dict[str, bytes]:
    """Everything in the folder but the manifest, by path."""
    content = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    content.pop("manifest.json", None)
    content.pop("last-pull.json", None)
    return content


def manifest(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return document


def documents(folder: Path) -> dict[str, dict[str, Any]]:
    """The documents of the files by folder, and by the names that the manifest gives them."""
    document: dict[str, dict[str, Any]] = {}
    for path, record in manifest(folder)["files"].items():
        document.setdefault(path.partition("/")[0], {})[record["name"]] = json.loads((folder / path).read_bytes())
    return document
