"""Receives Opsgenie's webhooks: what the plug-ins of aiohttp and of ASGI have in common."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import aclosing
from hashlib import blake2b
from typing import Protocol, Self, TypeAlias, TypedDict

import attrs

from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json, load
from opsgenie_async.logs import get_logger
from opsgenie_async.web.settings import check_name, check_number, secrets_of
from opsgenie_async.web.webhook_events import WebhookEvent, read_event

__all__ = ["Delivery", "Rejection", "Unreadable", "WebhookSettings", "Webhooks"]

logger = get_logger(__name__)

MAX_DEPTH = 100
"""Levels of nesting in a body; webhooks have four."""

Handle: TypeAlias = Callable[[WebhookEvent], Awaitable[None] | None]


class WebhookSettings(TypedDict, total=False):
    """The settings of `webhooks`, the same for aiohttp and for ASGI.

    Attributes:
        header: The name of the header with the secret; "X-Opsgenie-Secret" by default.
        max_size: The maximum length of a body in bytes, 1 MiB by default.
        remember: Seconds for which deliveries are remembered, to recognise duplicates; an hour by default.
        most_remembered: The maximum number of deliveries to remember, 10000 by default.
        clock: The source of time; the system's by default.
    """

    header: str
    max_size: int
    remember: float
    most_remembered: int
    clock: Clock | None


class Rejection(Exception):
    """A delivery that is no webhook of Opsgenie, or not from it.

    Attributes:
        status: The status of the response.
        text: The reason, for the body of the response.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Unreadable(Exception):
    """A body whose compression or chunks do not match its headers."""


class Delivery(Protocol):
    """A request with a webhook, as its framework knows it.

    Attributes:
        length: The length of the body by its header, None without one.
    """

    @property
    def length(self) -> int | None: ...
    def header(self, name: str) -> str:
        """Return the value of a header, "" without one."""
        ...

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """Iterate over the body, decompressed.

        Raises:
            Unreadable: It does not match its headers.
        """
        ...


@attrs.define(kw_only=True, eq=False)
class Webhooks:
    """Counters of one webhook route.

    Attributes:
        delivered: Events that the handler has handled.
        duplicates: Deliveries that were known, and not handled again.
        rejected: Requests with a wrong secret, a body that is too long, or content that is not a webhook.
        failed: Events whose handler raised.
        max_size: The maximum length of a body in bytes.
    """

    _secrets: tuple[bytes, ...] = attrs.field(alias="secrets", repr=False)
    _header: str = attrs.field(alias="header", repr=False)
    max_size: int = attrs.field(repr=False)
    _deliveries: _Deliveries = attrs.field(alias="deliveries", repr=False)
    delivered: int = attrs.field(default=0, init=False)
    duplicates: int = attrs.field(default=0, init=False)
    rejected: int = attrs.field(default=0, init=False)
    failed: int = attrs.field(default=0, init=False)

    @classmethod
    def of(
        cls,
        secret: str | Collection[str] | None,
        *,
        header: str = "X-Opsgenie-Secret",
        max_size: int = 2**20,
        remember: float = 3600.0,
        most_remembered: int = 10_000,
        clock: Clock | None = None,
    ) -> Self:
        """Validate the settings, which are those of `WebhookSettings`.

        Raises:
            ArgumentValueError: An empty *secret*.
        """
        secrets = secrets_of(secret)
        check_name("header", header)
        check_number("max_size", max_size, 1)
        check_number("remember", remember, 0)
        check_number("most_remembered", most_remembered, 1)
        return cls(
            secrets=secrets,
            header=header,
            max_size=max_size,
            deliveries=_Deliveries(remember, most_remembered, clock or SystemClock()),
        )

    async def receive(self, delivery: Delivery, handle: Handle) -> dict[str, str]:
        """Handle the event of *delivery*, unless it was handled before.

        Returns:
            The body of the response.

        Raises:
            Rejection: It is no webhook, or not from Opsgenie.
        """
        try:
            document, event = await self._read(delivery)
        except Rejection as rejection:
            self.rejected += 1
            logger.warning("a webhook was rejected: %s", rejection.text)
            raise
        digest = _digest(document)
        while (previous := self._deliveries.get(digest)) is not None:
            if await asyncio.shield(previous):
                self.duplicates += 1
                return {"result": "delivered before"}
        outcome = self._deliveries.begin(digest)
        try:
            if (result := handle(event)) is not None:  # it may be a plain function
                await result
        except BaseException:
            self.failed += 1
            self._deliveries.forget(digest)
            outcome.set_result(False)
            raise
        self.delivered += 1
        outcome.set_result(True)
        return {"result": "delivered"}

    async def _read(self, delivery: Delivery) -> tuple[Json, WebhookEvent]:
        if self._secrets and not self._is_secret(delivery.header(self._header)):
            raise Rejection(401, f"wrong or no secret in {self._header}")
        try:
            document = load(await self._body(delivery))
        except (ValueError, RecursionError):
            raise Rejection(400, "the body is not JSON") from None
        except Unreadable:
            raise Rejection(400, "the body cannot be read as its headers say") from None
        if not _is_flat(document):
            raise Rejection(422, f"body: nested deeper than {MAX_DEPTH} levels")
        try:
            return document, read_event(document)
        except ProtocolError as mismatch:
            raise Rejection(422, mismatch.message) from None

    def _is_secret(self, text: str) -> bool:
        value = text.encode("utf-8", "surrogateescape")
        match = False
        for secret in self._secrets:  # all of them, so that the time does not reveal which one it is
            match |= hmac.compare_digest(secret, value)
        return match

    async def _body(self, delivery: Delivery) -> bytes:
        """Read the whole body; one that is too long is read only as far as its limit."""
        too_long = Rejection(413, "the body is too long")
        if (delivery.length or 0) > self.max_size:
            raise too_long
        body = bytearray()
        async with aclosing(delivery.chunks()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > self.max_size:
                    raise too_long
        return bytes(body)


class _Deliveries:
    """The recent deliveries; the future of each shows whether its handler succeeded."""

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
