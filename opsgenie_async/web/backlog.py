"""A bounded queue of alerts to send, one entry per alias, served round-robin. Pure."""

from __future__ import annotations

from collections import OrderedDict

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.web.request_failure import RequestFailure

__all__ = ["Backlog", "Entry"]


@attrs.define
class Entry:
    """The calls that are due for one alert: *count* creations, then a close if *close_after* is set."""

    alias: str
    failure: RequestFailure
    og: Opsgenie
    count: int = 0
    close_after: bool = False


class Backlog:
    """A queue of at most *bound* occurrences. A storm of one alert never displaces the first occurrence of another."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self.waiting = 0
        self.dropped = 0

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, alias: str, failure: RequestFailure, og: Opsgenie) -> bool:
        """Add an occurrence; False when there was no room for it. A full queue drops exactly one."""
        entry = self._entries.get(alias)
        has_occurrences = entry is not None and entry.count > 0
        if self.waiting >= self._bound and (has_occurrences or not self._shorten()):
            self.dropped += 1
            return False
        if entry is None:
            entry = self._entries[alias] = Entry(alias, failure, og)
        elif not has_occurrences:
            entry.failure = failure
        entry.close_after = False
        entry.count += 1
        self.waiting += 1
        return True

    def close(self, alias: str, failure: RequestFailure, og: Opsgenie) -> None:
        """Close the alert once its occurrences are sent."""
        self._entries.setdefault(alias, Entry(alias, failure, og)).close_after = True

    def next(self) -> Entry:
        """Return the entry whose turn it is; it stays in the queue until `complete` or `defer`."""
        return next(iter(self._entries.values()))

    def complete(self, entry: Entry, *, closed: bool) -> None:
        """Remove one occurrence of *entry*, or with *closed* its close, and move what remains to the end."""
        if not closed:
            entry.count -= 1
            self.waiting -= 1
        if entry.count or entry.close_after:
            self._entries.move_to_end(entry.alias)
        else:
            del self._entries[entry.alias]

    def defer(self, entry: Entry) -> None:
        """Move *entry* to the end of the queue, to be retried after the others."""
        self._entries.move_to_end(entry.alias)

    def drop_all(self) -> int:
        """Empty the queue, and return the number of occurrences that were dropped."""
        count = self.waiting
        self.dropped += count
        self.waiting = 0
        self._entries.clear()
        return count

    def _shorten(self) -> bool:
        """Drop one occurrence of the alert with the most of them, unless it is the only one."""
        longest = max(self._entries.values(), key=lambda entry: entry.count)
        if longest.count < 2:
            return False
        longest.count -= 1
        self.waiting -= 1
        self.dropped += 1
        return True
