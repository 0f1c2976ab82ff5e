"""Load the files of a snapshot as entities, all or none: all errors are reported at once.

Files unchanged since the pull are not validated, by their hash in the manifest; edited, added and removed ones are.
"""

from __future__ import annotations

import codecs
import functools
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import attrs

from opsgenie_async.files import UnfitFile, is_deeper, read_regular
from opsgenie_async.json_text import Json, load
from opsgenie_async.suggestion import suggestion
from opsgenie_async.sync.files.diagnostics import (
    LARGEST_FILE,
    Problem,
    SnapshotError,
    StoreError,
    parse,
    problems_at,
)
from opsgenie_async.sync.files.entity_file import entity_of, with_booleans
from opsgenie_async.sync.files.manifest import FIRST, MANIFEST, FileRecord, Manifest
from opsgenie_async.sync.files.migrate import migrate
from opsgenie_async.sync.files.validate import complaints_of
from opsgenie_async.sync.model.kind import Complaint, Kind
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_FOLDER, PARTS_OF
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.normalize import without_null_items
from opsgenie_async.sync.model.people import PEOPLE, with_people
from opsgenie_async.sync.model.rules import lacking_fields
from opsgenie_async.sync.model.selection import Entry, Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot, Target, labels, mentions, name_of

__all__ = ["load_snapshot", "paths_in"]

LARGEST = 2**30
"""Bytes of all files together."""
MOST_FILES = 500_000
"""Entries of all folders together."""
MOST_SUGGESTIONS = 20
"""Missing names for which similar ones are looked for: where a folder is gone, thousands are missing."""


def load_snapshot(folder: Path, manifest: Manifest | None, only: Selection) -> Snapshot:
    """Read the selection *only*; raises `SnapshotError` with all problems, `StoreError` if it is not a snapshot."""
    if manifest is not None and manifest.strays:
        raise StoreError(f"{folder / MANIFEST}: files: {manifest.strays[0]!r} is not a valid path in a snapshot")
    paths = list(paths_in(folder))
    if manifest is None and not paths:
        state = "holds no snapshot" if folder.exists() else "holds no snapshot: the folder does not exist"
        raise StoreError(f"{folder}: {state}")
    loading = _Loading(folder, manifest)
    folders = {each for each in FOLDERS if only.touches(each)} | ({TEAM.folder} if only.asks_for_owners else set())
    if only.with_users:
        folders |= {kind.folder for kind in PEOPLE}
    loading.read(path for path in paths if _folder_of(path) in folders)
    # Of a snapshot written by hand, what has no folder is not part of it.
    known = (
        manifest.choice if manifest else Selection(tuple(f"{each}/*" for each in dict.fromkeys(map(_folder_of, paths))))
    )
    return loading.snapshot(only, known)


@attrs.define(eq=False)
class _File:
    """A file. edited: changed since the pull, so that it may be invalid. document: None if it could not be read."""

    path: str
    kind: Kind
    record: FileRecord | None
    edited: bool
    document: Json
    entity: Entity | None = None

    @property
    def name(self) -> str | None:
        """The name of its entity; for a removed one, the earlier name."""
        if self.entity is not None:
            return self.entity.name
        return None if self.record is None else self.record.name

    @property
    def team(self) -> str:
        """The name of the entity's team, or of the team itself; "" for none."""
        return self.entity.team if self.entity is not None else ""


