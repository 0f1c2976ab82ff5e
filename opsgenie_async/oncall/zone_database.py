"""The tz database in use: rules change, and results from two databases can differ."""

from __future__ import annotations

import zoneinfo
from functools import cache
from importlib import import_module
from pathlib import Path

import attrs

__all__ = ["ZoneDatabase", "zone_database"]


@attrs.frozen
class ZoneDatabase:
    """A tz database.

    Attributes:
        version: The version, such as "2026b"; "unknown" if the system has none.
        source: The system's folder, or "the tzdata package".
    """

    version: str
    source: str

    def __str__(self) -> str:
        return f"tz database {self.version} ({self.source})"


@cache
def zone_database() -> ZoneDatabase:
    """Return the tz database that `zoneinfo` uses: the system's if there is one, otherwise the tzdata package."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "UTC").exists() or (folder / "tzdata.zi").exists():
            return ZoneDatabase(_version(folder), str(folder))
    try:
        package = import_module("tzdata")
    except ImportError:
        return ZoneDatabase("unknown", "none found")
    return ZoneDatabase(str(getattr(package, "IANA_VERSION", "unknown")), "the tzdata package")


def _version(folder: Path) -> str:
    for name, prefix in (("tzdata.zi", "# version "), ("+VERSION", ""), ("version", "")):
        try:
            with (folder / name).open(encoding="utf-8") as file:
                line = file.readline(80).strip()
        except (OSError, UnicodeError):
            continue
        if line.startswith(prefix) and line.removeprefix(prefix):
            return line.removeprefix(prefix)
    return "unknown"
