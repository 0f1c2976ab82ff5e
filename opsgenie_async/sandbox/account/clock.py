"""The part of a clock that the sandbox reads."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

__all__ = ["Clock"]


class Clock(Protocol):
    """Tells the time; a test may hand in one that it moves itself."""

    def now(self) -> float:
        """Seconds since some fixed moment: for rate limits, delays and lags."""
        ...

    def utc(self) -> datetime:
        """The moment, timezone-aware: for everything that a response dates."""
        ...
