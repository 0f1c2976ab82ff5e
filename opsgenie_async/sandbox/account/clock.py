"""The clock interface of the sandbox."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

__all__ = ["Clock"]


class Clock(Protocol):
    """A source of the time; a test can pass one that it advances itself."""

    def now(self) -> float:
        """Seconds since a fixed point, for rate limits, delays and lags."""
        ...

    def utc(self) -> datetime:
        """The current time, timezone-aware, for dates in responses."""
        ...
