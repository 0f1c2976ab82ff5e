"""A route that receives Opsgenie's webhooks."""

from __future__ import annotations

import asyncio
import hmac
import json
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from hashlib import blake2b
from typing import TypeAlias

import attrs
from aiohttp import ClientPayloadError, web
from aiohttp.http import HttpProcessingError

from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import load
from opsgenie_async.logs import get_logger
from opsgenie_async.models.base import Json
from opsgenie_async.web.webhook_events import WebhookEvent, read_event

__all__ = ["OnEvent", "Webhooks", "webhooks"]

logger = get_logger(__name__)

MAX_DEPTH = 100
"""Levels of nesting in a body; webhooks have four."""
UNREADABLE = (web.RequestPayloadError, ClientPayloadError, HttpProcessingError, zlib.error)
"""Exceptions of aiohttp for a body whose compression or chunks do not match its headers."""

OnEvent: TypeAlias = Callable[[web.Request, WebhookEvent], Awaitable[None]]
"""Handles an event. If it raises, the request fails, and Opsgenie delivers the event again."""


def webhooks(
    app: web.Application,
    path: str,
    handler: OnEvent,
    *,
    secret: str | Collection[str] | None,
    header: str = "X-Opsgenie-Secret",
    max_size: int = 2**20,
    remember: float = 3600.0,
    most_remembered: int = 10_000,
    clock: Clock | None = None,
) -> Webhooks:
    """Receive Opsgenie's webhooks at *path*, and call *handler* once for each event.

    Responds with 200; 401 for a wrong secret, 413 for a body that is too long, 400 for one that is not JSON or cannot
    be decompressed, 422 for JSON that is not a webhook of Opsgenie.

    A delivery with equal content is a duplicate, in whatever order and spacing it is written: two real events differ in
    the nanoseconds of `updatedAt`. Duplicates are acknowledged and not handled. One that arrives while the handler
    still runs gets the same response. A delivery whose handler failed is handled again.

    Args:
        app: The application.
        path: The path of the route.
        handler: A coroutine function that gets the request and the event.
        secret: The value that *header* must have, or several of them during a rotation. Opsgenie signs nothing, but its
            webhook integration sends headers of your choice. None accepts every sender.
        header: The name of the header with the secret.
        max_size: The maximum length of a body in bytes.
        remember: Seconds for which deliveries are remembered, to recognise duplicates.
        most_remembered: The maximum number of deliveries to remember.
        clock: The source of time; the system's by default.

    Returns:
        The counters.

    Raises:
        ValueError: An empty *secret*.
    """
    secrets = () if secret is None else (secret,) if isinstance(secret, str) else tuple(secret)
    if secret is not None and not all(secrets or ("",)):
        raise ValueError("secret: an empty one protects nothing; None says so openly")
    receiver = Webhooks(
        handler=handler,
        secrets=tuple(each.encode() for each in secrets),
        header=header,
        max_size=max_size,
        deliveries=_Deliveries(remember, most_remembered, clock or SystemClock()),
    )
    app.router.add_post(path, receiver._receive)
    return receiver


@attrs.define(kw_only=True, eq=False)
class Webhooks:
    """Counters of one webhook route.

    Attributes:
        delivered: Events that the handler has handled.
        duplicates: Deliveries that were known, and not handled again.
        rejected: Requests with a wrong secret, a body that is too long, or content that is not a webhook.
        failed: Events whose handler raised.
    """

    _handler: OnEvent = attrs.field(alias="handler", repr=False)
    _secrets: tuple[bytes, ...] = attrs.field(alias="secrets", repr=False)
    _header: str = attrs.field(alias="header", repr=False)
    _max_size: int = attrs.field(alias="max_size", repr=False)
    _deliveries: _Deliveries = attrs.field(alias="deliveries", repr=False)
    delivered: int = attrs.field(default=0, init=False)
    duplicates: int = attrs.field(default=0, init=False)
    rejected: int = attrs.field(default=0, init=False)
    failed: int = attrs.field(default=0, init=False)

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            document, event = await self._read(request)
        except web.HTTPException as rejection:
            self.rejected += 1
            logger.warning("a webhook was rejected: %s", rejection.text)
            raise
        delivery = _digest(document)
        while (previous := self._deliveries.get(delivery)) is not None:
            if await asyncio.shield(previous):
                self.duplicates += 1
                return web.json_response({"result": "delivered before"})
        outcome = self._deliveries.begin(delivery)
        try:
            await self._handler(request, event)
        except BaseException:
            self.failed += 1
            self._deliveries.forget(delivery)
            outcome.set_result(False)
            raise
        self.delivered += 1
        outcome.set_result(True)
        return web.json_response({"result": "delivered"})

    async def _read(self, request: web.Request) -> tuple[Json, WebhookEvent]:
        if self._secrets and not self._is_secret(request.headers.get(self._header, "")):
            raise web.HTTPUnauthorized(text=f"wrong or no secret in {self._header}")
        try:
            document = load(await self._body(request))
        except (ValueError, RecursionError):
            raise web.HTTPBadRequest(text="the body is not JSON") from None
        except UNREADABLE:
            raise web.HTTPBadRequest(text="the body cannot be read as its headers say") from None
        if not _is_flat(document):
            raise web.HTTPUnprocessableEntity(text=f"body: nested deeper than {MAX_DEPTH} levels")
        try:
            return document, read_event(document)
        except ProtocolError as mismatch:
            raise web.HTTPUnprocessableEntity(text=mismatch.message) from None

    def _is_secret(self, text: str) -> bool:
        value = text.encode("utf-8", "surrogateescape")
        match = False
        for secret in self._secrets:  # all of them, so that the time does not reveal which one it is
            match |= hmac.compare_digest(secret, value)
        return match

    async def _body(self, request: web.Request) -> bytes:
        """Read the whole body; one that is too long is read only as far as its limit."""
        too_long = web.HTTPRequestEntityTooLarge(
            self._max_size, request.content_length or self._max_size + 1, text="the body is too long"
        )
        if (request.content_length or 0) > self._max_size:
            raise too_long
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > self._max_size:
                raise too_long
        return bytes(body)


class _Deliveries:
    """The recent deliveries; the future of each tells whether its handler succeeded."""

    def __init__(self, remember: float, size: int, clock: Clock) -> None:
        self._remember = remember
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[bytes, tuple[float, asyncio.Future[bool]]] = OrderedDict()

    def get(self, delivery: bytes) -> asyncio.Future[bool] | None:
        now = self._clock.now()
        while self._entries and next(iter(self._entries.values()))[0] <= now:
            self._entries.popitem(last=False)
        entry = self._entries.get(delivery)
        return None if entry is None else entry[1]

    def begin(self, delivery: bytes) -> asyncio.Future[bool]:
        outcome = asyncio.get_running_loop().create_future()
        self._entries[delivery] = self._clock.now() + self._remember, outcome
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)
        return outcome

    def forget(self, delivery: bytes) -> None:
        self._entries.pop(delivery, None)


def _is_flat(document: Json) -> bool:
    """Whether *document* is nested no deeper than `MAX_DEPTH`."""
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return not level


def _digest(document: Json) -> bytes:
    """Compute a digest of the content, independent of order and spacing."""
    return blake2b(json.dumps(document, sort_keys=True).encode(), digest_size=16).digest()
