"""A heartbeat of Opsgenie's that an application keeps alive for as long as it is well."""

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

SHORTEST, LONGEST = 0.001, 10_000_000.0
"""Seconds between two beats: below, there would be nothing but beats, and above, one in four months."""

Healthy: TypeAlias = Callable[[web.Application], bool | Awaitable[bool]]
"""Decides whether the application is well; one that raises, or takes longer than a beat, says no."""


@attrs.define
class HeartbeatPings:
    """What became of the beats of one heartbeat so far.

    sent: pings that Opsgenie took. failed: pings that it did not take in time. withheld: beats without a ping, because
    the application was not well.
    """

    sent: int = 0
    failed: int = 0
    withheld: int = 0


def heartbeat(
    app: web.Application,
    name: str,
    *,
    every: float | timedelta,
    healthy: Healthy | None = None,
    key: web.AppKey[Opsgenie] = OPSGENIE,
    clock: Clock | None = None,
) -> HeartbeatPings:
    """Ping the heartbeat *name* while *app* runs and is well; `setup` comes first, on the same application.

    every: seconds, or a `timedelta`, from one beat to the next, well below the interval that the heartbeat expires
        after. The first beat is at the start. A ping gives up when the next one is due, so that a rate limit or an
        outage costs the beats it lasts for, and nothing else.

    Returns the counters. Raises `ValueError` for an *every* that is not above 0.
    """
    period = every.total_seconds() if isinstance(every, timedelta) else every
    if not SHORTEST <= period <= LONGEST:
        raise ValueError(f"every: expected a time above 0, from {SHORTEST} s to {LONGEST} s, got {every!r}")
    beats = _Beats(name, period, healthy, clock or SystemClock())

    async def beating(app: web.Application) -> AsyncIterator[None]:
        patient = client_of(app, key).with_config(total_timeout=period, max_wait=period)
        task = asyncio.create_task(beats.run(app, patient), name=f"opsgenie heartbeat {name}")
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app.cleanup_ctx.append(beating)
    return beats.pings


class _Beats:
    def __init__(self, name: str, period: float, healthy: Healthy | None, clock: Clock) -> None:
        self._name = name
        self._period = period
        self._healthy = healthy
        self._clock = clock
        self.pings = HeartbeatPings()

    async def run(self, app: web.Application, og: Opsgenie) -> None:
        due = self._clock.now()
        while True:
            try:
                if await self._well(app, due + self._period):
                    await self._ping(og)
                else:
                    self.pings.withheld += 1
            except Exception:  # whatever it is: a loop that ends is a heartbeat that expires without a word
                self.pings.failed += 1
                logger.exception("heartbeat %s: a beat failed, the next one comes in its time", self._name)
            # A beat that the one before has run into comes late, further ones are left out.
            due += self._period * max(1, (self._clock.now() - due) // self._period)
            await self._clock.sleep_until(due)

    async def _well(self, app: web.Application, until: float) -> bool:
        if self._healthy is None:
            return True
        try:
            async with self._clock.deadline(until):
                said = self._healthy(app)
                well = await said if inspect.isawaitable(said) else said
        except Exception:
            logger.warning("heartbeat %s: the health check failed", self._name, exc_info=True)
            return False
        if not well:
            logger.warning("heartbeat %s: not pinged, the application is not well", self._name)
        return well

    async def _ping(self, og: Opsgenie) -> None:
        try:
            await og.heartbeats.ping(self._name)
        except OpsgenieError as error:
            self.pings.failed += 1
            logger.warning("heartbeat %s: no ping got through: %s", self._name, error)
        else:
            self.pings.sent += 1
