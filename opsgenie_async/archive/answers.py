"""Raw responses of the API, byte for byte: one call, or all pages of a listing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import attrs

from opsgenie_async.archive.drafts import Draft
from opsgenie_async.archive.raw import elements, value
from opsgenie_async.client import Opsgenie
from opsgenie_async.converters.query import QueryValue, query_of
from opsgenie_async.errors import ApiError, Forbidden, PaymentRequired, ProtocolError, Throttled, Unauthorized
from opsgenie_async.http.envelope import Envelope, read_envelope
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response, attribute
from opsgenie_async.paging import NextPage, next_request
from opsgenie_async.throttle.domains import domain_of

__all__ = ["NO_PARAMETERS", "Answers"]

IDLE_PAGES = 10
SHORTEST_SECRET = 12
"""Letters of a key that is looked for in what the API sends; a shorter one is a word of a test."""
LOCKED = (Unauthorized, PaymentRequired, Forbidden, Throttled)
"""Refusals of the key or of the moment, whatever the page."""
NO_PARAMETERS: Mapping[str, QueryValue] = {}


class Answers:
    """Requests to the API, with the responses as raw JSON.

    Attributes:
        redacted: The number of responses that contained the API key, which was removed.
    """

    def __init__(self, og: Opsgenie, on_redaction: Callable[[], Awaitable[None]] | None = None) -> None:
        """Send through *og*; *on_redaction* is called when the key is first removed from a response."""
        config = og._transport.config
        view = og.with_config(
            max_attempts=max(8, config.max_attempts),
            max_wait=max(900.0, config.max_wait),
            total_timeout=max(3600.0, config.total_timeout),
        )
        self._transport = view._transport
        self._pool = view._transport._pool
        self.redacted = 0
        self._on_redaction = on_redaction

    async def send(self, request: Request) -> Response:
        """Send *request*, as `Walk` needs it; the API key is removed from the response."""
        response = await self._transport.send(request)
        secret = self._pool._credential.secret
        if len(secret) >= SHORTEST_SECRET and secret.encode() in response.body:
            response.body = response.body.replace(secret.encode(), b"***")
            self.redacted += 1
            if self.redacted == 1 and self._on_redaction is not None:
                await self._on_redaction()
        return response

    async def get(self, path: str, params: Mapping[str, QueryValue] = NO_PARAMETERS) -> bytes:
        """The `data` of one response."""
        response = await self.send(_request(path, params))
        read_envelope(response)  # which refuses what is none
        return value(response.body, "data")

    async def text(self, path: str) -> str:
        """A response that is text."""
        response = await self.send(_request(path, NO_PARAMETERS, accept="*/*"))
        return response.body.decode("utf-8", "replace")

    async def listing(
        self,
        path: str,
        params: Mapping[str, QueryValue] = NO_PARAMETERS,
        *,
        at: tuple[str, ...] = (),
        next_page: NextPage = next_request,
        draft: Draft | None = None,
        further: bool = False,
    ) -> list[bytes]:
        """The items of all pages, byte for byte.

        Args:
            path: The path of the listing.
            params: The query of its first page.
            at: The member of `data` with the items.
            next_page: Returns the request for the next page.
            draft: Stores each page that has a next one. Stored pages are not requested again, unless the listing no
                longer continues after them.
            further: Whether to store the last page, too: the part needs more than this listing.

        Raises:
            ProtocolError: A page links to one already read, or empty pages link to further ones.
        """
        draft = Draft() if draft is None else draft
        trail = draft.trail(path)
        if trail.is_whole:
            return trail.items
        first = _request(path, params)
        page = await self._resume(draft, path, first, at) or await self._page(first, at)
        visited: set[tuple[str, object]] = set()
        idle = 0
        while True:
            idle = 0 if page.items else idle + 1
            visited.add((page.request.path, page.request.query))
            request = next_page(page.request, page.envelope)
            following = None if request is None else (request.path, request.query)
            if idle >= IDLE_PAGES or following in visited:
                raise attribute(page.response, ProtocolError("the link to the next page leads nowhere new"))
            if following is None and not further:
                trail.add(page.items, None)
            else:
                draft.keep(path, page.items, following)
            if request is None:
                return trail.items
            page = await self._page(request, at)

    async def _page(self, request: Request, at: tuple[str, ...]) -> _Page:
        response = await self.send(request)
        return _Page(request, response, read_envelope(response), elements(response.body, "data", *at))

    async def _resume(self, draft: Draft, listing: str, first: Request, at: tuple[str, ...]) -> _Page | None:
        """The page after the stored ones; None if there are none, or if the listing has to start again."""
        trail = draft.trail(listing)
        resumed = trail.resume(first)
        if resumed is None:
            return None
        request, overlaps = resumed
        try:
            page = await self._page(request, at)
            return attrs.evolve(page, items=trail.fit(page.items, overlaps=overlaps))
        except (ApiError, ProtocolError) as error:
            if isinstance(error, LOCKED):
                raise
        draft.restart(listing)
        return None


@attrs.frozen
class _Page:
    request: Request
    response: Response
    envelope: Envelope
    items: list[bytes]


def _request(path: str, params: Mapping[str, QueryValue], accept: str = "application/json") -> Request:
    return Request(
        method="GET",
        path=path,
        query=query_of(params),
        domain=domain_of("GET", path),
        repeatable=True,
        accept=accept,
    )
