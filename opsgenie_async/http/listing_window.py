"""The limit of the API's listings: items beyond it are refused, and read by `history`."""

from __future__ import annotations

from typing import Final

from opsgenie_async.errors import ListingTooLong

__all__ = ["WINDOW", "check_window"]

WINDOW: Final = 20_000
"""The API refuses pages of these listings beyond this: offset plus limit stay within it."""
WINDOWED: Final = frozenset({"v2/alerts", "v1/incidents", "v1/services"})


def check_window(path: str, total: int | None) -> None:
    """Raise `ListingTooLong` if *total* items at *path* are more than the API lists; None if unknown."""
    if path not in WINDOWED or total is None or total <= WINDOW:
        return
    resource = path.rpartition("/")[2]
    error = ListingTooLong(
        f"there are at least {total} items, and the API lists only the first {WINDOW}: og.{resource}.history()"
        " reads all of them; or narrow the query, or use first(n)"
    )
    error.total, error.reach = total, WINDOW
    raise error
