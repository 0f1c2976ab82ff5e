"""Pulls an account into files: concurrent, each file written as soon as its entity is complete."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import attrs

from opsgenie_async import __version__
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ProtocolError
from opsgenie_async.events import Run
from opsgenie_async.sequences import Strings
from opsgenie_async.sync.files.entity_file import text_of
from opsgenie_async.sync.files.manifest import FIRST
from opsgenie_async.sync.files.staging import Staging, record_of
from opsgenie_async.sync.files.store import FileRecord, Manifest, Store
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_FOLDER, PARTS_OF
from opsgenie_async.sync.model.kinds.notification_rule import NOTIFICATION_RULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection, selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.arrangement import arrange
from opsgenie_async.sync.planning.compare import compare
from opsgenie_async.sync.reading.progress import Failure, PullEvent
from opsgenie_async.sync.reading.reader import Reading, files_of

__all__ = ["PullReport", "pull"]


@attrs.frozen(kw_only=True)
class PullReport:
    """The result of a pull.

    Attributes:
        counts: The number of entities by kind.
        failures: What could not be read.
        unavailable: What the account's plan does not include, by folder.
        vanished: What was deleted during the pull.
        unknown_fields: Fields that the API sent and no model has, by kind.
        duration: In seconds.
        folder: The folder of the files: that of the store, or `partial` in it if something failed and the existing
            snapshot is complete.
        only: The selection, "" for everything.
        added: New files.
        changed: Files with changed content.
        removed: Files of deleted entities, and added or renamed files of entities that have another file in a pull.
        overwritten: Files with edits that were not applied, and are replaced or removed by the pull.
        dry_run: Whether nothing was written.
    """

    counts: Mapping[str, int]
    failures: Sequence[Failure]
    unavailable: Mapping[str, str]
    vanished: Sequence[str]
    unknown_fields: Mapping[str, Sequence[str]]
    duration: float
    folder: Path
    only: str
    added: Sequence[str]
    changed: Sequence[str]
    removed: Sequence[str]
    overwritten: Sequence[str] = ()
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that was selected was read."""
        return not self.failures


async def pull(
    og: Opsgenie,
    store: Store,
    *,
    only: Selection | str = EVERYTHING,
    teams: Strings = (),
    with_users: bool = False,
    concurrency: int = 32,
    on_progress: Callable[[PullEvent], None] | None = None,
    dry_run: bool = False,
    clock: Clock | None = None,
) -> PullReport:
    """Write the account, or the selected part of it, to a folder.

    An `OpsgenieError` of one entity or listing is recorded in the report and the manifest, and the pull continues. The
    existing snapshot stays intact until everything is read, and failures never replace good data.

    Args:
        og: The client of the account.
        store: The folder.
        only: What to read; a str is parsed by `Selection.parse`.
        teams: Names or ids of teams, to restrict `only` to them and what they own.
        with_users: Whether to read the referenced users as well, without their notification rules.
        concurrency: The maximum number of concurrent entities and calls.
        on_progress: Called for every entity.
        dry_run: Read everything and write nothing.
        clock: The source of time; the system's by default.

    Returns:
        What was read, what failed, and which files changed.

    Raises:
        SelectionError: `only` or `teams` matches nothing in the account or the folder; nothing is written.
        StoreError: The folder contains something else, another process is pulling into it, or an apply whose journal
            is in it is running; raised before any request, or at the end if the apply began meanwhile.
        OpsgenieError: The teams, or all listings, failed.
    """
    clock = clock or SystemClock()
    choice = selection(only, teams, with_users=with_users)
    with Run(og._transport.announce, "pull", clock.now) as run:
        report = await _pull(og, store, choice, concurrency, on_progress, dry_run, clock)
        run.counts.update(report.counts)
        run.failures = len(report.failures)
    return report


