"""The output of a pull for people: a progress bar on stderr, a table at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from opsgenie_async.cli.bar import Bar, print_line
from opsgenie_async.cli.meter import Meter
from opsgenie_async.printable import printable
from opsgenie_async.sync import PullEvent, PullReport
from opsgenie_async.sync.model.kinds import plural_of_count
from opsgenie_async.sync.planning.render import with_noun

__all__ = ["PullProgress"]


class PullProgress(Bar):
    """The progress of a pull; pass `show` to `pull` or `read_account`."""

    def __init__(self, meter: Meter, doing: str = "pulling", *, is_quiet: bool = False) -> None:
        super().__init__(meter, doing, is_quiet=is_quiet)

    def show(self, event: PullEvent) -> None:
        """Draw the progress after one more entity; a failure gets its own line."""
        if event.failure is not None:
            self.say(str(event.failure), style="red")
        self.draw(event.done, event.total, f"{event.teams_done}/{event.teams_total} teams")

    def summarize(self, report: PullReport, folder: Path) -> None:
        """Print to stdout what was pulled, and what was not; *folder* is the requested one."""
        console = Console()
        if not self.is_quiet:
            console.print(_table(report))
            for line in self._facts(report, folder):
                print_line(console, line)
        for path in report.overwritten:
            done = "would be replaced" if report.dry_run else "replaced"
            print_line(console, f"edited and not applied, {done}: {path}", style="yellow")
        for path in report.additional:
            print_line(console, f"not in the account, kept: {path}", style="yellow")
        for failure in report.failures:
            print_line(console, f"failed: {failure}", style="red")

    def _facts(self, report: PullReport, folder: Path) -> Iterator[str]:
        yield f"files: {len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed"
        yield self.meter.totals(f" in {report.duration:.1f} s")
        for place, reason in report.unavailable.items():
            yield f"not in the account's plan: {place}: {reason}"
        for path in report.vanished:
            yield f"deleted meanwhile: {path}"
        for word, fields in report.unknown_fields.items():
            yield f"unknown fields of {with_noun(word)}: {', '.join(fields)}"
        if report.folder != folder:
            yield f"incomplete: {folder} still has the last complete snapshot"


def _table(report: PullReport) -> Table:
    done = "Would be pulled into" if report.dry_run else "Pulled into"
    part = f" ({report.only})" if report.only else ""
    table = Table(
        title=Text(printable(f"{done} {report.folder}{part}")),
        title_justify="left",
        show_footer=bool(report.failures),
    )
    table.add_column("kind", footer="failed")
    table.add_column("count", justify="right", footer=str(len(report.failures)))
    for kind, count in report.counts.items():
        table.add_row(plural_of_count(kind), str(count))
    return table
