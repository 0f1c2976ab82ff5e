"""One listing, and what it can be asked: a page, how many items it has, which one stands at a place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from opsgenie_async.errors import ApiError, BadRequest, ListingTooLong, ProtocolError, UnprocessableEntity
from opsgenie_async.history.slices import Item, Slice, Target
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Envelope, Response, attribute, documents_of, query_pairs, read_envelope
from opsgenie_async.json_text import Json

__all__ = ["PAGE", "SLICE", "WINDOW", "Listing", "Send", "offset_of"]

Send = Callable[[Request], Awaitable[Response]]

PAGE = 100
"""Items a page, the most that the API gives."""
WINDOW = 20_000
"""`offset` and `limit` together stay within this."""
SLICE = 3_000
"""Items a slice: few enough to be held while it is read, and to be read again."""


class Listing:
    """A listing that the API cuts off.

    Attributes:
        target: What is listed.
        send: Sends a request.
        most: Items a slice at the most, unless they share a millisecond; halved where the API reaches less far.
        window: How far one search reaches.
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
        """The answer to *request*, which may have been kept."""
        page, self._page = self._page, None
        return page[1] if page is not None and page[0] == request else await self.send(request)

    def keep(self, request: Request, response: Response) -> None:
        """Keep an answer until the next page is asked for."""
        self._page = request, response

    async def count(self, slice: Slice) -> int | None:
        """How many items the API counts in *slice*, None where it does not tell."""
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
        """When the item at *offset* was created, None where there are not so many."""
        document = await self.at(slice, offset, self.target.order)
        if document is None:
            return None
        created = Item.of(document).created
        if created is None:
            raise ProtocolError(f"{self.target.path}: createdAt: expected a moment in what is sorted by it")
        return created

    async def at(self, slice: Slice, offset: int, order: tuple[tuple[str, str], ...]) -> Json:
        """The item at *offset*, or as far in as the API reaches; None where there are not so many."""
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
        """A page of *slice*, in the order of the listing unless another one is given."""
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
            f"more than {self.window} {self.target.noun}s share whatever they could be told apart by, and the API lists"
            f" no more of one search; the slice is: {slice}"
        )
        error.total, error.reach = self.window + 1, self.window
        return error


def _total(envelope: Envelope) -> int | None:
    """How many items a listing has by its first answer of one item: told, or by where the last one is."""
    if envelope.total_count is not None:
        return envelope.total_count
    if not envelope.paging.get("next"):
        data = envelope.data
        return len(data) if isinstance(data, list) else None
    last = offset_of(envelope.paging.get("last", ""))
    return last + 1 if last else None


def offset_of(link: str) -> int:
    """The offset in a link, 0 where there is none."""
    digits = dict(query_pairs(link)).get("offset", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else 0


def _is_out_of_reach(error: ApiError, offset: int) -> bool:
    """Whether the API refuses *offset*, rather than the query."""
    words = f"{error.message} {' '.join(f'{field} {reason}' for field, reason in error.errors.items())}".lower()
    return offset > PAGE and "offset" in words
