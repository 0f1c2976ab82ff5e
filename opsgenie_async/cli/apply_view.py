"""What a person sees of an apply: a bar on stderr while it runs, a table at its end."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console
from rich.table import Table

from opsgenie_async.cli.bar import Bar, print_line
from opsgenie_async.cli.meter import Meter
from opsgenie_async.sync import Applied, ApplyReport, Change

__all__ = ["ApplyProgress"]

COLUMNS = ("create", "update", "delete", "order", "failed", "not reached")
MOST = 20
"""Steps that were not reached and are told one by one."""


class ApplyProgress(Bar):
    """Hand its `show` to `apply`."""

    def __init__(self, meter: Meter, *, is_quiet: bool = False) -> None:
        super().__init__(meter, "applying", is_quiet=is_quiet)

    def show(self, applied: Applied) -> None:
        """Draw the state after one more step; one that failed gets a line of its own."""
        if applied.failure is not None:
            self.say(f"{_words(applied.change)}: {applied.failure}", style="red")
        self.draw(applied.done, applied.total)

    def summarize(self, report: ApplyReport) -> None:
        """Print what was done, and what was not and why, to stdout."""
        rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for step in report.done:
            rows[step.change.kind.name][step.change.action] += 1
        for failed in report.failed:
            rows[failed.change.kind.name]["failed"] += 1
        for left in report.not_reached:
            rows[left.change.kind.name]["not reached"] += 1
        columns = [word for word in COLUMNS if any(row[word] for row in rows.values())]
        table = Table(title="Applied", title_justify="left")
        table.add_column("kind", no_wrap=True)
        for column in columns:
            table.add_column(column, justify="right")
        for word, row in rows.items():
            table.add_row(word.replace("_", " "), *(str(row[column] or "") for column in columns))
        console = Console()
        if not self.is_quiet:
            console.print(table if rows else "Nothing to change.")
            print_line(console, self.totals(f", applied in {report.duration:.1f} s"))
        for failed in report.failed:
            print_line(console, f"failed: {_words(failed.change)}: {failed.error}", style="red")
        for left in report.not_reached[:MOST]:
            print_line(console, f"not reached: {_words(left.change)}: {left.reason}")
        if len(report.not_reached) > MOST:
            print_line(console, f"not reached: {len(report.not_reached) - MOST} more")


def _words(change: Change) -> str:
    of = f" of {change.path}" if change.parent else ""
    return f"{change.action} {change.kind.name.replace('_', ' ')} {change.name}{of}"
