"""What a person sees of a plan: coloured lines on stdout, and a table at the end."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from opsgenie_async.sync.planning.changes import Plan
from opsgenie_async.sync.planning.render import ACTIONS, counts, lines

__all__ = ["print_plan"]

STYLES = {"+": "green", "~": "yellow", "-": "red", "=": "cyan"}


def print_plan(plan: Plan, console: Console | None = None) -> None:
    """Print all of a plan; colours only where somebody looks at them."""
    console = console or Console()
    for line in lines(plan):
        style = STYLES.get(line.mark, "" if line.depth else "bold")
        console.print(Text(str(line), style), soft_wrap=True)
    if not plan.changes:
        console.print("Nothing to change.")
        return
    table = Table()
    table.add_column("kind")
    for action in ACTIONS:
        table.add_column(action, justify="right")
    for word, row in counts(plan).items():
        table.add_row(word.replace("_", " "), *(str(row[action] or "") for action in ACTIONS))
    console.print(table)
