"""The output of an apply for people: each step and a progress bar on stderr, a table at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from opsgenie_async.cli.bar import Bar, print_line
from opsgenie_async.cli.meter import Meter
from opsgenie_async.printable import printable
from opsgenie_async.sync import Applied, ApplyReport, Change, Plan
from opsgenie_async.sync.model.snapshot import Key
from opsgenie_async.sync.planning.changes import Action
from opsgenie_async.sync.planning.render import action_of, by_entity, entity_key, title

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

EntityKey: TypeAlias = tuple[Key, bool]


class ApplyProgress(Bar):
    """The progress of an apply; pass its plan to `begin`, and `show` to `apply`.

    Entities are counted, as in the plan, also those that take several steps; a line about such a step says which part
    of the entity it is about.
    """

    def __init__(self, meter: Meter, *, is_quiet: bool = False) -> None:
        super().__init__(meter, "applying", is_quiet=is_quiet)
        self._steps: Counter[EntityKey] = Counter()
        self._unfinished: Counter[EntityKey] = Counter()
        self._others = 0

    def begin(self, plan: Plan) -> None:
        """Count the steps of each entity."""
        self._steps = Counter(map(entity_key, plan.changes))
        self._unfinished = self._steps.copy()

    def show(self, applied: Applied) -> None:
        """Print a step, and draw the progress."""
        change = applied.change
        if applied.failure is not None:
            self.say(f"failed to {self._words(change)}: {applied.failure}", style="red")
        elif applied.how != "not reached" and not self.is_quiet:
            verb = OTHERWISE.get((change.action, applied.how), VERBS[change.action])
            self.say(f"{verb} {self._title(change)}")
        self._count(applied)

    def _count(self, applied: Applied) -> None:
        key = entity_key(applied.change)
        if key in self._steps:
            self._unfinished[key] -= 1
            if not self._unfinished[key]:
                del self._unfinished[key]
        else:  # it came with a team of this run, and is in no plan
            self._others += 1
        entities = len(self._steps) + applied.total - self._steps.total()
        self.draw(len(self._steps) - len(self._unfinished) + self._others, entities)

    def _title(self, change: Change) -> str:
        """The entity of a step, and what of it is updated where that is not all that is done about it."""
        if change.action != "update" or self._steps[entity_key(change)] < 2:
            return title(change)
        return f"{title(change)} ({printable(', '.join(each.field for each in change.differences))})"

    def _words(self, change: Change) -> str:
        return f"{change.action} {self._title(change)}"

    def summarize(self, report: ApplyReport) -> None:
        """Print to stdout what was done, and what was not done and why."""
        console = Console()
        if not self.is_quiet:
            rows = _rows(report)
            console.print(_table(rows) if rows else "Nothing to change.")
            print_line(console, self.meter.totals(f", applied in {report.duration:.1f} s"))
        for failed in report.failed:
            print_line(console, f"failed: {self._words(failed.change)}: {failed.error}", style="red")
        for left in report.not_reached[:MOST]:
            print_line(console, f"not reached: {self._words(left.change)}: {left.reason}")
        if len(report.not_reached) > MOST:
            print_line(console, f"not reached: {len(report.not_reached) - MOST} more")


def _rows(report: ApplyReport) -> Mapping[str, Counter[str]]:
    """The number of entities by kind and by what became of them; one that failed in part has failed."""
    failed = {entity_key(step.change) for step in report.failed}
    not_reached = {entity_key(step.change) for step in report.not_reached}
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    changes = [
        *(step.change for step in report.done),
        *(step.change for step in report.failed),
        *(step.change for step in report.not_reached),
    ]
    for steps in by_entity(changes):
        key = entity_key(steps[0])
        outcome = "failed" if key in failed else "not reached" if key in not_reached else action_of(steps)
        rows[steps[0].kind.noun][outcome] += 1
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
