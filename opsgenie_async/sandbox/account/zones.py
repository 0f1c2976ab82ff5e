"""All time zones of the system, read once, so that the server never waits for the disk."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["load"]


@cache
def load() -> dict[str, ZoneInfo]:
    """All zones by name. While this dict exists, `ZoneInfo(name)` finds them in its cache."""
    return {name: ZoneInfo(name) for name in available_timezones()}
