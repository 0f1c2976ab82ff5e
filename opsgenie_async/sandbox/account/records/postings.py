"""Items by term, and items in the order of a number: compact, and cheap to change.

An item is a number here, its ordinal. A set of items is an integer with a bit for each: the union of sets of a million
takes some microseconds.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import inf
from typing import TypeAlias

__all__ = ["Bits", "Order", "Terms"]

FEW = 2048
"""Items up to which a term keeps a list of them instead of a bit for every item that there is."""
BLOCK = 2048
"""Entries of a block at most; twice as many as after it was split."""

SECTION = 65_536
"""Entries of a section of an order at most; twice as many as after it was split."""
WIDEST = 16_384
"""Bytes of the span of a block at most; where items lie farther apart, one after the other is quicker."""


class Bits:
    """A mutable set of ordinals, readable as an integer."""

    __slots__ = ("_bytes", "_number", "count")

    def __init__(self) -> None:
        self.count = 0
        self._bytes = bytearray()
        self._number: int | None = 0

    def add(self, ordinal: int) -> None:
        """Add *ordinal*, which must be missing."""
        place = ordinal >> 3
        if place >= len(self._bytes):
            self._bytes.extend(bytes(place + 1 + len(self._bytes) // 8 - len(self._bytes)))
        self._bytes[place] |= 1 << (ordinal & 7)
        self.count += 1
        self._number = None

    def extend(self, ordinals: Sequence[int]) -> None:
        """Add many *ordinals*, which must be missing."""
        if not ordinals:
            return
        size = (max(ordinals) >> 3) + 1
        if size > len(self._bytes):
            self._bytes.extend(bytes(size - len(self._bytes)))
        have = self._bytes
        for ordinal in ordinals:
            have[ordinal >> 3] |= 1 << (ordinal & 7)
        self.count += len(ordinals)
        self._number = None

    def remove(self, ordinal: int) -> None:
        """Remove *ordinal*, which must be in it."""
        self._bytes[ordinal >> 3] &= ~(1 << (ordinal & 7))
        self.count -= 1
        self._number = None

    def number(self) -> int:
        """The set as an integer."""
        if self._number is None:
            self._number = int.from_bytes(self._bytes, "little")
        return self._number


Postings: TypeAlias = "int | array[int] | Bits"
"""One ordinal, some, or many."""


class Terms:
    """The items of each term of one field."""

    def __init__(self) -> None:
        self._postings: dict[str, Postings] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._postings)

    def add(self, term: str, ordinal: int) -> None:
        """Add *term* to the item, which must not have it."""
        postings = self._postings.get(term)
        if postings is None:
            self._postings[term] = ordinal
        elif isinstance(postings, int):
            self._postings[term] = array("I", (postings, ordinal))
        elif isinstance(postings, Bits):
            postings.add(ordinal)
        elif len(postings) < FEW:
            postings.append(ordinal)
        else:
            many = Bits()
            for each in (*postings, ordinal):
                many.add(each)
            self._postings[term] = many

    def extend(self, terms: Mapping[str, array[int]]) -> None:
        """Add terms to many items, which must not have them."""
        for term, ordinals in terms.items():
            if term in self._postings:
                for ordinal in ordinals:
                    self.add(term, ordinal)
            elif len(ordinals) == 1:
                self._postings[term] = ordinals[0]
            elif len(ordinals) <= FEW:
                self._postings[term] = ordinals
            else:
                many = Bits()
                many.extend(ordinals)
                self._postings[term] = many

    def remove(self, term: str, ordinal: int) -> None:
        """Remove *term* from the item."""
        postings = self._postings[term]
        if isinstance(postings, int):
            del self._postings[term]
            return
        postings.remove(ordinal)
        if not (postings.count if isinstance(postings, Bits) else len(postings)):
            del self._postings[term]

    def union(self, terms: Iterator[str], size: int) -> int:
        """The items out of *size* that have any of *terms*."""
        union, few = 0, bytearray()
        for term in terms:
            postings = self._postings.get(term)
            if isinstance(postings, Bits):
                union |= postings.number()
            elif postings is not None:
                few = few or bytearray(size // 8 + 1)
                for ordinal in (postings,) if isinstance(postings, int) else postings:
                    few[ordinal >> 3] |= 1 << (ordinal & 7)
        return union | int.from_bytes(few, "little")


class _Block:
    """A run of entries in an order, sorted by key and ordinal."""

    __slots__ = ("_is_wide", "_span", "keys", "ordinals")

    def __init__(self, keys: array[int], ordinals: array[int]) -> None:
        self.keys = keys
        self.ordinals = ordinals
        self._span: tuple[int, bytes] | None = None
        self._is_wide = False

    def place(self, key: int, ordinal: int) -> int:
        """The index of the entry, or where it would be inserted."""
        low = bisect_left(self.keys, key)
        if low == len(self.keys) or self.keys[low] != key:
            return low
        return bisect_left(self.ordinals, ordinal, low, bisect_right(self.keys, key, low))

    def behind(self, entry: Entry) -> int:
        """The index of the first entry after *entry*, which may be missing."""
        key, ordinal = entry
        low, high = bisect_left(self.keys, key), bisect_right(self.keys, key)
        return bisect_right(self.ordinals, ordinal, low, high)

    def insert(self, place: int, key: int, ordinal: int) -> None:
        self.keys.insert(place, key)
        self.ordinals.insert(place, ordinal)
        self._forget()

    def remove(self, place: int) -> None:
        del self.keys[place], self.ordinals[place]
        self._forget()

    def split(self) -> _Block:
        """Split off the upper half."""
        middle = len(self.keys) // 2
        upper = _Block(self.keys[middle:], self.ordinals[middle:])
        del self.keys[middle:], self.ordinals[middle:]
        self._forget()
        return upper

    def _forget(self) -> None:
        self._span, self._is_wide = None, False

    def span(self) -> tuple[int, bytes] | None:
        """This block in a set of all items: its first byte, and the bytes from there; None if they are many."""
        if self._span is None and not self._is_wide:
            self._is_wide = max(self.ordinals) - min(self.ordinals) > 8 * WIDEST
            self._span = None if self._is_wide else _span(self.ordinals)
        return self._span

    def last(self) -> tuple[int, int]:
        return self.keys[-1], self.ordinals[-1]


def _span(ordinals: array[int]) -> tuple[int, bytes]:
    first = min(ordinals) >> 3
    bits = bytearray((max(ordinals) >> 3) - first + 1)
    for ordinal in ordinals:
        bits[(ordinal >> 3) - first] |= 1 << (ordinal & 7)
    return first, bytes(bits)


Entry: TypeAlias = "tuple[float, float]"
"""A key and an ordinal, or where one would stand."""


class _Sections:
    """The items of an order in sections by key: a range takes whole sections at once."""

    def __init__(self) -> None:
        self._last: list[Entry] = []
        """The last entry that may stand in each section but the final one, which has no end."""
        self._items = [Bits()]

    def fill(self, keys: Sequence[int], ordinals: Sequence[int]) -> None:
        """Replace all entries with these, which are in order."""
        starts = range(0, max(1, len(keys)), SECTION)
        self._last = [(keys[start - 1], ordinals[start - 1]) for start in starts[1:]]
        self._items = [Bits() for _ in starts]
        for bits, start in zip(self._items, starts, strict=True):
            bits.extend(ordinals[start : start + SECTION])

    def add(self, key: int, ordinal: int) -> bool:
        """Add an entry; returns whether its section is too large now."""
        section = self._items[bisect_left(self._last, (key, ordinal))]
        section.add(ordinal)
        return section.count > 2 * SECTION

    def remove(self, key: int, ordinal: int) -> None:
        """Take an entry out, which is there."""
        self._items[bisect_left(self._last, (key, ordinal))].remove(ordinal)

    def whole(self, low: Entry, high: Entry) -> tuple[int, tuple[Entry, Entry] | None]:
        """The items of the sections within two bounds, and the bounds of these sections; none without sections."""
        begin, end = bisect_left(self._last, low) + 1, bisect_right(self._last, high)
        if begin >= end:
            return 0, None
        union = 0
        for section in self._items[begin:end]:
            union |= section.number()
        return union, (self._last[begin - 1], self._last[end - 1])


class Order:
    """Items in the order of a key, then of the ordinal."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._last: list[tuple[int, int]] = []
        self._sections = _Sections()

    def add(self, key: int, ordinal: int) -> None:
        """Add an entry."""
        self._insert(key, ordinal)
        if self._sections.add(key, ordinal):
            self._sections.fill(*self._entries())

    def _insert(self, key: int, ordinal: int) -> None:
        if not self._blocks:
            self._blocks.append(_Block(array("q", (key,)), array("I", (ordinal,))))
            self._last.append((key, ordinal))
            return
        at = min(bisect_left(self._last, (key, ordinal)), len(self._last) - 1)
        block = self._blocks[at]
        block.insert(block.place(key, ordinal), key, ordinal)
        if len(block.keys) > BLOCK:
            self._blocks.insert(at + 1, block.split())
            self._last.insert(at + 1, self._blocks[at + 1].last())
        self._last[at] = block.last()

    def extend(self, keys: array[int], ordinals: array[int]) -> None:
        """Add many entries; their *ordinals* are ascending, and above all existing ones."""
        all_keys, all_ordinals = self._entries()
        all_keys += keys
        all_ordinals += ordinals
        order = sorted(range(len(all_keys)), key=all_keys.__getitem__)
        self._blocks = [
            _Block(array("q", map(all_keys.__getitem__, places)), array("I", map(all_ordinals.__getitem__, places)))
            for places in (order[start : start + BLOCK] for start in range(0, len(order), BLOCK))
        ]
        self._last = [block.last() for block in self._blocks]
        for block in self._blocks:
            block.span()
        self._sections.fill(*self._entries())

    def _entries(self) -> tuple[array[int], array[int]]:
        """All keys and all ordinals, in order."""
        keys, ordinals = array("q"), array("I")
        for block in self._blocks:
            keys += block.keys
            ordinals += block.ordinals
        return keys, ordinals

    def remove(self, key: int, ordinal: int) -> None:
        """Take an entry out, which is there."""
        self._sections.remove(key, ordinal)
        at = bisect_left(self._last, (key, ordinal))
        block = self._blocks[at]
        block.remove(block.place(key, ordinal))
        if block.keys:
            self._last[at] = block.last()
        else:
            del self._blocks[at], self._last[at]

    def between(self, low: float, high: float, low_included: bool, high_included: bool, size: int) -> int:
        """The items out of *size* with a key in a range."""
        first = (low, -inf if low_included else inf)
        last = (high, inf if high_included else -inf)
        union, edges = self._sections.whole(first, last)
        if edges is None:
            return self._one_by_one(first, last, size)
        return union | self._one_by_one(first, edges[0], size) | self._one_by_one(edges[1], last, size)

    def _one_by_one(self, low: Entry, high: Entry, size: int) -> int:
        """The items with entries after *low* and up to *high*, block by block."""
        union = bytearray(size // 8 + 1)
        for block in islice(self._blocks, bisect_right(self._last, low), None):
            if (block.keys[0], block.ordinals[0]) > high:
                break
            begin, end = block.behind(low), block.behind(high)
            span_of_block = block.span() if end - begin == len(block.keys) else None
            if span_of_block is None:
                for ordinal in block.ordinals[begin:end]:
                    union[ordinal >> 3] |= 1 << (ordinal & 7)
                continue
            start, span = span_of_block
            place = slice(start, start + len(span))
            merge = int.from_bytes(union[place], "little") | int.from_bytes(span, "little")
            union[place] = merge.to_bytes(len(span), "little")
        return int.from_bytes(union, "little")

    def page(self, items: int, size: int, offset: int, limit: int, *, reverse: bool) -> list[int]:
        """A page of *items* from *offset* on."""
        bits = items.to_bytes(size // 8 + 1, "little")
        page: list[int] = []
        for block in reversed(self._blocks) if reverse else self._blocks:
            span_of_block = block.span()
            if span_of_block is None:
                passing = [each for each in block.ordinals if bits[each >> 3] >> (each & 7) & 1]
                if len(passing) <= offset:
                    offset -= len(passing)
                    continue
                page += islice(reversed(passing) if reverse else passing, offset, offset + limit - len(page))
                offset = 0
                if len(page) >= limit:
                    break
                continue
            first, span = span_of_block
            common = int.from_bytes(bits[first : first + len(span)], "little") & int.from_bytes(span, "little")
            if (count := common.bit_count()) <= offset:
                offset -= count
                continue
            ordinals = reversed(block.ordinals) if reverse else iter(block.ordinals)
            hits = (each for each in ordinals if common >> (each - 8 * first) & 1)
            page += islice(hits, offset, offset + limit - len(page))
            offset = 0
            if len(page) >= limit:
                break
        return page
