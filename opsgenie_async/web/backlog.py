"""A bounded queue of alerts to send, one entry per alias, served round-robin: no I/O, and safe in threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import attrs

from opsgenie_async.client import Opsgenie

__all__ = ["Backlog", "Entry", "Occurrence"]


class Occurrence(Protocol):
    """An occurrence of a failure to raise an alert for.

    Attributes:
        service: The source of the alert.
        endpoint: The place of the failure, for a line in the log.
    """

    @property
    def service(self) -> str: ...
    @property
    def endpoint(self) -> str: ...


T = TypeVar("T", bound=Occurrence)


@attrs.define
class Entry(Generic[T]):
    """The calls that are due for one alert: *count* creations, then a close if *close_after* is set.

    With *others*, it is one call, for a note: how many occurrences are not sent one by one.
    """

    alias: str
    failure: T
    og: Opsgenie
    count: int = 0
    others: int = 0
    close_after: bool = False
    key: str = ""  # in the queue


class Backlog(Generic[T]):
    """A queue of at most *bound* occurrences. A storm of one alert never displaces the first occurrence of another."""

    def __init__(self, bound: int, on_drop: Callable[[Entry[T], int, int], None] | None = None) -> None:
        """Create an empty queue.

        Args:
            bound: The maximum number of occurrences.
            on_drop: Called with an entry, the number of its occurrences that were dropped, and how many occurrences of
                all entries still wait; in whatever thread that happens.
        """
        self._bound = bound
        self._on_drop = on_drop
        self._entries: OrderedDict[str, Entry[T]] = OrderedDict()
        self._lock = threading.Lock()
        self.waiting = 0
        self.dropped = 0

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, alias: str, failure: T, og: Opsgenie, *, others: int = 0) -> bool:
        """Add an occurrence; False if there was no room for it. A full queue drops exactly one.

        Equal occurrences are sent as the first waiting one. With *others*, it is their number that is added: those of
        one alert are summed up while they wait.
        """
        key = f"{alias}\n" if others else alias
        with self._lock:
            entry = self._entries.get(key)
            if others and entry is not None:
                entry.others += others
                return True
            has_occurrences = entry is not None and entry.count > 0
            dropped: Entry[T] | None = None
            is_full = self.waiting >= self._bound
            has_room = not is_full or (not has_occurrences and (dropped := self._shorten()) is not None)
            if not has_room:
                dropped = Entry(alias, failure, og)
                self.dropped += 1
            else:
                if entry is None:
                    entry = self._entries[key] = Entry(alias, failure, og, others=others, key=key)
                elif not has_occurrences:
                    entry.failure = failure
                entry.close_after = False
                entry.count += 1
                self.waiting += 1
        if dropped is not None and self._on_drop is not None:
            self._on_drop(dropped, 1, self.waiting)
        return has_room

    def close(self, alias: str, failure: T, og: Opsgenie) -> None:
        """Close the alert once its occurrences are sent."""
        with self._lock:
            self._entries.setdefault(alias, Entry(alias, failure, og, key=alias)).close_after = True

    def next(self) -> Entry[T]:
        """Return the entry whose turn it is; it stays in the queue until `complete` or `defer`."""
        with self._lock:
            return next(iter(self._entries.values()))

    def complete(self, entry: Entry[T], *, closed: bool, others: int = 0) -> None:
        """Remove what was sent of *entry*, and move what remains to the end.

        That is one occurrence, or with *closed* its close, or the number of *others*, which may have grown meanwhile.
        """
        with self._lock:
            entry.others -= others
            if not closed and not entry.others:
                entry.count -= 1
                self.waiting -= 1
            if entry.count or entry.close_after:
                self._entries.move_to_end(entry.key)
            else:
                del self._entries[entry.key]

    def defer(self, entry: Entry[T]) -> None:
        """Move *entry* to the end of the queue, to be retried after the others."""
        with self._lock:
            self._entries.move_to_end(entry.key)

    def drop_all(self) -> int:
        """Empty the queue, and return the number of occurrences that were dropped."""
        with self._lock:
            count = self.waiting
            self.dropped += count
            self.waiting = 0
            entries = [entry for entry in self._entries.values() if entry.count]
            self._entries.clear()
        if self._on_drop is not None:
            for entry in entries:
                self._on_drop(entry, entry.count, 0)
        return count

    def _shorten(self) -> Entry[T] | None:
        """Drop one occurrence of the alert with the most of them, and return its entry; None if it is the only one."""
        longest = max(self._entries.values(), key=lambda entry: entry.count)
        if longest.count < 2:
            return None
        longest.count -= 1
        self.waiting -= 1
        self.dropped += 1
        return longest
