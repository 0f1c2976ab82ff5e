"""Drafts: incomplete parts that take several requests, so that a killed run resumes within them.

A page is stored with the request for the next one, and a value under a name. Once the part is complete, both are
obsolete; until then the next run continues after them instead of starting again.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias

import attrs

from opsgenie_async.archive.raw import elements, json_list, text_of
from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.request import Query, Request

__all__ = ["Draft", "Place", "Trail"]

PLACES = 10**9
"""An offset below it is a place in a list, which moves when an item before it is deleted; a moment is larger."""

Place: TypeAlias = tuple[str, Query]
"""Path and query of a page."""
Write: TypeAlias = Callable[[str, list[Any], bytes], None]
"""Writes down an operation, what it is of, and a payload."""


def _write_nothing(operation: str, words: list[Any], payload: bytes) -> None:
    pass


@attrs.define
class Trail:
    """The stored pages of one listing.

    Attributes:
        items: Their items as raw JSON.
        following: The next page; None before the first page and after the last.
        is_whole: Whether all pages are stored.
    """

    items: list[bytes] = attrs.field(factory=list)
    following: Place | None = None
    is_whole: bool = False

    def add(self, items: Iterable[bytes], following: Place | None) -> None:
        """Add a page."""
        self.items += items
        self.following = following
        self.is_whole = following is None

    def restart(self) -> None:
        """Forget all pages."""
        self.items, self.following, self.is_whole = [], None, False

    def resume(self, first: Request) -> tuple[Request, bool] | None:
        """The next request, and whether its first item is the last stored one; None without stored pages.

        A token stays after the same item. An offset counts items, and a deletion moves all later ones: the last item
        is read again, to check that it is still in its place.
        """
        if self.following is None:
            return None
        path, query = self.following
        pairs = []
        overlaps = False
        for name, value in query:
            if name == "offset" and value.isascii() and value.isdecimal() and self.items and 0 < int(value) < PLACES:
                value, overlaps = str(int(value) - 1), True
            pairs.append((name, value))
        return attrs.evolve(first, path=path, query=tuple(pairs)), overlaps

    def fit(self, items: list[bytes], *, overlaps: bool) -> list[bytes]:
        """The new items of the first page after an interruption.

        Raises:
            ProtocolError: The page does not continue the stored ones.
        """
        have = {_key(item) for item in self.items}
        if overlaps:
            if not items or _key(items[0]) != _key(self.items[-1]):
                raise ProtocolError("the listing has moved since it was interrupted")
            items = items[1:]
        elif not items:
            raise ProtocolError("the listing now ends where it was interrupted")
        if not have.isdisjoint(map(_key, items)):
            raise ProtocolError("the listing repeats items where it was interrupted")
        return items


@attrs.define
class Draft:
    """An incomplete part.

    Attributes:
        trails: Stored pages, by the path of their listing.
        values: Further responses, by name.
    """

    trails: dict[str, Trail] = attrs.field(factory=dict)
    values: dict[str, bytes] = attrs.field(factory=dict)
    _write: Write = attrs.field(default=_write_nothing, repr=False)

    def bind(self, write: Write) -> Draft:
        """The same draft, with additions also passed to *write*."""
        self._write = write
        return self

    def trail(self, listing: str) -> Trail:
        """The stored pages of a listing, initially none."""
        return self.trails.setdefault(listing, Trail())

    def keep(self, listing: str, items: list[bytes], following: Place | None) -> None:
        """Add a page; it is soon on the disk."""
        self.trail(listing).add(items, following)
        self._write("page", [listing, following], json_list(items))

    def restart(self, listing: str) -> None:
        """Forget the pages of a listing."""
        self.trail(listing).restart()
        self._write("anew", [listing], b"")

    async def value(self, name: str, read: Callable[[], Awaitable[bytes]]) -> bytes:
        """The value under *name*; read and stored if it is missing."""
        if name not in self.values:
            self.values[name] = await read()
            self._write("value", [name], self.values[name])
        return self.values[name]

    def take(self, operation: str, words: list[Any], payload: bytes) -> None:
        """Add a stored line."""
        match operation, words:
            case "page", [str(listing), following]:
                self.trail(listing).add(elements(payload), _place(following))
            case "anew", [str(listing)]:
                self.trail(listing).restart()
            case "value", [str(name)]:
                self.values[name] = payload
            case _:
                pass


def _place(document: Any) -> Place | None:
    """A position in JSON form."""
    if document is None:
        return None
    path, query = document
    return path, tuple((name, value) for name, value in query)


def _key(item: bytes) -> object:
    """The identity of an item in its listing: its token, its id, or all of it."""
    document = json.loads(text_of(item), strict=False)
    if isinstance(document, dict):
        for name in ("offset", "id"):
            if isinstance(document.get(name), str | int):
                return name, document[name]
    return item
