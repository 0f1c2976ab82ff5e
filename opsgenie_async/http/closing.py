"""The end of calls in progress by `close`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from opsgenie_async.clock import Clock
from opsgenie_async.http.call import Call

__all__ = ["end_calls"]

UNWINDING = 5.0
"""Seconds that are waited at the most for calls that were ended: they have nothing more to wait for."""


async def end_calls(calls: Iterable[Call], clock: Clock, timeout: float) -> None:
    """Wait *timeout* seconds for *calls*, which are removed as they end, then cancel the others."""
    if timeout > 0:
        await _wait(calls, clock, timeout)
    for call in list(calls):
        call.interrupt()
    await _wait(calls, clock, UNWINDING)


async def _wait(calls: Iterable[Call], clock: Clock, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    ends = []
    for call in calls:
        call.end = loop.create_future()
        ends.append(call.end)
    if not ends:
        return
    try:
        async with clock.deadline(clock.now() + seconds):
            await asyncio.wait(ends)
    except TimeoutError:
        pass
