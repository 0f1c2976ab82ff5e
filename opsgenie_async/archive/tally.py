"""The progress of a run."""

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
    """The progress of a run.

    Attributes:
        records: The entities read by this process, by kind; "alerts read" and "incidents read" are those with all
            parts.
        slices: The number of finished slices of this run.
        expected: The number of alerts and incidents when the run started, by kind.
        earlier: As `records`, for earlier processes of this run, which were interrupted.
    """

    records: dict[str, int]
    slices: int
    expected: dict[str, int]
    earlier: dict[str, int] = attrs.field(factory=dict)


class Tally:
    """Counters of what is read, reported to a callback from time to time."""

    def __init__(self, journal: Journal, clock: Clock, on_progress: Callable[[ArchiveProgress], None] | None) -> None:
        self._journal = journal
        self._clock = clock
        self._on_progress = on_progress
        self._run = 0
        self._records: Counter[str] = Counter()
        self._earlier: Counter[str] = Counter()
        self._reported = -PAUSE

    def begin(self, run: int) -> None:
        """Start counting for that run, from its finished slices on."""
        self._run = run
        for done in self._journal.of_run(run, "done"):
            self.resume(done["kind"], done["records"])
            if done["depth"] == FULL:
                self.resume(f"{done['kind']} read", done["records"])

    def resume(self, kind: str, count: int) -> None:
        """Add what earlier processes have read."""
        self._earlier[kind] += count

    def add(self, kind: str, count: int) -> None:
        """Add what was read just now."""
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
