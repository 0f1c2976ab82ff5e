"""Waiting for what says nothing when it happens: as long as it takes, and with a limit for what never does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

__all__ = ["LIMIT", "until", "wait_until"]

LIMIT = 30.0
"""Seconds: many times what a busy machine needs, which no test takes whose condition comes to hold."""


async def until(condition: Callable[[], object]) -> None:
    """Let the event loop go on until *condition* holds."""
    async with asyncio.timeout(LIMIT):
        turns = 0
        while not condition():
            turns += 1
            await asyncio.sleep(0 if turns < 100 else 0.001)  # what other threads and processes do takes time


def wait_until(condition: Callable[[], object]) -> None:
    """Wait in a thread without an event loop until *condition* holds."""
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.001)
