"""The limit of the API's listings: items beyond it are refused, and read by `history`."""

from __future__ import annotations

from typing import Final

from opsgenie_async.errors import ListingTooLong
from opsgenie_async.http.request import Request, query_number

__all__ = ["WINDOW", "check_window", "within_window"]

WINDOW: Final = 20_000
"""The API refuses pages of these listings beyond this: offset plus limit stay within it."""
WINDOWED: Final = frozenset({"v2/alerts", "v1/incidents", "v1/services"})


def check_window(path: str, total: int | None, end: float) -> None:
    """Raise `ListingTooLong` if the API does not list all items that the caller wants.

    Args:
        path: The path of the listing.
        total: How many items there are at least, None if unknown.
        end: How many of them the caller wants, with those skipped: infinite for all.
    """
    if path not in WINDOWED or total is None or min(total, end) <= WINDOW:
        return
    resource = path.rpartition("/")[2]
    error = ListingTooLong(f"there are at least {total:,} items, and the API lists only the first {WINDOW:,}")
    error.hint = f"og.{resource}.history() reads all of them; or narrow the query, or use first(n) for some of those"
    error.total, error.reach = total, WINDOW
    raise error


def within_window(request: Request) -> Request:
    """A request for a page, made no larger than its listing has room for: the API refuses a page that ends beyond."""
    if request.path not in WINDOWED or (limit := query_number(request.query, "limit")) is None:
        return request
    offset = query_number(request.query, "offset") or 0
    return request.with_limit(WINDOW - offset) if offset < WINDOW < offset + limit else request
