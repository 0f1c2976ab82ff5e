"""Heartbeat pings for as long as an application is healthy."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeAlias

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ArgumentValueError, OpsgenieError
from opsgenie_async.logs import get_logger
from opsgenie_async.web.settings import check_function, check_name, check_number

__all__ = ["HealthCheck", "HeartbeatPings", "PingLoop", "interval_of"]

logger = get_logger(__name__)

MIN_INTERVAL, MAX_INTERVAL = 0.001, 10_000_000.0
"""Seconds between two pings: below, the loop would do nothing else; above, there is one in four months."""

HealthCheck: TypeAlias = Callable[[], bool | Awaitable[bool]]
"""Decides whether the application is healthy; an exception, or taking longer than the interval, means no."""


@attrs.define
class HeartbeatPings:
    """Counters of one heartbeat.

    Attributes:
        delivered: Pings that Opsgenie accepted.
        failed: Pings that it rejected, or did not accept in time.
        skipped: Pings not sent because the application was not healthy.
    """

    delivered: int = 0
    failed: int = 0
    skipped: int = 0


def interval_of(every: float | timedelta) -> float:
    """Return the seconds between two pings.

    Raises:
        ArgumentTypeError: *every* is not a number or `timedelta`.
        ArgumentValueError: *every* is not above 0, or too long.
    """
    interval = every.total_seconds() if isinstance(every, timedelta) else every
    check_number("every", interval, -math.inf)
    if not MIN_INTERVAL <= interval <= MAX_INTERVAL:
        raise ArgumentValueError(
            f"every: expected a time above 0, from {MIN_INTERVAL} s to {MAX_INTERVAL} s, got {every!r}"
        )
    return interval


class PingLoop:
    """A loop that pings a heartbeat at an interval; a ping gives up when the next one is due.

    Args:
        name: The name of the heartbeat.
        every: Seconds, or a `timedelta`, between two pings.
        healthy: Decides before each ping whether it is sent; None sends all.
        clock: The source of time; the system's by default.

    Attributes:
        pings: The counters.

    Raises:
        ArgumentValueError: *every* is not above 0.
    """

    def __init__(
        self, name: str, every: float | timedelta, healthy: HealthCheck | None = None, clock: Clock | None = None
    ) -> None:
        check_name("name", name)
        if healthy is not None:
            check_function("healthy", healthy)
        self._name = name
        self._interval = interval_of(every)
        self._healthy = healthy
        self._clock = clock or SystemClock()
        self.pings = HeartbeatPings()

    def start(self, og: Opsgenie) -> Callable[[], Awaitable[None]]:
        """Ping by *og* in a task of its own; return what stops it."""
        view = og.with_config(total_timeout=self._interval, max_wait=self._interval)
        task = asyncio.create_task(self.run(view), name=f"opsgenie heartbeat {self._name}")

        async def stop() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        return stop

    async def run(self, og: Opsgenie) -> None:
        """Ping until it is cancelled."""
        due = self._clock.now()
        while True:
            try:
                if await self._is_healthy(due + self._interval):
                    await self._ping(og)
                else:
                    self.pings.skipped += 1
            except Exception:  # a loop that ends is a heartbeat that expires for no reason
                self.pings.failed += 1
                logger.exception("heartbeat %s: a ping failed, the next one is sent when it is due", self._name)
            # A ping that the one before has delayed comes late; further ones are skipped.
            due += self._interval * max(1, (self._clock.now() - due) // self._interval)
            await self._clock.sleep_until(due)

    async def _is_healthy(self, until: float) -> bool:
        if self._healthy is None:
            return True
        try:
            async with self._clock.deadline(until):
                result = self._healthy()
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
