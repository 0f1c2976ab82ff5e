"""Units of work: one slice of alerts or incidents each, read completely and written as a segment."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from pathlib import Path

import attrs

from opsgenie_async.archive.disk import Disk
from opsgenie_async.archive.drafts import Draft
from opsgenie_async.archive.journal import Journal, slice_document
from opsgenie_async.archive.kinds import FULL
from opsgenie_async.archive.layout import WORK, segment_path
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.parts import HistoryKind, Part, Source
from opsgenie_async.archive.raw import elements, json_list
from opsgenie_async.archive.segments import SegmentFile, write_segment
from opsgenie_async.archive.tally import Tally
from opsgenie_async.archive.work import Progress, Remainder, Yield, keep_draft, lines_of, load, work_line
from opsgenie_async.errors import (
    ApiError,
    Forbidden,
    ListingTooLong,
    NotFound,
    OpsgenieError,
    PaymentRequired,
    ProtocolError,
    ServerError,
    Throttled,
    Unauthorized,
)
from opsgenie_async.events import Announcer, SliceEnded
from opsgenie_async.history import Item, Slice, Walk
from opsgenie_async.http.response import Response

__all__ = ["Books", "Reader", "Unit", "drain", "is_hole", "reason_of"]

REFUSALS = 3
"""So many refusals of a part in a row, and never an answer: it is not asked for any more."""
NAMED = 100
"""Ids that a hole names one by one."""

REFUSED = (Unauthorized, PaymentRequired, Forbidden)


def is_hole(error: OpsgenieError) -> bool:
    """Whether the API refuses permanently; any other error ends the run, which can be resumed."""
    if isinstance(error, Throttled):
        return False
    return isinstance(error, ApiError | ProtocolError | ListingTooLong)


def reason_of(error: OpsgenieError) -> str:
    """The reason in a hole for *error*."""
    return f"window: {error.message}" if isinstance(error, ListingTooLong) else str(error)


@attrs.frozen(kw_only=True)
class Unit:
    """The work for one segment.

    Attributes:
        name: The name of the segment; the same content always has the same name.
        stream: The stream it belongs to, within its run.
        slice: The slice to read, None for a list of ids.
        ids: The ids to read, without a slice.
        depth: "full" with all parts, or "list".
        replaces: The unit of an earlier run whose holes this one fills.
    """

    name: str
    stream: str
    slice: Slice | None
    ids: tuple[str, ...] = ()
    depth: str = FULL
    replaces: str = ""


@attrs.frozen
class Books:
    """The files that a run writes."""

    folder: Path
    disk: Disk
    journal: Journal
    run: int
    announce: Announcer = attrs.field(factory=lambda: Announcer(()), repr=False)

    async def finish(self, kind: str, unit: Unit, counted: int | None, result: Yield, holes: list[Doc]) -> None:
        """Write a segment, and record it in the journal."""
        file: SegmentFile | None = None
        if result.lines:
            file, _ = await self.disk.run(write_segment, self.folder, segment_path(kind, unit.name), result.lines)
        await self.journal.add(
            "done",
            run=self.run,
            kind=kind,
            unit=unit.name,
            stream=unit.stream,
            slice=None if unit.slice is None else slice_document(unit.slice),
            query="" if unit.slice is None else unit.slice.text(),
            depth=unit.depth,
            before=counted,
            records=len(result.lines),
            first=result.first,
            last=result.last,
            file=None if file is None else attrs.asdict(file),
            holes=holes,
            blobs=result.blobs,
            gone=len(result.deleted_ids),
            replaces=unit.replaces,
        )
        self.announce(SliceEnded(kind=kind, records=len(result.lines), holes=len(holes)))

    def work(self, kind: str, unit: Unit) -> Path:
        """The work file of a unit."""
        return self.folder / WORK / f"{kind}-{unit.name}"

    def is_done(self, kind: str, name: str) -> bool:
        """Whether that unit is finished."""
        return self.journal.is_done(self.run, kind, name)


@attrs.frozen
class _Entity:
    """An item of a unit while it is read.

    Attributes:
        id: The API's id.
        remainder: Its stored parts; takes those that are read.
    """

    id: str
    remainder: Remainder
    _path: Path
    _disk: Disk

    def write(self, operation: str, payload: bytes) -> None:
        """Add a line to the work file; it is soon on the disk."""
        self._disk.append(self._path, work_line(operation, self.id, payload))

    def draft(self, part: str) -> Draft:
        """The draft of a part; additions are stored."""
        return keep_draft(self.remainder.drafts.get(part, Draft()), self._disk, self._path, self.id, part)


class Reader:
    """The reader of units of one kind: any number of units, and up to *width* entities, at a time."""

    def __init__(self, kind: HistoryKind, source: Source, books: Books, most: int, width: int, tally: Tally) -> None:
        self.kind = kind
        self.walk = Walk(source.answers.send, kind.target, most=most)
        self._source = source
        self._books = books
        self._slots = asyncio.Semaphore(width)
        self._width = width
        self._tally = tally
        self._refused: Counter[str] = Counter()
        self._answered: set[str] = set()

    async def collect(self, unit: Unit, *, known: frozenset[str] = frozenset()) -> None:
        """Read the rest of *unit* and write its segment; *known* are ids in other units.

        Raises:
            OpsgenieError: A temporary failure: the run ends, and resumes here later.
        """
        books, kind = self._books, self.kind.name
        path = books.work(kind, unit)
        progress = await books.disk.run(load, path)
        self._tally.resume(kind, len(progress.items))
        self._tally.resume(f"{kind} read", sum(map(progress.is_complete, progress.parts)))
        holes: list[Doc] = []
        if unit.slice is None:
            for id in unit.ids:
                progress.items.setdefault(id, None)
        else:
            try:
                await self._list(path, unit.slice, progress, known)
            except OpsgenieError as error:
                if not is_hole(error):
                    raise
                holes.append({"reason": reason_of(error)})
        if unit.depth == FULL:
            await self._details(path, progress)
        result = await books.disk.run(_close, books.disk, path, books.run, self.kind.order)
        holes += _group_holes(result.holes)
        if unit.stream == "named" and result.deleted_ids:
            holes.append(
                {"reason": "404: an incident names it", "count": len(result.deleted_ids), "ids": result.deleted_ids}
            )
        await books.finish(kind, unit, progress.counted, result, holes)
        await books.disk.run(path.unlink, missing_ok=True)

    async def _list(self, path: Path, slice: Slice, progress: Progress, known: frozenset[str]) -> None:
        """Read the items of *slice*."""
        if progress.is_listed:
            return
        disk = self._books.disk
        if progress.counted is None and self.walk.target.count:
            progress.counted = await self.walk.count(slice)
            disk.append(path, work_line("counted", "", json.dumps(progress.counted).encode()))
        keys = {*progress.items, *known}
        counted = None if known else progress.counted
        async with aclosing(self.walk.read(slice, counted, known=keys, start=progress.cursor)) as answers:
            async for answer in answers:
                if progress.counted is None and answer.total is not None and not progress.items:
                    progress.counted = answer.total
                    disk.append(path, work_line("counted", "", json.dumps(progress.counted).encode()))
                disk.append(path, _item_lines(answer.response, answer.new, progress))
                self._tally.add(self.kind.name, len(answer.new))
        progress.is_listed = True
        disk.append(path, work_line("listed", "", b"null"))

    async def _details(self, path: Path, progress: Progress) -> None:
        """Read each item with its parts."""
        todo = (id for id in progress.items if not progress.is_complete(id))

        async def work() -> None:
            for id in todo:  # shared by all of them
                async with self._slots:
                    await self._entity(_Entity(id, progress.resume(id), path, self._books.disk))

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._width, len(progress.items))):
                group.create_task(work())

    async def _entity(self, entity: _Entity) -> None:
        """Read the missing parts of an entity."""
        kind, have, raws = self.kind, entity.remainder.have, entity.remainder.raws
        missing = [name for name in kind.parts if name not in have]
        try:
            if "document" not in have:
                raws["document"] = await self._request("document", lambda: kind.read(self._source, entity.id))
                entity.write("part:document", raws["document"])
        except NotFound:
            entity.write("gone", b"null")
            self._tally.add(f"{kind.name} read", 1)
            return
        except OpsgenieError as error:
            self._lack(entity, "document", error)
        document = raws.get("document", b"null")
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._part(entity, name, kind.parts[name], document)) for name in missing]
        for name, (part, names) in kind.last.items():
            if name not in have:
                await self._part(entity, name, part, json_list(raws[each] for each in names if each in raws))
        is_absent = entity.remainder.is_absent or any(task.result() for task in tasks)
        if is_absent and await self._is_gone(entity.id):
            entity.write("gone", b"null")
        entity.write("complete", b"null")
        self._tally.add(f"{kind.name} read", 1)

    async def _part(self, entity: _Entity, name: str, read: Part, around: bytes) -> bool:
        """Read one part; returns whether it was not found."""
        source = attrs.evolve(self._source, draft=entity.draft(name))
        try:
            raw = await self._request(name, lambda: read(source, entity.id, around))
        except OpsgenieError as error:
            self._lack(entity, name, error)
            return isinstance(error, NotFound)
        entity.remainder.raws[name] = raw
        entity.write(f"part:{name}", raw)
        return False

    def _lack(self, entity: _Entity, name: str, error: OpsgenieError) -> None:
        """Record a hole for a missing part; raises *error* if it may be available later."""
        if not is_hole(error):
            raise error
        entity.write(f"hole:{name}", json.dumps(reason_of(error)).encode())

    async def _is_gone(self, id: str) -> bool:
        try:
            await self.kind.read(self._source, id)
        except NotFound:
            return True
        except OpsgenieError:
            return False
        return False

    async def _request(self, name: str, read: Callable[[], Awaitable[bytes]]) -> bytes:
        """The result of *read*, retried once after a server error; a part without a response becomes a hole."""
        if self._refused[name] >= REFUSALS and name not in self._answered:
            raise Forbidden(f"{name} was refused {REFUSALS} times, and is no longer requested", status=403)
        try:
            try:
                raw = await read()
            except ServerError:
                raw = await read()
        except REFUSED:
            self._refused[name] += 1
            raise
        self._answered.add(name)
        return raw


def _item_lines(response: Response, new: Iterable[tuple[int, Item]], progress: Progress) -> bytes:
    """The new items of a page as lines of the work file."""
    raws = elements(response.body, "data")
    lines = []
    for place, item in new:
        created = json.dumps(item.created).encode()
        progress.add(item.key, item.created)
        lines.append(work_line("item", item.key, created + b"\t" + raws[place]))
    return b"".join(lines)


def _close(disk: Disk, path: Path, run: int, order: tuple[str, ...]) -> Yield:
    disk.release(path)
    return lines_of(path, run, order)


def _group_holes(lacks: list[Doc]) -> list[Doc]:
    """Holes grouped by part and reason; each id is in its record, too."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in lacks:
        groups.setdefault((each["part"], _kind_of(each["reason"])), []).append(each["id"])
    return [
        {"part": part, "reason": reason, "count": len(ids), "ids": ids[:NAMED]}
        for (part, reason), ids in groups.items()
    ]


def _kind_of(reason: str) -> str:
    """A reason without the details of a single call."""
    return reason.partition(" (")[0]


async def drain(units: AsyncIterator[Unit], collect: Callable[[Unit], Awaitable[None]], width: int) -> None:
    """Collect units as they are planned, *width* at a time; the first failure ends all."""
    slots = asyncio.Semaphore(width)

    async def one(unit: Unit) -> None:
        try:
            await collect(unit)
        finally:
            slots.release()

    async with asyncio.TaskGroup() as group:
        async for unit in units:
            await slots.acquire()
            group.create_task(one(unit))
