"""Listings: lazy, and complete or loud. A page that fails raises; it never shortens the list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Generic, TypeVar

import attrs

from .errors import ProtocolError
from .transport import Transport
from .wire import Envelope, Request, Response, attribute, next_request, read_envelope

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
