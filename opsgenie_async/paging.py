"""Listings: lazy, and complete or loud. A page that fails raises; it never shortens the list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Hashable, Iterator
from typing import Generic, TypeVar

import attrs

from .errors import ProtocolError
from .transport import Transport
from .wire import Envelope, Request, Response, attribute, next_request, read_envelope

__all__ = ["Listing", "Page", "Pager", "read_settled"]

T = TypeVar("T")

Follow = Callable[[Request, Envelope], "Request | None"]
"""Finds the request for the following page, or None on the last one."""


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One answer of a listing.

    took: seconds the back-end needed, None when not told; total_count: of the whole listing, where the API tells it.
    """

    items: list[T]
    request_id: str
    took: float | None = None
    total_count: int | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@attrs.frozen(kw_only=True)
class Listing(Generic[T]):
    """A listing that was read until it stood still, or for as long as that was worth trying.

    Attributes:
        items: Each once. Of a settled listing what the last reading gave, in its order; of a doubtful one what any of
            the readings gave, so that nothing is lost.
        doubt: Why the listing may lack something or hold what is gone, "" for a settled one.
    """

    items: list[T]
    doubt: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was there all the time is missing."""
        return not self.doubt

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Pager(Generic[T]):
    """A listing that has not been asked for yet.

    `await pager` gives one list of everything, `async for item in pager` streams, `pager.pages()` gives the answers one
    by one; each of these asks anew. Links are followed by their query alone: the key never goes to another host.

    The API counts pages by position. When something leaves the listing while it is read, what follows moves up, and
    as much is skipped at the next page; when something joins, an item may come twice. So never change while streaming
    what decides about being listed: with 250 open alerts, this closes 150 and skips 100.

        async for alert in og.alerts.list(query="status: open"):
            await og.alerts.close(alert)

    Collect first, then change:

        for alert in await og.alerts.list(query="status: open"):
            await og.alerts.close(alert)

    Where others may change the set at the same time and it matters that nothing is missing, `pager.settled()` reads
    again until two readings agree, and says so when they do not.
    """

    def __init__(
        self,
        transport: Transport,
        first: Request,
        read: Callable[[Envelope], list[T]],
        follow: Follow = next_request,
    ) -> None:
        self._transport = transport
        self._first = first
        self._read = read
        self._follow = follow

    def __repr__(self) -> str:
        return f"<Pager of {self._first.call}>"

    @property
    def offset(self) -> int:
        """How many items of the whole listing are left out before its first page."""
        offset = dict(self._first.query).get("offset", "")
        return int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 19 else 0

    async def pages(self) -> AsyncIterator[Page[T]]:
        """Yield page after page; raises what a call raises, and `ProtocolError` for a link that was followed before."""
        request: Request | None = self._first
        asked: set[object] = set()
        while request is not None:
            response = await self._transport.send(request)
            items, envelope, following = self._turn(request, response)
            yield Page(
                items=items,
                request_id=envelope.request_id,
                took=envelope.took,
                total_count=envelope.total_count,
            )
            request = following and _unasked(request, following, asked)

    def _turn(self, request: Request, response: Response) -> tuple[list[T], Envelope, Request | None]:
        """What an answer holds, and what to ask next."""
        envelope = read_envelope(response)
        try:
            return self._read(envelope), envelope, self._follow(request, envelope)
        except ProtocolError as error:
            attribute(response, error)
            raise

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def settled(self, identity: Callable[[T], Hashable] | None = None) -> Listing[T]:
        """Read everything, and again until it stands still, so that nothing is missing because the set moved.

        A listing of one page is read once, a longer one twice when nothing changes meanwhile, and at most five times.

        Args:
            identity: What tells one item from another and never changes; the `id` of an item when not given.

        Returns:
            The items, each once, and the doubt that is left.

        Raises:
            OpsgenieError: A page was refused, or did not come.
        """
        return await read_settled(self, identity or _id_of)

    def __await__(self) -> Generator[object, None, list[T]]:
        return self._collect().__await__()

    async def _collect(self) -> list[T]:
        # `pages` would do, but an asynchronous generator costs more than the rest of this.
        request = self._first
        items, _, following = self._turn(request, await self._transport.send(request))
        asked: set[object] = set()
        while following is not None:
            request = _unasked(request, following, asked)
            more, _, following = self._turn(request, await self._transport.send(request))
            items += more
        return items


def _unasked(request: Request, following: Request, asked: set[object]) -> Request:
    """*following*, unless it or what led to it was asked for before: a listing never goes in a circle."""
    asked.add((request.path, request.query))
    if (following.path, following.query) in asked:
        raise ProtocolError("the link to the next page leads back to one already read", call=following.call)
    return following


READINGS = 5
"""How often a listing that keeps changing is read before it is given up as doubtful."""


async def read_settled(pager: Pager[T], identity: Callable[[T], Hashable], *, readings: int = READINGS) -> Listing[T]:
    """Read *pager* until two readings in a row are clean and hold the same items.

    One answer is one look at the account, so a listing of one page is settled at once. A longer one is clean when no
    item came twice and the total, where the API tells it, is the number of items. Two clean readings that agree lack
    nothing that was there all the time: to be skipped, an item must move up, so something before it must have left
    after it was read. That is missing from the second reading, or was read twice by the first.

    Args:
        pager: The listing; it is asked for from its beginning every time.
        identity: What tells one item from another and never changes, as an id; None for an item that has none, which is
            kept and not compared.
        readings: How often to read before giving up.

    Returns:
        The items, each once; with a `doubt` when no two readings agreed.

    Raises:
        OpsgenieError: A page was refused, or did not come.
    """
    known: dict[Hashable, T] = {}
    before: _Reading[T] | None = None
    for _ in range(readings):
        reading = await _read(pager, identity)
        if not reading.flaw and (reading.pages == 1 or (before is not None and reading.agrees_with(before))):
            return Listing(items=reading.items)
        known.update(reading.by_identity)
        before = reading
    doubt = before.flaw if before is not None and before.flaw else "it changes faster than it can be read"
    nameless = [] if before is None else [item for item in before.items if identity(item) is None]
    return Listing(items=[*known.values(), *nameless], doubt=f"{doubt} (after {readings} readings)")


@attrs.define
class _Reading(Generic[T]):
    """One reading of a listing: its items, each once, and what was wrong with it, "" for a clean one."""

    items: list[T]
    by_identity: dict[Hashable, T]
    pages: int
    flaw: str

    def agrees_with(self, other: _Reading[T]) -> bool:
        """Whether both are clean and hold the same."""
        same = self.by_identity.keys() == other.by_identity.keys() and len(self.items) == len(other.items)
        return same and not self.flaw and not other.flaw


async def _read(pager: Pager[T], identity: Callable[[T], Hashable]) -> _Reading[T]:
    items: list[T] = []
    by_identity: dict[Hashable, T] = {}
    pages = twice = 0
    total: int | None = None
    async for page in pager.pages():
        pages += 1
        total = page.total_count
        for item in page:
            key = identity(item)
            if key is not None and key in by_identity:
                twice += 1
                continue
            if key is not None:
                by_identity[key] = item
            items.append(item)
    flaw = ""
    if twice and pages > 1:
        flaw = f"{twice} items came twice, because the listing moved while it was read"
    elif total is not None and total > len(items) + twice + pager.offset:
        flaw = f"the API counts {total} items and lists {len(items)}"
    return _Reading(items, by_identity, pages, flaw)


def _id_of(item: object) -> Hashable:
    """The `id` of a model or a document; an item that is a value by itself is its own."""
    id = item.get("id") if isinstance(item, dict) else getattr(item, "id", item)
    return id if isinstance(id, Hashable) else None
