"""What a person sees of an apply: a bar on stderr while it runs, a table at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from ..sync import Applied, ApplyReport, Change
from ..sync.showing import printable
from .meter import Meter

__all__ = ["ApplyProgress"]

COLUMNS = ("create", "update", "delete", "order", "failed", "not reached")
MOST = 20
"""Steps that were not reached and are told one by one."""


class ApplyProgress:
    """A context manager that draws; hand its `show` to `apply`. begun: whether it has been entered."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._progress = Progress(
            TextColumn("applying"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[load]}"),
            console=Console(stderr=True),
            transient=False,
        )
        self._task = self._progress.add_task("apply", total=None, load="")
        self.begun = False

    def __enter__(self) -> Self:
        self.begun = True
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._line(self._progress.console, text)

    def show(self, applied: Applied) -> None:
        """Draw the state after one more step; one that failed gets a line of its own."""
        if applied.failure is not None:
            self._line(self._progress.console, f"{_words(applied.change)}: {applied.failure}", style="red")
        meter = self._meter
        load = f"{meter.rate():.0f} requests/s  {meter.held} throttle waits  {meter.refused} refused"
        self._progress.update(self._task, completed=applied.done, total=applied.total, load=load)

    def summarize(self, report: ApplyReport) -> None:
        """Print what was done, and what was not and why, to stdout."""
        rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for step in report.done:
            rows[step.change.kind.word][step.change.action] += 1
        for failed in report.failed:
            rows[failed.change.kind.word]["failed"] += 1
        for left in report.not_reached:
            rows[left.change.kind.word]["not reached"] += 1
        columns = [word for word in COLUMNS if any(row[word] for row in rows.values())]
        table = Table(title="Applied", title_justify="left")
        table.add_column("kind", no_wrap=True)
        for column in columns:
            table.add_column(column, justify="right")
        for word, row in rows.items():
            table.add_row(word.replace("_", " "), *(str(row[column] or "") for column in columns))
        console = Console()
        console.print(table if rows else "Nothing to change.")
        meter = self._meter
        self._line(
            console,
            f"{meter.requests} requests, applied in {report.duration:.1f} s, {meter.held} throttle waits, "
            f"{meter.refused} refused with 429, {meter.retried} retried",
        )
        for failed in report.failed:
            self._line(console, f"failed: {_words(failed.change)}: {failed.error}", style="red")
        for left in report.not_reached[:MOST]:
            self._line(console, f"not reached: {_words(left.change)}: {left.why}")
        if len(report.not_reached) > MOST:
            self._line(console, f"not reached: {len(report.not_reached) - MOST} more")

    def _line(self, console: Console, text: str, style: str = "") -> None:
        console.print(Text(printable(text), style), soft_wrap=True)


def _words(change: Change) -> str:
    of = f" of {change.path}" if change.parent else ""
    return f"{change.action} {change.kind.word.replace('_', ' ')} {change.name}{of}"
