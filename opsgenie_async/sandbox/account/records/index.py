"""An index over items by searchable field, updated item by item."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from math import inf
from typing import Any

from opsgenie_async.sandbox.account.documents import Doc
from opsgenie_async.sandbox.account.records.fields import Field, Kind
from opsgenie_async.sandbox.account.records.postings import Bits, Order, Terms
from opsgenie_async.sandbox.account.records.predicates import (
    Either,
    Every,
    Has,
    Opposite,
    Phrase,
    Predicate,
    Range,
    Word,
    fields_of,
    passes,
)

__all__ = ["STEP", "Index"]

STEP = 500
"""Items that are put into the column of a rare field at a time: some hundredths of a second."""


class _Column:
    """The values of all items for one field."""

    def __init__(self, field: Field, *, end: float = inf) -> None:
        self.end = end
        """Items below this ordinal are in it; inf for all that there will be."""
        self.values = field.values
        self.presence = Bits()
        self.order = Order() if field.kind in (Kind.NUMBER, Kind.DATE) else None
        self.falling = Order()
        """The same by the opposite number: among equals the older stands first in either direction."""
        self.terms = Terms()
        self._split = field.kind is Kind.PHRASE

    def exchange(self, ordinal: int, old: list[Any], new: list[Any]) -> None:
        """Replace *old* with *new*, which differs."""
        if not old:
            self.presence.add(ordinal)
        elif not new:
            self.presence.remove(ordinal)
        if self.order is not None:
            for number in old:
                self.order.remove(number, ordinal)
                self.falling.remove(-number, ordinal)
            for number in new:
                self.order.add(number, ordinal)
                self.falling.add(-number, ordinal)
            return
        old_words, new_words = {*self.words(old)}, {*self.words(new)}
        for term in old_words - new_words:
            self.terms.remove(term, ordinal)
        for term in new_words - old_words:
            self.terms.add(term, ordinal)

    def words(self, values: list[str]) -> Collection[str]:
        """The terms of *values*, without duplicates."""
        if self._split:
            return {word for value in values for word in value.split()}
        return values if len(values) == 1 else {*values}


class _Batch:
    """The values of many new items for one field, collected and then added to the column at once."""

    def __init__(self, column: _Column) -> None:
        self._column = column
        self._presence = array("I")
        self._keys, self._ordinals = array("q"), array("I")
        self._terms: dict[str, array[int]] = {}
        self.add = self._add_numbers if column.order is not None else self._add_words

    def _add_numbers(self, ordinal: int, values: list[Any]) -> None:
        self._presence.append(ordinal)
        for number in values:
            self._keys.append(number)
            self._ordinals.append(ordinal)

    def _add_words(self, ordinal: int, values: list[Any]) -> None:
        self._presence.append(ordinal)
        for term in self._column.words(values):
            ordinals = self._terms.get(term)
            if ordinals is None:
                self._terms[term] = array("I", (ordinal,))
            else:
                ordinals.append(ordinal)

    def finish(self) -> None:
        """Add everything to the column."""
        column = self._column
        column.presence.extend(self._presence)
        column.terms.extend(self._terms)
        if column.order is not None and self._keys:
            column.order.extend(self._keys, self._ordinals)
            column.falling.extend(array("q", (-key for key in self._keys)), self._ordinals)


class Index:
    """An index of items by ordinal, searchable by their terms and numbers."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        item: Callable[[int], Doc],
        beside: Callable[[int], Doc] = lambda _: {},
        touched: Callable[[], int] = lambda: 0,
    ) -> None:
        """Index *fields*; rarely used ones only when they are first queried.

        Args:
            fields: The fields by name.
            item: Returns an item.
            beside: Returns the related data of an item.
            touched: Returns the items whose related data has changed.
        """
        self._item = item
        self._related = beside
        self._touched = touched
        self._columns = {
            each.key: _Column(each) for each in fields.values() if each.indexed and not each.rare and not each.alias_of
        }
        self._fields = fields
        self._all = Bits()
        self.size = 0

    def update(self, ordinal: int, before: Doc | None, after: Doc | None) -> None:
        """Replace *before* with *after* for the item at *ordinal*; None stands for no item."""
        self.size = max(self.size, ordinal + 1)
        if before is None and after is not None:
            self._all.add(ordinal)
        elif before is not None and after is None:
            self._all.remove(ordinal)
        for column in self._columns.values():
            if ordinal >= column.end:
                continue
            old = [] if before is None else column.values(before)
            new = [] if after is None else column.values(after)
            if old != new:
                column.exchange(ordinal, old, new)

    def extend(self, start: int, items: Iterable[Doc]) -> None:
        """Add *items* at the unused ordinals from *start* on; much faster than one by one."""
        for field in self._fields.values():
            if field.beside:  # made anew when it is asked for: *items* do not have it
                self._columns.pop(field.key, None)
        columns = [(column.values, _Batch(column)) for column in self._columns.values() if column.end == inf]
        gather = [(values, batch.add) for values, batch in columns]
        ordinal = start - 1
        for ordinal, item in enumerate(items, start):
            for values, add in gather:
                if present := values(item):
                    add(ordinal, present)
        for _, batch in columns:
            batch.finish()
        self._all.extend(range(start, ordinal + 1))
        self.size = max(self.size, ordinal + 1)

    def _column(self, field: Field) -> _Column:
        """The column of *field*, created at first use."""
        for _ in self._fill(field):
            pass
        return self._columns[field.key]

    def preparation(self, test: Predicate) -> Iterator[None]:
        """Create the columns that `select` needs for *test*; the index may be used and changed between steps."""
        for field in fields_of(test):
            if field.indexed:
                yield from self._fill(field)

    def _fill(self, field: Field) -> Iterator[None]:
        """Add all items to the column of *field*, `STEP` at a time."""
        read = self._related if field.beside else self._item
        while True:
            column = self._columns.get(field.key) or self._columns.setdefault(field.key, _Column(field, end=0))
            if column.end >= self.size:
                column.end = inf
                return
            start = int(column.end)
            column.end = min(start + STEP, self.size)
            present = self.everything() >> start & (1 << STEP) - 1
            for ordinal in ordinals(present):
                if values := field.values(read(start + ordinal)):
                    column.exchange(start + ordinal, [], values)
            if column.end < self.size:
                yield

    def everything(self) -> int:
        """All items."""
        return self._all.number()

    def select(self, test: Predicate) -> int:
        """The items that match *test*."""
        items, exact = self._candidates(test)
        return items if exact else self._filter(items, test)

    def _filter(self, items: int, test: Predicate) -> int:
        passing = Bits()
        is_beside = any(field.beside for field in fields_of(test))
        for ordinal in ordinals(items):
            item = self._item(ordinal)
            if passes(test, {**item, **self._related(ordinal)} if is_beside else item):
                passing.add(ordinal)
        return passing.number()

    def _candidates(self, test: Predicate) -> tuple[int, bool]:
        """A superset of the items that match *test*, and whether it is exact."""
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
            case _ if test.field.beside:
                return self._beside(test), True
            case _:
                return self._by_column(test)

    def _beside(self, test: Has | Range | Word | Phrase) -> int:
        """Match related data: by a column for items that have not changed since, one by one for the rest."""
        everything = self.everything()
        candidates, _ = self._by_column(test)
        touched = self._touched() & everything
        return (candidates & everything & ~touched) | self._filter(touched, test)

    def _by_column(self, test: Has | Range | Word | Phrase) -> tuple[int, bool]:
        match test:
            case Has(field):
                return self._column(field).presence.number(), True
            case Range(field, low, high, low_included, high_included):
                order = self._column(field).order or Order()
                return order.between(low, high, low_included, high_included, self.size), True
            case Word(field, exact_words, pattern):
                terms = self._column(field).terms
                words = exact_words.union(filter(pattern.match, terms)) if pattern is not None else exact_words
                return terms.union(iter(words), self.size), True
            case Phrase():
                return self._phrase(test)

    def _common(self, parts: tuple[Predicate, ...]) -> tuple[int, bool]:
        common, every = self.everything(), True
        for part in parts:
            items, exact = self._candidates(part)
            common, every = common & items, every and exact
        return common, every

    def _phrase(self, test: Phrase) -> tuple[int, bool]:
        column = self._column(test.field)
        terms, common = column.terms, column.presence.number()
        for fragment in test.fragments:
            common &= terms.union((term for term in terms if fragment in term), self.size)
        return common, test.plain

    def is_ordered(self, name: str) -> bool:
        """Whether items can be paged in the order of the field *name*."""
        return name in self._fields and self._fields[name].kind in (Kind.NUMBER, Kind.DATE)

    def page(self, items: int, name: str, offset: int, limit: int, *, reverse: bool) -> list[int]:
        """A page of *items* from *offset* on in the order of a field; items without a value come first."""
        column = self._column(self._fields[name])
        bare = items & ~column.presence.number()
        count = (items ^ bare).bit_count()
        order = column.falling if reverse else column.order or Order()
        with_value = (items ^ bare, count, order)
        if not reverse and bare:
            empty = [*ordinals(bare)]
            page = empty[offset : offset + limit]
            return page + self._with_value(with_value, max(0, offset - len(empty)), limit - len(page))
        page = self._with_value(with_value, offset, limit)
        if bare and len(page) < limit:
            start = max(0, offset - count)
            page += [*ordinals(bare)][start : start + limit - len(page)]
        return page

    def _with_value(self, selection: tuple[int, int, Order], offset: int, limit: int) -> list[int]:
        items, count, order = selection
        return order.page(items, self.size, offset, limit, reverse=False) if limit > 0 and offset < count else []


def ordinals(items: int) -> Iterable[int]:
    """The ordinals in *items*, in ascending order."""
    for place, byte in enumerate(items.to_bytes(items.bit_length() // 8 + 1, "little")):
        while byte:
            low = byte & -byte
            yield place * 8 + low.bit_length() - 1
            byte ^= low
