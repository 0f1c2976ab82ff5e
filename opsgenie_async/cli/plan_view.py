"""What a person sees of a plan: coloured lines on stdout, a sentence, and a table at the end."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from opsgenie_async.sync.model.catalog import kind_of
from opsgenie_async.sync.planning.changes import Plan
from opsgenie_async.sync.planning.render import ACTIONS, Line, counts, lines, sentence

__all__ = ["print_plan"]

STYLES = {"+": "green", "~": "yellow", "-": "red", "=": "cyan"}


def print_plan(plan: Plan, console: Console | None = None) -> None:
    """Print all of a plan; colours only where somebody looks at them."""
    console = console or Console()
    for line in lines(plan):
        _print_line(line, console)
    if not plan.changes:
        console.print("Nothing to change.")
        return
    text = sentence(plan)
    console.print(Text(f"{text[0].upper()}{text[1:]}."), soft_wrap=True)
    table = Table()
    table.add_column("kind")
    for action in ACTIONS:
        table.add_column(action, justify="right")
    for word, row in counts(plan).items():
        table.add_row(kind_of(word).noun, *(str(row[action] or "") for action in ACTIONS))
    console.print(table)


def _print_line(line: Line, console: Console) -> None:
    """Print one line; on a terminal a long one goes on below its own beginning, in a file it stays one line."""
    style = STYLES.get(line.mark, "" if line.depth else "bold")
    if not console.is_terminal:
        console.print(Text(str(line), style), soft_wrap=True)
        return
    indent = 2 * line.depth
    console.print(Padding(Text(str(line)[indent:], style, overflow="fold"), (0, 0, 0, indent), expand=False))
