"""A heartbeat of an aiohttp application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from aiohttp import web

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock
from opsgenie_async.web.aiohttp.plugin import OPSGENIE, client_of
from opsgenie_async.web.heartbeat_pings import HeartbeatPings, PingLoop
from opsgenie_async.web.settings import check_function

__all__ = ["Healthy", "heartbeat"]

Healthy: TypeAlias = Callable[[web.Application], bool | Awaitable[bool]]
"""Decides whether the application is healthy; an exception, or taking longer than the interval, means no."""


def heartbeat(
    app: web.Application,
    name: str,
    *,
    every: float | timedelta,
    healthy: Healthy | None = None,
    key: web.AppKey[Opsgenie] = OPSGENIE,
    clock: Clock | None = None,
) -> HeartbeatPings:
    """Ping the heartbeat *name* while *app* runs and is healthy; call `setup` with the application first.

    The first ping is sent at the start. A ping gives up when the next one is due: a rate limit or an outage costs the
    pings that fall into it, and nothing else.

    Args:
        app: The application.
        name: The name of the heartbeat.
        every: Seconds, or a `timedelta`, between two pings; well below the interval after which the heartbeat expires.
        healthy: Decides before each ping whether it is sent, from the application; None sends all.
        key: The key of the client in the application.
        clock: The source of time; the system's by default.

    Returns:
        The counters.

    Raises:
        ArgumentTypeError: A setting has the wrong type, or *healthy* takes no application; the message names it.
        ArgumentValueError: *every* is not above 0.
    """
    if healthy is not None:
        check_function("healthy", healthy, "app")
    loop = PingLoop(name, every, None if healthy is None else partial(healthy, app), clock)

    async def run_loop(app: web.Application) -> AsyncIterator[None]:
        stop = loop.start(client_of(app, key))
        yield
        await stop()

    app.cleanup_ctx.append(run_loop)
    return loop.pings