class _Loading:
    """The reading of a folder, with all problems."""

    def __init__(self, folder: Path, manifest: Manifest | None) -> None:
        self.folder = folder
        self.manifest = manifest
        self.records = manifest.files if manifest is not None else {}
        self.files: list[_File] = []
        self.problems: list[Problem] = []
        self.unreadable: set[str] = set()
        self.size = 0

    def read(self, paths: Iterable[str]) -> None:
        """Read and validate these files."""
        self.files = [self.file(path) for path in paths]
        if self.manifest is not None and self.manifest.format == FIRST:
            self.migrate()
        for file in self.files:
            self.check(file)
        for folder in FOLDERS:
            self.label([file for file in self.files if file.kind.folder == folder])

    def file(self, path: str) -> _File:
        kind, record = KIND_BY_FOLDER[_folder_of(path)], self.records.get(path)
        try:
            data = read_regular(f"{self.folder}/{path}", most=LARGEST_FILE)
        except UnfitFile as error:
            self.problems.append(Problem(path, 1, "", error.message.removeprefix(f"{self.folder}/{path}: ")))
            self.unreadable.add(path)
            return _File(path, kind, record, edited=True, document=None)
        self.size += len(data)
        if self.size > LARGEST:
            raise StoreError(f"{self.folder}: holds more than {LARGEST // 2**20} MiB of files")
        if record is not None and record.sha256 == hashlib.sha256(data).hexdigest():
            document = _document(load, data)
            if document is not None:
                if b"null" in data:
                    document = without_null_items(document)
                return _File(path, kind, record, edited=False, document=document)
        document = _document(_load_strict, data)
        if document is None:
            document, problems = parse(path, data)
            self.problems += problems
            if problems and document is None:
                self.unreadable.add(path)
        return _File(path, kind, record, edited=True, document=document)

    def migrate(self) -> None:
        """Convert documents of format 1 to the present format; their ids move to the records."""
        documents = {file.path: file.document for file in self.files if isinstance(file.document, dict)}
        hashes = {path: record.sha256 for path, record in self.records.items()}
        current = migrate(documents, hashes)
        for file in self.files:
            if file.path in current:
                file.document, file.record = current[file.path]

    def check(self, file: _File) -> None:
        """Create the entity of a file, after validating an edited one."""
        if isinstance(file.document, dict):
            if file.edited:
                file.document = with_booleans(file.kind, file.document)
            try:
                file.entity = entity_of(file.kind, file.document, file.record)
            except (KeyError, TypeError):
                file.edited = True
        known = self.manifest.unknown_fields if self.manifest is not None else {}
        if file.edited and file.path not in self.unreadable:
            complaints = complaints_of(file.kind, file.document, known)
            places = {place for place, _ in complaints}
            self.complain(file, [*complaints, *(each for each in self.lacking(file) if each[0] not in places)])

    def lacking(self, file: _File) -> Iterator[Complaint]:
        """Missing fields that the API requires of entities created since the pull."""
        entity, manifest = file.entity, self.manifest
        if entity is None or manifest is None or entity.kind.virtual:
            return
        if not manifest.choice.covers(file.kind.folder, entity.name, entity.team) or manifest.unread:
            return  # it may be there, and nobody has read it
        if file.record is None:
            yield from lacking_fields(file.kind, entity.fields, file.kind.section)
        for part in (each for parts in entity.parts.values() for each in parts):
            if not part.id and part.kind.key == "id" and not part.kind.single:
                place = list(entity.parts[part.kind.name]).index(part)
                yield from lacking_fields(part.kind, part.fields, f"{part.kind.section}[{place}]")

    def line(self, file: str, field: str) -> int:
        """The line of a field in a file, as `Snapshot.locate`."""
        data = read_regular(self.folder / file, most=LARGEST_FILE)
        return problems_at(file, data, [(field, "")])[0].line

    def complain(self, file: _File, complaints: Sequence[Complaint]) -> None:
        if complaints:
            data = read_regular(self.folder / file.path, most=LARGEST_FILE)
            self.problems += problems_at(file.path, data, complaints)

    def label(self, files: Sequence[_File]) -> None:
        """Make the names of entities in a folder unique; duplicates are a problem if the API requires unique names."""
        named = [(file, file.entity) for file in sorted(files, key=lambda file: file.edited) if file.entity is not None]
        first: dict[str, _File] = {}
        for (file, entity), label in zip(named, labels(entity.name for _, entity in named), strict=True):
            other = first.setdefault(entity.name, file)
            if other is not file and file.kind.unique:
                path = f"{file.kind.section}.{file.kind.label}"
                self.complain(file, [(path, f"{entity.name!r} is in {other.path} already")])
            if label != entity.name:
                file.entity = attrs.evolve(entity, name=label)

    def snapshot(self, only: Selection, known: Selection) -> Snapshot:
        """The selected snapshot, without problems; *known* is the part of the account in the folder."""
        index = () if only.is_everything else tuple(self.entries())
        only = only.resolve(index, strict=False)
        named = [(file.kind.folder, file.name) for file in self.files if file.name is not None]
        # What a person added to the part of an account that was pulled is part of it from now on.
        known = attrs.evolve(known, names=frozenset(named))
        if only.with_users:
            everything: dict[str, list[Entity]] = {}
            for file in self.files:
                if file.entity is not None:
                    everything.setdefault(file.kind.folder, []).append(file.entity)
            _, only = with_people(Snapshot(entities=everything), only)
        selected_files = [
            file for file in self.files if file.name is None or only.covers(file.kind.folder, file.name, file.team)
        ]
        entities: dict[str, list[Entity]] = {}
        places = {}
        for file in selected_files:
            if file.entity is not None:
                entities.setdefault(file.kind.folder, []).append(file.entity)
                places[file.kind.folder, file.entity.name] = file.path
        unread = self.manifest.unread if self.manifest is not None else frozenset()
        snapshot = Snapshot(
            entities=entities,
            unread=unread,
            only=only.among(known),
            files=places,
            locate=self.line,
            index=index,
            others=tuple(self.others()),
        )
        self.check_references(selected_files, snapshot)
        paths = {file.path for file in selected_files}
        problems = [problem for problem in self.problems if problem.file in paths]
        if problems:
            raise SnapshotError(problems)
        return snapshot

    def entries(self) -> Iterator[Entry]:
        """The entities with files, also by their names at the time of the pull."""
        for file in self.files:
            stem = file.path.partition("/")[2].removesuffix(".json")
            for name in dict.fromkeys((file.name, file.record.name if file.record is not None else None)):
                if name is not None:
                    id = file.record.id if file.record is not None else ""
                    yield Entry(file.kind.folder, name, stem, file.team, id)

    def others(self) -> Iterator[Entry]:
        """The entities in folders that are not read."""
        folders = {file.kind.folder for file in self.files}
        for path, record in self.records.items():
            folder, _, file = path.partition("/")
            if folder not in folders:
                yield Entry(folder, record.name, file.removesuffix(".json"), record.team, record.id)

    def check_references(self, files: Sequence[_File], snapshot: Snapshot) -> None:
        """Check that every reference in *files* has a target."""
        names = _Names(files)
        for file in files:
            if file.entity is not None:
                missing = [
                    (place, f"no {target.kind.replace('_', ' ')} {target.name!r} in this snapshot{names.near(target)}")
                    for place, target in _mentions_in(file.entity)
                    # A dangling reference of the account itself is not for a person to repair.
                    if not names.has(target, snapshot) and (file.edited or target in self.earlier_targets)
                ]
                self.complain(file, missing)

    @functools.cached_property
    def earlier_targets(self) -> frozenset[Target]:
        """All entities that a pull has written to this snapshot."""
        return frozenset(target for path, record in self.records.items() for target in _targets_in(path, record))


