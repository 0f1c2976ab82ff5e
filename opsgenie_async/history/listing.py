"""Requests to one listing: a page, the number of items, the item at an offset."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from opsgenie_async.errors import ApiError, BadRequest, ListingTooLong, ProtocolError, UnprocessableEntity
from opsgenie_async.history.slices import Item, Slice, Target
from opsgenie_async.http.documents import documents_of
from opsgenie_async.http.envelope import Envelope, read_envelope
from opsgenie_async.http.links import query_pairs
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response, attribute
from opsgenie_async.json_text import Json

__all__ = ["PAGE", "SLICE", "Listing", "Send", "offset_of"]

Send = Callable[[Request], Awaitable[Response]]

PAGE = 100
"""Items a page, the most that the API gives."""
SLICE = 3_000
"""Items a slice: few enough to be held while it is read, and to be read again."""


class Listing:
    """A listing that the API cuts off after so many items.

    Attributes:
        target: What is listed.
        send: Sends a request.
        most: The maximum number of items in a slice, unless they share a millisecond; halved if the API reaches less
            far.
        window: The maximum offset and limit of one search.
        reach: How many items a slice may have, so that there is room for some more while it is read.
    """

    def __init__(self, send: Send, target: Target, *, most: int, window: int) -> None:
        self.target = target
        self.send = send
        self.window = window
        self.reach = window - min(PAGE, window // 10)
        self.most = min(most, self.reach)
        self._page: tuple[Request, Response] | None = None

    async def page(self, request: Request) -> Response:
        """The response to *request*, from the kept one if there is one."""
        page, self._page = self._page, None
        return page[1] if page is not None and page[0] == request else await self.send(request)

    def keep(self, request: Request, response: Response) -> None:
        """Keep a response until the next page is requested."""
        self._page = request, response

    async def count(self, slice: Slice) -> int | None:
        """The number of items in *slice* as the API counts them, None if it does not."""
        target = self.target
        if not target.count:
            return _total(read_envelope(await self.send(self.request(slice.text(), 0, 1))))
        query = slice.text()
        request = Request(
            method="GET",
            path=target.count,
            query=(("query", query),) if query else (),
            domain=target.noun,
            repeatable=True,
        )
        response = await self.send(request)
        data = read_envelope(response).data
        count = data.get("count") if isinstance(data, dict) else None
        if type(count) is not int:
            raise attribute(response, ProtocolError("data.count: expected a number"))
        return count

    async def fits(self, slice: Slice) -> bool:
        """Whether one search reaches all of *slice*."""
        count = await self.count(slice)
        if count is not None:
            return count <= self.reach
        return await self.at(slice, self.reach, self.target.order) is None

    async def created_at(self, slice: Slice, offset: int) -> int | None:
        """The creation time of the item at *offset*, None if there are fewer."""
        document = await self.at(slice, offset, self.target.order)
        if document is None:
            return None
        created = Item.of(document).created
        if created is None:
            raise ProtocolError(f"{self.target.path}: createdAt: expected a date and time")
        return created

    async def at(self, slice: Slice, offset: int, order: tuple[tuple[str, str], ...]) -> Json:
        """The item at *offset*, halved until the API accepts it; None if there are fewer."""
        while True:
            try:
                response = await self.send(self.request(slice.text(), offset, 1, order))
            except (UnprocessableEntity, BadRequest) as error:
                if not _is_out_of_reach(error, offset):
                    raise
                self.most = offset = offset // 2
                continue
            documents = documents_of(read_envelope(response))
            return documents[0] if documents else None

    def request(self, query: str, offset: int, limit: int, order: tuple[tuple[str, str], ...] | None = None) -> Request:
        """The request for a page of *slice*, in the order of the listing unless *order* is given."""
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

    def too_many(self, slice: Slice) -> ListingTooLong:
        """The error that says that *slice* cannot be cut any smaller."""
        error = ListingTooLong(
            f"more than {self.window} {self.target.noun}s cannot be split further by any field, and the API lists"
            f" no more per search; the slice is: {slice}"
        )
        error.total, error.reach = self.window + 1, self.window
        return error


def _total(envelope: Envelope) -> int | None:
    """The number of items by an answer with one item: its total, or the offset of its last page."""
    if envelope.total_count is not None:
        return envelope.total_count
    if not envelope.paging.get("next"):
        data = envelope.data
        return len(data) if isinstance(data, list) else None
    last = offset_of(envelope.paging.get("last", ""))
    return last + 1 if last else None


def offset_of(link: str) -> int:
    """The offset in a link, 0 if it has none."""
    digits = dict(query_pairs(link)).get("offset", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else 0


def _is_out_of_reach(error: ApiError, offset: int) -> bool:
    """Whether the API refuses *offset*, rather than the query."""
    words = f"{error.message} {' '.join(f'{field} {reason}' for field, reason in error.errors.items())}".lower()
    return offset > PAGE and "offset" in words
