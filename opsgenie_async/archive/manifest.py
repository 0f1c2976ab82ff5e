"""The manifest: the contents of an archive, and the chain of digests that proves them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from opsgenie_async.archive.errors import ArchiveError, NotAnArchive
from opsgenie_async.archive.layout import FORMAT, MANIFEST
from opsgenie_async.files import Replacement, UnfitFile, read_regular
from opsgenie_async.folder_kinds import is_snapshot_manifest

__all__ = ["Doc", "chain", "is_canonical", "load_manifest", "seal", "seal_of", "write_manifest"]

Doc: TypeAlias = "dict[str, Any]"
LARGEST = 512 * 2**20


def canonical(document: object) -> bytes:
    """The canonical form of a JSON value, for digests."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def chain(slices: Iterable[Doc]) -> list[Doc]:
    """The slices, each with the digest of itself and of the chain before it."""
    linked, last = [], ""
    for each in slices:
        bare = {name: value for name, value in each.items() if name != "chain"}
        last = hashlib.sha256(last.encode() + canonical(bare)).hexdigest()
        linked.append({**bare, "chain": last})
    return linked


def seal_of(document: Mapping[str, Any]) -> str:
    """The digest of a manifest without its seal."""
    return hashlib.sha256(canonical({name: each for name, each in document.items() if name != "seal"})).hexdigest()


def seal(document: Doc) -> Doc:
    """The manifest with its slices chained and its seal at the end."""
    document = {**document, "slices": chain(document["slices"])}
    return {**document, "seal": seal_of(document)}


def write_manifest(folder: Path, document: Doc) -> None:
    """Write the manifest, completely or not at all."""
    with Replacement(folder / MANIFEST) as replacement:
        replacement.file.write(_bytes_of(document))


def is_canonical(folder: Path, document: Doc) -> bool:
    """Whether the file has exactly the bytes of the manifest *document*, indented or on one line."""
    content = read_regular(folder / MANIFEST, most=LARGEST)
    return content in (_bytes_of(document), json.dumps(document).encode())


def _bytes_of(document: Doc) -> bytes:
    return json.dumps(document, indent=1).encode() + b"\n"


def load_manifest(folder: Path) -> Doc | None:
    """Read the manifest of *folder*; None if there is none.

    Raises:
        ArchiveError: The manifest cannot be read, or has a newer format.
        NotAnArchive: It is the manifest of a snapshot.
    """
    place = folder / MANIFEST
    try:
        document = json.loads(read_regular(place, most=LARGEST))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, RecursionError, UnfitFile) as error:
        raise ArchiveError(f"{place}: cannot be read: {error}") from None
    if is_snapshot_manifest(document):
        raise NotAnArchive(f"{folder} is a snapshot, not an archive")
    if not isinstance(document, dict) or type(document.get("format")) is not int:
        raise ArchiveError(f"{place}: is not the manifest of an archive")
    if document["format"] > FORMAT:
        raise ArchiveError(f"{place}: format {document['format']} is newer than this version understands ({FORMAT})")
    return document
