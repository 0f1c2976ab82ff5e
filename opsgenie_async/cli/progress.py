"""What a person sees of a pull: a bar on stderr while it runs, a table at its end."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from ..sync import PullReport, TeamPulled
from .meter import Meter

__all__ = ["PullProgress"]


class PullProgress:
    """A context manager that draws; hand its `show` to `pull`."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._progress = Progress(
            TextColumn("pulling"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("teams"),
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

    def show(self, pulled: TeamPulled) -> None:
        """Draw the state after one more team; a failed one gets a line of its own."""
        if pulled.failure is not None:
            self._progress.console.print(f"{pulled.team}: {pulled.failure.error}", style="red", markup=False)
        self._progress.update(self._task, completed=pulled.done, total=pulled.total, load=self._load())

    def _load(self) -> str:
        meter = self._meter
        return f"{meter.rate():.0f} requests/s  {meter.held} throttle waits  {meter.refused} refused"

    def summarize(self, report: PullReport, folder: Path) -> None:
        """Print what was pulled, and what was not, to stdout."""
        table = Table(title=f"Pulled into {folder}", title_justify="left", show_footer=bool(report.failures))
        table.add_column("kind", footer="failed")
        table.add_column("count", justify="right", footer=str(len(report.failures)))
        for kind, count in report.counts.items():
            table.add_row(kind.replace("_", " "), str(count))
        console = Console()
        console.print(table)
        meter = self._meter
        console.print(
            f"{meter.requests} requests in {report.duration:.1f} s, {meter.held} throttle waits, "
            f"{meter.refused} refused with 429, {meter.retried} retried",
            highlight=False,
        )
        for failure in report.failures:
            console.print(f"failed: {failure.team or '(no team)'}: {failure.error}", style="red", markup=False)
