"""The files of a pull: those that were there before, and the writing of the new ones, on one thread."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from opsgenie_async.errors import ProtocolError
from opsgenie_async.sync.files.entity_file import text_of
from opsgenie_async.sync.files.manifest import FIRST
from opsgenie_async.sync.files.staging import Staging, record_of
from opsgenie_async.sync.files.store import FileRecord, Manifest, Store
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_FOLDER, PARTS_OF
from opsgenie_async.sync.model.selection import Selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.arrangement import arrange
from opsgenie_async.sync.planning.compare import compare
from opsgenie_async.sync.reading.reader import Reading, files_of

__all__ = ["Disk", "EarlierFiles", "write_files"]

P = ParamSpec("P")
T = TypeVar("T")


class Disk:
    """The thread that reads and writes the files of one pull; more of them would only take turns with the loop.

    An async context manager: where the pull fails, what is done of the new snapshot is thrown away.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "opsgenie-async-pull")
        self._beginning: Future[Staging] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is not None and self._beginning is not None:
                # Behind what the thread may still be doing, and to its end whatever happens to this task.
                await asyncio.shield(asyncio.wrap_future(self._thread.submit(_discard, self._beginning)))
        finally:
            self._thread.shutdown(wait=False)

    def submit(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Future[T]:
        """Have *function* run after all earlier ones."""
        return self._thread.submit(function, *arguments, **named)

    async def run(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Run *function* after all earlier ones, and wait for it."""
        return await asyncio.wrap_future(self._thread.submit(function, *arguments, **named))

    async def begin(self, store: Store) -> Staging:
        """Begin a new snapshot."""
        self._beginning = self._thread.submit(store.begin)
        return await asyncio.wrap_future(self._beginning)


def _discard(beginning: Future[Staging]) -> None:
    """Throw away an unfinished snapshot, also if the pull was cancelled while it began."""
    if not beginning.cancelled() and beginning.exception() is None:
        beginning.result().discard()


async def write_files(
    reading: Reading, only: Selection, disk: Disk, staging: Staging | None, earlier: EarlierFiles
) -> tuple[dict[str, FileRecord], dict[str, int]]:
    """The files of all that can be read, and how much of what is in them."""
    paths = await disk.run(_paths, reading)
    files = _Files(disk, staging, earlier, paths, reading.lose)
    zero_counts = _zero_counts(reading, only)
    await reading.read(files.save)
    reading.targets.clear()  # thousands of names, and the manifest is still to be made
    return files.records, {**zero_counts, **files.counts}


class EarlierFiles:
    """The files that were there before: the reason for the order of what is in the new ones, and what they replace."""

    def __init__(self, store: Store, manifest: Manifest | None) -> None:
        self._store = store
        self._manifest = manifest
        self._records = manifest.files if manifest is not None and manifest.format != FIRST else {}
        self._edits: dict[tuple[str, str], str] = {}
        self._strays: dict[str, Entity | None] = {}
        self._namesakes: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._overwritten: set[str] = set()

    def find_edits(self) -> None:
        """See which files a person has edited or made since the last pull; it reads from the disk."""
        for path, record in self._records.items():
            if self._store.is_edited(path, record):
                self._edits[record.kind, record.id or record.name] = path
        for path in self._store.strays(self._manifest):
            entity = self._strays[path] = self._store.entity(path, None)
            if entity is not None:
                self._namesakes[entity.kind.name, entity.name].append(path)

    def is_edited(self, entity: Entity) -> bool:
        """Whether the file of *entity* was edited, or somebody made one."""
        kind_name = entity.kind.name
        return (kind_name, entity.id or entity.name) in self._edits or (kind_name, entity.name) in self._namesakes

    def settle(self, entity: Entity) -> None:
        """Note whether an edited file differs from the account; reads from the disk."""
        kind_name = entity.kind.name
        if path := self._edits.pop((kind_name, entity.id or entity.name), ""):
            edited = self._store.entity(path, self._records[path])
            if edited is None or _differ(entity, edited):
                self._overwritten.add(path)
        for path in self._namesakes.get((kind_name, entity.name), ()):
            namesake = self._strays[path]
            if namesake is not None and _differ(entity, namesake):
                self._overwritten.add(path)

    def overwritten(self, deleted: Iterable[str], manifest: Manifest, only: Selection) -> list[str]:
        """The files with edits that are not in the account, and that the pull replaces or removes.

        Args:
            deleted: The files whose entities are gone from the account.
            manifest: That of the pull.
            only: What was pulled.
        """
        lost = {path for path in self._edits.values() if not KIND_BY_FOLDER[path.partition("/")[0]].virtual} & {
            *deleted
        }
        unreadable = {path for path, entity in self._strays.items() if entity is None and path in manifest.files}
        return sorted((self._overwritten | lost | unreadable) - {*self.additional(manifest, only)})

    def additional(self, manifest: Manifest, only: Selection) -> list[str]:
        """The files that somebody made of what is not in the account, and that the pull leaves as they are.

        Args:
            manifest: That of the pull.
            only: What was pulled.
        """
        names = {(record.kind, record.name) for record in manifest.files.values()}
        return sorted(
            path
            for path, entity in self._strays.items()
            if path not in manifest.files
            and not (entity is not None and entity.kind.unique and (entity.kind.name, entity.name) in names)
            and _is_covered(path, entity, manifest, only)
        )

    def differs(self, path: str, record: FileRecord) -> bool:
        """Whether there was a file of the same entity with other bytes."""
        before = self._records.get(path)
        if before is None or before.sha256 == record.sha256:
            return False
        return record.id == before.id or record.name == before.name

    def text(self, path: str, entity: Entity) -> bytes:
        """The text of a file that differs, in the order of the one before; it reads from the disk."""
        before = self._store.entity(path, self._records[path])
        return text_of(entity if before is None else arrange(entity, before))


def _is_covered(path: str, entity: Entity | None, manifest: Manifest, only: Selection) -> bool:
    """Whether a pull knows if the entity of a file is in the account; of an unreadable file, the name says which."""
    folder, _, file = path.partition("/")
    name = entity.name if entity is not None else file.removesuffix(".json")
    unread = {(folder, name), (folder, "")} & manifest.unread
    return not unread and only.covers(folder, name, entity.team if entity is not None else "")


def _differ(entity: Entity, edited: Entity) -> bool:
    """Whether an apply of the edited one would change something."""
    folder = entity.kind.folder
    return bool(compare(Snapshot(entities={folder: [entity]}), Snapshot(entities={folder: [edited]})).changes)


class _Files:
    """The writing of entities to their files."""

    def __init__(
        self,
        disk: Disk,
        staging: Staging | None,
        earlier: EarlierFiles,
        paths: Mapping[str, Mapping[str, str]],
        lose: Callable[[Entity, ProtocolError], None],
    ) -> None:
        self.records: dict[str, FileRecord] = {}
        self.counts: Counter[str] = Counter()
        self._disk = disk
        self._staging = staging
        self._earlier = earlier
        self._paths = paths
        self._lose = lose

    async def save(self, entities: Sequence[Entity]) -> None:
        """Take *entities* in, and have them written when it is worth a hop to the thread that writes."""
        for entity in entities:
            path = self._paths[entity.kind.folder][entity.name]
            try:
                data = text_of(entity)
            except ProtocolError as error:
                self._lose(entity, error)
                continue
            record = record_of(entity, data)
            if self._earlier.is_edited(entity):
                await self._disk.run(self._earlier.settle, entity)
            if self._earlier.differs(path, record):
                data = await self._disk.run(self._earlier.text, path, entity)
                record = record_of(entity, data)
            self.records[path] = record
            if self._staging is not None:
                self._staging.add(path, data)
            self._count(entity)
        if self._staging is not None and self._staging.full:
            pieces = self._staging.drain()  # here, and not in the thread: more comes in meanwhile
            await self._disk.run(self._staging.write, pieces)

    def _count(self, entity: Entity) -> None:
        if not entity.kind.virtual:
            self.counts[entity.kind.count] += 1
        for parts in entity.parts.values():
            if parts:
                self.counts[parts[0].kind.count] += len(parts)
        for field in entity.kind.counted_fields:
            items = entity.fields.get(field)
            self.counts[field] += len(items) if isinstance(items, list) else 0


def _paths(reading: Reading) -> dict[str, dict[str, str]]:
    """Where each entity belongs, by folder and then name; it depends on all other entities, selected or not."""
    paths = {}
    for folder, refs in reading.refs.items():
        files = files_of(refs)
        paths[folder] = {each.name: f"{folder}/{files[each.id]}.json" for each in refs}
    return paths


def _zero_counts(reading: Reading, only: Selection) -> dict[str, int]:
    """A count of none for each kind that was looked for."""
    counts = {}
    for folder in FOLDERS:
        if folder not in reading.refs or not only.touches(folder):
            continue
        kind = KIND_BY_FOLDER[folder]
        for each in (kind, *PARTS_OF[kind]):
            if not each.virtual and f"{folder}/{each.section}" not in reading.unavailable:
                counts[each.count] = 0
        counts |= dict.fromkeys(kind.counted_fields, 0)
    return counts