def _targets_in(path: str, record: FileRecord) -> Iterator[Target]:
    folder = _folder_of(path)
    if folder in FOLDERS:
        kind = KIND_BY_FOLDER[folder]
        yield Target.to(kind, record.name)
        parts = {part.section: part for part in PARTS_OF[kind]}
        for section, records in record.parts.items():
            if section in parts:
                for each in records:
                    yield Target.to(parts[section], each.name, record.name)


class _Names:
    """The names of the entities of a snapshot and of their parts; a file without a name matches any."""

    def __init__(self, files: Iterable[_File]) -> None:
        self.targets: set[Target] = set()
        self.uncertain: set[str] = set()
        self.suggestions: dict[Target, str] = {}
        for file in files:
            if file.name is None:
                self.uncertain.add(file.kind.folder)
            elif file.entity is None:
                self.targets.add(Target.to(file.kind, file.name))
                self.uncertain |= {f"{file.kind.folder}/{file.name}"}
            else:
                self.targets |= {Target.to(file.kind, name) for name in _both(file.entity)}
                self.targets |= {
                    Target.to(part.kind, name, file.name)
                    for parts in file.entity.parts.values()
                    for part in parts
                    for name in _both(part)
                }

    def near(self, target: Target) -> str:
        """Names of the same kind and parent similar to *target*."""
        if target not in self.suggestions and len(self.suggestions) < MOST_SUGGESTIONS:
            alike = (each.name for each in self.targets if (each.kind, each.parent) == (target.kind, target.parent))
            self.suggestions[target] = suggestion(target.name, alike)
        return self.suggestions.get(target, "")

    def has(self, target: Target, snapshot: Snapshot) -> bool:
        """Whether a target exists, or its existence is unknown."""
        if target in self.targets:
            return True
        if target.is_built_in:
            return True
        folder, name = target.file
        return not snapshot.knows(folder, name) or bool({folder, f"{folder}/{name}"} & self.uncertain)


def _both(entity: Entity) -> set[str]:
    """The unique name of an entity, and the name that it may share with others."""
    return {entity.name, name_of(entity.kind, entity.fields)} if "#" in entity.name else {entity.name}


def _mentions_in(entity: Entity) -> Iterator[tuple[str, Target]]:
    """All references of an entity and its parts, with their paths in the file."""
    for place, target in mentions(entity.kind, entity.fields):
        yield f"{entity.kind.section}.{place}", target
    for parts in entity.parts.values():
        for index, part in enumerate(parts):
            at = part.kind.section if part.kind.single else f"{part.kind.section}[{index}]"
            for place, target in mentions(part.kind, part.fields, entity.name):
                yield f"{at}.{place}", target


def paths_in(folder: Path) -> Iterator[str]:
    """The possible files of a snapshot: JSON in the folder of a kind."""
    total = 0
    for name in FOLDERS:
        try:
            with os.scandir(folder / name) as entries:
                names = [entry.name for entry in itertools.islice(entries, MOST_FILES + 1)]
        except FileNotFoundError:
            continue
        total += len(names)
        if total > MOST_FILES:
            raise StoreError(f"{folder}: holds more than {MOST_FILES} files")
        yield from sorted(f"{name}/{file}" for file in names if file.endswith(".json") and not file.startswith("."))


def _document(decode: Callable[[bytes], Json], data: bytes) -> Json:
    """The document of a file, None if it is not valid for a snapshot."""
    try:
        document = decode(data)
    except (ValueError, RecursionError):
        return None
    return None if is_deeper(document) else document


def _load_strict(data: bytes) -> Json:
    """Strict JSON, as for edited files; `parse` reports the problems."""
    document: Json = json.loads(
        data.removeprefix(codecs.BOM_UTF8).decode(), object_pairs_hook=_unique_members, parse_constant=_refuse
    )
    return document


def _unique_members(pairs: list[tuple[str, Json]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _folder_of(path: str) -> str:
    return path.partition("/")[0]
