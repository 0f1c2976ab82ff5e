"""The newest record of each entity, in memory that does not grow with the archive.

All records of an alert have its creation time, and a segment is sorted by it. So segments are merged by that time, and
only records of the same millisecond are compared.
"""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter

import attrs

from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.kinds import ALL, HISTORIES, SCHEDULES
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.raw import text_of

__all__ = ["Head", "Lines", "count_things", "head_of", "newest"]

HEAD = re.compile(
    rb'\{"digest":"[0-9a-f]{16}","id":("(?:[^"\\]|\\.)*"),"created":(null|-?\d{1,18}),"run":(\d{1,18})[,}]'
)
FEW = 100
"""Records of a segment that is read at once: its file need not stay open while many are merged."""

Lines = Callable[[str], Iterator[bytes]]
"""The lines of a segment by its path."""
Span = tuple[int, int]
EVER: Span = (-(2**62), 2**62)


@attrs.frozen(slots=True)
class Head:
    """The beginning of a record, which identifies its entity.

    Attributes:
        created: The creation time in epoch milliseconds, 0 if it has none.
        id: The API's id.
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
        ArchiveError: The line is not a record.
    """
    match = HEAD.match(line)
    if match is None:
        raise ArchiveError("a record cannot be read: its start is invalid")
    id, created, run = match.groups()
    try:
        return Head(0 if created == b"null" else int(created), json.loads(id), int(run), line)
    except ValueError as error:
        raise ArchiveError(f"a record cannot be read: its id is invalid: {error}") from None


def newest(lines: Lines, slices: Iterable[Doc]) -> Iterator[Head]:
    """The newest record of each entity in *slices* of a dated kind, oldest entity first.

    Raises:
        ArchiveError: A file is damaged.
    """
    for heads in _moments(lines, slices):
        best: dict[str, Head] = {}
        for head in heads:
            other = best.get(head.id)
            if other is None or _rank(head) > _rank(other):
                best[head.id] = head
        yield from best.values()


def count_things(lines: Lines, slices: Iterable[Doc]) -> dict[str, int]:
    """The number of entities by kind, each counted once whatever the number of its records.

    For kinds without slices, the last run counts; a schedule counts once, not once a month.

    Raises:
        ArchiveError: A file is damaged.
    """
    kinds: dict[str, list[Doc]] = {}
    for each in slices:
        entries = kinds.setdefault(each["kind"], [])
        if each["file"]:
            entries.append(each)
    return {kind: _count(lines, kind, kinds[kind]) for kind in ALL if kind in kinds}


def _count(lines: Lines, kind: str, slices: list[Doc]) -> int:
    if kind in HISTORIES:
        return sum(_distinct(lines, cluster) for cluster in _clusters(slices))
    if kind == SCHEDULES:
        return len({head_of(line).id for each in slices for line in lines(each["file"]["path"])})
    by_run: Counter[int] = Counter()
    for each in slices:
        by_run[each["run"]] += each["records"]
    return by_run[max(by_run, default=0)]


def _distinct(lines: Lines, cluster: list[Doc]) -> int:
    if len(cluster) == 1:  # a segment has no thing twice
        return int(cluster[0]["records"])
    return sum(len({head.id for head in heads}) for heads in _moments(lines, cluster))


def _clusters(slices: list[Doc]) -> Iterator[list[Doc]]:
    """Segments grouped by overlapping times: no entity is in two groups."""
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


def _moments(lines: Lines, slices: Iterable[Doc]) -> Iterator[Iterator[Head]]:
    """The records grouped by millisecond; read each group before the next one."""
    merged = heapq.merge(*(_heads(lines, row) for row in _rows(slices)), key=attrgetter("created"))
    return (heads for _, heads in groupby(merged, key=attrgetter("created")))


def _rows(slices: Iterable[Doc]) -> list[list[Doc]]:
    """Segments in rows without overlap, so that as few files as possible are open at once."""
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
    """The creation times of the first and the last record of a segment."""
    first, last = slice.get("first"), slice.get("last")
    return EVER if first is None or last is None else (first, last)


def _heads(lines: Lines, slices: list[Doc]) -> Iterator[Head]:
    for each in slices:
        path = each["file"]["path"]
        segment: Iterable[bytes] = lines(path)
        if each["records"] <= FEW:
            segment = [*segment]
        for line in segment:
            try:
                head = head_of(line)
            except ArchiveError as error:
                raise ArchiveError(f"{path}: {error}") from None
            yield head


def _rank(head: Head) -> tuple[bool, int, bool]:
    """The sort key of the records of one entity, best last: later runs, and full records over listed ones."""
    try:
        members = json.loads(text_of(head.line))
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"record {head.id} cannot be read: {error}") from None
    return members.get("document") is not None, head.run, not members.get("listed")