async def _pull(
    og: Opsgenie,
    store: Store,
    only: Selection,
    concurrency: int,
    on_progress: Callable[[PullEvent], None] | None,
    dry_run: bool,
    clock: Clock,
) -> PullReport:
    started, began = clock.now(), clock.utc()
    reading = Reading(og, only=only, concurrency=concurrency, on_progress=on_progress)
    # One thread writes: more of them would only take turns with the loop.
    disk = ThreadPoolExecutor(1, "opsgenie-async-pull")
    loop = asyncio.get_running_loop()
    staging: Staging | None = None
    beginning: Future[Staging] | None = None
    try:
        if not dry_run:
            await loop.run_in_executor(disk, store.check)
        before = await loop.run_in_executor(disk, store.manifest)
        earlier = _EarlierFiles(store, before)
        edits = disk.submit(earlier.find_edits)
        await reading.find(strict=False)
        if not only.is_everything:
            only = only.resolve([*reading.entries(), *_entries(before)], unknown=reading.unlisted)
            reading.narrow(only)
        await asyncio.wrap_future(edits)
        reading.keep_rules_of = frozenset(_users_with_rules(before))
        if not dry_run:
            beginning = disk.submit(store.begin)
            staging = await asyncio.wrap_future(beginning)
        files, counts = await _write_files(reading, only, disk, staging, earlier)
        manifest = _manifest(reading, str(only), files, counts, began, clock.now() - started)
        folder = store.folder
        if staging is not None:
            folder = await loop.run_in_executor(disk, staging.finish, manifest, reading.only)
    except BaseException:
        if beginning is not None:
            # Behind what the thread may still be doing, and to its end whatever happens to this task.
            await asyncio.shield(loop.run_in_executor(disk, _discard, beginning))
        raise
    finally:
        disk.shutdown(wait=False)
    report = _report(reading, manifest, before.files if before is not None else {}, folder)
    twins = staging.twins if staging is not None else ()
    return attrs.evolve(
        report,
        removed=sorted({*report.removed, *twins}),
        overwritten=earlier.overwritten(report.removed) if folder == store.folder else [],
        dry_run=dry_run,
    )


def _manifest(
    reading: Reading, only: str, files: dict[str, FileRecord], counts: dict[str, int], began: datetime, duration: float
) -> Manifest:
    """The manifest of what was read."""
    failures = _failures(reading)
    return Manifest(
        counts=counts,
        failures=[failure.record() for failure in failures],
        request_ids=[failure.error.request_id for failure in failures],
        files=files,
        tool=f"opsgenie-async {__version__}",
        pulled_at=began.isoformat(timespec="seconds"),
        duration=duration,
        only=only,
        unavailable=reading.unavailable,
        unknown_fields={word: sorted(fields) for word, fields in reading.unknown_fields.items()},
    )


def _report(reading: Reading, manifest: Manifest, before: Mapping[str, FileRecord], folder: Path) -> PullReport:
    """What became of a pull, with the differences between its files and those that were there before."""
    return PullReport(
        counts=manifest.counts,
        failures=_failures(reading),
        unavailable=reading.unavailable,
        vanished=sorted(reading.vanished),
        unknown_fields=manifest.unknown_fields,
        duration=manifest.duration,
        folder=folder,
        only=manifest.only,
        added=sorted(manifest.files.keys() - before.keys()),
        changed=sorted(
            path for path, file in manifest.files.items() if path in before and before[path].sha256 != file.sha256
        ),
        removed=[
            path
            for path, file in before.items()
            if path not in manifest.files and _is_deleted(path, file, manifest, reading.only)
        ],
    )


def _failures(reading: Reading) -> list[Failure]:
    return sorted(reading.failures, key=lambda failure: (FOLDERS.index(failure.folder), failure.name))


def _discard(beginning: Future[Staging]) -> None:
    """Throw away what is done of a snapshot, also when nobody was there any more to hear that it had begun."""
    if not beginning.cancelled() and beginning.exception() is None:
        beginning.result().discard()


