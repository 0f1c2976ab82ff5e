"""From one page of a listing to the next: never in a circle, nor on and on without getting anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.http.links import query_pairs
from opsgenie_async.http.listing_window import check_window
from opsgenie_async.http.request import Query, Request, encode, query_number
from opsgenie_async.json_text import Json

__all__ = ["Trail", "check_links", "missing_items"]

IDLE_PAGES = 10
"""So many pages in a row that are empty, or the one before again, each with a link to another, are no listing."""


class Trail:
    """The pages of a listing that led to others."""

    __slots__ = ("_data", "_idle", "_visited")

    def __init__(self) -> None:
        self._visited: set[tuple[str, Query]] = set()
        self._data: Json = None
        self._idle = 0

    def add(self, request: Request, following: Request, envelope: Envelope, items: Sequence[object]) -> None:
        """Go on from a page to the one that follows.

        Args:
            request: The page's.
            following: That of the next one.
            envelope: What the page says.
            items: What it lists.

        Raises:
            ProtocolError: It leads back, or nowhere.
            ValueError: There is nothing to ask for.
        """
        # Encoded here, where the error can name what is wrong with it.
        if not encode(following.query) and following.path == request.path:
            raise ValueError("it has no query")
        self._visited.add((request.path, request.query))
        if (following.path, following.query) in self._visited:
            raise ProtocolError("the link to the next page leads back to one already read")
        self._idle = self._idle + 1 if not items or _same(envelope.data, self._data) else 0
        if self._idle >= IDLE_PAGES:
            raise ProtocolError(f"{IDLE_PAGES} consecutive pages contain nothing new and link to another")
        self._data = envelope.data

    def check_reach(self, path: str, envelope: Envelope, end: float) -> None:
        """Raise `ListingTooLong` where the first page at *path* says that the API will not list all up to *end*."""
        if len(self._visited) == 1:
            total = envelope.total_count
            last = query_number(query_pairs(envelope.paging.get("last", "")), "offset")
            if total is None and last is not None:
                total = last + 1  # at least: the last page starts there
            check_window(path, total, end)


def check_links(links: Json) -> None:
    """Raise `ProtocolError` where a link to the next page may be meant by *links*, which are none as they came."""
    if isinstance(links, dict):
        links = links.get("next")
    if links is not None and links != []:  # an empty object, as PHP writes it
        raise ProtocolError(f"paging.next: expected a link, got {type(links).__name__}")


def _same(data: Json, other: Json) -> bool:
    try:
        return data == other
    except RecursionError:
        return False


def missing_items(total: int | None, count: int) -> str:
    """Say what is wrong with a listing that ended after *count* items, "" for nothing; a total may count less."""
    return f"the API counts {total} items and lists {count}" if total is not None and total > count else ""
