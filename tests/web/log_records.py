"""Log records of a shop, and how a test waits until their alerts are sent."""

from __future__ import annotations

import asyncio
import logging

logger = logging.getLogger("shop.orders")


def record_of(message: str, *args: object) -> logging.LogRecord:
    """A record that no other handler sees: those of pytest do not take everything."""
    return logging.LogRecord("shop.orders", logging.ERROR, "orders.py", 17, message, args, None)


async def flush(handler) -> None:
    """The sandbox is served by the loop of the test, which must not wait."""
    await asyncio.to_thread(handler.flush)
