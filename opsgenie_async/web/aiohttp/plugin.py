"""A client for an application: opened, shared with the handlers, and closed with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final, TypeAlias

import aiohttp
from aiohttp import web
from aiohttp.helpers import ChainMapProxy

from opsgenie_async.client import Opsgenie
from opsgenie_async.config import Config
from opsgenie_async.errors import ArgumentValueError, ClientMisused
from opsgenie_async.web.callbacks import check_source

__all__ = ["OPSGENIE", "Source", "client_of", "setup"]

OPSGENIE: Final = web.AppKey("opsgenie_async", Opsgenie)
"""The key of the client: `request.config_dict[OPSGENIE]` in a handler."""

Source: TypeAlias = Opsgenie | Config | Callable[[web.Application], Opsgenie]
"""The ways to give an application its client; see `setup`."""


def setup(
    app: web.Application,
    og_or_config: Source | None = None,
    *,
    key: web.AppKey[Opsgenie] = OPSGENIE,
    session: web.AppKey[aiohttp.ClientSession] | None = None,
) -> None:
    """Give *app* a client: `request.config_dict[OPSGENIE]`, in its sub-applications as well.

    An invalid setting of the client, and a *key* that is in use, raise when the application starts.

    Args:
        app: The application.
        og_or_config: A client, which stays the caller's to close; or a `Config`, or a function that makes a client for
            the application, and then the client is closed with the application. With a `Config` or None, API key and
            region come from the environment.
        key: The key to store the client under; a second client in one application needs its own.
        session: The key of an `aiohttp.ClientSession` in the application for the client of a `Config` to use. The
            `cleanup_ctx` entry that opens it has to be added before this call.

    Raises:
        ArgumentTypeError: *og_or_config* has the wrong type.
        ArgumentValueError: A *session* with anything but a `Config`.
    """
    check_source(og_or_config, "app")
    if session is not None and not (og_or_config is None or isinstance(og_or_config, Config)):
        raise ArgumentValueError("session: only a client that is made from a Config can use it")

    async def client(app: web.Application) -> AsyncIterator[None]:
        if key in app:
            raise ClientMisused(f"{key!r} is set up already; a second client needs a key of its own")
        if isinstance(og_or_config, Opsgenie):
            app[key] = og_or_config
            yield
            return
        if og_or_config is None or isinstance(og_or_config, Config):
            new = Opsgenie(session=None if session is None else app[session], config=og_or_config)
        else:
            new = og_or_config(app)
        async with new as app[key]:
            yield

    app.cleanup_ctx.append(client)


def client_of(app: web.Application | ChainMapProxy, key: web.AppKey[Opsgenie]) -> Opsgenie:
    """Return the client of *app*, or of the applications around a handler.

    Raises:
        ClientMisused: `setup` was not called with *app*.
    """
    try:
        return app[key]
    except KeyError:
        raise ClientMisused(
            f"no client under {key!r}: call opsgenie_async.web.setup with this application first"
        ) from None
