"""The things that records are of: each once, by its newest record, in memory that does not grow with the archive.

All records of an alert share the moment when it was created, and a segment holds its records in that sequence. So the
segments are merged by that moment, and only the records of one millisecond are compared with one another.
"""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import attrs

from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.kinds import ALL, DATED, SCHEDULES
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.raw import text_of
from opsgenie_async.archive.segments import segment_lines

__all__ = ["Head", "count_things", "head_of", "newest"]

HEAD = re.compile(rb'\{"digest":"[0-9a-f]{16}","id":("(?:[^"\\]|\\.)*"),"created":(null|-?\d+),"run":(\d+)[,}]')
FEW = 100
"""Records of a segment that is read at once: its file need not stay open while many are merged."""

Span = tuple[int, int]
EVER: Span = (-(2**62), 2**62)


@attrs.frozen(slots=True)
class Head:
    """A record as far as it is needed to tell which thing it is of.

    Attributes:
        created: Epoch milliseconds, 0 where it has no such moment.
        id: What the API calls the thing.
        run: The number of the run that read it.
        line: The whole record.
    """

    created: int
    id: str
    run: int
    line: bytes


def head_of(line: bytes) -> Head:
    """Read the beginning of a record.

    Raises:
        ArchiveError: It is none.
    """
    match = HEAD.match(line)
    if match is None:
        raise ArchiveError("a record cannot be read: it does not begin as one")
    id, created, run = match.groups()
    return Head(0 if created == b"null" else int(created), json.loads(id), int(run), line)


def newest(folder: Path, slices: Iterable[Doc]) -> Iterator[Head]:
    """The newest record of each thing in *slices* of a dated kind, oldest thing first.

    Raises:
        ArchiveError: A file is damaged.
    """
    for heads in _moments(folder, slices):
        best: dict[str, Head] = {}
        for head in heads:
            other = best.get(head.id)
            if other is None or _rank(head) > _rank(other):
                best[head.id] = head
        yield from best.values()


def count_things(folder: Path, slices: Iterable[Doc]) -> dict[str, int]:
    """How many things there are by kind: alerts, whatever number of records is of each.

    Of a kind that is read as it is now the last run counts, of schedules each one and not each of its months.

    Raises:
        ArchiveError: A file is damaged.
    """
    kinds: dict[str, list[Doc]] = {}
    for each in slices:
        some = kinds.setdefault(each["kind"], [])
        if each["file"]:
            some.append(each)
    return {kind: _count(folder, kind, kinds[kind]) for kind in ALL if kind in kinds}


def _count(folder: Path, kind: str, slices: list[Doc]) -> int:
    if kind in DATED:
        return sum(_distinct(folder, cluster) for cluster in _clusters(slices))
    if kind == SCHEDULES:
        return len({head_of(line).id for each in slices for line in segment_lines(folder, each["file"]["path"])})
    by_run: Counter[int] = Counter()
    for each in slices:
        by_run[each["run"]] += each["records"]
    return by_run[max(by_run, default=0)]


def _distinct(folder: Path, cluster: list[Doc]) -> int:
    if len(cluster) == 1:  # a segment has no thing twice
        return int(cluster[0]["records"])
    return sum(len({head.id for head in heads}) for heads in _moments(folder, cluster))


def _clusters(slices: list[Doc]) -> Iterator[list[Doc]]:
    """Segments that have moments in common, together: no thing is in two clusters."""
    cluster: list[Doc] = []
    last = EVER[0]
    for each in sorted(slices, key=_span):
        first, end = _span(each)
        if cluster and first > last:
            yield cluster
            cluster = []
        cluster.append(each)
        last = max(last, end)
    if cluster:
        yield cluster


def _moments(folder: Path, slices: Iterable[Doc]) -> Iterator[Iterator[Head]]:
    """The records of each millisecond; those of one group are to be read before the next one."""
    merged = heapq.merge(*(_heads(folder, row) for row in _rows(slices)), key=attrgetter("created"))
    return (heads for _, heads in groupby(merged, key=attrgetter("created")))


def _rows(slices: Iterable[Doc]) -> list[list[Doc]]:
    """Segments that follow one another in time in one row: as few files are open at once as can be."""
    rows: list[tuple[int, int, list[Doc]]] = []
    for each in sorted(slices, key=_span):
        first, last = _span(each)
        if rows and rows[0][0] <= first:
            _, number, row = heapq.heappop(rows)
        else:
            number, row = len(rows), []
        row.append(each)
        heapq.heappush(rows, (last, number, row))
    return [row for _, _, row in rows]


def _span(slice: Doc) -> Span:
    """When the first and the last record of a segment were created."""
    first, last = slice.get("first"), slice.get("last")
    return EVER if first is None or last is None else (first, last)


def _heads(folder: Path, slices: list[Doc]) -> Iterator[Head]:
    for each in slices:
        path = each["file"]["path"]
        lines: Iterable[bytes] = segment_lines(folder, path)
        if each["records"] <= FEW:
            lines = [*lines]
        for line in lines:
            try:
                head = head_of(line)
            except ArchiveError as error:
                raise ArchiveError(f"{path}: {error}") from None
            yield head


def _rank(head: Head) -> tuple[bool, int, bool]:
    """Which of two records of one thing is the better one: later, and more than what the listing said."""
    members = json.loads(text_of(head.line))
    return members.get("document") is not None, head.run, not members.get("listed")
