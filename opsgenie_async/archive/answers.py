"""Raw responses of the API, byte for byte: one call, or all pages of a listing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from opsgenie_async.archive.raw import elements, value
from opsgenie_async.client import Opsgenie
from opsgenie_async.converters.query import QueryValue, query_of
from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response, attribute, next_request, read_envelope
from opsgenie_async.paging import Follow
from opsgenie_async.throttle.domains import domain_of

__all__ = ["Answers", "json_list"]

IDLE_PAGES = 10
SHORTEST_SECRET = 12
"""Letters of a key that is looked for in what the API sends; a shorter one is a word of a test."""
NO_PARAMETERS: Mapping[str, QueryValue] = {}


class Answers:
    """Asks the API, and gives what it says unread.

    Attributes:
        redacted: How many answers had the key in them, which is taken out.
    """

    def __init__(self, og: Opsgenie, on_redaction: Callable[[], Awaitable[None]] | None = None) -> None:
        """Ask through *og*; *on_redaction* is called when the key is first taken out of an answer."""
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
        """Send, as `Walk` wants it; the key is in no answer."""
        response = await self._transport.send(request)
        secret = self._pool._credential.secret
        if len(secret) >= SHORTEST_SECRET and secret.encode() in response.body:
            response.body = response.body.replace(secret.encode(), b"***")
            self.redacted += 1
            if self.redacted == 1 and self._on_redaction is not None:
                await self._on_redaction()
        return response

    async def get(self, path: str, params: Mapping[str, QueryValue] = NO_PARAMETERS) -> bytes:
        """`data` of one answer."""
        response = await self.send(_request(path, params))
        read_envelope(response)  # which refuses what is none
        return value(response.body, "data")

    async def text(self, path: str) -> str:
        """An answer that is text."""
        response = await self.send(_request(path, NO_PARAMETERS, accept="*/*"))
        return response.body.decode("utf-8", "replace")

    async def listing(
        self,
        path: str,
        params: Mapping[str, QueryValue] = NO_PARAMETERS,
        *,
        at: tuple[str, ...] = (),
        follow: Follow = next_request,
    ) -> list[bytes]:
        """The items of all pages, byte for byte.

        Raises:
            ProtocolError: A page leads back to one already read, or pages bring nothing and have others behind them.
        """
        items: list[bytes] = []
        request: Request | None = _request(path, params)
        visited: set[tuple[str, object]] = set()
        idle = 0
        while request is not None:
            response = await self.send(request)
            envelope = read_envelope(response)
            new = elements(response.body, "data", *at)
            items += new
            idle = 0 if new else idle + 1
            visited.add((request.path, request.query))
            request = follow(request, envelope)
            if idle >= IDLE_PAGES or (request is not None and (request.path, request.query) in visited):
                raise attribute(response, ProtocolError("the link to the next page leads nowhere new"))
        return items


def json_list(items: Iterable[bytes]) -> bytes:
    """A JSON list of *items*."""
    return b"[" + b",".join(items) + b"]"


def _request(path: str, params: Mapping[str, QueryValue], accept: str = "application/json") -> Request:
    return Request(
        method="GET",
        path=path,
        query=query_of(params),
        domain=domain_of("GET", path),
        repeatable=True,
        accept=accept,
    )
