"""Drafts: a part of several requests goes on where a kill stopped it, and begins anew where that does not fit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.archive.answers import Answers
from opsgenie_async.archive.drafts import Draft
from opsgenie_async.archive.work import draft_line, lines_of, load, work_line
from opsgenie_async.errors import Forbidden, NotFound, OpsgenieError, ServerError, UnprocessableEntity
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response

PATH = "v1/incidents/one/logs"


class Killed(BaseException):
    """The end of a process."""


@attrs.define
class Listing(Answers):
    """A listing of numbered lines, by place or by the token of the last line; asked without a socket.

    Attributes:
        lines: Numbers of what is there, rising.
        by: "place", "token", or what becomes of a token whose line is deleted: "refused", "begin", "end".
        width: Lines a page.
        killed_after: So many answers, then the process ends.
        queries: Of the requests.
    """

    lines: list[int]
    by: str = "token"
    width: int = 2
    killed_after: int = 10**6
    error: OpsgenieError | None = None
    queries: list[dict[str, str]] = attrs.field(factory=list)

    async def send(self, request: Request) -> Response:
        query = dict(request.query)
        if len(self.queries) >= self.killed_after:
            raise Killed
        self.queries.append(query)
        if self.error is not None and "offset" in query:
            raise self.error
        start = self._start(query)
        page = self.lines[start : start + self.width]
        body: dict[str, Any] = {"data": [{"offset": f"1_{line}", "log": f"\t{line}\u2028"} for line in page]}
        if start + self.width < len(self.lines):
            offset = start + self.width if self.by == "place" else f"1_{page[-1]}"
            body["paging"] = {"next": f"https://elsewhere/{PATH}?{urlencode({'limit': 2, 'offset': offset})}"}
        content = json.dumps(body, ensure_ascii=False).encode()
        return Response(status=200, headers={}, body=content, request=request)

    def _start(self, query: dict[str, str]) -> int:
        if "offset" not in query:
            return 0
        if self.by == "place":
            return int(query["offset"])
        last = int(query["offset"].removeprefix("1_"))
        if last not in self.lines:
            match self.by:
                case "refused":
                    raise UnprocessableEntity("offset is not valid", status=422)
                case "begin":
                    return 0
                case "end":
                    return len(self.lines)
        return sum(line <= last for line in self.lines)

    async def read(self, draft: Draft) -> list[int]:
        items = await self.listing(PATH, {"limit": 2}, draft=draft)
        return [int(json.loads(item)["offset"].removeprefix("1_")) for item in items]


class File:
    """A work file, and the drafts that are read from it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content = work_line("item", "one", b"1\t{}")

    async def draft(self) -> Draft:
        """What a new process finds; a torn line is taken away by the first that it writes."""
        draft = await asyncio.to_thread(self._load)
        self._content = self._content[: self._content.rfind(b"\n") + 1]
        return draft.bind(self._write)

    def _load(self) -> Draft:
        self._path.write_bytes(self._content)
        return load(self._path).drafts.get("one", {}).get("logs", Draft())

    def _write(self, operation: str, words: list[Any], content: bytes) -> None:
        self._content += draft_line("one", "logs", operation, words, content)

    def tear(self, size: int) -> None:
        """Cut the last line off within itself, as a kill in the middle of a write does."""
        begin = self._content[:-1].rfind(b"\n") + 1
        self._content = self._content[: min(len(self._content) - 1, begin + size)]


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "work")


async def interrupted(listing: Listing, file: File, pages: int) -> None:
    """Read so many pages, and be killed."""
    listing.killed_after = pages
    with pytest.raises(Killed):
        await listing.read(await file.draft())
    listing.killed_after = 10**6
    listing.queries.clear()


@pytest.mark.parametrize("by", ["place", "token"])
@pytest.mark.parametrize("pages", range(5))
async def test_what_is_there_is_not_read_again(file: File, by: str, pages: int):
    listing = Listing([*range(9)], by)
    await interrupted(listing, file, pages)

    assert await listing.read(await file.draft()) == [*range(9)]
    assert len(listing.queries) == 5 - pages


@pytest.mark.parametrize("size", [0, 1, 5, 30, 60, 10**6])
async def test_a_page_whose_line_is_torn_is_read_again(file: File, size: int):
    listing = Listing([*range(9)])
    await interrupted(listing, file, 3)
    file.tear(size)

    assert await listing.read(await file.draft()) == [*range(9)]
    assert len(listing.queries) == 3


async def test_each_kill_costs_what_was_under_way(file: File):
    listing = Listing([*range(21)])
    for _ in range(10):
        await interrupted(listing, file, 1)

    assert await listing.read(await file.draft()) == [*range(21)]
    assert len(listing.queries) == 1


