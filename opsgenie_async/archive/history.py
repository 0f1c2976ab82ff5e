"""The history of alerts or incidents in one run: plan slices, read them, and count them again at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from itertools import count

import attrs

from opsgenie_async.archive.ids import LATE, ids_in, named_ids, open_ids
from opsgenie_async.archive.journal import slice_document, slice_of
from opsgenie_async.archive.kinds import FULL, LIST
from opsgenie_async.archive.layout import label, slice_name
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.parts import HistoryKind, Source
from opsgenie_async.archive.tally import Tally
from opsgenie_async.archive.units import Books, Reader, Unit, drain, is_hole, reason_of
from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.errors import OpsgenieError, ProtocolError
from opsgenie_async.history import Item, Slice

__all__ = ["History"]

MOST = {FULL: 2_000, LIST: 18_000}
"""Records a segment: with all parts they are larger, and each one costs some requests more than a slice does."""
AT_ONCE = {FULL: 6, LIST: 3}
"""Slices in progress: the number held in memory, independent of their total."""
OPEN = "open"
"""The stream of what was open when it was read last."""
IS_OPEN = "status: open"


@attrs.frozen
class _Stream:
    """The items of one query and depth; in a later run, only new or changed ones."""

    name: str
    slice: Slice
    depth: str


class History:
    """The reading of one kind in one run."""

    def __init__(
        self,
        kind: HistoryKind,
        source: Source,
        books: Books,
        choices: Doc,
        width: int,
        tally: Tally,
    ) -> None:
        self.kind = kind.name
        self._books = books
        self._journal = books.journal
        self._choices = choices
        self._readers = {depth: Reader(kind, source, books, most, width, tally) for depth, most in MOST.items()}

    async def collect(self) -> None:
        """Read all entities, including those created meanwhile; a refused listing becomes a hole."""
        for part in ("first", "late"):
            bounds = await self._bounds(part)
            if bounds is None:
                return
            for stream in self._streams(part, bounds["low"], bounds["high"]):
                await drain(self._units(stream), self._collect, AT_ONCE[stream.depth])
            if part == "first":
                await drain(self._again(bounds), self._collect, AT_ONCE[LIST])
                if self._books.run > 1 and not self._is_planned(OPEN):
                    await self._journal.add("planned", run=self._books.run, kind=self.kind, stream=OPEN)
            if self._choices["until"]:
                return

    async def collect_named(self) -> None:
        """Read the alerts that incidents refer to and that were in no slice."""
        books = self._books
        ids = await books.disk.run(named_ids, books.folder, self._journal.events, books.run)
        units = _batches(ids, "named", f"{books.run}-named", FULL if self._choices["depth"] == FULL else LIST)
        for unit in units:
            if not books.is_done(self.kind, unit.name):
                await self._collect(attrs.evolve(unit, depth=FULL))

    async def recount(self) -> None:
        """Count each slice again, and read those again that have grown."""
        events = self._journal.of_run(self._books.run, "done")
        recounted_units = {each["unit"] for each in self._journal.of_run(self._books.run, "recount")}
        slots = asyncio.Semaphore(AT_ONCE[LIST])

        async def recount_one(done: Doc) -> None:
            async with slots:
                await self._recount(done)

        async with asyncio.TaskGroup() as group:
            for done in events:
                if (
                    done["kind"] == self.kind
                    and done["stream"].startswith("history")
                    and done["unit"] not in recounted_units
                ):
                    group.create_task(recount_one(done))

    async def _recount(self, done: Doc) -> None:
        books, reader, slice = self._books, self._readers[done["depth"]], slice_of(done["slice"])
        hole = explanation = ""
        after: int | None = None
        try:
            after = await reader.walk.count(slice)
            records = done["records"]
            if after is not None and after > records:
                again = f"{done['unit']}-again"
                if not books.is_done(self.kind, again):
                    known = await books.disk.run(ids_in, books.folder, done)
                    unit = Unit(name=again, stream=f"again {done['unit']}", slice=slice, depth=done["depth"])
                    await reader.collect(unit, known=known)
                more = next(e["records"] for e in self._journal.of_run(books.run, "done") if e["unit"] == again)
                explanation = f"{more} created since" if more else ""
                records += more
                after = await reader.walk.count(slice) if after > records else after
            if after is not None and after > records:
                hole = f"the API counts {after}, and {records} were listed"
            elif after is not None and after < records:
                explanation = explanation or f"{records - after} deleted since"
        except OpsgenieError as error:
            if not is_hole(error):
                raise
            hole = f"could not be counted again: {reason_of(error)}"
        await self._journal.add(
            "recount", run=books.run, kind=self.kind, unit=done["unit"], after=after, explanation=explanation, hole=hole
        )

    async def _collect(self, unit: Unit) -> None:
        await self._readers[unit.depth].collect(unit)

    async def _bounds(self, part: str) -> Doc | None:
        """The period that this run reads, stored at the first call; None if listing is refused."""
        books = self._books
        for each in self._journal.of_run(books.run, "bounds"):
            if (each["kind"], each["part"]) == (self.kind, part):
                return each
        before = self._before()
        since = _milliseconds(self._choices["since"])
        low = since if before is None else before
        if part == "late":
            low = next(
                each["high"]
                for each in self._journal.of_run(books.run, "bounds")
                if (each["kind"], each["part"]) == (self.kind, "first")
            )
        try:
            high = _milliseconds(self._choices["until"])
            if high is None:
                high = await self._newest(low)
            expected = await self._readers[LIST].walk.count(Slice("", low, high))
        except OpsgenieError as error:
            if not is_hole(error):
                raise
            await self._journal.add(
                "refused", run=books.run, kind=self.kind, slice="everything", reason=reason_of(error)
            )
            return None
        facts: Doc = {"kind": self.kind, "part": part, "low": low, "high": high, "since": since}
        await self._journal.add("bounds", run=books.run, expected=expected or 0, **facts)
        return facts

    async def _newest(self, low: int | None) -> int:
        """The first millisecond after the newest item, by the server's clock.

        Raises:
            ProtocolError: The newest item has no creation time, so that the end is unknown.
            OpsgenieError: A request failed.
        """
        walk = self._readers[LIST].walk
        document = await walk.newest(Slice("", low))
        if document is None:
            return low if low is not None else 0
        created = Item.of(document).created
        if created is None:
            raise ProtocolError(f"{walk.target.path}: createdAt: expected a date and time")
        return created + 1

    def _before(self) -> int | None:
        """The end of the last run of this kind that listed everything."""
        events = [each for each in self._journal.events if each.get("kind") == self.kind]
        refused = {each["run"] for each in events if each["event"] == "refused"}
        highs = [
            each["high"]
            for each in events
            if each["event"] == "bounds" and each["run"] < self._books.run and each["run"] not in refused
        ]
        return max(highs, default=None)

    def _streams(self, part: str, low: int | None, high: int) -> Iterator[_Stream]:
        """The streams to read slice by slice."""
        full_for, depth = self._choices["full_for"], self._choices["depth"]
        queries = [("", "", depth)]
        if full_for:
            queries = [("full", full_for, FULL), ("list", f"NOT ({full_for})", LIST)]
        late = "" if part == "first" else LATE
        for name, query, deep in queries:
            yield _Stream(f"history{f' {name}' if name else ''}{late}", Slice(query, low, high), deep)
            changed = self._changed_since()
            if part == "first" and changed is not None and low is not None:
                condition = f"updatedAt > {changed - 1}"
                condition = f"({query}) AND {condition}" if query else condition
                since = _milliseconds(self._choices["since"])
                yield _Stream(f"changed{f' {name}' if name else ''}", Slice(condition, since, low), deep)
                if deep == LIST:
                    condition = f"({query}) AND {IS_OPEN}" if query else IS_OPEN
                    yield _Stream(f"{OPEN} {LIST}", Slice(condition, since, low), deep)

    def _changed_since(self) -> int | None:
        """The start of the previous run; None if there was none."""
        runs = [each for each in self._journal.runs if each["run"] < self._books.run]
        return _milliseconds(runs[-1]["started"]) if runs else None

    async def _units(self, stream: _Stream) -> AsyncIterator[Unit]:
        """The unfinished slices of *stream*: those that were planned before, then the others."""
        planned = [
            each
            for each in self._journal.of_run(self._books.run, "slice")
            if (each["kind"], each["stream"]) == (self.kind, stream.name)
        ]
        for each in planned:
            if not self._books.is_done(self.kind, each["unit"]):
                yield Unit(name=each["unit"], stream=stream.name, slice=slice_of(each["slice"]), depth=stream.depth)
        if not self._is_planned(stream.name):
            async for unit in self._plan(stream, planned):
                yield unit

    async def _plan(self, stream: _Stream, planned: Sequence[Doc]) -> AsyncIterator[Unit]:
        """Slice the rest of *stream*, behind the slices that are *planned*."""
        run, names = self._books.run, {each["unit"] for each in planned}
        whole = stream.slice
        if planned:
            last = slice_of(planned[-1]["slice"])
            whole = attrs.evolve(whole, low=last.low if last.parts else last.high)
        try:
            if whole.low is None or whole.high is None or whole.low < whole.high:
                async for slice in self._readers[stream.depth].walk.slices(whole):
                    name = f"{run}-{label(stream.name.replace(' ', '-'))}-{slice_name(slice)}"
                    if name in names:
                        continue
                    document = slice_document(slice)
                    await self._journal.add(
                        "slice", run=run, kind=self.kind, stream=stream.name, unit=name, slice=document
                    )
                    yield Unit(name=name, stream=stream.name, slice=slice, depth=stream.depth)
        except OpsgenieError as error:
            if not is_hole(error):
                raise
            await self._journal.add("refused", run=run, kind=self.kind, slice=str(whole), reason=reason_of(error))
        await self._journal.add("planned", run=run, kind=self.kind, stream=stream.name)

    async def _again(self, bounds: Doc) -> AsyncIterator[Unit]:
        """Units of a later run: entities that were open, or had holes."""
        books = self._books
        if books.run == 1 or bounds["low"] is None:
            return
        async for unit in self._open():
            yield unit
        async for unit in self._with_holes():
            yield unit

    async def _open(self) -> AsyncIterator[Unit]:
        """Entities that were open when read in full; entities that are only listed have a stream of their own."""
        books, choices = self._books, self._choices
        is_listed = choices["depth"] == LIST
        if (is_listed and not choices["full_for"]) or self._is_planned(OPEN):
            return
        ids = await books.disk.run(
            open_ids, books.folder, self._journal.events, books.run, self.kind, is_full=is_listed
        )
        for unit in _batches(ids, OPEN, f"{books.run}-open", FULL):
            if not books.is_done(self.kind, unit.name):
                yield unit

    async def _with_holes(self) -> AsyncIterator[Unit]:
        """Entities with holes in an earlier run."""
        books = self._books
        events = [each for each in self._journal.events if each.get("kind") == self.kind]
        short = {(each["run"], each["unit"]) for each in events if each["event"] == "recount" and each["hole"]}
        earlier = [each for each in events if each["event"] == "done" and each["run"] < books.run]
        replacements = {each["replaces"] for each in earlier}
        for done in earlier:
            name = f"{books.run}-again-{label(done['unit'])}"
            if done["unit"] in replacements or books.is_done(self.kind, name):
                continue
            if done["slice"] is not None and (done["holes"] or (done["run"], done["unit"]) in short):
                yield Unit(
                    name=name,
                    stream=f"again {done['unit']}",
                    slice=slice_of(done["slice"]),
                    depth=done["depth"],
                    replaces=done["unit"],
                )
            elif done["slice"] is None and any("part" in hole for hole in done["holes"]):
                ids = await books.disk.run(ids_in, books.folder, done)
                missing_ids = [id for hole in done["holes"] if "part" not in hole for id in hole["ids"]]
                yield Unit(
                    name=name,
                    stream=done["stream"],
                    slice=None,
                    ids=(*sorted(ids), *missing_ids),
                    depth=FULL,
                    replaces=done["unit"],
                )

    def _is_planned(self, stream: str) -> bool:
        return any(
            (each["kind"], each["stream"]) == (self.kind, stream)
            for each in self._journal.of_run(self._books.run, "planned")
        )


def _milliseconds(moment: str | None) -> int | None:
    return None if moment is None else epoch_milliseconds(datetime.fromisoformat(moment), up=True)


def _batches(ids: list[str], stream: str, name: str, depth: str) -> Iterator[Unit]:
    """Units for *ids*; the same ids always give the same units."""
    for number in count():
        batch = tuple(ids[number * MOST[FULL] : (number + 1) * MOST[FULL]])
        if not batch:
            return
        yield Unit(name=f"{name}-{number}", stream=stream, slice=None, ids=batch, depth=depth)
