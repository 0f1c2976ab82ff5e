"""The journal of an apply: each step on disk before and after its request, to resume after a crash.

One JSON object per line, append-only, for people and for the next run. After a successful run, the next one starts the
file anew; after a run that was killed, stopped or incomplete, the next one appends to it. What is left to do is found
by comparing the account with the files again; the journal only records what happened. Open it before the account is
read: otherwise, what another run creates meanwhile would be created again.

It contains names, ids and the API's error messages, never an API key or the value of a field.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from io import FileIO
from pathlib import Path

import attrs

from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import OpsgenieError
from opsgenie_async.files import (
    ThreadedExitStack,
    UnfitFile,
    is_at,
    is_deeper,
    lock,
    open_regular,
    read_regular,
    write_all,
)
from opsgenie_async.json_text import Json, dump, load
from opsgenie_async.sync.files.diagnostics import LARGEST_MANIFEST
from opsgenie_async.sync.files.obstacles import JOURNAL
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.planning.refusals import Refusal

__all__ = ["JOURNAL", "EarlierRun", "Event", "Journal", "JournalError", "read_refusals"]

SETTLING = 2.0
"""Seconds in which a request whose sender was killed has been worked off: it may still be on its way."""


class Event:
    """The type of a line."""

    RUN_BEGAN = "run began"
    RUN_ENDED = "run ended"
    STEP_BEGAN = "step began"
    STEP_DONE = "step done"
    STEP_FAILED = "step failed"
    NOT_REACHED = "step not reached"
    REFUSAL = "step refused before"
    NEW_TEAM = "team made before"


class JournalError(OpsgenieError, ValueError):
    """The file is not a journal, or another run is writing it; it was not changed."""


@attrs.frozen(kw_only=True)
class EarlierRun:
    """The last run, if it did not succeed.

    Attributes:
        began: When it started, in UTC (ISO 8601).
        done: The number of steps done, as far as recorded.
        failed: The number of failed steps, as far as recorded.
        not_reached: The number of steps not started, as far as recorded.
        in_doubt: Steps that were started and have no recorded outcome, such as "create team ops".
    """

    began: str
    done: int
    failed: int
    not_reached: int
    in_doubt: tuple[str, ...]

    def __str__(self) -> str:
        facts = [f"{self.done} done"]
        facts += [f"{self.failed} failed"] if self.failed else []
        facts += [f"{len(self.in_doubt)} in doubt"] if self.in_doubt else []
        return f"a run of {self.began}: {', '.join(facts)}"

    def to_dict(self) -> dict[str, Json]:
        """The run as JSON."""
        return {
            "began": self.began,
            "done": self.done,
            "failed": self.failed,
            "notReached": self.not_reached,
            "inDoubt": list(self.in_doubt),
        }


class Journal:
    """The journal file, written in batches: lines added during a write are the next batch.

    Attributes:
        earlier: The run that this one resumes, None if the last one succeeded.
        refusals: Steps that the API refused permanently in earlier runs.
        new_teams: Teams that an earlier run created, or may have created, without cleaning up what Opsgenie added to
            them.
    """

    def __init__(self, file: FileIO, content: _Content, clock: Clock) -> None:
        self._is_needed = content.earlier is not None
        self.earlier = content.earlier
        self.refusals = content.refusals
        self.new_teams = content.new_teams
        self._file = file
        self._truncate_to: int | None = content.size if content.earlier is not None else 0
        self._clock = clock
        self._lines: list[bytes] = []
        self._batch = asyncio.get_running_loop().create_future()
        self._work = asyncio.Event()
        self._closing = False
        self._failure: OSError | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: str | os.PathLike[str], *, keep: bool = True, clock: Clock | None = None
    ) -> AsyncIterator[Journal]:
        """Open the journal at *path*; it is created if it does not exist.

        The content is kept until the first line of this run is written. Then an incomplete last line of a killed run is
        removed, as is everything of a successful run.

        Args:
            path: The file.
            keep: Whether to keep the file after a successful run.
            clock: For tests.

        Raises:
            JournalError: The file cannot be used.
        """
        with ThreadedExitStack() as stack:
            file, content = await asyncio.to_thread(_open, Path(path), stack)
            journal = cls(file, content, clock or SystemClock())
            writer = asyncio.create_task(journal._write())
            try:
                yield journal
            finally:
                journal._closing = True
                journal._work.set()
                try:
                    await writer
                    if not keep and not journal._is_needed:
                        await asyncio.to_thread(_remove, Path(path))
                finally:
                    await asyncio.to_thread(file.close)

    async def settled(self) -> None:
        """Wait until steps of the earlier run with unknown outcome are visible in the account."""
        if self.earlier is not None and self.earlier.in_doubt:
            await self._clock.sleep_until(self._clock.now() + SETTLING)

    async def append(self, event: str, **facts: Json) -> None:
        """Append a line and wait until it is on disk; raises `OSError` if it cannot be written."""
        self.note(event, **facts)
        await self.flush()

    async def flush(self) -> None:
        """Wait until all lines are on disk; raises `OSError` if they cannot be written."""
        if self._lines:
            await asyncio.shield(self._batch)  # others wait for the same batch

    def note(self, event: str, **facts: Json) -> None:
        """Append a line without waiting; it is written with the next batch, at the latest on closing."""
        if self._failure is not None:
            raise self._failure
        if event == Event.RUN_BEGAN:
            self._is_needed = True
        elif event == Event.RUN_ENDED:
            self._is_needed = not (facts.get("complete") is True and facts.get("tidy", True))
        at = self._clock.utc().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, Json] = {"at": at, "event": event, **facts}
        self._lines.append(dump(line) + b"\n")
        self._work.set()

    async def _write(self) -> None:
        while self._lines or not self._closing:
            await self._work.wait()
            self._work.clear()
            lines, self._lines = self._lines, []
            batch, self._batch = self._batch, asyncio.get_running_loop().create_future()
            if not lines:
                continue
            try:
                await asyncio.to_thread(_put, self._file, b"".join(lines), self._truncate_to)
            except OSError as error:
                self._failure = error
                for future in (batch, self._batch):
                    future.set_exception(error)
                    future.exception()  # perhaps nobody waits for it
                raise
            self._truncate_to = None
            batch.set_result(None)


def _put(file: FileIO, text: bytes, truncate_to: int | None) -> None:
    if truncate_to is not None:
        file.truncate(truncate_to)
    write_all(file.fileno(), text)
    os.fsync(file.fileno())


@attrs.frozen(kw_only=True)
class _Content:
    """The content of a journal. size: the bytes of its complete lines."""

    size: int = 0
    earlier: EarlierRun | None = None
    refusals: tuple[Refusal, ...] = ()
    new_teams: frozenset[str] = frozenset()


def read_refusals(path: str | os.PathLike[str]) -> tuple[Refusal, ...]:
    """Return `Journal.refusals` of the journal at *path* without opening it for a run; empty if there is no file.

    Raises:
        JournalError: The file is not a journal.
        OSError: It cannot be read.
    """
    try:
        text = read_regular(path, most=LARGEST_MANIFEST)
    except FileNotFoundError:
        return ()
    except UnfitFile as error:
        raise JournalError(error.message) from None
    return _parse(Path(path), text).refusals


def _remove(path: Path) -> None:
    with suppress(OSError):  # a system that removes no file that is open: the next run takes it for what it is
        path.unlink()


def _open(path: Path, stack: ThreadedExitStack) -> tuple[FileIO, _Content]:
    """Open the file for one run, and read what is in it; *stack* closes it."""
    try:
        file = FileIO(open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+")
    except UnfitFile as error:
        raise JournalError(error.message) from None
    try:
        if not lock(file.fileno()) or not is_at(path, file.fileno()):
            raise JournalError(f"{path}: another apply of the same files is running")
        if os.fstat(file.fileno()).st_size > LARGEST_MANIFEST:
            raise JournalError(f"{path}: is larger than {LARGEST_MANIFEST // 2**20} MiB; remove it to start a new one")
        file.seek(0)
        content = _parse(path, file.readall())
    except BaseException:
        file.close()
        raise
    return stack.enter_context(file), content


def _parse(path: Path, text: bytes) -> _Content:
    size = 0
    run: list[dict[str, Json]] = []
    for number, (entry, end) in enumerate(_entries(text), 1):
        if member := _mismatch(entry):
            raise JournalError(f"{path}: line {number}: {member}: not the journal of an apply")
        if entry.get("event") == Event.RUN_BEGAN:
            run = []
        run.append(entry)
        size = end
    if b"\n" in text and (not run or run[0].get("event") != Event.RUN_BEGAN):
        raise JournalError(f"{path}: not the journal of an apply")
    return _Content(size=size, earlier=_earlier(run), refusals=_refusals(run), new_teams=_new_teams(run))


TEXTS = ("at", "event", "action", "kind", "parent", "name", "message", "fingerprint", "parentId")
NUMBERS = ("step", "status")


def _mismatch(entry: dict[str, Json]) -> str:
    """The member of a line that is none of a journal's, "" where all of them fit."""
    for name in TEXTS:
        if not isinstance(entry.get(name, ""), str):
            return name
    if is_deeper(entry):
        return "nested too deeply"
    for name in NUMBERS:
        number = entry.get(name)
        if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
            return name
    return ""


