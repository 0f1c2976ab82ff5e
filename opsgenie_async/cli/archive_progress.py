"""The progress of an archive for people: a bar on a terminal, otherwise short lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from opsgenie_async.archive import ArchiveProgress
from opsgenie_async.cli.exits import say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.clock import Clock

if TYPE_CHECKING:
    from opsgenie_async.cli.bar import Bar

__all__ = ["ProgressView", "duration"]

STEP = 5.0
"""Seconds between two lines."""


class ProgressView:
    """The progress of an archive; pass `show` to `archive`. A context manager."""

    def __init__(self, meter: Meter, clock: Clock, *, is_full: bool, is_quiet: bool) -> None:
        self._meter = meter
        self._clock = clock
        self._is_full = is_full
        self._is_quiet = is_quiet
        self._bar: Bar | None = None if is_quiet else _bar(meter)
        self._last_output = clock.now()
        self._records: dict[str, int] = {}
        self._first: tuple[float, int, int] | None = None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, traceback)

    def show(self, progress: ArchiveProgress) -> None:
        """Print the progress from time to time."""
        if self._is_quiet:
            return
        now = self._clock.now()
        totals = {kind: (self._count(progress, kind), total) for kind, total in progress.expected.items() if total}
        done, total = sum(min(pair) for pair in totals.values()), sum(pair[1] for pair in totals.values())
        left = self._remaining_time(now, done, total, sum(progress.earlier.get(self._name(kind), 0) for kind in totals))
        if self._bar is not None:
            self._bar.draw(done, total)
        elif now >= self._last_output + STEP:
            self._last_output = now
            running = ", ".join(self._running(progress, totals))
            pace = f"{self._meter.rate():.0f} requests/s"
            refused = f"{self._meter.refused:,} refused" if self._meter.refused else ""
            say("; ".join(filter(None, (running, ", ".join(filter(None, (pace, refused, left)))))))
            self._records = progress.records

    def _count(self, progress: ArchiveProgress, kind: str) -> int:
        """The finished part: of this process and of earlier ones."""
        name = self._name(kind)
        return progress.records.get(name, 0) + progress.earlier.get(name, 0)

    def _name(self, kind: str) -> str:
        return f"{kind} read" if self._is_full else kind

    def _running(self, progress: ArchiveProgress, totals: dict[str, tuple[int, int]]) -> Iterator[str]:
        """The counted kinds that are unfinished; of the others, those with progress since the last line."""
        for kind, (done, total) in totals.items():
            if done < total:
                yield f"{kind} {done:,}/{total:,}"
        for kind, number in progress.records.items():
            if kind.removesuffix(" read") not in totals and number > self._records.get(kind, 0):
                yield f"{kind.replace('_', ' ')} {number:,}"

    def _remaining_time(self, now: float, done: int, total: int, earlier: int) -> str:
        """The remaining time at the rate of this process, without the work of earlier ones."""
        read = done - earlier
        if self._first is None or read < self._first[1] or total != self._first[2]:
            self._first = (now, read, total)
        began, first, _ = self._first
        if not (first < read and done < total) or now <= began:
            return ""
        return f"{duration((now - began) * (total - done) / (read - first))} left"


def _bar(meter: Meter) -> Bar | None:
    """A bar, if there is a terminal and rich is installed."""
    if not sys.stderr or not sys.stderr.isatty():  # None after `2>&-`
        return None
    try:
        from opsgenie_async.cli.bar import Bar
    except ImportError:
        return None
    return Bar(meter, "archiving")


def duration(seconds: float) -> str:
    """A duration for people."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"
