"""Many documents: compact in memory, plain dicts to change, and searchable by an index that may lag behind."""

from __future__ import annotations

import marshal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from random import Random
from typing import Any, Self, TypeAlias
from weakref import WeakValueDictionary

from opsgenie_async.sandbox.account.documents import Doc
from opsgenie_async.sandbox.account.records.fields import Field
from opsgenie_async.sandbox.account.records.index import Index, ordinals
from opsgenie_async.sandbox.account.records.postings import Bits
from opsgenie_async.sandbox.account.records.predicates import Predicate
from opsgenie_async.sandbox.account.records.results import Results
from opsgenie_async.sandbox.account.records.source import Source

__all__ = ["Record", "Records"]

OWN_REFERENCES = 3
"""References to a document that nobody else holds: in the tuple that keeps it, in the loop, and in the question."""

Keys = Callable[[Doc], Iterable[str]]
"""The keys by which a document is looked up without the index."""


MOST_CHANGES = 1000
"""Documents that may be changed and are kept for it at one time."""

AtRest: TypeAlias = bytes | int
"""A document as bytes, or its position in a history."""


class Record(dict[str, Any]):
    """One document; reading a list of it or writing to it may change it."""

    __slots__ = ("__weakref__", "_records")

    def __init__(self, records: Records, document: Mapping[str, Any]) -> None:
        super().__init__(document)
        self._records = records

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if isinstance(value, list | dict):
            self._records.touch(self)
        return value

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self else default  # noqa: SIM401 - which is this very method

    def values(self) -> Any:
        self._records.touch(self)
        return super().values()

    def items(self) -> Any:
        self._records.touch(self)
        return super().items()

    def __setitem__(self, key: str, value: Any) -> None:
        self._records.touch(self)
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self._records.touch(self)
        super().__delitem__(key)

    def update(self, *args: Any, **kwargs: Any) -> None:
        self._records.touch(self)
        super().update(*args, **kwargs)

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    def pop(self, *arguments: Any) -> Any:
        self._records.touch(self)
        return super().pop(*arguments)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._records.touch(self)
        return super().setdefault(key, default)

    def popitem(self) -> tuple[str, Any]:
        self._records.touch(self)
        return super().popitem()

    def clear(self) -> None:
        self._records.touch(self)
        super().clear()

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return dict, (dict(self),)


