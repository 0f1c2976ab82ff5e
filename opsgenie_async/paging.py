"""Pagers: lazy listings that are complete or raise. A page that fails never shortens the list."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Hashable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from opsgenie_async.coroutine import CoroutineLike
from opsgenie_async.errors import ArgumentValueError, ClientMisused, ListingTooLong, OpsgenieError, ProtocolError
from opsgenie_async.http.request import Query, Request
from opsgenie_async.http.response import Envelope, Response, next_request, query_pairs, understand
from opsgenie_async.http.transport import Transport
from opsgenie_async.json_text import Json

if TYPE_CHECKING:
    from opsgenie_async.settled import Listing

__all__ = ["Page", "Pager", "missing_items"]

T = TypeVar("T")

Follow = Callable[[Request, Envelope], "Request | None"]
"""Finds the request for the following page, or None on the last one."""


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One answer of a listing.

    Attributes:
        took: Seconds the back-end needed, None when not told.
        total_count: Of the whole listing, where the API tells it.
    """

    items: list[T]
    request_id: str
    took: float | None = None
    total_count: int | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Pager(CoroutineLike[list[T]]):
    """A listing that has not been asked for yet.

    `await pager` gives one list of everything, `async for item in pager` streams, `await pager.first(n)` gives no more
    than *n*, `pager.pages()` the answers one by one; each of these asks anew. Links are followed by their query alone:
    the key never goes to another host. A listing that lacks something raises: `ProtocolError` where the answers
    contradict each other, `ListingTooLong` on the first page where the API will refuse the last ones.

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
        return _number(self._first.query, "offset") or 0

    async def pages(self) -> AsyncGenerator[Page[T], None]:
        """Yield page after page, as they come.

        What the API says of the whole (`Page.total_count`) is not judged here: `await` and `async for` raise where
        the items contradict it, and where the API will not list all of them.

        Raises:
            ProtocolError: A link that cannot be followed or was followed before, the same page again, or nothing but
                empty pages.
            OpsgenieError: Any other error of a call.
        """
        walk = _Walk(self._first, self._read, self._follow)
        while walk.request is not None:
            items, envelope = walk.take(await self._transport.send(walk.request))
            yield Page(
                items=items, request_id=envelope.request_id, took=envelope.took, total_count=envelope.total_count
            )

    if not TYPE_CHECKING:  # which know better than this that it is not iterable

        def __iter__(self) -> None:
            raise ClientMisused("a listing is read by `async for item in ...`, or `for item in await ...`")

        def __len__(self) -> None:
            raise ClientMisused("a listing has no length before it is read: `len(await ...)`")

        def __getitem__(self, _: object) -> None:
            raise ClientMisused("a listing has no items before it is read: `(await ...)[0]`, or `await ....first(1)`")

        def __bool__(self) -> None:
            raise ClientMisused("a listing is neither empty nor not before it is read: `if await ...`")

    async def lists(self) -> AsyncGenerator[list[T], None]:
        """Yield the items of page after page, and raise wherever iterating over all items does.

        Yields:
            The items of a page.

        Raises:
            OpsgenieError: A page was refused, did not come, or contradicts the others.
        """
        walk = _Walk(self._first, self._read, self._follow, whole=True)
        while walk.request is not None:
            yield walk.take(await self._transport.send(walk.request))[0]

    async def __aiter__(self) -> AsyncIterator[T]:
        walk = _Walk(self._first, self._read, self._follow, whole=True)
        while walk.request is not None:
            for item in walk.take(await self._transport.send(walk.request))[0]:
                yield item

    async def first(self, n: int) -> list[T]:
        """Return at most *n* items, with no more requests, and no larger pages, than they need.

        Args:
            n: How many, from 1.

        Raises:
            ArgumentValueError: *n* is not a whole number of at least 1.
            OpsgenieError: A page was refused, or did not come.
        """
        if type(n) is not int or n < 1:
            raise ArgumentValueError(f"n: expected a whole number of at least 1, got {n!r}")
        request = self._first
        if (size := _number(request.query, "limit")) is not None and size > n:
            query = tuple((name, str(n) if name == "limit" else value) for name, value in request.query)
            request = attrs.evolve(request, query=query)
        return (await self._collect(_Walk(request, self._read, self._follow), n))[:n]

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
        from opsgenie_async.settled import id_of, read_settled  # for the few that ask for it

        return await read_settled(self, identity or id_of)

    def __await__(self) -> Generator[object, None, list[T]]:
        return self._collect().__await__()

    async def _collect(self, walk: _Walk[T] | None = None, enough: float = math.inf) -> list[T]:
        # `async for` would do, but an asynchronous generator costs more than the rest of this.
        walk = walk or _Walk(self._first, self._read, self._follow, whole=True)
        items: list[T] | None = None
        while walk.request is not None and (items is None or len(items) < enough):
            more, _ = walk.take(await self._transport.send(walk.request))
            if items is None:
                items = more
            else:
                items += more
        return items or []


IDLE_PAGES = 10
"""So many pages in a row that are empty, or the one before again, each with a link to another, are no listing."""
WINDOW = 20_000
"""The API refuses pages of these listings beyond this: offset plus limit stay within it."""
WINDOWED = frozenset({"v2/alerts", "v1/incidents", "v1/services"})


class _Walk(Generic[T]):
    """One way through a listing: what to ask next, and whether the answers can be believed.

    Attributes:
        request: What to ask next, None at the end.
        whole: Whether the caller wants all of it, so that an answer that says there will be less is an error.
    """

    __slots__ = ("_data", "_follow", "_idle", "_item_count", "_read", "_visited", "request", "whole")

    def __init__(
        self, first: Request, read: Callable[[Envelope], list[T]], follow: Follow, *, whole: bool = False
    ) -> None:
        self.request: Request | None = first
        self.whole = whole
        self._read = read
        self._follow = follow
        self._visited: set[tuple[str, Query]] = set()
        self._item_count = _number(first.query, "offset") or 0
        self._data: Json = None
        self._idle = 0

    def take(self, response: Response) -> tuple[list[T], Envelope]:
        """Read a page, and move on to what follows.

        Raises:
            ProtocolError: It contradicts the pages before it, or leads nowhere.
        """
        return understand(response, partial(self._page, response.request))

    def _page(self, request: Request, envelope: Envelope) -> tuple[list[T], Envelope]:
        try:
            items = self._read(envelope)
            self._item_count += len(items)
            self.request = self._following(request, envelope, items)
            if self.whole:
                self._judge(request, envelope)
        except OpsgenieError as error:
            error.request_id = envelope.request_id
            raise
        return items, envelope

    def _following(self, request: Request, envelope: Envelope, items: list[T]) -> Request | None:
        """What to ask next: never in a circle, nor on and on without getting anywhere."""
        try:
            _check_links(envelope)
            following = self._follow(request, envelope)
            if following is None:
                return None
            # Encoded now, where what is wrong with it can be said.
            if not following.query_string and following.path == request.path:
                raise ValueError("it has no query")
        except ValueError as error:
            reason = str(error).partition(":")[0]
            raise ProtocolError(f"the link to the next page cannot be followed: {reason}") from None
        self._visited.add((request.path, request.query))
        if (following.path, following.query) in self._visited:
            raise ProtocolError("the link to the next page leads back to one already read")
        self._idle = self._idle + 1 if not items or _same(envelope.data, self._data) else 0
        if self._idle >= IDLE_PAGES:
            raise ProtocolError(f"{IDLE_PAGES} pages in a row bring nothing new and have a link to another")
        self._data = envelope.data
        return following

    def _judge(self, request: Request, envelope: Envelope) -> None:
        """Raise where the answer says that not all of the listing will come."""
        total = envelope.total_count
        if self.request is None:
            if lack := missing_items(total, self._item_count):
                raise ProtocolError(lack)
        elif len(self._visited) == 1 and request.path in WINDOWED:
            if total is None:
                total = _number(query_pairs(envelope.paging.get("last", "")), "offset")
            if total is not None and total > WINDOW:
                raise _too_long(request.path, total)


def missing_items(total: int | None, count: int) -> str:
    """Say what is wrong with a listing that ended after *count* items, "" for nothing; a total may count less."""
    return f"the API counts {total} items and lists {count}" if total is not None and total > count else ""


def _check_links(envelope: Envelope) -> None:
    """Raise where a link to the next page may be meant and is none."""
    odd = envelope.rest.get("paging")
    if isinstance(odd, dict):
        odd = odd.get("next")
    if odd is not None and odd != []:  # an empty object, as PHP writes it
        raise ProtocolError(f"paging.next: expected a link, got {type(odd).__name__}")


def _too_long(path: str, total: int) -> ListingTooLong:
    resource = path.rpartition("/")[2]
    error = ListingTooLong(
        f"there are at least {total} items, and the API lists the first {WINDOW} and no more: og.{resource}.history()"
        " reads all of them; or narrow the query, or ask for the first(n) alone"
    )
    error.total, error.reach = total, WINDOW
    return error


def _same(data: Json, other: Json) -> bool:
    try:
        return data == other
    except RecursionError:
        return False


def _number(query: Query, name: str) -> int | None:
    """A number in a query, None where there is none."""
    if not query:
        return None
    text = dict(query).get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
