"""Units of work: one slice of alerts or incidents, read completely and written as a segment."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from pathlib import Path

import attrs

from opsgenie_async.archive.disk import Disk
from opsgenie_async.archive.journal import Journal, slice_document
from opsgenie_async.archive.kinds import FULL
from opsgenie_async.archive.layout import WORK, segment_path
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.parts import Dated, Part, Source
from opsgenie_async.archive.raw import elements
from opsgenie_async.archive.segments import SegmentFile, write_segment
from opsgenie_async.archive.tally import Tally
from opsgenie_async.archive.work import Progress, Yield, lines_of, load, work_line
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
    """Whether the API refuses for good; any other error ends the run, which can be resumed."""
    if isinstance(error, Throttled):
        return False
    return isinstance(error, ApiError | ProtocolError | ListingTooLong)


def reason_of(error: OpsgenieError) -> str:
    """What a hole says of why it is there."""
    return f"window: {error.message}" if isinstance(error, ListingTooLong) else str(error)


@attrs.frozen(kw_only=True)
class Unit:
    """The work that becomes one segment.

    Attributes:
        name: Of the segment, stable for what it holds.
        stream: What it is a slice of, within its run.
        slice: Which items, None for a list of ids.
        ids: Which ones, where there is no slice.
        depth: "full" with all parts, or "list".
        replaces: The unit of a run before whose holes this one fills.
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
        """Write a segment, and that it is there."""
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
        """Whether that unit is a segment."""
        return self.journal.is_done(self.run, kind, name)


class Reader:
    """Reads units of one kind, any number at a time, *width* entities of them at once."""

    def __init__(self, dated: Dated, source: Source, books: Books, most: int, width: int, tally: Tally) -> None:
        self.dated = dated
        self.walk = Walk(source.answers.send, dated.target, most=most)
        self._source = source
        self._books = books
        self._slots = asyncio.Semaphore(width)
        self._width = width
        self._tally = tally
        self._refused: Counter[str] = Counter()
        self._answered: set[str] = set()

    async def collect(self, unit: Unit, *, known: frozenset[str] = frozenset()) -> None:
        """Read the rest of *unit* and write its segment; *known* are ids that other units hold.

        Raises:
            OpsgenieError: Nothing that the API would say again: the run ends, and goes on here another time.
        """
        books, kind = self._books, self.dated.kind
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
        result = await books.disk.run(_close, books.disk, path, books.run, self.dated.order)
        holes += _grouped(result.holes)
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
        seen = {*progress.items, *known}
        counted = None if known else progress.counted
        async with aclosing(self.walk.read(slice, counted, seen=seen, low=progress.low)) as answers:
            async for answer in answers:
                if progress.counted is None and answer.total is not None and not progress.items:
                    progress.counted = answer.total
                    disk.append(path, work_line("counted", "", json.dumps(progress.counted).encode()))
                disk.append(path, _item_lines(answer.response, answer.new, progress))
                self._tally.add(self.dated.kind, len(answer.new))
        progress.is_listed = True
        disk.append(path, work_line("listed", "", b"null"))

    async def _details(self, path: Path, progress: Progress) -> None:
        """Read each item with its parts."""
        todo = (id for id in progress.items if not progress.is_complete(id))

        async def work() -> None:
            for id in todo:  # shared by all of them
                async with self._slots:
                    raws = progress.unfinished.pop(id, {})
                    await self._entity(path, id, progress.parts.get(id, set()), raws)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._width, len(progress.items))):
                group.create_task(work())

    async def _entity(self, path: Path, id: str, have: set[str], raws: dict[str, bytes]) -> None:
        """Read what is not in *have*; *raws* are the parts that are there."""
        dated, disk = self.dated, self._books.disk
        missing = [name for name in dated.parts if name not in have]
        try:
            if "document" not in have:
                raws["document"] = await self._request("document", lambda: dated.read(self._source, id))
                disk.append(path, work_line("part:document", id, raws["document"]))
        except NotFound:
            disk.append(path, work_line("gone", id, b"null"))
            self._tally.add(f"{dated.kind} read", 1)
            return
        except OpsgenieError as error:
            self._lack(path, id, "document", error)
        document = raws.get("document", b"null")
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._part(path, id, name, dated.parts[name], document, raws)) for name in missing
            ]
        for name, (part, names) in dated.last.items():
            if name not in have:
                around = b"[" + b",".join(raws[each] for each in names if each in raws) + b"]"
                await self._part(path, id, name, part, around, raws)
        if any(task.result() for task in tasks) and await self._is_gone(id):
            disk.append(path, work_line("gone", id, b"null"))
        disk.append(path, work_line("complete", id, b"null"))
        self._tally.add(f"{dated.kind} read", 1)

    async def _part(self, path: Path, id: str, name: str, read: Part, around: bytes, raws: dict[str, bytes]) -> bool:
        """Read one part; tell whether it was not found."""
        try:
            raws[name] = await self._request(name, lambda: read(self._source, id, around))
        except OpsgenieError as error:
            self._lack(path, id, name, error)
            return isinstance(error, NotFound)
        self._books.disk.append(path, work_line(f"part:{name}", id, raws[name]))
        return False

    def _lack(self, path: Path, id: str, name: str, error: OpsgenieError) -> None:
        """Write down why a part is not there; raises *error* where it may be there another time."""
        if not is_hole(error):
            raise error
        self._books.disk.append(path, work_line(f"hole:{name}", id, json.dumps(reason_of(error)).encode()))

    async def _is_gone(self, id: str) -> bool:
        try:
            await self.dated.read(self._source, id)
        except NotFound:
            return True
        except OpsgenieError:
            return False
        return False

    async def _request(self, name: str, read: Callable[[], Awaitable[bytes]]) -> bytes:
        """The result of *read*, retried once after a server error; an unanswered part is given up."""
        if self._refused[name] >= REFUSALS and name not in self._answered:
            raise Forbidden(f"{name} was refused {REFUSALS} times, and is not asked for any more", status=403)
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
    """The new items of a page as lines of work."""
    raws = elements(response.body, "data")
    lines = []
    for place, item in new:
        created = json.dumps(item.created).encode()
        progress.items[item.key] = item.created
        progress.low = item.created if item.created is not None else progress.low
        lines.append(work_line("item", item.key, created + b"\t" + raws[place]))
    return b"".join(lines)


def _close(disk: Disk, path: Path, run: int, order: tuple[str, ...]) -> Yield:
    disk.release(path)
    return lines_of(path, run, order)


def _grouped(lacks: list[Doc]) -> list[Doc]:
    """Holes of the same part and reason as one; each id is in its record, too."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in lacks:
        groups.setdefault((each["part"], _kind_of(each["reason"])), []).append(each["id"])
    return [
        {"part": part, "reason": reason, "count": len(ids), "ids": ids[:NAMED]}
        for (part, reason), ids in groups.items()
    ]


def _kind_of(reason: str) -> str:
    """A reason without what is of one call alone."""
    return reason.partition(" (")[0]


async def drain(units: AsyncIterator[Unit], collect: Callable[[Unit], Awaitable[None]], width: int) -> None:
    """Collect units as they come, *width* at a time; the first failure ends all."""
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
