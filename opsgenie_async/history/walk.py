"""Read a whole listing: split it into slices below the API's limit, and read these page by page.

Within a slice, the next page starts at the time of the last item, not at an offset alone: items that disappear while it
is read move no others out of sight, and no remaining item is skipped.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import attrs

from opsgenie_async.errors import ProtocolError
from opsgenie_async.history.cuts import Cuts
from opsgenie_async.history.listing import PAGE, SLICE, Listing, Send
from opsgenie_async.history.slices import Item, Slice, Target
from opsgenie_async.http.documents import documents_of
from opsgenie_async.http.envelope import read_envelope
from opsgenie_async.http.listing_window import WINDOW
from opsgenie_async.http.response import Response
from opsgenie_async.json_text import Json

__all__ = ["PAGE", "Answer", "Cursor", "Walk"]

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
        response: The API's response.
        new: Its new items, with their index in it.
        total: The number of items that its query finds, if the response has it.
    """

    response: Response
    new: list[tuple[int, Item]]
    total: int | None = None


@attrs.define
class Cursor:
    """The start of the next page.

    Attributes:
        low: The millisecond to start from.
        offset: The number of items to skip from there.
        last: The item that comes first if none has moved.
    """

    low: int | None
    offset: int = 0
    last: str | None = None

    def advance(self, items: list[Item]) -> None:
        """Continue after *items*, with the last one once more."""
        created = items[-1].created
        if created is not None and (self.low is None or created > self.low):
            ties = next((n for n, item in enumerate(reversed(items)) if item.created != created), len(items))
            self.low, self.offset = created, ties - 1
        else:
            self.offset += max(1, len(items) - 1)
        self.last = items[-1].key

    def has_moved(self, items: list[Item]) -> bool:
        """Whether *items* begin with another item than the last one read."""
        return self.last is not None and self.offset > 0 and (not items or items[0].key != self.last)

    def restart(self) -> None:
        """Start again at the first item of this millisecond."""
        self.offset, self.last = 0, None


class Walk:
    """A reader of one whole listing, oldest item first.

    Attributes:
        target: What is listed.
    """

    def __init__(self, send: Send, target: Target, *, most: int = SLICE, window: int = WINDOW) -> None:
        """Create a reader of *target*.

        Args:
            send: Sends a request.
            target: What is listed.
            most: The maximum number of items in a slice, unless they share a millisecond; halved if the API reaches
                less far.
            window: The maximum offset and limit of one search.
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
        """The number of items in *slice* as the API counts them, None if it does not."""
        return await self._listing.count(slice)

    async def newest(self, slice: Slice) -> Json:
        """The newest item of *slice*, None if it is empty."""
        return await self._listing.at(slice, 0, (("sort", "createdAt"), ("order", "desc")))

    async def read(
        self, slice: Slice, counted: int | None, *, known: set[str] | None = None, start: Cursor | None = None
    ) -> AsyncGenerator[Answer, None]:
        """Read *slice* until as many items came as the API counts, without duplicates.

        Args:
            slice: One that `slices` gave.
            counted: The number of its items, None if unknown.
            known: Keys of items to leave out; those that are read are added.
            start: Where to resume an interrupted reading: at the last item of *known*.

        Raises:
            ListingTooLong: More items share a millisecond than one search reaches.
            ProtocolError: Fewer items came than the API counts, several times.
            OpsgenieError: A request failed.
        """
        known = set() if known is None else known
        outside: set[str] = set()
        first = start is None
        for _ in range(READINGS):
            async with aclosing(self._pages(slice, known, outside, start)) as answers:
                async for answer in answers:
                    if first and counted is None:
                        counted = answer.total
                    first = False
                    yield answer
            listed = len(known) + len(outside)
            if counted is None or listed >= counted:
                return
            counted = await self.count(slice)
            if counted is None or listed >= counted:  # the others were deleted, or left the query
                return
            start = None
        raise ProtocolError(
            f"the API counts {counted} {self.target.noun}s and lists {len(known)} in the slice {slice},"
            f" {READINGS} times"
        )

    async def whole(self, slice: Slice, known: set[str] | None = None) -> AsyncGenerator[Item, None]:
        """Read *slice* to its end, then yield its items, oldest first.

        Args:
            slice: One that `slices` gave.
            known: Keys of items to leave out; those that are read are added. Use one set for all parts of one
                millisecond, and of items without a date: an item that changes meanwhile can be in two of them.

        Raises:
            OpsgenieError: As `read` raises.
        """
        items: list[Item] = []
        counted = await self.count(slice) if self.target.count else None
        async with aclosing(self.read(slice, counted)) as answers:
            async for answer in answers:
                items += [item for _, item in answer.new]
        items.sort(key=_creation_time)  # one that came when the slice was read again stands where it belongs
        known = set() if known is None else known
        for item in items:
            if item.key not in known:
                known.add(item.key)
                yield item

    async def _pages(
        self, slice: Slice, known: set[str], outside: set[str], start: Cursor | None
    ) -> AsyncGenerator[Answer, None]:
        cursor = Cursor(slice.low) if start is None else attrs.evolve(start)
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
            yield Answer(response, _new(slice, items, known, outside), envelope.total_count)
            if not envelope.paging.get("next"):
                return
            idle = 0 if items else idle + 1
            if idle >= IDLE_PAGES:
                raise ProtocolError(f"{IDLE_PAGES} consecutive pages are empty and link to another")
            if items:
                cursor.advance(items)
            else:
                cursor.offset, cursor.last = cursor.offset + limit, None


def _creation_time(item: Item) -> int:
    return item.created or 0


def _new(slice: Slice, items: list[Item], known: set[str], outside: set[str]) -> list[tuple[int, Item]]:
    new = []
    for place, item in enumerate(items):
        if not slice.holds(item):
            outside.add(item.key)
        elif item.key not in known:
            known.add(item.key)
            new.append((place, item))
    return new
