"""The output of an apply for people: each step and a progress bar on stderr, a table at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from opsgenie_async.cli.bar import Bar, print_line
from opsgenie_async.cli.meter import Meter
from opsgenie_async.sync import Applied, ApplyReport, Change
from opsgenie_async.sync.planning.changes import Action
from opsgenie_async.sync.planning.render import action_of, by_entity, title

__all__ = ["ApplyProgress"]

COLUMNS = ("create", "update", "delete", "order", "failed", "not reached")
MOST = 20
"""Steps that were not reached and get a line each; the rest is counted."""
VERBS: Mapping[Action, str] = {"create": "created", "update": "updated", "delete": "deleted", "order": "set the"}
OTHERWISE: Mapping[tuple[Action, str], str] = {
    ("create", "adopted"): "took over the existing",
    ("delete", "already"): "no longer there:",
    ("order", "already"): "already in place: the",
}
"""What happened where it was not the action itself."""


class ApplyProgress(Bar):
    """The progress of an apply; pass `show` to `apply`."""

    def __init__(self, meter: Meter, *, is_quiet: bool = False) -> None:
        super().__init__(meter, "applying", is_quiet=is_quiet)

    def show(self, applied: Applied) -> None:
        """Print a step, and draw the progress."""
        change = applied.change
        if applied.failure is not None:
            self.say(f"failed to {_words(change)}: {applied.failure}", style="red")
        elif applied.how != "not reached" and not self.is_quiet:
            verb = OTHERWISE.get((change.action, applied.how), VERBS[change.action])
            self.say(f"{verb} {title(change)}")
        self.draw(applied.done, applied.total)

    def summarize(self, report: ApplyReport) -> None:
        """Print to stdout what was done, and what was not done and why."""
        console = Console()
        if not self.is_quiet:
            rows = _rows(report)
            console.print(_table(rows) if rows else "Nothing to change.")
            print_line(console, self.meter.totals(f", applied in {report.duration:.1f} s"))
        for failed in report.failed:
            print_line(console, f"failed: {_words(failed.change)}: {failed.error}", style="red")
        for left in report.not_reached[:MOST]:
            print_line(console, f"not reached: {_words(left.change)}: {left.reason}")
        if len(report.not_reached) > MOST:
            print_line(console, f"not reached: {len(report.not_reached) - MOST} more")


def _rows(report: ApplyReport) -> Mapping[str, Counter[str]]:
    """The number of entities by kind and by what became of them."""
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for steps in by_entity(step.change for step in report.done):
        rows[steps[0].kind.noun][action_of(steps)] += 1
    for failed in report.failed:
        rows[failed.change.kind.noun]["failed"] += 1
    for steps in by_entity(step.change for step in report.not_reached):
        rows[steps[0].kind.noun]["not reached"] += 1
    return rows


def _table(rows: Mapping[str, Counter[str]]) -> Table:
    columns = [word for word in COLUMNS if any(row[word] for row in rows.values())]
    table = Table(title="Applied", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    for noun, row in rows.items():
        table.add_row(noun, *(str(row[column] or "") for column in columns))
    return table


def _words(change: Change) -> str:
    return f"{change.action} {title(change)}"
