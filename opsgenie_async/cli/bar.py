"""A bar on stderr, with how hard Opsgenie is worked and how much of that is waiting."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from opsgenie_async.cli.meter import Meter
from opsgenie_async.printable import printable

__all__ = ["Bar", "print_line"]


def print_line(console: Console, text: str, style: str = "") -> None:
    """Print a line as it is, however long: names and answers in it are text, and no codes for the terminal."""
    console.print(Text(printable(text), style), soft_wrap=True)


class Bar:
    """A context manager that draws. begun: whether it has been entered."""

    def __init__(self, meter: Meter, doing: str) -> None:
        self.begun = False
        self._meter = meter
        self._progress = Progress(
            TextColumn(doing),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[load]}"),
            console=Console(stderr=True),
            transient=False,
        )
        self._task = self._progress.add_task(doing, total=None, load="")

    def __enter__(self) -> Self:
        self.begun = True
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, text: str, style: str = "") -> None:
        """Print a line above the bar."""
        print_line(self._progress.console, text, style)

    def draw(self, done: int, total: int, more: str = "") -> None:
        """Draw the state; *more* comes before the rate."""
        meter = self._meter
        load = f"{meter.rate():.0f} requests/s  {meter.held} throttle waits  {meter.refused} refused"
        self._progress.update(self._task, completed=done, total=total or None, load=f"{more}  {load}" if more else load)

    def totals(self, what: str) -> str:
        """What it all came to; *what* says what took how long."""
        meter = self._meter
        return (
            f"{meter.requests} requests{what}, {meter.held} throttle waits, {meter.refused} refused with 429, "
            f"{meter.retried} retried"
        )
