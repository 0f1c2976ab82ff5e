"""Limits how many records of one fingerprint are sent: no I/O, for one thread at a time."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

import attrs

__all__ = ["LogThrottle"]

T = TypeVar("T")

MAX_KEYS = 10_000
"""Fingerprints that are remembered; one with an id in its message may make any number of them."""


@attrs.define
class _Window(Generic[T]):
    end: float
    count: int = 0
    suppressed: int = 0
    last: T | None = None


class LogThrottle(Generic[T]):
    """A limit of *burst* records of a key within *per* seconds of its first one; the others are counted."""

    def __init__(self, burst: int, per: float) -> None:
        self._burst = burst
        self._per = per
        self._windows: OrderedDict[str, _Window[T]] = OrderedDict()

    def admit(self, key: str, item: T, now: float) -> tuple[bool, float | None]:
        """Count a record.

        Returns:
            Whether it may be sent; and for the first suppressed one of a window, the end of the window, when `take`
            returns it, otherwise None.
        """
        window = self._windows.get(key)
        if window is None or (window.end <= now and not window.suppressed):
            window = self._windows[key] = _Window(now + self._per)
            self._windows.move_to_end(key)
            self._prune()
        if window.count < self._burst:
            window.count += 1
            return True, None
        window.suppressed += 1
        window.last = item
        return False, window.end if window.suppressed == 1 else None

    def take(self, key: str) -> tuple[T, int] | None:
        """End the window of *key*; return its last record and how many were suppressed, None without any."""
        window = self._windows.pop(key, None)
        if window is None or window.last is None:
            return None
        return window.last, window.suppressed

    def take_all(self) -> list[tuple[str, T, int]]:
        """End every window in which something was suppressed."""
        keys = [key for key, window in self._windows.items() if window.suppressed]
        return [(key, *pair) for key in keys if (pair := self.take(key)) is not None]

    def _prune(self) -> None:
        while len(self._windows) > MAX_KEYS:
            self._windows.popitem(last=False)