class Records(MutableMapping[str, Doc]):
    """Documents by id, in creation order.

    Reading returns the document itself: changing it changes the account. Otherwise it is stored as bytes: a million
    documents fit into a gigabyte.
    """

    def __init__(
        self,
        fields: Mapping[str, Field],
        keys: Keys,
        *,
        related: Callable[[str], Doc] | None = None,
        related_changes: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """Create an empty table, searchable by *fields*, with lookup by *keys*.

        Args:
            fields: The fields by name.
            keys: Returns the keys of a document.
            related: Returns the related data of an id, by field name.
            related_changes: Returns the ids with changed related data.
        """
        self.fields = fields
        self._lag = 0.0
        self.clock: Callable[[], float] = lambda: 0.0
        self._keys = keys
        self._related: Callable[[str], Doc] = related or (lambda _: {})
        self.total = 0
        """Documents that were ever added."""
        self._rest: dict[str, AtRest] = {}
        self._source: Source | None = None
        self._live: WeakValueDictionary[str, Record] = WeakValueDictionary()
        self._changes: dict[str, tuple[float, Record]] = {}
        self._by_key: dict[str, tuple[str, ...]] = {}
        self._originals: dict[str, tuple[Doc, bytes]] = {}
        self._shapes: dict[tuple[str, ...], int] = {}
        self._names: list[tuple[str, ...]] = []
        self._lagging: deque[tuple[float, str, AtRest | None]] = deque()
        self._ordinals: dict[str, int] = {}
        self._rows: list[tuple[str, AtRest] | None] = []
        self._related_changes = related_changes
        self._index = self._new_index()

    @property
    def lag(self) -> float:
        """Seconds until `select` sees a change; earlier changes are seen at once when this is set."""
        return self._lag

    @lag.setter
    def lag(self, seconds: float) -> None:
        self._catch_up()
        self._lag = seconds

    def __getitem__(self, id: str) -> Doc:
        if (live := self._live.get(id)) is not None:
            return live
        record = Record(self, self._thaw(self._rest[id]))
        self._live[id] = record
        return record

    def __setitem__(self, id: str, document: Doc) -> None:
        if id not in self._rest:
            self._rest[id] = b""
            self.total += 1
        record = Record(self, document)
        self._live[id] = record
        self._changes[id] = (self.clock(), record)
        if type(document) is dict:
            self._originals[id] = document, self._freeze(document)

    def __delitem__(self, id: str) -> None:
        self.settle()
        self._originals.pop(id, None)
        self._forget(id, self._rest.pop(id))
        self._live.pop(id, None)
        self._lagging.append((self.clock() + self._lag, id, None))

    def __contains__(self, id: object) -> bool:
        return id in self._rest

    def __iter__(self) -> Iterator[str]:
        return iter(self._rest)

    def __len__(self) -> int:
        return len(self._rest)

    def load(self, source: Source) -> dict[str, int]:
        """Add the documents of *source*, rendered on demand, and index them all at once.

        Args:
            source: A history; there can be one.

        Returns:
            Their ids with their positions in it.

        Raises:
            ValueError: There is a history already.
        """
        if self._source is not None:
            raise ValueError("there is a history already")
        self._catch_up()
        self._source = source
        positions = {id: position for position, id in enumerate(source.ids())}
        self._rest.update(positions)
        self.total += len(positions)
        start = len(self._rows)
        self._rows += positions.items()
        self._ordinals.update(zip(positions, range(start, len(self._rows)), strict=True))
        self._index.extend(start, map(source.document, range(len(source))))
        return positions

    def documents(self, *, history: bool = True) -> Iterator[Doc]:
        """Copies of all documents, oldest first.

        Args:
            history: Whether to include unchanged documents of the history.
        """
        self.settle()
        return map(self._thaw, [each for each in self._rest.values() if history or not isinstance(each, int)])

    def sample(self, rng: Random) -> Doc | None:
        """A random document, None if there is none."""
        self.settle()
        rows = [row for row in (rng.choice(self._rows) for _ in range(20) if self._rows) if row is not None]
        id = next((id for id, _ in rows if id in self._rest), None)
        return None if id is None else self[id]

    def newest(self) -> Doc:
        """The document that was added last."""
        return self[next(reversed(self._rest))]

    def touch(self, record: Record) -> None:
        """Mark *record* for another check: it may change now."""
        id = dict.get(record, "id", "")
        if self._live.get(id) is not record:
            return
        if self._lag and id in self._changes and self._changes[id][0] < self.clock():
            self.settle()
        if len(self._changes) >= MOST_CHANGES:
            self.settle()
        self._changes.setdefault(id, (self.clock(), record))

    def settle(self) -> None:
        """Store everything that may have changed."""
        self._sync_originals()
        changes, self._changes = self._changes, {}
        for id, (moment, record) in changes.items():
            before = self._rest[id]
            after = self._freeze(record)
            if before == after or (isinstance(before, int) and self._freeze(self._thaw(before)) == after):
                continue
            if before != b"":
                self._forget(id, before)
            self._rest[id] = after
            for key in self._keys(record):
                self._by_key[key] = (*self._by_key.get(key, ()), id)
            self._lagging.append((moment + self._lag, id, after))

    def _sync_originals(self) -> None:
        """Apply later changes to documents that were returned: a test may keep and change them."""
        for id, (document, before) in list(self._originals.items()):
            if sys.getrefcount(document) <= OWN_REFERENCES:
                del self._originals[id]
            elif (now := self._freeze(document)) != before:
                self._originals[id] = document, now
                record = self[id]
                record.clear()
                record.update(document)

    def _forget(self, id: str, document: AtRest) -> None:
        if isinstance(document, int):
            return
        for key in self._keys(self._thaw(document)):
            others = tuple(each for each in self._by_key[key] if each != id)
            if others:
                self._by_key[key] = others
            else:
                del self._by_key[key]

    def lookup(self, key: str) -> Doc | None:
        """The first document with *key*, one of the lookup keys."""
        self.settle()
        if self._source is not None and (position := self._source.position(key)) is not None:
            id = str(self._source.document(position)["id"])
            if self._rest.get(id) == position:
                return self[id]
        ids = self._by_key.get(key)
        return self[ids[0]] if ids else None

    def everything(self) -> int:
        """All items in the index."""
        self._catch_up()
        return self._index.everything()

    def select(self, test: Predicate) -> int:
        """The items that match *test* according to the index."""
        self._catch_up()
        return self._index.select(test)

    def preparation(self, test: Predicate) -> Iterator[None]:
        """Index the fields that `select` needs for *test*, some items per step."""
        self._catch_up()
        yield from self._index.preparation(test)

    def _new_index(self) -> Index:
        return Index(self.fields, self._document, self._beside, lambda: self._with_ids(self._related_changes()))

    def having(self, ids: Iterable[str]) -> int:
        """The items with these ids."""
        self._catch_up()
        return self._with_ids(ids)

    def _with_ids(self, ids: Iterable[str]) -> int:
        items = Bits()
        for id in ids:
            if (ordinal := self._ordinals.get(id)) is not None:
                items.add(ordinal)
        return items.number()

    def ids(self, items: int) -> list[str]:
        """The ids of *items*."""
        return [row[0] for ordinal in ordinals(items) if (row := self._rows[ordinal]) is not None]

    def results(self, items: int, place: Callable[[Doc], Any], field: str, *, reverse: bool) -> Results:
        """*items* in the order of *field*, or of *place* if the index has no such order."""
        if self._index.is_ordered(field):
            return Results(items.bit_count(), lambda offset, limit: self._page(items, field, offset, limit, reverse))
        order = sorted(ordinals(items), key=lambda ordinal: place(self._document(ordinal)), reverse=reverse)
        return Results(
            len(order), lambda offset, limit: [self._document(ordinal) for ordinal in order[offset : offset + limit]]
        )

    def _page(self, items: int, field: str, offset: int, limit: int, reverse: bool) -> list[Doc]:
        page = self._index.page(items, field, offset, limit, reverse=reverse)
        return [self._document(ordinal) for ordinal in page]

    def _catch_up(self) -> None:
        """Apply due changes to the index."""
        self.settle()
        now = self.clock()
        while self._lagging and (self._lagging[0][0] <= now or not self._lag):
            _, id, document = self._lagging.popleft()
            self._index_document(id, document)

    def _index_document(self, id: str, document: AtRest | None) -> None:
        ordinal = self._ordinals.get(id)
        if ordinal is None:
            if document is None:
                return
            ordinal = self._ordinals[id] = len(self._rows)
            self._rows.append(None)
        before = self._rows[ordinal]
        self._rows[ordinal] = None if document is None else (id, document)
        self._index.update(
            ordinal,
            None if before is None else self._thaw(before[1]),
            None if document is None else self._thaw(document),
        )
        if document is None:
            del self._ordinals[id]
            if len(self._rows) > 1000 + 2 * len(self._ordinals):
                self._compact()

    def _compact(self) -> None:
        """Renumber the items once most numbers belong to deleted ones."""
        rows = [row for row in self._rows if row is not None]
        self._rows, self._index = [], self._new_index()
        self._ordinals = {id: ordinal for ordinal, (id, _) in enumerate(rows)}
        self._rows += rows
        self._index.extend(0, (self._thaw(document) for _, document in rows))

    def _document(self, ordinal: int) -> Doc:
        row = self._rows[ordinal]
        return {} if row is None else self._thaw(row[1])

    def _beside(self, ordinal: int) -> Doc:
        row = self._rows[ordinal]
        return {} if row is None else self._related(row[0])

    def _freeze(self, document: Doc) -> bytes:
        names = tuple(document)
        shape = self._shapes.get(names)
        if shape is None:
            shape = self._shapes[names] = len(self._names)
            self._names.append(names)
        return marshal.dumps((shape, [dict.__getitem__(document, name) for name in names]), 2)

    def _thaw(self, document: AtRest) -> Doc:
        if isinstance(document, int):
            return self._source.document(document) if self._source is not None else {}
        shape, values = marshal.loads(document)  # noqa: S302 - bytes of our own making
        return dict(zip(self._names[shape], values, strict=True))
