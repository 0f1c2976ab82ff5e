"""The manifest of a snapshot: its files, their origin, and what could not be read; its seal, and its folder's lock.

A folder that was cloned or unpacked may contain anything. While a pull moves its files into place, it has a seal: a
file whose name contains the manifest's inode and time, which nobody can know in advance.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from opsgenie_async.files import FileInUse, UnfitFile, hold_lock, is_deeper, read_regular
from opsgenie_async.folder_kinds import has_archive_journal, is_archive_manifest
from opsgenie_async.json_text import Json, dump_readable, load
from opsgenie_async.sync.files.diagnostics import LARGEST_MANIFEST, NotASnapshot, StoreError
from opsgenie_async.sync.model.kinds import FOLDERS
from opsgenie_async.sync.model.kinds.escalation import ESCALATION
from opsgenie_async.sync.model.kinds.schedule import SCHEDULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.selection import EVERYTHING, Selection

__all__ = [
    "FIRST",
    "FORMAT",
    "LAST_PULL",
    "MANIFEST",
    "PARTIAL",
    "PULLING",
    "SEAL",
    "FileRecord",
    "Manifest",
    "PartRecord",
    "belongs",
    "has_seal",
    "is_unfinished",
    "lock_folder",
    "raise_if_unfit",
    "read_manifest",
    "seal_of",
    "unseal",
]

FORMAT = 3
"""The version of this layout; a reader refuses a newer one and understands older ones."""

FIRST = 1
"""The version that knew teams, schedules and escalations alone, and kept the ids in the documents."""

SECOND = 2
"""The version that kept the ids of parts under their names alone, though in their order."""

MANIFEST = "manifest.json"
LAST_PULL = "last-pull.json"
"""The file beside the manifest with what changes every night: when it was pulled, how long that took, and by what."""
PULLING = ".pulling"
"""The folder of the next snapshot, until it is complete."""
PARTIAL = "partial"
"""The folder of a pull that did not read everything, beside a snapshot that did."""
SEAL = "seal-"
PATIENCE = 60.0
"""Seconds to wait while another run moves or reads files."""
MOST_SECONDS = 1e9
LONGEST_CHOICE = 100_000
"""Letters of `only`: each name of an account is compared with each pattern in it."""
PLACE = re.compile(rf"({'|'.join(FOLDERS)})/[^./\\:\0][^/\\:\0]*\.json")
"""Where a snapshot may have a file: in a folder of a kind, and nowhere else."""


@attrs.frozen
class PartRecord:
    """The name and id of a part; its index is that in the list of its section."""

    name: str
    id: str


@attrs.frozen(kw_only=True)
class FileRecord:
    """One file of a snapshot, as a pull wrote it.

    Attributes:
        kind: The name of the kind.
        name: `Entity.name`.
        id: The id of the entity.
        team: The name of its owner team, "" for none.
        parts: The names and ids of its parts by section, in the order of the file.
        sha256: The SHA-256 of the file.
    """

    kind: str
    name: str
    id: str = ""
    team: str = ""
    parts: Mapping[str, Sequence[PartRecord]] = attrs.field(factory=dict)
    sha256: str = ""


@attrs.frozen(kw_only=True)
class Manifest:
    """The manifest of a snapshot.

    Attributes:
        counts: The number of entities by `Kind.count`.
        failures: What could not be read, by `folder` and `name`; a name of "" means the listing of the folder.
        files: The files by path relative to the folder.
        tool: The program that wrote it, with its version.
        pulled_at: The start of the pull.
        duration: The duration of the pull in seconds.
        request_ids: The request ids of the failures, in their order.
        only: The selection, "" for everything.
        unavailable: The folders that the account's plan does not include, with the reason.
        unknown_fields: Fields that the API sent and the models do not have, by kind.
        format: The format of the described files; written manifests always have `FORMAT`.
        strays: Paths in it that are not valid for a snapshot; they are not in `files`, and never written.
    """

    counts: Mapping[str, int]
    failures: Sequence[Mapping[str, Json]]
    files: Mapping[str, FileRecord]
    tool: str = attrs.field(eq=False)
    pulled_at: str = attrs.field(eq=False)
    duration: float = attrs.field(eq=False)
    only: str = ""
    unavailable: Mapping[str, str] = attrs.field(factory=dict)
    unknown_fields: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    format: int = FORMAT
    strays: Sequence[str] = attrs.field(default=(), eq=False)
    request_ids: Sequence[str] = attrs.field(default=(), eq=False)

    @property
    def complete(self) -> bool:
        """Whether everything selected could be read."""
        return not self.failures

    @property
    def choice(self) -> Selection:
        """The selection."""
        if self.format == FIRST:
            return Selection(tuple(f"{each.folder}/*" for each in (TEAM, SCHEDULE, ESCALATION)))
        if not self.only:
            return EVERYTHING
        choice = Selection.parse(self.only)
        if str(choice) != self.only:
            raise ValueError(f"only: {self.only!r}: expected FOLDER/NAME")
        return choice

    @property
    def unread(self) -> frozenset[tuple[str, str]]:
        """(folder, name) of everything unknown; a name of "" means the whole folder."""
        unread = {(folder, "") for folder in self.unavailable}
        for failure in self.failures:
            if self.format == FIRST:  # a team failed together with its schedules and escalations, whatever their names
                unread |= {(TEAM.folder, str(failure.get("team", ""))), (SCHEDULE.folder, ""), (ESCALATION.folder, "")}
            else:
                unread.add((str(failure.get("folder", "")), str(failure.get("name", ""))))
        return frozenset(unread)

    def pieces(self) -> Iterator[bytes]:
        """The manifest as the text of its file, in a stable order.

        It is in pieces, since it can be the largest object of a pull.
        """
        head: dict[str, Json] = {
            "format": FORMAT,
            "only": self.only,
            "counts": dict(sorted(self.counts.items())),
            "failures": [dict(failure) for failure in self.failures],
            "unavailable": dict(sorted(self.unavailable.items())),
            "unknownFields": {word: [*sorted(fields)] for word, fields in sorted(self.unknown_fields.items())},
        }
        yield dump_readable(head).removesuffix(b"\n}\n") + b',\n  "files": {'
        comma = b""
        for path in sorted(self.files):
            entry = dump_readable({path: _document(self.files[path])})
            yield comma + entry.removeprefix(b"{").removesuffix(b"\n}\n").replace(b"\n", b"\n  ")
            comma = b","
        yield b"\n  }\n}\n" if self.files else b"}\n}\n"

    def last_pull(self) -> bytes:
        """The facts that change with every pull of an unchanged account, as the text of a separate file."""
        return dump_readable(
            {
                "tool": self.tool,
                "pulledAt": self.pulled_at,
                "durationSeconds": round(self.duration, 3),
                "requestIds": list(self.request_ids),
            }
        )


def _document(record: FileRecord) -> Json:
    owner: dict[str, Json] = {"team": record.team} if record.team else {}
    return {
        "kind": record.kind,
        "name": record.name,
        "id": record.id,
        **owner,
        "ids": {
            f"{section}/{place}/{part.name}": part.id
            for section, parts in record.parts.items()
            for place, part in enumerate(parts)
        },
        "sha256": record.sha256,
    }


def belongs(path: str) -> bool:
    """Whether *path* is valid for a snapshot file."""
    return PLACE.fullmatch(path) is not None


def read_manifest(path: Path) -> Manifest | None:
    """Read the manifest at *path*, None if there is none; raises `StoreError` if it is another or unreadable."""
    try:
        document = load(read_regular(path, most=LARGEST_MANIFEST))
    except FileNotFoundError:
        if has_archive_journal(path.parent):
            raise _not_a_snapshot(path.parent) from None
        return None
    except UnfitFile as error:
        raise StoreError(error.message) from None
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path}: not JSON: {error}") from error
    if is_archive_manifest(document):
        raise _not_a_snapshot(path.parent)
    version = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or isinstance(version, bool) or not isinstance(version, int) or version < FIRST:
        raise StoreError(f"{path}: format: expected a number, got {version!r}")
    if version > FORMAT:
        raise StoreError(f"{path}: format: {version} is newer than this version understands ({FORMAT})")
    if is_deeper(document):
        raise StoreError(f"{path}: nested too deeply")
    try:
        manifest = _manifest(document, version)
        _ = manifest.choice
    except (ValueError, OverflowError) as error:
        raise StoreError(f"{path}: {error}") from error
    return _with_last_pull(manifest, path.with_name(LAST_PULL))


def _not_a_snapshot(folder: Path) -> NotASnapshot:
    return NotASnapshot(f"{folder} is an archive, not a snapshot")


def _with_last_pull(manifest: Manifest, path: Path) -> Manifest:
    """The manifest with the facts about the last pull, whose file may be missing or edited."""
    try:
        document = load(read_regular(path, most=LARGEST_MANIFEST))
    except (OSError, UnfitFile, ValueError, RecursionError):
        return manifest
    if not isinstance(document, dict):
        return manifest
    duration = document.get("durationSeconds")
    return attrs.evolve(
        manifest,
        tool=str(document.get("tool", "")),
        pulled_at=str(document.get("pulledAt", "")),
        duration=float(duration) if isinstance(duration, int | float) and duration < MOST_SECONDS else 0.0,
    )


def _manifest(document: Mapping[str, Json], version: int) -> Manifest:
    duration = document.get("durationSeconds", 0.0)
    files = {path: _record(path, record, version) for path, record in _object(document, "files", needed=True).items()}
    only = _text(document, "only")
    if len(only) > LONGEST_CHOICE:
        raise ValueError(f"only: is longer than {LONGEST_CHOICE} letters")
    return Manifest(
        counts={name: count for name, count in _object(document, "counts").items() if isinstance(count, int)},
        failures=[failure for failure in _list(document, "failures") if isinstance(failure, dict)],
        files={path: record for path, record in files.items() if belongs(path)},
        tool=_text(document, "tool"),
        pulled_at=_text(document, "pulledAt"),
        duration=float(duration) if isinstance(duration, int | float) else 0.0,
        only=only,
        unavailable={folder: str(reason) for folder, reason in _object(document, "unavailable").items()},
        unknown_fields={
            word: [str(field) for field in fields] if isinstance(fields, list) else []
            for word, fields in _object(document, "unknownFields").items()
        },
        format=version,
        strays=tuple(path for path in files if not belongs(path)),
    )


def _record(path: str, record: Json, version: int) -> FileRecord:
    if not isinstance(record, dict):
        raise ValueError(f"files: {path}: expected an object")
    return FileRecord(
        kind=_text(record, "kind"),
        name=_text(record, "name"),
        id=_text(record, "id"),
        team=_text(record, "team"),
        parts=_parts(path, _object(record, "ids"), version),
        sha256=_text(record, "sha256"),
    )


def _parts(path: str, ids: Mapping[str, Json], version: int) -> dict[str, list[PartRecord]]:
    """The parts of a file by section: stored as `rotations/0/Weekdays`, in format 2 as `rotations/Weekdays`."""
    rows: dict[str, list[tuple[int, PartRecord]]] = {}
    for key, id in ids.items():
        section, _, name = key.partition("/")
        row = rows.setdefault(section, [])
        place = str(len(row))
        if version > SECOND:
            place, _, name = name.partition("/")
        if not place.isascii() or not place.isdecimal():
            raise ValueError(f"files: {path}: ids: {key!r}: expected section/place/name")
        if isinstance(id, str):
            row.append((int(place), PartRecord(name, id)))
    return {section: [part for _, part in sorted(row, key=lambda each: each[0])] for section, row in rows.items()}


def _object(document: Mapping[str, Json], name: str, *, needed: bool = False) -> dict[str, Json]:
    value = document.get(name, None if needed else {})
    if not isinstance(value, dict):
        raise ValueError(f"{name}: expected an object")
    return value


def _list(document: Mapping[str, Json], name: str) -> list[Json]:
    value = document.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"{name}: expected a list")
    return value


def _text(document: Mapping[str, Json], name: str) -> str:
    value = document.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name}: expected a string")
    return value


def raise_if_unfit(folder: Path) -> None:
    """Raise `StoreError` if *folder* is a link or a file."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder}: is not a folder")
    for name in (*FOLDERS, PULLING, PARTIAL):
        place = folder / name
        if place.is_symlink():
            raise StoreError(f"{place}: is a symbolic link, which is not followed")
        if place.exists() and not place.is_dir():
            raise StoreError(f"{place}: is not a folder; move it away")


@contextmanager
def lock_folder(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """As `files.hold_lock`, with a wait for other processes that move or read files; raises `StoreError` after it."""
    try:
        with hold_lock(folder, shared=shared, wait=PATIENCE):
            yield
    except FileInUse as error:
        raise StoreError(f"{error.message}; try again when it has finished") from None


def seal_of(manifest: os.stat_result) -> str:
    """The name of the seal of a manifest, which stays valid when both are moved."""
    return f"{SEAL}{manifest.st_ino}-{manifest.st_mtime_ns}"


def has_seal(folder: Path) -> bool:
    """Whether a snapshot written on this computer is being moved into place."""
    try:
        staged = (folder / PULLING / MANIFEST).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(staged.st_mode) and os.path.lexists(folder / PULLING / seal_of(staged))


def unseal(folder: Path) -> None:
    """Remove the seal of a snapshot that is in place."""
    with suppress(OSError):
        for seal in folder.glob(f"{SEAL}*"):
            seal.unlink()


def is_unfinished(folder: Path) -> bool:
    """Whether a run was killed while moving files."""
    return has_seal(folder) or any((folder / PARTIAL).glob(f"{SEAL}*"))
