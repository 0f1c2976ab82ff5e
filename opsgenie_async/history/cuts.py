"""Cut a listing into slices that the API lists completely.

A listing is cut at the creation time of its n-th item: one request finds where a slice of n items ends, however
unevenly they are spread over time. A millisecond with too many items is cut by their fields; items without a date are
cut by id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import attrs

from opsgenie_async.history.listing import PAGE, Listing, offset_of
from opsgenie_async.history.slices import HEXADECIMAL, PRIORITIES, STATUSES, Slice, partition
from opsgenie_async.http.envelope import read_envelope

__all__ = ["Cuts"]


class Cuts:
    """The slices of one listing, found with requests."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    async def slices(self, whole: Slice) -> AsyncIterator[Slice]:
        """Cut *whole* into slices that the API lists to their end, oldest first.

        Raises:
            ListingTooLong: Too many items share a millisecond, a priority, a status and a `tinyId`.
            OpsgenieError: A request failed.
        """
        if not self._listing.target.dated:
            async for part in self._by_prefix(whole, ""):
                yield part
            return
        if await self._is_short(whole):
            yield whole
            return
        rest = whole
        while rest.low is None or rest.high is None or rest.low < rest.high:
            cut = await self._listing.created_at(rest, self._listing.most)
            if cut is None:
                yield rest
                return
            if rest.low is None or cut > rest.low:
                yield attrs.evolve(rest, high=cut)
                rest = attrs.evolve(rest, low=cut)
                continue
            async for part in self._by_value(attrs.evolve(rest, high=rest.low + 1), (PRIORITIES, STATUSES)):
                yield part
            rest = attrs.evolve(rest, low=rest.low + 1)

    async def _is_short(self, slice: Slice) -> bool:
        """Whether the first page of *slice* shows that it needs no cut; the page is kept for reading it."""
        limit = min(PAGE, self._listing.window)
        request = self._listing.request(slice.text(), 0, limit)
        response = await self._listing.send(request)
        envelope = read_envelope(response)
        total = envelope.total_count
        if envelope.paging.get("next"):
            last = offset_of(envelope.paging.get("last", ""))
            if total is None and last:
                total = last + limit
            if total is None or total > self._listing.most:
                return False
        self._listing.keep(request, response)
        return True

    async def _by_value(self, slice: Slice, fields: tuple[tuple[str, ...], ...]) -> AsyncIterator[Slice]:
        """Cut a single millisecond by the fields of its items, as far as necessary."""
        if await self._listing.fits(slice):
            yield slice
            return
        if not fields:
            async for part in self._by_number(slice):
                yield part
            return
        values, *further = fields
        for part in partition(slice, "priority" if values is PRIORITIES else "status", values):
            async for smaller in self._by_value(part, tuple(further)):
                yield smaller

    async def _by_number(self, slice: Slice) -> AsyncIterator[Slice]:
        """Cut by `tinyId`, which rises with every item."""
        low = -1
        while True:
            rest = slice.narrow(f"tinyId > {low}") if low >= 0 else slice
            document = await self._listing.at(rest, self._listing.most, (("sort", "tinyId"), ("order", "asc")))
            if document is None:
                yield rest
                return
            number = document.get("tinyId") if isinstance(document, dict) else None
            if not str(number).isdecimal() or int(str(number)) <= low:
                raise self._listing.too_many(slice)
            yield rest.narrow(f"tinyId < {int(str(number)) + 1}")
            low = int(str(number))

    async def _by_prefix(self, slice: Slice, prefix: str) -> AsyncIterator[Slice]:
        """Cut by a prefix of the id, for items without a date."""
        if await self._listing.fits(slice):
            yield slice
            return
        if len(prefix) > len(HEXADECIMAL):
            raise self._listing.too_many(slice)
        values = tuple(prefix + letter for letter in HEXADECIMAL)
        whole = attrs.evolve(slice, parts=slice.parts[:-1]) if prefix else slice
        parts = partition(whole, "id", values, "*")
        if prefix:  # the rest is what begins with the prefix and goes on with another letter
            parts[-1] = slice.narrow(parts[-1].parts[-1])
        for number, part in enumerate(parts):
            if number < len(values):
                async for smaller in self._by_prefix(part, values[number]):
                    yield smaller
            elif await self._listing.fits(part):
                yield part
            else:
                raise self._listing.too_many(part)
