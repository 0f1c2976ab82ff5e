"""A chart on stdout, with colours on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.style import Style
from rich.text import Text

from opsgenie_async.pictures.chart import Chart
from opsgenie_async.pictures.text import Piece, lines_of

__all__ = ["print_chart"]

WIDTH_OF_FILES = 100


def print_chart(chart: Chart, width: int | None, console: Console | None = None) -> None:
    """Print a chart *width* letters wide; 100 without a terminal."""
    console = console or Console(highlight=False)
    for line in lines_of(chart, width or WIDTH_OF_FILES):
        text = Text(end="")
        for piece in line:
            text.append(piece.text, _style(piece))
        console.print(text, soft_wrap=True)
    legend = f"⇄ override  → forwarded  ░ nobody{'  ▼ now' if chart.shows_now else ''}  * clocks change"
    console.print(Text(f"{legend}\n{chart.tz_database}"), style="dim", soft_wrap=True)


def _style(piece: Piece) -> Style:
    return Style(color=piece.ink or None, bgcolor=piece.fill or None, bold=piece.bold or None)
