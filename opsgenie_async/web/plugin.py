"""The client of an application: opened with it, found by its handlers, closed with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final, TypeAlias

import aiohttp
from aiohttp import web

from opsgenie_async.client import Opsgenie
from opsgenie_async.config import Config

__all__ = ["OPSGENIE", "Source", "client_of", "setup"]

OPSGENIE: Final = web.AppKey("opsgenie_async", Opsgenie)
"""Where handlers find the client: `request.config_dict[OPSGENIE]`."""

Source: TypeAlias = Opsgenie | Config | Callable[[web.Application], Opsgenie]
"""What the client of an application comes from; see `setup`."""


def setup(
    app: web.Application,
    og_or_config: Source | None = None,
    *,
    key: web.AppKey[Opsgenie] = OPSGENIE,
    session: web.AppKey[aiohttp.ClientSession] | None = None,
) -> None:
    """Give *app* a client: `request.config_dict[OPSGENIE]`, in its sub-applications as well.

    og_or_config: a client of the caller's, which stays the caller's and is not closed here; or a `Config`, or a
        function that makes a client out of the application, and then the client is closed with the application. With a
        `Config`, or nothing, key and region come from the environment.
    key: another one for a second client in the same application.
    session: where the application keeps an `aiohttp.ClientSession` that the client of a `Config` shall send through;
        it has to be there first, so the `cleanup_ctx` entry that opens it comes before this call.

    Raises `ValueError` for a session beside anything but a `Config`. What is wrong with the settings, and a key that is
    taken, is raised when the application starts.
    """
    if session is not None and not (og_or_config is None or isinstance(og_or_config, Config)):
        raise ValueError("session: a client that is made elsewhere has a session already")

    async def client(app: web.Application) -> AsyncIterator[None]:
        if key in app:
            raise RuntimeError(f"{key!r} is set up already; a second client needs a key of its own")
        if isinstance(og_or_config, Opsgenie):
            app[key] = og_or_config
            yield
            return
        if og_or_config is None or isinstance(og_or_config, Config):
            made = Opsgenie(session=None if session is None else app[session], config=og_or_config)
        else:
            made = og_or_config(app)
        async with made as app[key]:
            yield

    app.cleanup_ctx.append(client)


def client_of(app: web.Application, key: web.AppKey[Opsgenie]) -> Opsgenie:
    """The client that `setup` gave *app*; raises `RuntimeError` saying what to do when there is none."""
    try:
        return app[key]
    except KeyError:
        raise RuntimeError(
            f"no client under {key!r}: call opsgenie_async.web.setup with this application first"
        ) from None
