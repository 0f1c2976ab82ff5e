"""A progress bar on stderr: progress, elapsed and remaining time, and request rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, Task, TextColumn
from rich.text import Text

from opsgenie_async.cli.meter import Meter
from opsgenie_async.printable import printable

__all__ = ["Bar", "print_line"]

WIDEST = 30
NARROWEST = 8
"""Letters of the bar itself."""


def print_line(console: Console, text: str, style: str = "") -> None:
    """Print a line of any length as plain text, without interpreting names and responses as markup."""
    console.print(Text(printable(text), style), soft_wrap=True)


class Bar:
    """A progress bar; a context manager.

    Attributes:
        is_open: Whether the block has been entered.
        meter: The counters to draw.
        is_quiet: Whether to draw nothing, and not to summarize successes either.
    """

    def __init__(self, meter: Meter, doing: str, *, is_quiet: bool = False, console: Console | None = None) -> None:
        self.is_open = False
        self.is_quiet = is_quiet
        self.meter = meter
        self._bar = BarColumn(bar_width=NARROWEST)
        self._progress = Progress(
            TextColumn("{task.description}"),
            self._bar,
            TextColumn("{task.fields[state]}"),
            console=console or Console(stderr=True),
            transient=True,  # until there is something to be seen
            disable=is_quiet,
            get_time=meter.now,
        )
        self._task = self._progress.add_task(doing, total=None, state="")
        self._room = self._progress.console.width - len(doing) - 2

    def __enter__(self) -> Self:
        self.is_open = True
        if self._progress.console.is_interactive:  # elsewhere it leaves its last state, once it has any
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.is_open and (self._progress.console.is_interactive or not self._progress.live.transient):
            self._progress.stop()

    def say(self, text: str, style: str = "") -> None:
        """Print a line above the bar."""
        print_line(self._progress.console, text, style)

    def draw(self, done: int, total: int, more: str = "") -> None:
        """Draw the state; *more* is before the rate, both only if they fit."""
        if self._progress.live.transient:
            self._progress.live.transient = False
            self._progress.start()
        self._progress.update(self._task, completed=done, total=total or None)
        task = self._progress.tasks[0]
        statistics = [more, f"{self.meter.rate():.0f} requests/s"]
        if self.meter.refused:
            statistics.append(f"{self.meter.refused:,} refused")
        facts = [f"{done:,}/{total:,}" if total else f"{done:,}", _clock(task.elapsed or 0), _remaining_time(task)]
        state = _fit(facts, [each for each in statistics if each], self._room - NARROWEST - 1)
        self._bar.bar_width = max(NARROWEST, min(WIDEST, self._room - len(state) - 1))
        self._progress.update(self._task, state=state)


def _fit(facts: Sequence[str], statistics: Sequence[str], room: int) -> str:
    """Join the facts, followed by as many of the statistics as fit."""
    text = "  ".join(filter(None, facts))
    for each in statistics:
        if len(text) + 2 + len(each) > room:
            break
        text = f"{text}  {each}"
    return text


def _remaining_time(task: Task) -> str:
    """The remaining time at the rate of this process; an earlier one may have done the first part."""
    return "" if task.finished or task.time_remaining is None else f"{_clock(task.time_remaining)} left"


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=int(seconds)))
