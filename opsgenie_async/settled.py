"""Read a listing that may change meanwhile: repeatedly, until two readings agree."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from typing import Generic, Protocol, TypeVar

import attrs

from opsgenie_async.page import Page
from opsgenie_async.page_trail import missing_items

__all__ = ["Listing", "id_of", "read_settled"]

T = TypeVar("T")


class Pages(Protocol[T]):
    """A listing that can be read again and again, as a `Pager`."""

    @property
    def offset(self) -> int:
        """How many items stand before its first one."""
        ...

    def pages(self) -> AsyncIterator[Page[T]]:
        """Yield the pages, from the first one."""
        ...


@attrs.frozen(kw_only=True)
class Listing(Generic[T]):
    """A listing that was read until two readings agreed, or the limit of readings was reached.

    Attributes:
        items: Without duplicates. In a settled listing the items of the last reading, in its order; in a doubtful one
            the items of all readings, so that nothing is lost.
        doubt: Why items may be missing or obsolete, "" for a settled listing.
    """

    items: list[T]
    doubt: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether every item that existed throughout is included."""
        return not self.doubt

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


READINGS = 5
"""How often a listing that keeps changing is read before it is given up as doubtful."""


async def read_settled(listing: Pages[T], identity: Callable[[T], Hashable], *, readings: int = READINGS) -> Listing[T]:
    """Read *listing* until two readings in a row are clean and hold the same items.

    One response is one consistent view, so a listing of one page is settled at once. A longer one is clean if it has no
    duplicates and the total, if the API sends it, is the number of items. Two clean readings that agree have every item
    that existed throughout: an item is only skipped when it moves up, so an earlier item must have been removed after
    it was read. That item is missing from the second reading.

    Args:
        listing: What to read; every reading starts from its beginning.
        identity: Returns an item's unchanging key, such as its id; None for items without one, which are kept and not
            compared.
        readings: How often to read before giving up.

    Returns:
        The items without duplicates; with a `doubt` if no two readings agreed.

    Raises:
        OpsgenieError: A page was refused, or did not come.
    """
    known: dict[Hashable, T] = {}
    before: _Reading[T] | None = None
    for _ in range(readings):
        reading = await _read(listing, identity)
        if not reading.flaw and (reading.pages == 1 or (before is not None and reading.agrees_with(before))):
            return Listing(items=reading.items)
        known.update(reading.by_identity)
        before = reading
    doubt = before.flaw if before is not None and before.flaw else "it changes faster than it can be read"
    nameless = [] if before is None else [item for item in before.items if identity(item) is None]
    return Listing(items=[*known.values(), *nameless], doubt=f"{doubt} (after {readings} readings)")


@attrs.define
class _Reading(Generic[T]):
    """One reading of a listing: its items, each once, and what was wrong with it, "" for a clean one."""

    items: list[T]
    by_identity: dict[Hashable, T]
    pages: int
    flaw: str

    def agrees_with(self, other: _Reading[T]) -> bool:
        """Whether both are clean and hold the same."""
        same = self.by_identity.keys() == other.by_identity.keys() and len(self.items) == len(other.items)
        return same and not self.flaw and not other.flaw


async def _read(listing: Pages[T], identity: Callable[[T], Hashable]) -> _Reading[T]:
    items: list[T] = []
    by_identity: dict[Hashable, T] = {}
    pages = twice = 0
    total: int | None = None
    async for page in listing.pages():
        pages += 1
        total = page.total_count
        for item in page:
            key = identity(item)
            if key is not None and key in by_identity:
                twice += 1
                continue
            if key is not None:
                by_identity[key] = item
            items.append(item)
    if twice and pages > 1:
        flaw = f"{twice} items came twice, because the listing changed while it was read"
    else:
        flaw = missing_items(total, len(items) + twice + listing.offset)
    return _Reading(items, by_identity, pages, flaw)


def id_of(item: object) -> Hashable:
    """The `id` of a model or a document; an item that is a value by itself is its own."""
    id = item.get("id") if isinstance(item, dict) else getattr(item, "id", item)
    return id if isinstance(id, Hashable) else None
