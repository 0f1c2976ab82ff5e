"""An index over items: every field that a query may name, kept up to date item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from opsgenie_async.sandbox.documents import Doc
from opsgenie_async.sandbox.search.fields import Field, Kind
from opsgenie_async.sandbox.search.matching import Either, Every, Has, Opposite, Phrase, Range, Test, Word, passes
from opsgenie_async.sandbox.search.postings import Bits, Order, Terms

__all__ = ["Index"]


class Index:
    """Items by ordinal, found by the terms and numbers they have."""

    def __init__(self, fields: Mapping[str, Field], item: Callable[[int], Doc]) -> None:
        """Index *fields*; *item* is asked for what only the item itself can tell."""
        self._item = item
        self._fields = [field for field in fields.values() if field.indexed and not field.alias_of]
        self._terms = {field.key: Terms() for field in self._fields if field.kind not in (Kind.NUMBER, Kind.DATE)}
        self._orders = {field.key: Order() for field in self._fields if field.kind in (Kind.NUMBER, Kind.DATE)}
        self._filled = {field.key: Bits() for field in self._fields}
        self._all = Bits()
        self.size = 0

    def update(self, ordinal: int, before: Doc | None, after: Doc | None) -> None:
        """Turn the item at *ordinal* from *before* into *after*; None is none at all."""
        self.size = max(self.size, ordinal + 1)
        if before is None and after is not None:
            self._all.add(ordinal)
        elif before is not None and after is None:
            self._all.remove(ordinal)
        for field in self._fields:
            old = [] if before is None else field.values(before)
            new = [] if after is None else field.values(after)
            if old != new:
                self._exchange(field, ordinal, old, new)

    def _exchange(self, field: Field, ordinal: int, old: list[Any], new: list[Any]) -> None:
        if not old:
            self._filled[field.key].add(ordinal)
        elif not new:
            self._filled[field.key].remove(ordinal)
        if (order := self._orders.get(field.key)) is not None:
            for number in old:
                order.remove(number, ordinal)
            for number in new:
                order.add(number, ordinal)
            return
        terms, had, has = self._terms[field.key], _terms(field, old), _terms(field, new)
        for term in had - has:
            terms.remove(term, ordinal)
        for term in has - had:
            terms.add(term, ordinal)

    def everything(self) -> int:
        """All items."""
        return self._all.number()

    def select(self, test: Test) -> int:
        """The items that pass *test*."""
        items, exact = self._candidates(test)
        return items if exact else self._checked(items, test)

    def _checked(self, items: int, test: Test) -> int:
        checked = Bits()
        for ordinal in ordinals(items):
            if passes(test, self._item(ordinal)):
                checked.add(ordinal)
        return checked.number()

    def _candidates(self, test: Test) -> tuple[int, bool]:
        """Items of which all that pass *test* are part, and whether the others are left out."""
        match test:
            case Every(parts):
                return self._common(parts)
            case Either(parts):
                several = [self._candidates(part) for part in parts]
                union = 0
                for items, _ in several:
                    union |= items
                return union, all(exact for _, exact in several)
            case Opposite(part):
                items, exact = self._candidates(part)
                return (self.everything() & ~items, True) if exact else (self.everything(), False)
            case _ if not test.field.indexed:
                return self.everything(), False
            case Has(field):
                return self._filled[field.key].number(), True
            case Range(field, low, high, low_included, high_included):
                order = self._orders[field.key]
                return order.between(low, high, low_included, high_included, self.size), True
            case Word(field, exact_words, pattern):
                terms = self._terms[field.key]
                words = exact_words.union(filter(pattern.match, terms)) if pattern is not None else exact_words
                return terms.union(iter(words), self.size), True
            case Phrase():
                return self._phrase(test)

    def _common(self, parts: tuple[Test, ...]) -> tuple[int, bool]:
        common, every = self.everything(), True
        for part in parts:
            items, exact = self._candidates(part)
            common, every = common & items, every and exact
        return common, every

    def _phrase(self, test: Phrase) -> tuple[int, bool]:
        terms, common = self._terms[test.field.key], self._filled[test.field.key].number()
        for fragment in test.fragments:
            common &= terms.union((term for term in terms if fragment in term), self.size)
        return common, test.plain

    def is_ordered(self, field: str) -> bool:
        """Whether items can be paged in the order of *field*."""
        return field in self._orders

    def page(self, items: int, field: str, offset: int, limit: int, *, reverse: bool) -> list[int]:
        """Those of *items* from *offset* on in the order of *field*; what has no value stands before what has one."""
        bare = items & ~self._filled[field].number()
        count = items.bit_count() if not bare else (items ^ bare).bit_count()
        valued = (items & ~bare, count, self._orders[field])
        if not reverse and bare:
            empty = [*ordinals(bare)]
            page = empty[offset : offset + limit]
            return page + self._valued(valued, max(0, offset - len(empty)), limit - len(page), reverse)
        page = self._valued(valued, offset, limit, reverse)
        if bare and len(page) < limit:
            start = max(0, offset - count)
            page += [*ordinals(bare)][::-1][start : start + limit - len(page)]
        return page

    def _valued(self, valued: tuple[int, int, Order], offset: int, limit: int, reverse: bool) -> list[int]:
        items, count, order = valued
        return order.page(items, self.size, offset, limit, reverse=reverse) if limit > 0 and offset < count else []


def _terms(field: Field, values: list[str]) -> set[str]:
    return {word for value in values for word in value.split()} if field.kind is Kind.PHRASE else set(values)


def ordinals(items: int) -> Iterable[int]:
    """The ordinals in *items*, rising."""
    for place, byte in enumerate(items.to_bytes(items.bit_length() // 8 + 1, "little")):
        while byte:
            low = byte & -byte
            yield place * 8 + low.bit_length() - 1
            byte ^= low
