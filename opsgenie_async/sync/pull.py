"""Pulls an account into files: concurrent, each file written as soon as its entity is complete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import attrs

from opsgenie_async import __version__
from opsgenie_async.client import Opsgenie, check_client
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.events import Run
from opsgenie_async.sequences import Strings
from opsgenie_async.signatures import check_argument
from opsgenie_async.sync.files.store import FileRecord, Manifest, Store
from opsgenie_async.sync.model.kinds import FOLDERS
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.people import PERSONAL_PARTS
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection, selection
from opsgenie_async.sync.pull_files import Disk, EarlierFiles, write_files
from opsgenie_async.sync.reading.progress import Failure, PullEvent
from opsgenie_async.sync.reading.reader import Reading

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
        additional: Files that somebody made and whose content is not in the account, or that cannot be read. The pull
            leaves them as they are, and the next apply uses them.
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
    additional: Sequence[str] = ()
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
    check_client("pull", og)
    check_argument("pull: store", store, Store, "a Store, such as Store('backup')")
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
    async with Disk() as disk:
        if not dry_run:
            await disk.run(store.check)
        before = await disk.run(store.manifest)
        earlier = EarlierFiles(store, before)
        edits = disk.submit(earlier.find_edits)
        only = await _find(reading, only, before)
        await asyncio.wrap_future(edits)
        staging = None if dry_run else await disk.begin(store)
        files, counts = await write_files(reading, only, disk, staging, earlier)
        manifest = _manifest(reading, str(only), files, counts, began, clock.now() - started)
        folder = store.folder if staging is None else await disk.run(staging.finish, manifest, reading.only)
    report = _report(reading, manifest, before.files if before is not None else {}, folder)
    in_place = folder == store.folder
    twins = staging.twins if staging is not None else ()
    return attrs.evolve(
        report,
        removed=sorted({*report.removed, *twins}),
        overwritten=earlier.overwritten(report.removed, manifest, reading.only) if in_place else [],
        additional=earlier.additional(manifest, reading.only) if in_place else [],
        dry_run=dry_run,
    )


async def _find(reading: Reading, only: Selection, before: Manifest | None) -> Selection:
    """Find what there is, and which of it was selected; what only the folder has counts, too."""
    await reading.find(strict=False)
    if not only.is_everything:
        only = only.resolve([*reading.entries(), *_entries(before)], unknown=reading.unlisted)
        reading.narrow(only)
    reading.keep_rules_of = frozenset(_users_with_rules(before))
    return only


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


def _entries(before: Manifest | None) -> Iterator[Entry]:
    """What the folder has files of, which may be gone from the account."""
    for path, file in before.files.items() if before is not None else ():
        folder, _, name = path.partition("/")
        team = file.name if folder == TEAM.folder else file.team
        yield Entry(folder, file.name, name.removesuffix(".json"), team, file.id)


def _users_with_rules(before: Manifest | None) -> Iterator[str]:
    """Users whose files have notification rules: those stay whole, also where users come along without them."""
    for path, file in before.files.items() if before is not None else ():
        if path.startswith(f"{USER.folder}/") and any(part.section in file.parts for part in PERSONAL_PARTS):
            yield file.name


def _is_deleted(path: str, file: FileRecord, manifest: Manifest, only: Selection) -> bool:
    """Whether the entity of a file is known to have been deleted."""
    folder = path.partition("/")[0]
    unread = {(folder, file.name), (folder, "")} & manifest.unread
    return not unread and only.covers(folder, file.name)