def _entries(text: bytes) -> Iterator[tuple[dict[str, Json], int]]:
    """The lines that are whole, with where each ends; what stands behind a torn one was never waited for."""
    end = 0
    for line in text.split(b"\n")[:-1]:
        end += len(line) + 1
        try:
            entry = load(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(entry, dict):
            return
        yield entry, end


def _earlier(run: list[dict[str, Json]]) -> EarlierRun | None:
    """What the lines of the last run come to, None when it ended well."""
    if not run or (run[-1].get("event") == Event.RUN_ENDED and run[-1].get("complete") is True):
        return None
    beginnings, last = _beginnings(run), _last_events(run)
    count = Counter(last.values())
    return EarlierRun(
        began=str(run[0].get("at", ""))[:19],
        done=count[Event.STEP_DONE],
        failed=count[Event.STEP_FAILED],
        not_reached=count[Event.NOT_REACHED],
        in_doubt=tuple(_description(beginnings[step]) for step, event in last.items() if event == Event.STEP_BEGAN),
    )


def _beginnings(run: list[dict[str, Json]]) -> dict[str, dict[str, Json]]:
    return {str(entry.get("step")): entry for entry in run if entry.get("event") == Event.STEP_BEGAN}


def _last_events(run: list[dict[str, Json]]) -> dict[str, Json]:
    """What was last noted of each step."""
    return {str(entry["step"]): entry.get("event") for entry in run if "step" in entry}


def _refusals(run: list[dict[str, Json]]) -> tuple[Refusal, ...]:
    """What the last run remembers of those before it, and what was refused in it, for good."""
    return tuple(
        Refusal(
            fingerprint=str(entry["fingerprint"]),
            step=_description(entry),
            status=status,
            message=str(entry.get("message", "")),
            parent_id=str(entry.get("parentId", "")),
        )
        for entry in run
        if entry.get("event") in (Event.REFUSAL, Event.STEP_FAILED) and entry.get("fingerprint")
        if isinstance(status := entry.get("status"), int)
    )


def _new_teams(run: list[dict[str, Json]]) -> frozenset[str]:
    if any(entry.get("event") == Event.RUN_ENDED and entry.get("tidy", True) for entry in run):
        return frozenset()
    last = _last_events(run)
    teams = {
        str(entry.get("name"))
        for step, entry in _beginnings(run).items()
        if (entry.get("action"), entry.get("kind")) == ("create", TEAM.name)
        and last[step] in (Event.STEP_BEGAN, Event.STEP_DONE)
    }
    return frozenset(teams | {str(entry.get("name")) for entry in run if entry.get("event") == Event.NEW_TEAM})


def _description(entry: dict[str, Json]) -> str:
    return " ".join(str(entry.get(name)) for name in ("action", "kind", "parent", "name") if entry.get(name))
