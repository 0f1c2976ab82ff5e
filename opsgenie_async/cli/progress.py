"""What a person sees of a pull: a bar on stderr while it runs, a table at its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from ..sync import Pulled, PullReport
from .meter import Meter

__all__ = ["PullProgress"]


class PullProgress:
    """A context manager that draws; hand its `show` to `pull` or `read_account`."""

    def __init__(self, meter: Meter, doing: str = "pulling") -> None:
        self._meter = meter
        self._progress = Progress(
            TextColumn(doing),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[load]}"),
            console=Console(stderr=True),
            transient=False,
        )
        self._task = self._progress.add_task("pull", total=None, load="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, pulled: Pulled) -> None:
        """Draw the state after one more entity; what failed gets a line of its own."""
        if pulled.failure is not None:
            self._progress.console.print(str(pulled.failure), style="red", markup=False)
        self._progress.update(self._task, completed=pulled.done, total=pulled.total or None, load=self._load(pulled))

    def _load(self, pulled: Pulled) -> str:
        meter = self._meter
        return (
            f"{pulled.teams_done}/{pulled.teams_total} teams  {meter.rate():.0f} requests/s  "
            f"{meter.held} throttle waits  {meter.refused} refused"
        )

    def summarize(self, report: PullReport, folder: Path) -> None:
        """Print what was pulled, and what was not, to stdout; *folder* is the one that was asked for."""
        done = "Would be pulled into" if report.dry_run else "Pulled into"
        part = f" ({report.only})" if report.only else ""
        table = Table(
            title=Text(f"{done} {report.folder}{part}"), title_justify="left", show_footer=bool(report.failures)
        )
        table.add_column("kind", footer="failed")
        table.add_column("count", justify="right", footer=str(len(report.failures)))
        for kind, count in report.counts.items():
            table.add_row(kind.replace("_", " "), str(count))
        console = Console()
        console.print(table)
        for line in self._facts(report, folder):
            console.print(line, highlight=False, markup=False)
        for failure in report.failures:
            console.print(f"failed: {failure}", style="red", markup=False, highlight=False)

    def _facts(self, report: PullReport, folder: Path) -> Iterator[str]:
        meter = self._meter
        yield f"files: {len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed"
        yield (
            f"{meter.requests} requests in {report.duration:.1f} s, {meter.held} throttle waits, "
            f"{meter.refused} refused with 429, {meter.retried} retried"
        )
        for place, reason in report.unavailable.items():
            yield f"not in the account's plan: {place}: {reason}"
        for path in report.vanished:
            yield f"deleted meanwhile: {path}"
        for word, fields in report.unknown_fields.items():
            yield f"fields of {word} that no model knows: {', '.join(fields)}"
        if report.folder != folder:
            yield f"incomplete: {folder} still holds what was pulled whole before"