@pytest.mark.parametrize(
    "error", [UnprocessableEntity("expired", status=422), NotFound("no", status=404), ServerError("oh", status=500)]
)
async def test_a_token_that_is_refused_begins_the_part_anew(file: File, error: OpsgenieError):
    listing = Listing([*range(9)])
    await interrupted(listing, file, 3)
    listing.error = error
    with pytest.raises(type(error)):  # of the second page: that one was not named by an earlier process
        await listing.read(await file.draft())
    assert ["offset" in query for query in listing.queries] == [True, False, True]
    listing.error = None

    assert await listing.read(await file.draft()) == [*range(9)]


async def test_a_key_that_is_refused_costs_no_page(file: File):
    listing = Listing([*range(9)])
    await interrupted(listing, file, 3)
    listing.error = Forbidden("no", status=403)
    with pytest.raises(Forbidden):
        await listing.read(await file.draft())
    listing.error = None
    listing.queries.clear()

    assert await listing.read(await file.draft()) == [*range(9)]
    assert len(listing.queries) == 2


async def test_within_a_process_a_page_that_failed_is_asked_for_again_alone():
    listing, draft = Listing([*range(9)], killed_after=3), Draft()
    with pytest.raises(Killed):
        await listing.read(draft)
    listing.killed_after = 10**6

    assert await listing.read(draft) == [*range(9)]
    assert len(listing.queries) == 5


@pytest.mark.parametrize("by", ["place", "token", "refused", "begin", "end"])
@pytest.mark.parametrize("deleted", [1, 3, 4])
async def test_a_line_that_goes_meanwhile_takes_no_other_with_it(file: File, by: str, deleted: int):
    """The first, the last one that was read, and the first one that was not."""
    listing = Listing([*range(9)], by)
    await interrupted(listing, file, 2)
    listing.lines.remove(deleted)

    lines = await listing.read(await file.draft())

    assert lines == sorted(set(lines))
    assert {*range(9)} - {deleted} <= set(lines)


@st.composite
def moves(draw: st.DrawFn) -> list[Callable[[Listing], None]]:
    """What happens to a listing between two processes: lines go, others come at its end."""
    lines = draw(st.sets(st.integers(0, 12), max_size=6))
    further = draw(st.integers(0, 5))

    def move(listing: Listing) -> None:
        listing.lines[:] = [line for line in listing.lines if line not in lines]
        listing.lines += range(max(listing.lines, default=0) + 31, max(listing.lines, default=0) + 31 + further)

    return [move]


@given(
    st.sampled_from(["place", "token", "refused", "begin", "end"]),
    st.integers(0, 12),
    st.lists(st.tuples(st.integers(0, 4), moves(), st.integers(0, 40)), max_size=5),
)
async def test_whatever_moves_nothing_is_twice_or_missing(
    tmp_path_factory: pytest.TempPathFactory, by: str, size: int, kills: list[tuple[int, Any, int]]
):
    file = File(tmp_path_factory.mktemp("drafts") / "work")
    listing = Listing([*range(size)], by)
    ever = {*listing.lines}
    for pages, (move,), cut in kills:
        listing.killed_after, listing.queries = pages, []
        with suppress(Killed):
            await listing.read(await file.draft())
        if cut < 30:
            file.tear(cut)
        move(listing)
        ever |= {*listing.lines}
    lasting = {*listing.lines}
    listing.killed_after, listing.queries = 10**6, []

    lines = await listing.read(await file.draft())

    assert lines == sorted(set(lines))
    assert lasting <= set(lines) <= ever


async def test_a_value_is_read_once(file: File):
    numbers = count()

    async def read() -> bytes:
        return b'{"n":\t%d}' % next(numbers)

    assert await (await file.draft()).value("a/b", read) == b'{"n":\t0}'
    assert await (await file.draft()).value("a/b", read) == b'{"n":\t0}'
    assert await (await file.draft()).value("c", read) == b'{"n":\t1}'


def test_drafts_are_of_what_is_not_complete(tmp_path: Path):
    """And are nothing that a record has."""
    path = tmp_path / "work"
    lines = [work_line("item", id, b'1\t{"id":"%s"}' % id.encode()) for id in ("one", "two", "three")]
    for id in ("one", "two", "three"):
        lines += [
            draft_line(id, part, "page", [PATH, [PATH, [["offset", "7"]]]], b'["x"]') for part in ("logs", "notes")
        ]
    lines += [work_line("complete", "two", b"null"), work_line("gone", "three", b"null")]
    lines += [work_line("part:logs", "one", b'["x","y"]')]
    path.write_bytes(b"".join(lines))

    progress = load(path)
    result = lines_of(path, 1, ("document", "logs", "notes"))

    assert {id: [*drafts] for id, drafts in progress.drafts.items()} == {"one": ["notes"]}
    assert progress.drafts["one"]["notes"].trail(PATH).items == [b'"x"']
    assert progress.drafts["one"]["notes"].trail(PATH).following == (PATH, (("offset", "7"),))
    members = [[*json.loads(line)] for line in result.lines]
    assert members[0] == ["digest", "id", "created", "run", "document", "listed", "logs"]
    assert progress.parts["one"] == {"logs"}
