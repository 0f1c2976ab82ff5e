"""Listings: lazy, and complete or loud. A page that fails raises; it never shortens the list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Generic, TypeVar

import attrs

from .errors import ProtocolError
from .transport import Transport
from .wire import Envelope, Request, next_request, understand

__all__ = ["Page", "Pager"]

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


class Pager(Generic[T]):
    """A listing that has not been asked for yet.

    `await pager` gives one list of everything, `async for item in pager` streams, `pager.pages()` gives the answers one
    by one; each of these asks anew. Links are followed by their query alone: the key never goes to another host.
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

    async def pages(self) -> AsyncIterator[Page[T]]:
        """Yield page after page; raises what a call raises, and `ProtocolError` for a link that was followed before."""
        request: Request | None = self._first
        asked: set[object] = set()
        while request is not None:
            page, request = await self._ask(request, asked)
            yield page

    async def _ask(self, request: Request, asked: set[object]) -> tuple[Page[T], Request | None]:
        place = (request.path, request.query)
        if place in asked:
            raise ProtocolError("the link to the next page leads back to one already read", call=request.call)
        asked.add(place)
        response = await self._transport.send(request)
        return understand(response, lambda envelope: self._turn(request, envelope))

    def _turn(self, request: Request, envelope: Envelope) -> tuple[Page[T], Request | None]:
        page = Page(
            items=self._read(envelope),
            request_id=envelope.request_id,
            took=envelope.took,
            total_count=envelope.total_count,
        )
        return page, self._follow(request, envelope)

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    def __await__(self) -> Generator[object, None, list[T]]:
        return self._collect().__await__()

    async def _collect(self) -> list[T]:
        items: list[T] = []
        request: Request | None = self._first
        asked: set[object] = set()
        while request is not None:  # `pages` would do, but an asynchronous generator costs more than the rest of this
            page, request = await self._ask(request, asked)
            items += page.items
        return items
