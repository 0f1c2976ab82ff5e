"""Slices of a listing: their bounds, and the query that lists them. No I/O."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.json_text import Json

__all__ = [
    "ALERTS",
    "INCIDENTS",
    "SERVICES",
    "Item",
    "Slice",
    "Target",
    "partition",
]

MILLISECOND = timedelta(milliseconds=1)

PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
STATUSES = ("open", "closed")
HEXADECIMAL = tuple("0123456789abcdef")


@attrs.frozen(kw_only=True)
class Target:
    """A listing that the API cuts off.

    Attributes:
        noun: What one item is.
        path: The path of the listing.
        domain: The rate limit that a page of it spends.
        count: The path that counts the items of a query, "" if only the page has a total.
        order: The order of the pages, as query parameters.
        dated: Whether items have a `createdAt` that can be searched and sorted by.
    """

    noun: str
    path: str
    domain: str
    count: str = ""
    order: tuple[tuple[str, str], ...] = (("sort", "createdAt"), ("order", "asc"))
    dated: bool = True


ALERTS = Target(noun="alert", path="v2/alerts", domain="search", count="v2/alerts/count")
INCIDENTS = Target(noun="incident", path="v1/incidents", domain="incident")
SERVICES = Target(noun="service", path="v1/services", domain="configuration", order=(("order", "asc"),), dated=False)


@attrs.frozen
class Item:
    """One item of a listing: its identity, its creation time in epoch milliseconds, and its JSON."""

    key: str
    created: int | None
    document: Json

    @classmethod
    def of(cls, document: Json) -> Item:
        """Read *document*; without an id, its content is its identity."""
        if not isinstance(document, dict):
            return cls(f"content {document!r}", None, document)
        id = document.get("id")
        return cls(
            id if isinstance(id, str) and id else f"content {document!r}",
            _milliseconds_in(document.get("createdAt")),
            document,
        )


def _milliseconds_in(value: Json) -> int | None:
    """A time as the API writes it, in epoch milliseconds; None for anything else."""
    if isinstance(value, str):
        try:
            return epoch_milliseconds(datetime.fromisoformat(value))
        except (ValueError, TypeError, OverflowError):
            return None
    return value if type(value) is int else None


@attrs.frozen
class Slice:
    """The items of a query that were created within bounds.

    Bounds are sent as `>` and `<` with whole milliseconds: whether `>=` and `<=` include the boundary is not known, and
    every item is checked again when it comes, so that neither a wider nor a narrower reading makes holes or doubles.

    Attributes:
        query: The caller's query, "" for everything.
        low: The first millisecond in it, None for no bound.
        high: The first millisecond behind it, None for no bound.
        parts: Further conditions, for a millisecond with too many items.
    """

    query: str = ""
    low: int | None = None
    high: int | None = None
    parts: tuple[str, ...] = ()

    def text(self, low: int | None = None) -> str:
        """The query to send, from the millisecond *low* on if it is given; "" for everything."""
        if low is None:
            low = self.low
        conditions = [f"({self.query})"] if self.query.strip() else []
        if low is not None and low > 0:  # the language has no moments before 1970
            conditions.append(f"createdAt > {low - 1}")
        if self.high is not None:
            conditions.append(f"createdAt < {self.high}")
        conditions += self.parts
        if len(conditions) == 1 and self.query.strip():
            return self.query
        return " AND ".join(conditions)

    def holds(self, item: Item) -> bool:
        """Whether *item* was created within the bounds; True for an item without a creation time."""
        if item.created is None:
            return True
        return (self.low is None or item.created >= self.low) and (self.high is None or item.created < self.high)

    def narrow(self, part: str) -> Slice:
        """The same slice with *part* as a further condition."""
        return attrs.evolve(self, parts=(*self.parts, part))

    def __str__(self) -> str:
        return self.text() or "everything"


def partition(slice: Slice, field: str, values: tuple[str, ...], tail: str = "") -> list[Slice]:
    """Split *slice* by the values of *field*, with a last part for all other values.

    Args:
        slice: The slice to split.
        field: A name of the search language.
        values: Values of the field that exclude one another.
        tail: The text after each value, `*` for the rest of a word.
    """
    terms = [f"{field}: {value}{tail}" for value in values]
    return [*(slice.narrow(term) for term in terms), slice.narrow(f"NOT ({' OR '.join(terms)})")]
