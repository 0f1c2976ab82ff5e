"""Time zones by name, as far as this computer's tz database has them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

__all__ = ["find_time_zone"]


def find_time_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of that name, None if there is none."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown, no name at all, or that of a folder
        return None
