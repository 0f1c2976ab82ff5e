"""A plan for people: coloured lines on stdout, a sentence, and a table at the end."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.planning.plan import Plan
from opsgenie_async.sync.planning.render import ACTIONS, Line, counts, lines, sentence

__all__ = ["print_plan"]

STYLES = {"+": "green", "~": "yellow", "-": "red", "=": "cyan"}


def print_plan(plan: Plan, console: Console | None = None) -> None:
    """Print a plan, with colours on a terminal."""
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
        table.add_row(KIND_BY_NAME[word].noun, *(str(row[action] or "") for action in ACTIONS))
    console.print(table)


def _print_line(line: Line, console: Console) -> None:
    """Print one line; on a terminal a long one is wrapped with its indentation."""
    style = STYLES.get(line.mark, "" if line.depth else "bold")
    if not console.is_terminal:
        console.print(Text(str(line), style), soft_wrap=True)
        return
    body = str(line)[2 * line.depth :]
    indent = 2 * line.depth + (2 if body.startswith(f"{line.mark} ") else 0)
    head, body = str(line)[:indent], str(line)[indent:]
    for row in Text(body, overflow="fold").wrap(console, max(console.width - indent, 1)):
        row.rstrip()
        console.print(Text.assemble(head, row, style=style), soft_wrap=True)
        head = " " * indent
