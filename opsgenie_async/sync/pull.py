"""Pulls an account into files: concurrent, each file written as soon as its entity is complete."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import attrs

from opsgenie_async import __version__
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ProtocolError
from opsgenie_async.events import Run
from opsgenie_async.sync.files.entity_file import text_of
from opsgenie_async.sync.files.staging import Staging, record_of
from opsgenie_async.sync.files.store import FileRecord, Manifest, Store
from opsgenie_async.sync.model.catalog import FOLDERS, kind_in, parts_of
from opsgenie_async.sync.model.kinds.notification_rule import NOTIFICATION_RULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection, selection
from opsgenie_async.sync.model.snapshot import Entity
from opsgenie_async.sync.reading.progress import Failure, PullEvent
from opsgenie_async.sync.reading.reader import Reading, files_of

__all__ = ["PullReport", "pull"]


@attrs.frozen(kw_only=True)
class PullReport:
    """The result of a pull.

    Attributes:
        counts: Entities by kind.
        failures: What could not be read.
        unavailable: By folder, what the account's plan does not include.
        vanished: What was deleted while the account was read.
        unknown_fields: By kind, what the API sent and no model knows.
        duration: In seconds.
        folder: Where the files are: that of the store, or `partial` in it where something failed and the snapshot that
            was there is complete.
        only: The selection, "" for everything.
        added: Files that the folder did not have.
        changed: Files with another content than before.
        removed: Files of what no longer exists.
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
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that was chosen was read."""
        return not self.failures


async def pull(
    og: Opsgenie,
    store: Store,
    *,
    only: Selection | str = EVERYTHING,
    teams: Iterable[str] = (),
    with_users: bool = False,
    concurrency: int = 32,
    on_progress: Callable[[PullEvent], None] | None = None,
    dry_run: bool = False,
    clock: Clock | None = None,
) -> PullReport:
    """Write the account, or the selected part of it, into a folder.

    An `OpsgenieError` of one entity or of one listing lands in the report and in the manifest, and the rest goes on.
    What the folder held stays whole until all is read, and then what failed never takes the place of what did not.

    Args:
        og: Client of the account.
        store: The folder.
        only: What to read; a text is read as `Selection.parse` does.
        teams: Names or ids of teams: of what `only` chooses, they and what they own.
        with_users: Whether the users that the chosen part points at are read as well, but for their notification rules.
        concurrency: Entities and calls at a time.
        on_progress: Called for every entity.
        dry_run: Read everything and write nothing.
        clock: For tests.

    Returns:
        What was read, what was not, and which files changed.

    Raises:
        SelectionError: `only` or `teams` names what neither the account nor the folder has; nothing is written.
        StoreError: The folder holds something else, or another process is pulling into it; before the first request.
        OpsgenieError: Teams, or nothing at all, could be listed.
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
        await reading.find(strict=False)
        only = only.resolve([*reading.entries(), *_entries(before)], unknown=reading.unlisted)
        reading.narrow(only)
        reading.keep_rules_of = frozenset(_users_with_rules(before))
        if not dry_run:
            beginning = disk.submit(store.begin)
            staging = await asyncio.wrap_future(beginning)
        files, counts = await _write_files(reading, only, disk, staging)
        failures = sorted(reading.failures, key=lambda failure: (FOLDERS.index(failure.folder), failure.name))
        manifest = Manifest(
            counts=counts,
            failures=[failure.record() for failure in failures],
            request_ids=[failure.error.request_id for failure in failures],
            files=files,
            tool=f"opsgenie-async {__version__}",
            pulled_at=began.isoformat(timespec="seconds"),
            duration=clock.now() - started,
            only=str(only),
            unavailable=reading.unavailable,
            unknown_fields={word: sorted(fields) for word, fields in reading.unknown_fields.items()},
        )
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
    files_before = before.files if before is not None else {}
    return PullReport(
        counts=manifest.counts,
        failures=failures,
        unavailable=reading.unavailable,
        vanished=sorted(reading.vanished),
        unknown_fields=manifest.unknown_fields,
        duration=manifest.duration,
        folder=folder,
        only=manifest.only,
        added=sorted(manifest.files.keys() - files_before.keys()),
        changed=sorted(
            path
            for path, file in manifest.files.items()
            if path in files_before and files_before[path].sha256 != file.sha256
        ),
        removed=sorted(
            path
            for path, file in files_before.items()
            if path not in manifest.files and _is_deleted(path, file, manifest, reading.only)
        ),
        dry_run=dry_run,
    )


def _discard(beginning: Future[Staging]) -> None:
    """Throw away what is done of a snapshot, also when nobody was there any more to hear that it had begun."""
    if not beginning.cancelled() and beginning.exception() is None:
        beginning.result().discard()


async def _write_files(
    reading: Reading, only: Selection, disk: Executor, staging: Staging | None
) -> tuple[dict[str, FileRecord], dict[str, int]]:
    """The files of all that can be read, and how much of what is in them."""
    paths = await asyncio.get_running_loop().run_in_executor(disk, _paths, reading)
    files = _Files(disk, staging, paths, reading.lose)
    zero_counts = _zero_counts(reading, only)
    await reading.read(files.save)
    reading.targets.clear()  # thousands of names, and the manifest is still to be made
    return files.records, {**zero_counts, **files.counts}


class _Files:
    """Writes entities to their files."""

    def __init__(
        self,
        disk: Executor,
        staging: Staging | None,
        paths: Mapping[str, Mapping[str, str]],
        lose: Callable[[Entity, ProtocolError], None],
    ) -> None:
        self.records: dict[str, FileRecord] = {}
        self.counts: Counter[str] = Counter()
        self._disk = disk
        self._staging = staging
        self._paths = paths
        self._lose = lose

    async def save(self, entities: Sequence[Entity]) -> None:
        """Take *entities* in, and have them written when it is worth a hop to the thread that writes."""
        for entity in entities:
            path = self._paths[entity.kind.folder][entity.name]
            try:
                if self._staging is None:
                    self.records[path] = record_of(entity, text_of(entity))
                else:
                    self.records[path] = self._staging.add(path, entity)
            except ProtocolError as error:
                self._lose(entity, error)
            else:
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
        kind = kind_in(folder)
        for each in (kind, *parts_of(kind)):
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
