"""The door that Opsgenie's webhooks come through."""

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
from opsgenie_async.web.webhook_events import WebhookEvent, event_of

__all__ = ["OnEvent", "Webhooks", "webhooks"]

logger = get_logger(__name__)

DEEPEST = 100
"""Levels of a document; webhooks have four, and details no more."""
UNREADABLE = (web.RequestPayloadError, ClientPayloadError, HttpProcessingError, zlib.error)
"""What aiohttp raises for a body that is not compressed or cut into chunks as its headers say."""

OnEvent: TypeAlias = Callable[[web.Request, WebhookEvent], Awaitable[None]]
"""What is done with an event; one that raises makes Opsgenie's request fail, so that it is delivered again."""


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
    """Take Opsgenie's webhooks at *path*, and give each to *handler* as an event, once.

    secret: what *header* has to hold; Opsgenie signs nothing, but its webhook integration sends headers of your choice.
        Several, while one replaces another; None takes in what anybody sends.
    max_size: bytes of a body.
    remember: seconds that a delivery is known for, of at most *most_remembered*, so that the same one again is answered
        and goes no further. The same one has the same content, whatever its spelling: what really happens twice differs
        in the nanoseconds of `updatedAt`. A delivery whose handler failed is forgotten, and one that comes again while
        its handler runs has the same outcome.

    Answers 200; 401 for a wrong secret, 413 for too much, 400 for no JSON and for what cannot be decompressed, 422 for
    JSON that is no webhook of Opsgenie's. Returns the counters. Raises `ValueError` for an empty secret.
    """
    secrets = () if secret is None else (secret,) if isinstance(secret, str) else tuple(secret)
    if secret is not None and not all(secrets or ("",)):
        raise ValueError("secret: an empty one protects nothing; None says so openly")
    door = Webhooks(
        handler=handler,
        secrets=tuple(each.encode() for each in secrets),
        header=header,
        max_size=max_size,
        deliveries=_Deliveries(remember, most_remembered, clock or SystemClock()),
    )
    app.router.add_post(path, door._answer)
    return door


@attrs.define(kw_only=True, eq=False)
class Webhooks:
    """What came through one door so far.

    delivered: events that the handler was done with. duplicates: deliveries that had been there before.
    refused: by the secret, the size or the shape. failed: by the handler.
    """

    _handler: OnEvent = attrs.field(repr=False)
    _secrets: tuple[bytes, ...] = attrs.field(repr=False)
    _header: str = attrs.field(repr=False)
    _max_size: int = attrs.field(repr=False)
    _deliveries: _Deliveries = attrs.field(repr=False)
    delivered: int = attrs.field(default=0, init=False)
    duplicates: int = attrs.field(default=0, init=False)
    refused: int = attrs.field(default=0, init=False)
    failed: int = attrs.field(default=0, init=False)

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            document, event = await self._read(request)
        except web.HTTPException as refusal:
            self.refused += 1
            logger.warning("a webhook was refused: %s", refusal.text)
            raise
        delivery = _digest(document)
        while (before := self._deliveries.find(delivery)) is not None:
            if await asyncio.shield(before):
                self.duplicates += 1
                return web.json_response({"result": "delivered before"})
        done = self._deliveries.begin(delivery)
        try:
            await self._handler(request, event)
        except BaseException:
            self.failed += 1
            self._deliveries.forget(delivery)
            done.set_result(False)
            raise
        self.delivered += 1
        done.set_result(True)
        return web.json_response({"result": "delivered"})

    async def _read(self, request: web.Request) -> tuple[Json, WebhookEvent]:
        if self._secrets and not self._knows(request.headers.get(self._header, "")):
            raise web.HTTPUnauthorized(text=f"wrong or no secret in {self._header}")
        try:
            document = load(await self._body(request))
        except (ValueError, RecursionError):
            raise web.HTTPBadRequest(text="the body is not JSON") from None
        except UNREADABLE:
            raise web.HTTPBadRequest(text="the body cannot be read as its headers say") from None
        if not _is_flat(document):
            raise web.HTTPUnprocessableEntity(text=f"body: nested deeper than {DEEPEST} levels")
        try:
            return document, event_of(document)
        except ProtocolError as misfit:
            raise web.HTTPUnprocessableEntity(text=misfit.message) from None

    def _knows(self, given: str) -> bool:
        told = given.encode("utf-8", "surrogateescape")
        known = False
        for secret in self._secrets:  # all of them, so that the time does not tell which one it is
            known |= hmac.compare_digest(secret, told)
        return known

    async def _body(self, request: web.Request) -> bytes:
        """The whole body; what is longer is read no further than it takes to see that."""
        too_long = web.HTTPRequestEntityTooLarge(
            self._max_size, request.content_length or self._max_size + 1, text="the body is too long"
        )
        if (request.content_length or 0) > self._max_size:
            raise too_long
        pieces = bytearray()
        async for piece in request.content.iter_any():
            pieces += piece
            if len(pieces) > self._max_size:
                raise too_long
        return bytes(pieces)


class _Deliveries:
    """Deliveries and their outcomes, for a while: the future of one says whether its handler was done with it."""

    def __init__(self, remember: float, most: int, clock: Clock) -> None:
        self._remember = remember
        self._most = most
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[float, asyncio.Future[bool]]] = OrderedDict()

    def find(self, delivery: bytes) -> asyncio.Future[bool] | None:
        now = self._clock.now()
        while self._known and next(iter(self._known.values()))[0] <= now:
            self._known.popitem(last=False)
        found = self._known.get(delivery)
        return None if found is None else found[1]

    def begin(self, delivery: bytes) -> asyncio.Future[bool]:
        outcome = asyncio.get_running_loop().create_future()
        self._known[delivery] = self._clock.now() + self._remember, outcome
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return outcome

    def forget(self, delivery: bytes) -> None:
        self._known.pop(delivery, None)


def _is_flat(document: Json) -> bool:
    """Whether whatever walks through *document* comes to its end."""
    level = [document]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return not level


def _digest(document: Json) -> bytes:
    """What the same content has in common, in whatever order and spacing it is written."""
    return blake2b(json.dumps(document, sort_keys=True).encode(), digest_size=16).digest()
