"""Tables on stdout: as wide as the terminal, and complete if stdout is not a terminal.

They do not use rich, since listing alerts must work without further packages.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TextIO

import attrs

from opsgenie_async.printable import cell_width, fit_cells, printable

__all__ = ["Column", "print_entry", "print_table", "table_lines", "terminal_width"]

GAP = "  "
LEAST_ROOM = 20
"""Letters of a text on a line, however narrow the terminal."""


@attrs.frozen
class Column:
    """A column of a table.

    Attributes:
        title: The title, in capitals.
        least: The minimum width after truncation, as for a message; None for a column that is never truncated, as an
            id.
        rank: The priority of removal if the table is too wide: highest first; 0 always stays.
    """

    title: str
    least: int | None = None
    rank: int = 0


def terminal_width(stream: TextIO) -> int | None:
    """Return the width of the terminal; None without one, and nothing is truncated."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], stream: TextIO | None = None) -> None:
    """Print the titles and a line for each of *rows*, by default to stdout."""
    target = sys.stdout if stream is None else stream
    for line in table_lines(columns, rows, terminal_width(target)):
        print(line, file=target)


def print_entry(head: str, text: str, *, margin: str | None = None) -> None:
    """Print a text after its head, on a terminal wrapped at words and indented.

    Args:
        head: The text before it.
        text: One line.
        margin: The indentation of the other lines (default: the width of the head).
    """
    width = terminal_width(sys.stdout)
    text, indent = printable(text), cell_width(head)
    rows = [text]
    if width is not None and indent + cell_width(text) > width:
        room = max(width - indent, LEAST_ROOM)
        rows = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or rows
    print("\n".join((head if place == 0 else margin or " " * indent) + row for place, row in enumerate(rows)))


def table_lines(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Yield the titles and the rows, at most *width* letters wide; with None nothing is truncated."""
    cells = [[printable(text) for text in row] for row in rows]
    widths = [
        max([cell_width(column.title), *(cell_width(row[place]) for row in cells)])
        for place, column in enumerate(columns)
    ]
    places = list(range(len(columns)))
    if width is not None:
        places = _places(columns, widths, width)
        _squeeze(columns, widths, places, width)
    for row in ([column.title for column in columns], *cells):
        yield GAP.join(_cell(row[place], widths[place]) for place in places).rstrip()


def _places(columns: Sequence[Column], widths: Sequence[int], width: int) -> list[int]:
    """Return the indexes of the columns that fit."""
    places = list(range(len(columns)))
    while _total(places, [_least(column, each) for column, each in zip(columns, widths, strict=True)]) > width:
        last = max(places, key=lambda place: (columns[place].rank, place))
        if columns[last].rank == 0:
            break
        places.remove(last)
    return places


def _squeeze(columns: Sequence[Column], widths: list[int], places: Sequence[int], width: int) -> None:
    """Truncate columns until all fit: the highest rank first, then the one furthest above its minimum."""
    cuttable = [place for place in places if columns[place].least is not None]
    while _total(places, widths) > width:
        spare = {place: widths[place] - (columns[place].least or 0) for place in cuttable if widths[place] > 1}
        if not spare:
            return
        widths[max(spare, key=lambda place: (spare[place] > 0, columns[place].rank, spare[place]))] -= 1


def _least(column: Column, width: int) -> int:
    return width if column.least is None else min(width, column.least)


def _total(places: Sequence[int], widths: Sequence[int]) -> int:
    return sum(widths[place] for place in places) + len(GAP) * (len(places) - 1)


def _cell(text: str, width: int) -> str:
    return fit_cells(text if cell_width(text) <= width else fit_cells(text, width - 1).rstrip() + "…", width)
