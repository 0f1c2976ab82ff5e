"""Alerts that wait to be told: bounded, one place for each alias, served in turns. Pure."""

from __future__ import annotations

from collections import OrderedDict

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.web.request_failure import RequestFailure

__all__ = ["Backlog", "Entry"]


@attrs.define
class Entry:
    """What there is to say of one alert: *count* occurrences, and after them, with *closing*, that it is over."""

    alias: str
    trouble: RequestFailure
    og: Opsgenie
    count: int = 0
    closing: bool = False


class Backlog:
    """At most *bound* occurrences. A storm of one alert never keeps the first occurrence of another one out."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self.waiting = 0
        self.dropped = 0

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, alias: str, trouble: RequestFailure, og: Opsgenie) -> bool:
        """Take in one more occurrence; False when there was no room for it. Exactly one is dropped when it is full."""
        entry = self._entries.get(alias)
        known = entry is not None and entry.count > 0
        if self.waiting >= self._bound and (known or not self._shorten()):
            self.dropped += 1
            return False
        if entry is None:
            entry = self._entries[alias] = Entry(alias, trouble, og)
        elif not known:
            entry.trouble = trouble
        entry.closing = False
        entry.count += 1
        self.waiting += 1
        return True

    def close(self, alias: str, trouble: RequestFailure, og: Opsgenie) -> None:
        """Say that the alert is over, once its occurrences are told."""
        self._entries.setdefault(alias, Entry(alias, trouble, og)).closing = True

    def next(self) -> Entry:
        """The entry whose turn it is; it stays here until `told` or `later`."""
        return next(iter(self._entries.values()))

    def told(self, entry: Entry, *, closed: bool) -> None:
        """Take out what was just said of *entry*, one occurrence or its end; the others have their turn first."""
        if not closed:
            entry.count -= 1
            self.waiting -= 1
        if entry.count or entry.closing:
            self._entries.move_to_end(entry.alias)
        else:
            del self._entries[entry.alias]

    def later(self, entry: Entry) -> None:
        """Let the others have their turn before *entry* is tried again."""
        self._entries.move_to_end(entry.alias)

    def give_up(self) -> int:
        """Drop everything, and tell how many occurrences that are."""
        lost = self.waiting
        self.dropped += lost
        self.waiting = 0
        self._entries.clear()
        return lost

    def _shorten(self) -> bool:
        """Drop one occurrence of the alert that has the most, if that leaves it one."""
        longest = max(self._entries.values(), key=lambda entry: entry.count)
        if longest.count < 2:
            return False
        longest.count -= 1
        self.waiting -= 1
        self.dropped += 1
        return True
