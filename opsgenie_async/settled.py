"""Reads a listing that may change meanwhile: again and again, until two readings agree."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

import attrs

from opsgenie_async.paging import Pager, missing_items

__all__ = ["Listing", "id_of", "read_settled"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Listing(Generic[T]):
    """A listing that was read until it stood still, or for as long as that was worth trying.

    Attributes:
        items: Each once. Of a settled listing what the last reading gave, in its order; of a doubtful one what any of
            the readings gave, so that nothing is lost.
        doubt: Why items may be missing or obsolete, "" for a settled listing.
    """

    items: list[T]
    doubt: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was there all the time is missing."""
        return not self.doubt

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


READINGS = 5
"""How often a listing that keeps changing is read before it is given up as doubtful."""


async def read_settled(pager: Pager[T], identity: Callable[[T], Hashable], *, readings: int = READINGS) -> Listing[T]:
    """Read *pager* until two readings in a row are clean and hold the same items.

    One answer is one look at the account, so a listing of one page is settled at once. A longer one is clean when no
    item came twice and the total, where the API tells it, is the number of items. Two clean readings that agree lack
    nothing that was there all the time: to be skipped, an item must move up, so something before it must have left
    after it was read. That is missing from the second reading, or was read twice by the first.

    Args:
        pager: The listing; it is asked for from its beginning every time.
        identity: What tells one item from another and never changes, as an id; None for an item that has none, which is
            kept and not compared.
        readings: How often to read before giving up.

    Returns:
        The items, each once; with a `doubt` when no two readings agreed.

    Raises:
        OpsgenieError: A page was refused, or did not come.
    """
    known: dict[Hashable, T] = {}
    before: _Reading[T] | None = None
    for _ in range(readings):
        reading = await _read(pager, identity)
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


async def _read(pager: Pager[T], identity: Callable[[T], Hashable]) -> _Reading[T]:
    items: list[T] = []
    by_identity: dict[Hashable, T] = {}
    pages = twice = 0
    total: int | None = None
    async for page in pager.pages():
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
        flaw = f"{twice} items came twice, because the listing moved while it was read"
    else:
        flaw = missing_items(total, len(items) + twice + pager.offset)
    return _Reading(items, by_identity, pages, flaw)


def id_of(item: object) -> Hashable:
    """The `id` of a model or a document; an item that is a value by itself is its own."""
    id = item.get("id") if isinstance(item, dict) else getattr(item, "id", item)
    return id if isinstance(id, Hashable) else None
