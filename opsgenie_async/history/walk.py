"""Walks a whole listing: split it into slices below the API's limit, and read them page by page.

Within a slice, the next page starts at the time of the last item, not at an offset alone: items that disappear while it
is read move no others out of sight, and no remaining item is skipped.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import attrs

from opsgenie_async.errors import ProtocolError
from opsgenie_async.history.cuts import Cuts
from opsgenie_async.history.listing import PAGE, SLICE, WINDOW, Listing, Send
from opsgenie_async.history.slices import Item, Slice, Target
from opsgenie_async.http.response import Response, documents_of, read_envelope
from opsgenie_async.json_text import Json

__all__ = ["PAGE", "WINDOW", "Answer", "Walk"]

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
        response: The response as the API sent it.
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
    """

    def __init__(self, send: Send, target: Target, *, most: int = SLICE, window: int = WINDOW) -> None:
        """Walk through *target*.

        Args:
            send: Sends a request.
            target: What is listed.
            most: Items a slice at the most, unless they share a millisecond; halved where the API reaches less far.
            window: How far one search reaches.
        """
        self.target = target
        self._listing = Listing(send, target, most=most, window=window)
        self._cuts = Cuts(self._listing)

    def slices(self, whole: Slice) -> AsyncIterator[Slice]:
        """Cut *whole* into slices that the API lists to their end, oldest first.

        Raises:
            ListingTooLong: Too many items share a millisecond, a priority, a status and a `tinyId`.
            OpsgenieError: A request failed.
        """
        return self._cuts.slices(whole)

    async def count(self, slice: Slice) -> int | None:
        """How many items the API counts in *slice*, None where it does not tell."""
        return await self._listing.count(slice)

    async def newest(self, slice: Slice) -> Json:
        """The item of *slice* that was created last, None where there is none."""
        return await self._listing.at(slice, 0, (("sort", "createdAt"), ("order", "desc")))

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
            limit = min(PAGE, self._listing.window - cursor.offset)
            if limit <= 1:
                raise self._listing.too_many(slice)
            response = await self._listing.page(self._listing.request(slice.text(cursor.low), cursor.offset, limit))
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
