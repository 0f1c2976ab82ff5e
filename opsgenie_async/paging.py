"""Pagers: lazy listings that are complete or raise; a failed page never shortens the list."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Hashable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from opsgenie_async.errors import ArgumentValueError, OpsgenieError, ProtocolError
from opsgenie_async.http.envelope import Envelope, name_request, read_page, understand
from opsgenie_async.http.links import query_pairs
from opsgenie_async.http.listing_window import within_window
from opsgenie_async.http.request import Request, query_number
from opsgenie_async.http.response import Response
from opsgenie_async.http.transport import Transport
from opsgenie_async.page import Page
from opsgenie_async.page_trail import Trail, check_links, missing_items
from opsgenie_async.wrong_use import NoList

if TYPE_CHECKING:
    from opsgenie_async.settled import Listing

__all__ = ["NextPage", "Page", "Pager", "next_request"]

T = TypeVar("T")

NextPage = Callable[[Request, Envelope], "Request | None"]
"""Finds the request for the next page, or None on the last one."""


def next_request(request: Request, envelope: Envelope) -> Request | None:
    """The request for the next page: the same path, the link's query, never the link's host."""
    link = envelope.paging.get("next")
    if not link:
        return None
    return attrs.evolve(request, query=query_pairs(link))


class Pager(NoList[list[T]]):
    """A lazy listing; nothing is requested before it is used.

    `await pager` returns a list of all items, `async for item in pager` streams them, `await pager.first(n)` returns at
    most *n*, `pager.pages()` yields page by page; each use starts over. Only the query of a link is followed: the key
    never goes to another host. An incomplete listing raises: `ProtocolError` if pages contradict each other,
    `ListingTooLong` on the first page if the API would refuse the last ones.

    The API paginates by offset. When items leave the listing while it is read, the following ones move up and some are
    skipped; when items are added, some may come twice. So never change what the query depends on while streaming: with
    250 open alerts, this closes 150 and skips 100.

        async for alert in og.alerts.list(query="status: open"):
            await og.alerts.close(alert)

    Collect first, then change:

        for alert in await og.alerts.list(query="status: open"):
            await og.alerts.close(alert)

    If others may change the listing at the same time and nothing may be missing, use `pager.settled()`: it reads again
    until two readings agree, and reports when they do not.
    """

    def __init__(
        self,
        transport: Transport,
        first: Request,
        read: Callable[[Envelope], list[T]],
        next_page: NextPage = next_request,
    ) -> None:
        self._transport = transport
        self._first = first
        self._read = read
        self._next_page = next_page

    def __repr__(self) -> str:
        return f"<Pager of {self._first.call}>"

    @property
    def offset(self) -> int:
        """The number of items skipped before the first page."""
        return query_number(self._first.query, "offset") or 0

    async def pages(self) -> AsyncGenerator[Page[T], None]:
        """Yield the pages as they arrive.

        `Page.total_count` is not checked here: `await` and `async for` raise if the items contradict it, or if the API
        will not list all of them.

        Raises:
            ProtocolError: A link is invalid or was followed before, a page is repeated, or all pages are empty.
            OpsgenieError: Any other error of a call.
        """
        walk = _Walk(self._first, self._read, self._next_page)
        while walk.request is not None:
            response = await self._transport.send(walk.request)
            items, envelope = walk.take(response)
            name_request(envelope, response)
            yield Page(
                items=items, request_id=envelope.request_id, took=envelope.took, total_count=envelope.total_count
            )

    async def lists(self) -> AsyncGenerator[list[T], None]:
        """Yield the items of each page, with the checks of iterating over all items.

        Yields:
            The items of one page.

        Raises:
            OpsgenieError: A page was refused, did not come, or contradicts the others.
        """
        walk = _Walk(self._first, self._read, self._next_page, most=math.inf)
        while walk.request is not None:
            yield walk.take(await self._transport.send(walk.request))[0]

    async def __aiter__(self) -> AsyncIterator[T]:
        walk = _Walk(self._first, self._read, self._next_page, most=math.inf)
        while walk.request is not None:
            for item in walk.take(await self._transport.send(walk.request))[0]:
                yield item

    async def first(self, n: int) -> list[T]:
        """Return at most *n* items, with no more requests and no larger pages than needed.

        Args:
            n: The maximum number of items, from 1.

        Raises:
            ArgumentValueError: *n* is not an int of at least 1.
            ListingTooLong: They end beyond what the API lists; raised with the first page.
            OpsgenieError: A page was refused, or did not come.
        """
        if type(n) is not int or n < 1:
            raise ArgumentValueError(f"n: expected a whole number of at least 1, got {n!r}")
        request = self._first
        if (size := query_number(request.query, "limit")) is not None and size > n:
            request = request.with_limit(n)
        return (await self._collect(_Walk(request, self._read, self._next_page, most=n), n))[:n]

    async def settled(self, identity: Callable[[T], Hashable] | None = None) -> Listing[T]:
        """Read everything, and again until two readings agree, so that no item is missed because of changes.

        A listing of one page is read once, a longer one twice if nothing changes, and at most five times.

        Args:
            identity: Returns an item's unchanging key; the `id` of an item when not given.

        Returns:
            The items without duplicates, and the remaining doubt.

        Raises:
            OpsgenieError: A page was refused, or did not come.
        """
        from opsgenie_async.settled import id_of, read_settled  # for the few that ask for it

        return await read_settled(self, identity or id_of)

    def __await__(self) -> Generator[object, None, list[T]]:
        return self._collect().__await__()

    async def _collect(self, walk: _Walk[T] | None = None, enough: float = math.inf) -> list[T]:
        walk = walk or _Walk(self._first, self._read, self._next_page, most=math.inf)
        items: list[T] = []
        while walk.request is not None and len(items) < enough:
            items += walk.take(await self._transport.send(walk.request))[0]
        return items


class _Walk(Generic[T]):
    """One way through a listing: what to ask next, and whether the answers can be believed.

    Attributes:
        request: What to ask next, None at the end.
        most: How many items the caller wants, infinite for all: an answer that says there will be less is an error.
    """

    __slots__ = ("_first", "_item_count", "_next_page", "_read", "_trail", "most", "request")

    def __init__(
        self, first: Request, read: Callable[[Envelope], list[T]], next_page: NextPage, *, most: float = 0
    ) -> None:
        self.request: Request | None = within_window(first) if "offset" in dict(first.query) else first
        self.most = most
        self._first = first
        self._read = read
        self._next_page = next_page
        self._item_count = 0
        self._trail: Trail | None = None

    def take(self, response: Response) -> tuple[list[T], Envelope]:
        """Read a page, and move on to what follows; its envelope is that of `read_page`.

        Raises:
            ProtocolError: It contradicts the pages before it, or leads nowhere.
        """
        return understand(response, partial(self._page, response), read_page)

    def _page(self, response: Response, envelope: Envelope) -> tuple[list[T], Envelope]:
        try:
            items = self._read(envelope)
            self._item_count += len(items)
            self.request = following = self._find_next(response.request, envelope, items)
            total = envelope.total_count if following is None and self.most == math.inf else None
            if total is not None and (lack := missing_items(total, self._offset + self._item_count)):
                raise ProtocolError(lack)
        except OpsgenieError as error:
            name_request(envelope, response)
            error.request_id = envelope.request_id
            raise
        return items, envelope

    def _find_next(self, request: Request, envelope: Envelope, items: list[T]) -> Request | None:
        """What to ask next, None at the end of the listing."""
        try:
            if "paging" in envelope.rest:
                check_links(envelope.rest["paging"])
            following = self._next_page(request, envelope)
            if following is not None:
                following = within_window(following)
                self._trail = self._trail or Trail()
                self._trail.add(request, following, envelope, items)
        except ValueError as error:
            reason = str(error).partition(":")[0]
            raise ProtocolError(f"the link to the next page cannot be followed: {reason}") from None
        if self._trail is not None and following is not None:
            self._trail.check_reach(request.path, envelope, self._offset + self.most)
        return following

    @property
    def _offset(self) -> int:
        return query_number(self._first.query, "offset") or 0
