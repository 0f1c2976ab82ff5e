"""One run of the archive: its steps, and how it resumes after an interruption."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import attrs

from opsgenie_async import __version__
from opsgenie_async.archive import kinds
from opsgenie_async.archive.answers import Answers
from opsgenie_async.archive.blobs import Blobs
from opsgenie_async.archive.choices import choices_of, configuration_selection, refuse_full_for
from opsgenie_async.archive.contents import files_below, raise_if_foreign, sweep
from opsgenie_async.archive.disk import Disk
from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.history import History
from opsgenie_async.archive.journal import Journal
from opsgenie_async.archive.kinds import ALERTS, ALL, FULL, INCIDENTS, SNAPSHOTS
from opsgenie_async.archive.layout import CONFIGURATION
from opsgenie_async.archive.manifest import Doc, seal, write_manifest
from opsgenie_async.archive.parts import ALERT, INCIDENT, Source
from opsgenie_async.archive.segments import digest_of, segment_lines
from opsgenie_async.archive.snapshots import Snapshots
from opsgenie_async.archive.summary import manifest_of
from opsgenie_async.archive.tally import ArchiveProgress, Tally
from opsgenie_async.archive.things import count_things
from opsgenie_async.archive.units import Books, is_hole, reason_of
from opsgenie_async.client import Opsgenie, check_client
from opsgenie_async.errors import OpsgenieError, Unauthorized
from opsgenie_async.events import Run
from opsgenie_async.files import FileInUse, ThreadedExitStack, hold_lock
from opsgenie_async.sync import Store, StoreError, pull

__all__ = ["ArchiveReport", "archive"]

WIDTH = 48
"""Alerts, and incidents, read concurrently; the rate limits bound the requests in flight."""


@attrs.frozen(kw_only=True)
class ArchiveReport:
    """The result of a run of the archive.

    Attributes:
        folder: The folder of the archive.
        run: The number of the run.
        totals: The number of entities by kind; an alert with records of several runs counts once.
        read: The number of entities by kind that this run read.
        holes: What is missing, each with `kind`, `slice` or `id`, and `reason`.
        skipped: What was excluded, or is not available from the API.
        seal: The manifest's digest; store it outside of the archive.
        duration: The duration of this process in seconds.
    """

    folder: Path
    run: int
    totals: dict[str, int]
    read: dict[str, int]
    holes: list[Doc]
    skipped: list[Doc]
    seal: str
    duration: float

    @property
    def complete(self) -> bool:
        """Whether everything that was selected is included."""
        return not self.holes


async def archive(
    og: Opsgenie,
    folder: str | os.PathLike[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    kinds: str | Iterable[str] = ALL,
    depth: str = FULL,
    full_for: str = "",
    contacts: bool = False,
    width: int = WIDTH,
    on_progress: Callable[[ArchiveProgress], None] | None = None,
) -> ArchiveReport:
    """Archive the history of the account in *folder*; see `opsgenie_async.archive` for the format.

    The same call resumes an interrupted run, repeating only the requests that were in flight. On a complete archive, it
    reads what is new or has changed since.

    Args:
        og: A client; keys from API key management cannot read alerts, integration keys only those.
        folder: The folder for the files.
        since: Skip alerts and incidents created before this time, timezone-aware.
        until: Skip alerts and incidents created at this time or later, timezone-aware.
        kinds: Some of `ALL`, as a list or as a comma-separated str.
        depth: "full", or "list" for only the listed fields of alerts and incidents, with a hundredth of the requests.
        full_for: A search query for alerts and incidents to read in full with `depth="list"`.
        contacts: Whether to include contacts and notification rules of users.
        width: The number of alerts, and of incidents, to read concurrently.
        on_progress: Called with the progress; must be quick and must not block.

    Returns:
        What the archive contains, and what is missing.

    Raises:
        ArchiveError: A choice is invalid (the message begins with its name), or the folder contains something else, or
            an unfinished run with other choices. Nothing was written.
        Unauthorized: The API key is invalid.
        OpsgenieError: The API was unavailable for long, or a rate limit stayed closed; the same call resumes later.
    """
    check_client("archive", og)
    choices = choices_of(since=since, until=until, kinds=kinds, depth=depth, full_for=full_for, contacts=contacts)
    root = Path(folder)
    disk = Disk()
    with ThreadedExitStack() as stack:
        try:
            await disk.run(_enter, root, stack)
            run = _Run(og, root, disk, choices, width, on_progress)
            try:
                with Run(og._transport.announce, "archive", run.clock.now) as observed:
                    report = await run.execute()
                    observed.counts.update(report.totals)
                    observed.failures = len(report.holes)
                return report
            except BaseExceptionGroup as errors:
                raise _first(errors) from None
            finally:
                await run.blobs.close()
        finally:
            await disk.close()  # before the folder is unlocked: there may be lines to write


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first failure in a group of tasks that cancelled each other."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _enter(folder: Path, stack: ThreadedExitStack) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ArchiveError(f"{folder}: is not a folder") from None
    try:
        stack.enter_context(hold_lock(folder))
    except FileInUse as error:
        raise ArchiveError(str(error)) from None


class _Run:
    """The state of one run."""

    def __init__(
        self,
        og: Opsgenie,
        folder: Path,
        disk: Disk,
        choices: Doc,
        width: int,
        on_progress: Callable[[ArchiveProgress], None] | None,
    ) -> None:
        config = og._transport.config
        self.og = og
        self.folder = folder
        self.disk = disk
        self.choices = choices
        self.width = width
        self.clock = config.clock
        self.answers = Answers(og, self._note_redaction)
        self.blobs = Blobs(folder, disk, config, og._base_url)
        self.journal = Journal(folder, disk)
        self.number = 0
        self.tally = Tally(self.journal, self.clock, on_progress)
        self._start = self.clock.now()

    async def execute(self) -> ArchiveReport:
        await self.journal.load()
        if not self.journal.runs:  # that of an apply to a snapshot has the same name
            await self.disk.run(raise_if_foreign, self.folder)
        await self._begin()
        self.tally.begin(self.number)
        await self._configuration("start")
        choice = self.choices["kinds"]
        books = Books(self.folder, self.disk, self.journal, self.number, self.og._transport.announce)
        source = Source(self.answers, self.blobs)
        histories = [
            History(kind, source, books, self.choices, self.width, self.tally)
            for kind in (ALERT, INCIDENT)
            if kind.name in choice
        ]
        snapshots = Snapshots(source, books, self.clock.utc(), self._since, self.choices["contacts"], self.tally)
        async with asyncio.TaskGroup() as group:  # each spends a rate limit of its own
            for history in histories:
                group.create_task(history.collect())
            group.create_task(self._snapshots(snapshots))
        if {ALERTS, INCIDENTS} <= set(choice):
            await histories[0].collect_named()
        for history in histories:
            await history.recount()
        await self._configuration("end")
        return await self._finish()

    @property
    def _since(self) -> datetime | None:
        since = self.choices["since"]
        return None if since is None else datetime.fromisoformat(since)

    async def _begin(self) -> None:
        """Resume the unfinished run, or start a new one.

        Raises:
            ArchiveError: The archive is of another account, or the run has other choices.
        """
        runs = self.journal.runs
        account = await self._account()
        for run in runs[-1:]:
            if other := _other_account(run, account, self.og._base_url):
                raise ArchiveError(f"{self.folder}: is the archive of {other}; use another folder")
        if runs and not self.journal.is_finished(runs[-1]["run"]):
            if runs[-1]["choices"] != self.choices:
                raise ArchiveError(
                    f"{self.folder}: run {runs[-1]['run']} is unfinished and was started with other options:"
                    f" {_difference(runs[-1]['choices'], self.choices)}; finish it, or use another folder"
                )
            self.number = runs[-1]["run"]
            return
        await refuse_full_for(self.answers, self.choices)
        self.number = (runs[-1]["run"] if runs else 0) + 1
        await self.journal.add(
            "run",
            run=self.number,
            tool=f"opsgenie-async {__version__}",
            server=self.og._base_url,
            account=account,
            started=self._now(),
            choices=self.choices,
        )

    async def _account(self) -> Doc:
        """The account's name and plan, empty if the key may not read them; an invalid key is raised."""
        try:
            data = (await self.og.request("GET", "v2/account")).data
        except Unauthorized:
            raise
        except OpsgenieError as error:
            if not is_hole(error):
                raise
            return {"reason": reason_of(error)}
        facts = data if isinstance(data, dict) else {}
        plan = facts.get("plan")
        return {"name": facts.get("name"), "plan": plan.get("name") if isinstance(plan, dict) else plan}

    async def _snapshots(self, snapshots: Snapshots) -> None:
        async with asyncio.TaskGroup() as group:
            for kind in SNAPSHOTS:
                if kind in self.choices["kinds"]:
                    group.create_task(snapshots.collect(kind))

    async def _configuration(self, when: str) -> None:
        """Pull the configuration while the history is read."""
        if kinds.CONFIGURATION not in self.choices["kinds"]:
            return
        if any(each["when"] == when for each in self.journal.of_run(self.number, "configuration")):
            return
        folder = self.folder / CONFIGURATION / f"{self.number}-{when}"
        await self.disk.run(shutil.rmtree, folder, ignore_errors=True)
        only = configuration_selection(contacts=self.choices["contacts"])
        holes: list[Doc] = []
        await self.disk.run(folder.parent.mkdir, parents=True, exist_ok=True)
        try:
            report = await pull(self.og, Store(folder), only=only)
            holes += [{"id": each.name, "part": each.folder, "reason": str(each)} for each in report.failures]
            holes += [{"part": part, "reason": reason} for part, reason in report.unavailable.items()]
        except StoreError:
            raise
        except OpsgenieError as error:
            if not is_hole(error):
                raise
            holes.append({"part": when, "reason": reason_of(error)})
        files = await self.disk.run(files_below, self.folder, folder)
        await self.journal.add("configuration", run=self.number, when=when, files=files, holes=holes)

    def _now(self) -> str:
        return self.clock.utc().isoformat(timespec="seconds")

    async def _note_redaction(self) -> None:
        """Record a redaction at once: this process may be killed."""
        await self.journal.add("redacted", run=self.number)

    async def _finish(self) -> ArchiveReport:
        """Record that the run is finished, and write the manifest."""
        journal = self.journal
        done = [each for each in journal.events if each["event"] == "done"]
        count = partial(count_things, partial(segment_lines, self.folder))
        read = await self.disk.run(count, journal.of_run(self.number, "done"))
        totals = read if self.number == 1 else await self.disk.run(count, done)
        await journal.add(
            "finished",
            run=self.number,
            finished=self._now(),
            read=read,
            redacted=self.answers.redacted,
        )
        blobs = await self.disk.run(sweep, self.folder, journal)
        size, sha256 = await self.disk.run(digest_of, journal.path)
        document = seal(manifest_of(journal, totals, blobs, {"size": size, "sha256": sha256}))
        await self.disk.run(write_manifest, self.folder, document)
        return ArchiveReport(
            folder=self.folder,
            run=self.number,
            totals=totals,
            read=read,
            holes=document["holes"],
            skipped=document["skipped"],
            seal=document["seal"],
            duration=self.clock.now() - self._start,
        )


def _other_account(run: Doc, account: Doc, server: str) -> str:
    """The account of the archive if it is another one; "" if it is the same, or unknown."""
    before = run["account"].get("name")
    if before and account.get("name") and before != account["name"]:
        return f"the account {before!r}, not {account['name']!r}"
    hosts = [urlsplit(each).hostname or "" for each in (run["server"], server)]
    if hosts[0] != hosts[1] and not all(host.startswith("127.") or host == "localhost" for host in hosts):
        return f"an account at {hosts[0]}, not at {hosts[1]}"
    return ""


def _difference(previous: Doc, current: Doc) -> str:
    return ", ".join(
        f"{name} {_option_text(previous.get(name))}, not {_option_text(current[name])}"
        for name in current
        if previous.get(name) != current[name]
    )


def _option_text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else repr(value)
