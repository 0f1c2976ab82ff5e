"""Progress of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import attrs

from opsgenie_async.archive.journal import Journal
from opsgenie_async.archive.kinds import FULL
from opsgenie_async.clock import Clock

__all__ = ["ArchiveProgress", "Tally"]

PAUSE = 0.25
"""Seconds between two reports of progress."""


@attrs.frozen(kw_only=True)
class ArchiveProgress:
    """How far a run is.

    Attributes:
        records: By kind, what this process has read; "alerts read" and "incidents read" are those with all their parts.
        slices: Slices that are finished, of this run.
        expected: Alerts and incidents that the API counted when the run began, by kind.
        earlier: As `records`, what a process had read before that began this run and was interrupted.
    """

    records: dict[str, int]
    slices: int
    expected: dict[str, int]
    earlier: dict[str, int] = attrs.field(factory=dict)


class Tally:
    """Counts what is read, and tells a callback now and then."""

    def __init__(self, journal: Journal, clock: Clock, on_progress: Callable[[ArchiveProgress], None] | None) -> None:
        self._journal = journal
        self._clock = clock
        self._on_progress = on_progress
        self._run = 0
        self._records: Counter[str] = Counter()
        self._earlier: Counter[str] = Counter()
        self._reported = -PAUSE

    def begin(self, run: int) -> None:
        """Count for that run, from what is finished of it on."""
        self._run = run
        for done in self._journal.of_run(run, "done"):
            self.resume(done["kind"], done["records"])
            if done["depth"] == FULL:
                self.resume(f"{done['kind']} read", done["records"])

    def resume(self, kind: str, count: int) -> None:
        """Count what a process before this one has read."""
        self._earlier[kind] += count

    def add(self, kind: str, count: int) -> None:
        """Count what was read just now."""
        self._records[kind] += count
        now = self._clock.now()
        if self._on_progress is not None and now >= self._reported + PAUSE:
            self._reported = now
            self._on_progress(self._progress())

    def _progress(self) -> ArchiveProgress:
        expected: Counter[str] = Counter()
        for each in self._journal.of_run(self._run, "bounds"):
            expected[each["kind"]] += each["expected"]
        return ArchiveProgress(
            records=dict(self._records),
            slices=len(self._journal.of_run(self._run, "done")),
            expected=dict(expected),
            earlier=dict(self._earlier),
        )
