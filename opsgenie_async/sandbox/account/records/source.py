"""Documents rendered on demand: a whole history is too large for memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Protocol, TypeVar

from opsgenie_async.sandbox.account.documents import Doc

__all__ = ["RenderedTable", "Source"]

T = TypeVar("T")


class Source(Protocol):
    """Documents by position; rendering one always gives the same result."""

    def __len__(self) -> int: ...

    def ids(self) -> Iterator[str]:
        """The ids of all documents, oldest first."""
        ...

    def document(self, position: int) -> Doc:
        """Render the document at *position*."""
        ...

    def position(self, key: str) -> int | None:
        """The position of the document with *key*, one of the lookup keys."""
        ...


class RenderedTable(MutableMapping[str, T]):
    """Related data of documents by id: rendered on demand, and stored once it is changed.

    `get` and iteration render without storing anything; the values of `[]` and `setdefault` may be changed.
    """

    def __init__(self) -> None:
        self._items: dict[str, T] = {}
        self._deleted: set[str] = set()
        self._positions: dict[str, int] = {}
        self._render: Callable[[int], T | None] = lambda position: None

    def attach(self, positions: dict[str, int], render: Callable[[int], T | None]) -> None:
        """Set *render* as the source for the ids in *positions*; it returns None if there is nothing."""
        self._positions, self._render = positions, render

    def _render_by_id(self, id: str) -> T | None:
        position = self._positions.get(id)
        return None if position is None or id in self._deleted else self._render(position)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of *key*, read-only."""
        if key in self._items:
            return self._items[key]
        value = self._render_by_id(key)
        return default if value is None else value

    def __getitem__(self, key: str) -> T:
        if key not in self._items:
            value = self._render_by_id(key)
            if value is None:
                raise KeyError(key)
            self._items[key] = value
        return self._items[key]

    def __setitem__(self, key: str, value: T) -> None:
        self._items[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._items.pop(key, None)
        if key in self._positions:
            self._deleted.add(key)

    def __contains__(self, key: object) -> bool:
        return key in self._items or (isinstance(key, str) and self._render_by_id(key) is not None)

    def __iter__(self) -> Iterator[str]:
        yield from (id for id in self._positions if id not in self._items and self._render_by_id(id) is not None)
        yield from [*self._items]

    def __len__(self) -> int:
        if not self._positions:
            return len(self._items)
        return sum(1 for _ in self)

    def changed_ids(self) -> Iterator[str]:
        """The ids of added, changed and deleted values."""
        return iter({*self._items, *self._deleted})

    def changes(self) -> Iterator[T]:
        """The added and changed values."""
        return iter([*self._items.values()])

    def values(self) -> Any:
        """All values, read-only."""
        return (self.get(key) for key in self)

    def items(self) -> Any:
        """All ids and values, read-only."""
        return ((key, self.get(key)) for key in self)

    def copy(self) -> dict[str, T]:
        """A copy of everything."""
        return dict(self.items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r}, {len(self._positions)} rendered)"
