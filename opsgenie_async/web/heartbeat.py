"""Pings that keep a heartbeat of Opsgenie alive while an application is healthy."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeAlias

import attrs
from aiohttp import web

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import OpsgenieError
from opsgenie_async.logs import get_logger
from opsgenie_async.web.plugin import OPSGENIE, client_of

__all__ = ["Healthy", "HeartbeatPings", "heartbeat"]

logger = get_logger(__name__)

MIN_INTERVAL, MAX_INTERVAL = 0.001, 10_000_000.0
"""Seconds between two pings: below, the loop would do nothing else; above, there is one in four months."""

Healthy: TypeAlias = Callable[[web.Application], bool | Awaitable[bool]]
"""Decides whether the application is healthy; one that raises, or takes longer than the interval, says no."""


@attrs.define
class HeartbeatPings:
    """Counters of one heartbeat.

    Attributes:
        delivered: Pings that Opsgenie accepted.
        failed: Pings that it rejected, or did not accept in time.
        skipped: Pings that were due and not sent, because the application was not healthy.
    """

    delivered: int = 0
    failed: int = 0
    skipped: int = 0


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
        healthy: Decides before each ping whether it is sent; None sends all.
        key: The key of the client in the application.
        clock: The source of time; the system's by default.

    Returns:
        The counters.

    Raises:
        ValueError: *every* is not above 0.
    """
    interval = every.total_seconds() if isinstance(every, timedelta) else every
    if not MIN_INTERVAL <= interval <= MAX_INTERVAL:
        raise ValueError(f"every: expected a time above 0, from {MIN_INTERVAL} s to {MAX_INTERVAL} s, got {every!r}")
    loop = _PingLoop(name, interval, healthy, clock or SystemClock())

    async def run_loop(app: web.Application) -> AsyncIterator[None]:
        og = client_of(app, key).with_config(total_timeout=interval, max_wait=interval)
        task = asyncio.create_task(loop.run(app, og), name=f"opsgenie heartbeat {name}")
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app.cleanup_ctx.append(run_loop)
    return loop.pings


class _PingLoop:
    def __init__(self, name: str, interval: float, healthy: Healthy | None, clock: Clock) -> None:
        self._name = name
        self._interval = interval
        self._healthy = healthy
        self._clock = clock
        self.pings = HeartbeatPings()

    async def run(self, app: web.Application, og: Opsgenie) -> None:
        due = self._clock.now()
        while True:
            try:
                if await self._is_healthy(app, due + self._interval):
                    await self._ping(og)
                else:
                    self.pings.skipped += 1
            except Exception:  # a loop that ends is a heartbeat that expires for no reason
                self.pings.failed += 1
                logger.exception("heartbeat %s: a ping failed, the next one is sent when it is due", self._name)
            # A ping that the one before has delayed comes late; further ones are skipped.
            due += self._interval * max(1, (self._clock.now() - due) // self._interval)
            await self._clock.sleep_until(due)

    async def _is_healthy(self, app: web.Application, until: float) -> bool:
        if self._healthy is None:
            return True
        try:
            async with self._clock.deadline(until):
                result = self._healthy(app)
                is_healthy = await result if inspect.isawaitable(result) else result
        except Exception:
            logger.warning("heartbeat %s: the health check failed", self._name, exc_info=True)
            return False
        if not is_healthy:
            logger.warning("heartbeat %s: not pinged, the application is not healthy", self._name)
        return is_healthy

    async def _ping(self, og: Opsgenie) -> None:
        try:
            await og.heartbeats.ping(self._name)
        except OpsgenieError as error:
            self.pings.failed += 1
            logger.warning("heartbeat %s: no ping got through: %s", self._name, error)
        else:
            self.pings.delivered += 1
