"""A route of an aiohttp application that receives Opsgenie's webhooks."""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from functools import partial
from typing import TypeAlias, Unpack

import attrs
from aiohttp import ClientPayloadError, web
from aiohttp.http import HttpProcessingError

from opsgenie_async.config import refuse_unknown
from opsgenie_async.web.settings import check_function
from opsgenie_async.web.webhook_events import WebhookEvent
from opsgenie_async.web.webhook_receiver import Rejection, Unreadable, Webhooks, WebhookSettings

__all__ = ["OnEvent", "webhooks"]

UNREADABLE = (web.RequestPayloadError, ClientPayloadError, HttpProcessingError, zlib.error)
"""Exceptions of aiohttp for a body whose compression or chunks do not match its headers."""

OnEvent: TypeAlias = Callable[[web.Request, WebhookEvent], Awaitable[None] | None]
"""Handles an event. If it raises, the request fails, and Opsgenie delivers the event again."""


def webhooks(
    app: web.Application,
    path: str,
    handler: OnEvent,
    *,
    secret: str | Collection[str] | None,
    **settings: Unpack[WebhookSettings],
) -> Webhooks:
    """Receive Opsgenie's webhooks at *path*, and call *handler* once for each event.

    Responds with 200; 401 for a wrong secret, 413 for a body that is too long, 400 for one that is not JSON or cannot
    be decompressed, 422 for JSON that is not a webhook of Opsgenie.

    A delivery with equal content is a duplicate, regardless of key order and whitespace: two real events differ in
    the nanoseconds of `updatedAt`. Duplicates are acknowledged and not handled. One that arrives while the handler
    still runs gets the same response. A delivery whose handler failed is handled again.

    Args:
        app: The application.
        path: The path of the route.
        handler: A coroutine function, or a function that does not block, that gets the request and the event.
        secret: The value that the header must have, or several of them during a rotation. Opsgenie signs nothing, but
            its webhook integration sends headers of your choice. None accepts every sender.
        settings: The header's name, the limits and the memory for duplicates; see `WebhookSettings`.

    Returns:
        The counters.

    Raises:
        ArgumentTypeError: A setting has the wrong type; the message names it.
        ArgumentValueError: An empty *secret*, or another invalid setting.
    """
    check_function("handler", handler, "request", "event")
    refuse_unknown("webhooks", settings, WebhookSettings.__annotations__)
    receiver = Webhooks.of(secret, **settings)

    async def receive(request: web.Request) -> web.Response:
        try:
            return web.json_response(await receiver.receive(_Delivery(request), partial(handler, request)))
        except Rejection as rejection:
            raise _response(rejection, receiver, request) from None

    app.router.add_post(path, receive)
    return receiver


@attrs.frozen
class _Delivery:
    """A request of aiohttp, which decompresses bodies itself."""

    request: web.Request

    @property
    def length(self) -> int | None:
        return self.request.content_length

    def header(self, name: str) -> str:
        return self.request.headers.get(name, "")

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        try:
            async for chunk in self.request.content.iter_any():
                yield chunk
        except UNREADABLE as error:
            raise Unreadable from error


def _response(rejection: Rejection, receiver: Webhooks, request: web.Request) -> web.HTTPException:
    match rejection.status:
        case 401:
            return web.HTTPUnauthorized(text=rejection.text)
        case 413:
            size = request.content_length or receiver.max_size + 1
            return web.HTTPRequestEntityTooLarge(receiver.max_size, size, text=rejection.text)
        case 422:
            return web.HTTPUnprocessableEntity(text=rejection.text)
        case _:
            return web.HTTPBadRequest(text=rejection.text)
