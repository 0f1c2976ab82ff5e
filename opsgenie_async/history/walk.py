"""The walk through everything that a listing has: cut into slices that the API lists whole, read page by page.

A listing is cut where its n-th item was created: one request finds where a slice of n items ends, however unevenly they
lie in time. Within a slice each page is asked for by the moment of the last item before it, not by a position alone:
what leaves the set while it is read moves nothing out of sight, and what stays is never skipped.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import attrs

from opsgenie_async.errors import ApiError, BadRequest, ListingTooLong, ProtocolError, UnprocessableEntity
from opsgenie_async.history.slices import HEXADECIMAL, PRIORITIES, STATUSES, Item, Slice, Target, partition
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Envelope, Response, attribute, documents_of, query_pairs, read_envelope
from opsgenie_async.json_text import Json

__all__ = ["PAGE", "WINDOW", "Answer", "Walk"]

Send = Callable[[Request], Awaitable[Response]]

PAGE = 100
"""Items a page, the most that the API gives."""
WINDOW = 20_000
"""`offset` and `limit` together stay within this."""
SLICE = 3_000
"""Items a slice: few enough to be held while it is read, and to be read again."""
READINGS = 5
"""How often a slice that comes short of its count is read before it is given up."""
RESTARTS = 50
"""How often the order of what was created in one millisecond may change while it is read."""
IDLE_PAGES = 10
"""So many pages in a row that are empty, each with a link to another, are no listing."""


@attrs.frozen
class Answer:
    """One page of a slice.

    Attributes:
        response: The answer as it came.
        new: Of its items those that are new, by their place in it.
        total: How many items its query finds, where the answer tells.
    """

    response: Response
    new: list[tuple[int, Item]]
    total: int | None = None


@attrs.define
class _Cursor:
    """Where the next page begins.

    Attributes:
        low: The millisecond it starts from.
        offset: How many items to pass over from there.
        last: The item that comes first when nothing has moved.
    """

    low: int | None
    offset: int = 0
    last: str | None = None

    def advance(self, items: list[Item]) -> None:
        """Go on behind *items*, the last one once more."""
        created = items[-1].created
        if created is not None and (self.low is None or created > self.low):
            ties = next((n for n, item in enumerate(reversed(items)) if item.created != created), len(items))
            self.low, self.offset = created, ties - 1
        else:
            self.offset += max(1, len(items) - 1)
        self.last = items[-1].key

    def has_moved(self, items: list[Item]) -> bool:
        """Whether *items* do not begin with the one that was last."""
        return self.last is not None and self.offset > 0 and (not items or items[0].key != self.last)

    def restart(self) -> None:
        """Read what was created in this millisecond from its beginning."""
        self.offset, self.last = 0, None


class Walk:
    """Reads one listing whole, oldest first.

    Attributes:
        target: What is listed.
        most: Items a slice at the most, unless they share a millisecond; halved where the API reaches less far.
        window: How far one search reaches.
        reach: How many items a slice may have, so that there is room for some more while it is read.
    """

    def __init__(self, send: Send, target: Target, *, most: int = SLICE, window: int = WINDOW) -> None:
        self.target = target
        self.window = window
        self.reach = window - min(PAGE, window // 10)
        self.most = min(most, self.reach)
        self._send = send
        self._page: tuple[Request, Response] | None = None

    async def slices(self, whole: Slice) -> AsyncIterator[Slice]:
        """Cut *whole* into slices that the API lists to their end, oldest first.

        Raises:
            ListingTooLong: Too many items share a millisecond, a priority, a status and a `tinyId`.
            OpsgenieError: A request failed.
        """
        if not self.target.dated:
            async for part in self._by_prefix(whole, ""):
                yield part
            return
        if await self._is_short(whole):
            yield whole
            return
        rest = whole
        while rest.low is None or rest.high is None or rest.low < rest.high:
            cut = await self._created_at(rest, self.most)
            if cut is None:
                yield rest
                return
            if rest.low is None or cut > rest.low:
                yield attrs.evolve(rest, high=cut)
                rest = attrs.evolve(rest, low=cut)
                continue
            async for part in self._by_value(attrs.evolve(rest, high=rest.low + 1), (PRIORITIES, STATUSES)):
                yield part
            rest = attrs.evolve(rest, low=rest.low + 1)

    async def count(self, slice: Slice) -> int | None:
        """How many items the API counts in *slice*, None where it does not tell."""
        target = self.target
        if not target.count:
            return _total(read_envelope(await self._send(self._request(slice.text(), 0, 1))))
        query = slice.text()
        request = Request(
            method="GET",
            path=target.count,
            query=(("query", query),) if query else (),
            domain=target.noun,
            repeatable=True,
        )
        response = await self._send(request)
        data = read_envelope(response).data
        count = data.get("count") if isinstance(data, dict) else None
        if type(count) is not int:
            raise attribute(response, ProtocolError("data.count: expected a number"))
        return count

    async def newest(self, slice: Slice) -> Json:
        """The item of *slice* that was created last, None where there is none."""
        return await self._at(slice, 0, (("sort", "createdAt"), ("order", "desc")))

    async def read(
        self, slice: Slice, counted: int | None, *, seen: set[str] | None = None, low: int | None = None
    ) -> AsyncGenerator[Answer, None]:
        """Read *slice* until it has as many items as are counted, each once.

        Args:
            slice: One that `slices` gave.
            counted: How many items it has, None when that is not known.
            seen: Keys of the items that are there already; those that come are added.
            low: Where to go on, of a reading that was interrupted: when the last of *seen* was created.

        Raises:
            ListingTooLong: More items share a millisecond than one search reaches.
            ProtocolError: Again and again fewer come than are counted.
            OpsgenieError: A request failed.
        """
        seen = set() if seen is None else seen
        outside: set[str] = set()
        first = low is None
        for _ in range(READINGS):
            async with aclosing(self._pages(slice, seen, outside, low)) as answers:
                async for answer in answers:
                    if first and counted is None:
                        counted = answer.total
                    first = False
                    yield answer
            got = len(seen) + len(outside)
            if counted is None or got >= counted:
                return
            counted = await self.count(slice)
            if counted is None or got >= counted:  # the others were deleted, or left the query
                return
            low = None
        raise ProtocolError(
            f"the API counts {counted} {self.target.noun}s and lists {len(seen)} in the slice {slice}, {READINGS} times"
        )

    async def whole(self, slice: Slice, known: set[str] | None = None) -> AsyncGenerator[Item, None]:
        """Read *slice* to its end, then give its items, oldest first.

        Args:
            slice: One that `slices` gave.
            known: Keys of items that are left out; those that come are added. Parts of one millisecond, and of what has
                no date, may share an item that changes meanwhile: keep one set for all of them.

        Raises:
            OpsgenieError: What `read` raises.
        """
        items: list[Item] = []
        counted = await self.count(slice) if self.target.count else None
        async with aclosing(self.read(slice, counted)) as answers:
            async for answer in answers:
                items += [item for _, item in answer.new]
        items.sort(key=_created)  # one that came when the slice was read again stands where it belongs
        known = set() if known is None else known
        for item in items:
            if item.key not in known:
                known.add(item.key)
                yield item

    async def _pages(
        self, slice: Slice, seen: set[str], outside: set[str], low: int | None
    ) -> AsyncGenerator[Answer, None]:
        cursor = _Cursor(slice.low if low is None else low)
        restarts = idle = 0
        while True:
            limit = min(PAGE, self.window - cursor.offset)
            if limit <= 1:
                raise self._too_many(slice)
            response = await self._listed(self._request(slice.text(cursor.low), cursor.offset, limit))
            envelope = read_envelope(response)
            items = [Item.of(document) for document in documents_of(envelope)]
            if cursor.has_moved(items):
                restarts += 1
                if restarts > RESTARTS:
                    raise ProtocolError(f"{self.target.path}: {slice} changes faster than it can be read")
                cursor.restart()
                continue
            yield Answer(response, _new(slice, items, seen, outside), envelope.total_count)
            if not envelope.paging.get("next"):
                return
            idle = 0 if items else idle + 1
            if idle >= IDLE_PAGES:
                raise ProtocolError(f"{IDLE_PAGES} pages in a row bring nothing and have a link to another")
            if items:
                cursor.advance(items)
            else:
                cursor.offset, cursor.last = cursor.offset + limit, None

    async def _is_short(self, slice: Slice) -> bool:
        """Whether *slice* is known to need no cut by its first page, which is kept for the reading."""
        limit = min(PAGE, self.window)
        request = self._request(slice.text(), 0, limit)
        response = await self._send(request)
        envelope = read_envelope(response)
        total = envelope.total_count
        if envelope.paging.get("next"):
            last = _offset(envelope.paging.get("last", ""))
            if total is None and last:
                total = last + limit
            if total is None or total > self.most:
                return False
        self._page = request, response
        return True

    async def _listed(self, request: Request) -> Response:
        """The answer to *request*, which may be there already."""
        page, self._page = self._page, None
        return page[1] if page is not None and page[0] == request else await self._send(request)

    async def _by_value(self, slice: Slice, fields: tuple[tuple[str, ...], ...]) -> AsyncIterator[Slice]:
        """Cut a millisecond by what its items are, as far as it is necessary."""
        if await self._fits(slice):
            yield slice
            return
        if not fields:
            async for part in self._by_number(slice):
                yield part
            return
        values, *further = fields
        for part in partition(slice, "priority" if values is PRIORITIES else "status", values):
            async for smaller in self._by_value(part, tuple(further)):
                yield smaller

    async def _by_number(self, slice: Slice) -> AsyncIterator[Slice]:
        """Cut by `tinyId`, which rises with every item."""
        low = -1
        while True:
            rest = slice.narrowed(f"tinyId > {low}") if low >= 0 else slice
            document = await self._at(rest, self.most, (("sort", "tinyId"), ("order", "asc")))
            if document is None:
                yield rest
                return
            number = document.get("tinyId") if isinstance(document, dict) else None
            if not str(number).isdecimal() or int(str(number)) <= low:
                raise self._too_many(slice)
            yield rest.narrowed(f"tinyId < {int(str(number)) + 1}")
            low = int(str(number))

    async def _by_prefix(self, slice: Slice, prefix: str) -> AsyncIterator[Slice]:
        """Cut by how the id begins, for items without a date."""
        if await self._fits(slice):
            yield slice
            return
        if len(prefix) > len(HEXADECIMAL):
            raise self._too_many(slice)
        values = tuple(prefix + letter for letter in HEXADECIMAL)
        whole = attrs.evolve(slice, parts=slice.parts[:-1]) if prefix else slice
        parts = partition(whole, "id", values, "*")
        if prefix:  # the rest is what begins with the prefix and goes on with another letter
            parts[-1] = slice.narrowed(parts[-1].parts[-1])
        for number, part in enumerate(parts):
            if number < len(values):
                async for smaller in self._by_prefix(part, values[number]):
                    yield smaller
            elif await self._fits(part):
                yield part
            else:
                raise self._too_many(part)

    async def _fits(self, slice: Slice) -> bool:
        """Whether one search reaches all of *slice*."""
        count = await self.count(slice)
        if count is not None:
            return count <= self.reach
        return await self._at(slice, self.reach, self.target.order) is None

    async def _created_at(self, slice: Slice, offset: int) -> int | None:
        """When the item at *offset* was created, None where there are not so many."""
        document = await self._at(slice, offset, self.target.order)
        if document is None:
            return None
        created = Item.of(document).created
        if created is None:
            raise ProtocolError(f"{self.target.path}: createdAt: expected a moment in what is sorted by it")
        return created

    async def _at(self, slice: Slice, offset: int, order: tuple[tuple[str, str], ...]) -> Json:
        """The item at *offset*, or as far in as the API reaches; None where there are not so many."""
        while True:
            try:
                response = await self._send(self._request(slice.text(), offset, 1, order))
            except (UnprocessableEntity, BadRequest) as error:
                if not _is_out_of_reach(error, offset):
                    raise
                self.most = offset = offset // 2
                continue
            documents = documents_of(read_envelope(response))
            return documents[0] if documents else None

    def _request(
        self, query: str, offset: int, limit: int, order: tuple[tuple[str, str], ...] | None = None
    ) -> Request:
        return Request(
            method="GET",
            path=self.target.path,
            query=(
                *((("query", query),) if query else ()),
                *(self.target.order if order is None else order),
                ("offset", str(offset)),
                ("limit", str(limit)),
            ),
            domain=self.target.domain,
            repeatable=True,
        )

    def _too_many(self, slice: Slice) -> ListingTooLong:
        error = ListingTooLong(
            f"more than {self.window} {self.target.noun}s share whatever they could be told apart by, and the API lists"
            f" no more of one search; the slice is: {slice}"
        )
        error.total, error.reach = self.window + 1, self.window
        return error


def _created(item: Item) -> int:
    return item.created or 0


def _new(slice: Slice, items: list[Item], seen: set[str], outside: set[str]) -> list[tuple[int, Item]]:
    new = []
    for place, item in enumerate(items):
        if not slice.holds(item):
            outside.add(item.key)
        elif item.key not in seen:
            seen.add(item.key)
            new.append((place, item))
    return new


def _total(envelope: Envelope) -> int | None:
    """How many items a listing has by its first answer of one item: told, or by where the last one is."""
    if envelope.total_count is not None:
        return envelope.total_count
    if not envelope.paging.get("next"):
        data = envelope.data
        return len(data) if isinstance(data, list) else None
    last = _offset(envelope.paging.get("last", ""))
    return last + 1 if last else None


def _offset(link: str) -> int:
    """The offset in a link, 0 where there is none."""
    digits = dict(query_pairs(link)).get("offset", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else 0


def _is_out_of_reach(error: ApiError, offset: int) -> bool:
    """Whether the API refuses *offset*, rather than the query."""
    words = f"{error.message} {' '.join(f'{field} {reason}' for field, reason in error.errors.items())}".lower()
    return offset > PAGE and "offset" in words
