"""Every time zone of the machine, read once: a server that looks one up must not wait for the disk."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["load"]


@cache
def load() -> dict[str, ZoneInfo]:
    """All zones by name. While this dict lives, `ZoneInfo(name)` finds each of them in its own cache."""
    return {name: ZoneInfo(name) for name in available_timezones()}
