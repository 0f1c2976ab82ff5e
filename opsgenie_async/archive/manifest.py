"""The manifest: the contents of an archive, and the chain of digests that proves them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from opsgenie_async import json_shape as shape
from opsgenie_async.archive.errors import ArchiveError, NotAnArchive
from opsgenie_async.archive.layout import FORMAT, MANIFEST, is_path
from opsgenie_async.files import Replacement, UnfitFile, read_regular
from opsgenie_async.folder_kinds import is_snapshot_manifest

__all__ = ["Doc", "chain", "is_canonical", "load_manifest", "parse_seal", "seal", "seal_of", "write_manifest"]

Doc: TypeAlias = "dict[str, Any]"
LARGEST = 512 * 2**20
SEAL = re.compile(r"[0-9a-f]{64}")


def _path(value: Any, at: str) -> str:
    """A path that leads nowhere but to a file of an archive."""
    if error := shape.text(value, at):
        return error
    return "" if is_path(value) else f"{at}: {value!r} is not a file of an archive"


FILE: Mapping[str, shape.Shape] = {"size": shape.count, "sha256": shape.text}
SLICE = shape.members(
    {
        "kind": shape.text,
        "unit": shape.text,
        "run": shape.count,
        "records": shape.count,
        "file": shape.nullable(shape.members({"path": _path, **FILE})),
    },
    {"first": shape.nullable(shape.whole_number), "last": shape.nullable(shape.whole_number)},
)
NEEDED: Mapping[str, shape.Shape] = {
    "slices": shape.list_of(SLICE),
    "totals": shape.map_of(shape.count),
    "holes": shape.list_of(shape.members({"kind": shape.text, "reason": shape.text})),
    "blobs": shape.members({"count": shape.count, "size": shape.count}),
    "configuration": shape.map_of(shape.members(FILE), _path),
    "journal": shape.members(FILE),
    "seal": shape.text,
}
OPTIONAL: Mapping[str, shape.Shape] = {
    "runs": shape.list_of(shape.members({"number": shape.count})),
    "skipped": shape.list_of(shape.members({})),
    "redacted": shape.list_of(shape.members({})),
}
SHAPE = shape.members(NEEDED, OPTIONAL)
"""What the readers of a manifest rely on."""


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


def parse_seal(text: str) -> str:
    """A seal as it is in a manifest, from the text that somebody noted; digits from A to F may be in upper case.

    Raises:
        ArchiveError: It is not a whole seal; the message begins with "seal".
    """
    digits = str(text).strip().lower()
    if not SEAL.fullmatch(digits):
        raise ArchiveError(f"seal: expected 64 hexadecimal digits, got {text!r}")
    return digits


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


def load_manifest(folder: Path, *, salvage: bool = False) -> Doc | None:
    """Read the manifest of *folder*; None if there is none.

    Args:
        folder: The folder of the archive.
        salvage: Whether to leave out members and slices that are not as they were written, instead of raising an error.

    Raises:
        ArchiveError: The manifest cannot be read, has a newer format, or a member that is not as it was written.
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
    if document["format"] < 1:
        raise ArchiveError(f"{place}: format: expected 1, got {document['format']}")
    if document["format"] > FORMAT:
        raise ArchiveError(f"{place}: format {document['format']} is newer than this version understands ({FORMAT})")
    if mismatch := SHAPE(document, ""):
        if salvage:
            return _salvage(document)
        raise ArchiveError(f"{place}: {mismatch}")
    return document


def _salvage(document: Doc) -> Doc:
    slices = document.get("slices")
    known = {**NEEDED, **OPTIONAL}
    return {
        "configuration": {},
        **{name: value for name, value in document.items() if name not in known or not known[name](value, name)},
        "slices": [each for each in slices if not SLICE(each, "")] if isinstance(slices, list) else [],
    }
