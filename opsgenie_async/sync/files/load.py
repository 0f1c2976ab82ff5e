"""Loads the files of a snapshot as entities, all or nothing: every error is reported at once.

A file that is still as a pull wrote it is not looked at twice: its hash is in the manifest. Whatever a person changed,
added or removed is.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from opsgenie_async.files import UnfitFile, read_regular
from opsgenie_async.json_text import Json, load
from opsgenie_async.sync.files.booleans import with_booleans
from opsgenie_async.sync.files.bounds import LARGEST, LARGEST_FILE, MOST_FILES, is_deeper
from opsgenie_async.sync.files.diagnostics import Problem, SnapshotError, parse, problems_at
from opsgenie_async.sync.files.entity_file import entity_of
from opsgenie_async.sync.files.manifest import FIRST, MANIFEST, FileRecord, Manifest, StoreError
from opsgenie_async.sync.files.migrate import migrate
from opsgenie_async.sync.files.validate import complaints_of
from opsgenie_async.sync.model.catalog import FOLDERS, kind_in, parts_of
from opsgenie_async.sync.model.kind import Complaint, Kind
from opsgenie_async.sync.model.kinds.custom_user_role import CUSTOM_USER_ROLE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.labels import labels
from opsgenie_async.sync.model.references import Target, mentions
from opsgenie_async.sync.model.rules import missing
from opsgenie_async.sync.model.selection import Entry, Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot

__all__ = ["load_snapshot"]


def load_snapshot(folder: Path, manifest: Manifest | None, only: Selection) -> Snapshot:
    """Read what *only* chose; raises `SnapshotError` with all that is wrong with it, `StoreError` when it is none."""
    if manifest is not None and manifest.strays:
        raise StoreError(f"{folder / MANIFEST}: files: {manifest.strays[0]!r} is no place for a file of a snapshot")
    paths = list(_paths(folder))
    if manifest is None and not paths:
        state = "holds no snapshot" if folder.exists() else "holds no snapshot: there is no such folder"
        raise StoreError(f"{folder}: {state}")
    loading = _Loading(folder, manifest)
    folders = {each for each in FOLDERS if only.touches(each)} | ({TEAM.folder} if only.asks_for_owners else set())
    if only.with_users:
        folders |= {USER.folder, CUSTOM_USER_ROLE.folder}
    loading.read(path for path in paths if _folder_of(path) in folders)
    # Of a snapshot written by hand, what has no folder is not part of it.
    known = (
        manifest.choice if manifest else Selection(tuple(f"{each}/*" for each in dict.fromkeys(map(_folder_of, paths))))
    )
    return loading.snapshot(only, known)


@attrs.define(eq=False)
class _File:
    """One file. edited: by a person, so that it may be wrong. document: None where it could not be read."""

    path: str
    kind: Kind
    record: FileRecord | None
    edited: bool
    document: Json
    entity: Entity | None = None

    @property
    def name(self) -> str | None:
        """The name of its entity; what it was when there still was one."""
        if self.entity is not None:
            return self.entity.name
        return None if self.record is None else self.record.name

    @property
    def team(self) -> str:
        """The name of the team that its entity is or that owns it, "" for none."""
        return self.entity.team if self.entity is not None else ""


class _Loading:
    """One reading of a folder, and all that was found to be wrong on the way."""

    def __init__(self, folder: Path, manifest: Manifest | None) -> None:
        self.folder = folder
        self.manifest = manifest
        self.records = manifest.files if manifest is not None else {}
        self.files: list[_File] = []
        self.problems: list[Problem] = []
        self.unreadable: set[str] = set()
        self.size = 0

    def read(self, paths: Iterable[str]) -> None:
        """Read these files, and see what is wrong with each of them."""
        self.files = [self.file(path) for path in paths]
        if self.manifest is not None and self.manifest.format == FIRST:
            self.migrate()
        for file in self.files:
            self.check(file)
        for folder in FOLDERS:
            self.label([file for file in self.files if file.kind.folder == folder])

    def file(self, path: str) -> _File:
        kind, record = kind_in(_folder_of(path)), self.records.get(path)
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
            document = _document(data)
            if document is not None:
                return _File(path, kind, record, edited=False, document=document)
        document, problems = parse(path, data)
        self.problems += problems
        if problems and document is None:
            self.unreadable.add(path)
        return _File(path, kind, record, edited=True, document=document)

    def migrate(self) -> None:
        """Make today's documents of those of format 1; the ids in them become those of the records."""
        documents = {file.path: file.document for file in self.files if isinstance(file.document, dict)}
        hashes = {path: record.sha256 for path, record in self.records.items()}
        current = migrate(documents, hashes)
        for file in self.files:
            if file.path in current:
                file.document, file.record = current[file.path]

    def check(self, file: _File) -> None:
        """Make the entity of a file; what a person edited has to fit first."""
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
        """What the API needs to make something that was not there when the rest was pulled."""
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
        """Give each entity of a folder a name of its own; where the API takes a name once, a second one is wrong."""
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
        """What was read and chosen, where nothing is wrong with it; *known*: what the folder tells of an account."""
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
            _, only = Snapshot(entities=everything).with_people(only)
        chosen = [
            file for file in self.files if file.name is None or only.covers(file.kind.folder, file.name, file.team)
        ]
        entities: dict[str, list[Entity]] = {}
        places = {}
        for file in chosen:
            if file.entity is not None:
                entities.setdefault(file.kind.folder, []).append(file.entity)
                places[file.kind.folder, file.entity.name] = file.path
        unread = self.manifest.unread if self.manifest is not None else frozenset()
        snapshot = Snapshot(
            entities=entities, unread=unread, only=only.among(known), files=places, locate=self.line, index=index
        )
        self.check_references(chosen, snapshot)
        paths = {file.path for file in chosen}
        problems = [problem for problem in self.problems if problem.file in paths]
        if problems:
            raise SnapshotError(problems)
        return snapshot

    def entries(self) -> Iterator[Entry]:
        """What there are files of, also by the names that were in them when they were pulled."""
        for file in self.files:
            stem = file.path.partition("/")[2].removesuffix(".json")
            for name in dict.fromkeys((file.name, file.record.name if file.record is not None else None)):
                if name is not None:
                    id = file.record.id if file.record is not None else ""
                    yield Entry(file.kind.folder, name, stem, file.team, id)

    def check_references(self, files: Sequence[_File], snapshot: Snapshot) -> None:
        """Check that every reference in *files* has a target."""
        names = _Names(files)
        for file in files:
            if file.entity is not None:
                missing = [
                    (place, f"no {target.kind.replace('_', ' ')} {target.name!r} in this snapshot")
                    for place, target in _mentions_in(file.entity)
                    # A dangling reference of the account itself is not for a person to repair.
                    if not names.has(target, snapshot) and (file.edited or target in self.pulled)
                ]
                self.complain(file, missing)

    @functools.cached_property
    def pulled(self) -> frozenset[Target]:
        """Everything that a pull has put into this snapshot."""
        return frozenset(target for path, record in self.records.items() for target in _recorded(path, record))