async def _write_files(
    reading: Reading, only: Selection, disk: Executor, staging: Staging | None, earlier: _EarlierFiles
) -> tuple[dict[str, FileRecord], dict[str, int]]:
    """The files of all that can be read, and how much of what is in them."""
    paths = await asyncio.get_running_loop().run_in_executor(disk, _paths, reading)
    files = _Files(disk, staging, earlier, paths, reading.lose)
    zero_counts = _zero_counts(reading, only)
    await reading.read(files.save)
    reading.targets.clear()  # thousands of names, and the manifest is still to be made
    return files.records, {**zero_counts, **files.counts}


class _EarlierFiles:
    """The files that were there before: the reason for the order of what is in the new ones, and what they replace."""

    def __init__(self, store: Store, manifest: Manifest | None) -> None:
        self._store = store
        self._records = manifest.files if manifest is not None and manifest.format != FIRST else {}
        self._edits: dict[tuple[str, str], str] = {}
        self._overwritten: set[str] = set()

    def find_edits(self) -> None:
        """See which files a person has edited since the last pull; it reads from the disk."""
        for path, record in self._records.items():
            if self._store.is_edited(path, record):
                self._edits[record.kind, record.id or record.name] = path

    def is_edited(self, entity: Entity) -> bool:
        """Whether the file of *entity* was edited."""
        return (entity.kind.name, entity.id or entity.name) in self._edits

    def settle(self, entity: Entity) -> None:
        """Note whether an edited file says something else than the account does; it reads from the disk."""
        path = self._edits.pop((entity.kind.name, entity.id or entity.name))
        edited = self._store.entity(path, self._records[path])
        if edited is None or _differ(entity, edited):
            self._overwritten.add(path)

    def overwritten(self, deleted: Iterable[str]) -> list[str]:
        """The files with edits that are not in the account, *deleted*: whose entities are gone from it."""
        lost = {path for path in self._edits.values() if not KIND_BY_FOLDER[path.partition("/")[0]].virtual} & {
            *deleted
        }
        return sorted(self._overwritten | lost)

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


def _differ(entity: Entity, edited: Entity) -> bool:
    """Whether an apply of the edited one would change something."""
    folder = entity.kind.folder
    return bool(compare(Snapshot(entities={folder: [entity]}), Snapshot(entities={folder: [edited]})).changes)


class _Files:
    """The writing of entities to their files."""

    def __init__(
        self,
        disk: Executor,
        staging: Staging | None,
        earlier: _EarlierFiles,
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
            loop = asyncio.get_running_loop()
            if self._earlier.is_edited(entity):
                await loop.run_in_executor(self._disk, self._earlier.settle, entity)
            if self._earlier.differs(path, record):
                data = await loop.run_in_executor(self._disk, self._earlier.text, path, entity)
                record = record_of(entity, data)
            self.records[path] = record
            if self._staging is not None:
                self._staging.add(path, data)
            self._count(entity)
        if self._staging is not None and self._staging.full:
            pieces = self._staging.drain()  # here, and not in the thread: more comes in meanwhile
            await asyncio.get_running_loop().run_in_executor(self._disk, self._staging.write, pieces)

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
    """Where each entity belongs, by folder and then name; whatever else there is has a say in it, chosen or not."""
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


def _entries(before: Manifest | None) -> Iterator[Entry]:
    """What the folder has files of, which may be gone from the account."""
    for path, file in before.files.items() if before is not None else ():
        folder, _, name = path.partition("/")
        team = file.name if folder == TEAM.folder else file.team
        yield Entry(folder, file.name, name.removesuffix(".json"), team, file.id)


def _users_with_rules(before: Manifest | None) -> Iterator[str]:
    """Users whose files have notification rules: those stay whole, also where users come along without them."""
    for path, file in before.files.items() if before is not None else ():
        if path.startswith(f"{USER.folder}/") and NOTIFICATION_RULE.section in file.parts:
            yield file.name


def _is_deleted(path: str, file: FileRecord, manifest: Manifest, only: Selection) -> bool:
    """Whether the entity of a file is known to have been deleted."""
    folder = path.partition("/")[0]
    unread = {(folder, file.name), (folder, "")} & manifest.unread
    return not unread and only.covers(folder, file.name)