def lacking_fields(kind: Kind, fields: Mapping[str, Json], at: str) -> Iterator[Complaint]:
    """The fields without which nothing new of *kind* is made."""
    for field in missing(kind, fields):
        yield f"{at}.{field}", f"missing: a new {kind.noun} needs it"


def _recorded(path: str, record: FileRecord) -> Iterator[Target]:
    folder = _folder_of(path)
    if folder in FOLDERS:
        kind = kind_in(folder)
        yield Target.to(kind, record.name)
        parts = {part.section: part for part in parts_of(kind)}
        for section, records in record.parts.items():
            if section in parts:
                for each in records:
                    yield Target.to(parts[section], each.name, record.name)


class _Names:
    """What the entities of a snapshot are called, and their parts; where a file has no name, any will do."""

    def __init__(self, files: Iterable[_File]) -> None:
        self.targets: set[Target] = set()
        self.uncertain: set[str] = set()
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

    def has(self, target: Target, snapshot: Snapshot) -> bool:
        """Whether a target exists, or its existence is unknown."""
        if target in self.targets:
            return True
        if target.is_built_in:
            return True
        folder, name = target.file
        return not snapshot.knows(folder, name) or bool({folder, f"{folder}/{name}"} & self.uncertain)


def _both(entity: Entity) -> set[str]:
    """The name that an entity has alone, and the one that it may share."""
    return {entity.name, entity.kind.identity(entity.fields)} if "#" in entity.name else {entity.name}


def _mentions_in(entity: Entity) -> Iterator[tuple[str, Target]]:
    """Everything that an entity and its parts point at, with the place in the file."""
    for place, target in mentions(entity.kind, entity.fields):
        yield f"{entity.kind.section}.{place}", target
    for parts in entity.parts.values():
        for index, part in enumerate(parts):
            at = part.kind.section if part.kind.single else f"{part.kind.section}[{index}]"
            for place, target in mentions(part.kind, part.fields, entity.name):
                yield f"{at}.{place}", target


def _paths(folder: Path) -> Iterator[str]:
    """The files that may belong to a snapshot: JSON in the folder of a kind."""
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


def _document(data: bytes) -> Json:
    """The document of a file that is as the manifest says, None where that cannot have been written by a pull."""
    try:
        document = load(data)
    except (ValueError, RecursionError):
        return None
    return None if is_deeper(document) else document


def _folder_of(path: str) -> str:
    return path.partition("/")[0]
