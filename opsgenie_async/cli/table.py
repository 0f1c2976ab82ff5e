"""Tables on stdout: as wide as the terminal, and whole where nobody looks at them.

It is no table of rich, for what lists alerts has to run from a bare installation.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

import attrs

from opsgenie_async.pictures.text import cell_width, fit_cells
from opsgenie_async.printable import printable

__all__ = ["Column", "print_table", "table_lines", "terminal_width"]

GAP = "  "
FEWEST_CELLS = 12
"""A column is not cut shorter than this: one that has no room is left out."""
FEWEST_OF_THE_FIRST = 32
"""The same for a column of rank 0, as a message: it is what the table is read for."""


@attrs.frozen
class Column:
    """What a table says of each thing.

    Attributes:
        title: In capitals at the top.
        may_be_cut: Whether a part of the text is worth something, as of a message; an id is whole or not there.
        rank: Where there is no room the column of the highest rank goes first; 0 stays.
    """

    title: str
    may_be_cut: bool = False
    rank: int = 0


def terminal_width(stream: TextIO) -> int | None:
    """Return how many letters fit on a line; None where it is no terminal, and nothing is ever cut."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], stream: TextIO | None = None) -> None:
    """Print a line for each of *rows* below the titles, to stdout unless told otherwise."""
    stream = stream or sys.stdout
    for line in table_lines(columns, rows, terminal_width(stream)):
        print(line, file=stream)


def table_lines(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Yield the titles and the rows, none wider than *width* letters; with None nothing is cut or left out."""
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
    """Return which columns there is room for."""
    places = list(range(len(columns)))
    while _total(places, [_least(column, each) for column, each in zip(columns, widths, strict=True)]) > width:
        last = max(places, key=lambda place: (columns[place].rank, place))
        if columns[last].rank == 0:
            break
        places.remove(last)
    return places


def _squeeze(columns: Sequence[Column], widths: list[int], places: Sequence[int], width: int) -> None:
    """Take from the columns that may be cut until all fit, from those of the highest rank first."""
    cuttable = [place for place in places if columns[place].may_be_cut]
    for place in sorted(cuttable, key=lambda place: columns[place].rank, reverse=True):
        excess = _total(places, widths) - width
        widths[place] -= max(0, min(excess, widths[place] - _least(columns[place], widths[place])))
    while (excess := _total(places, widths) - width) > 0:  # a terminal that is narrower than all of that
        widest = max(cuttable, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= 1:
            return
        widths[widest] -= 1


def _least(column: Column, width: int) -> int:
    return min(width, FEWEST_CELLS if column.rank else FEWEST_OF_THE_FIRST) if column.may_be_cut else width


def _total(places: Sequence[int], widths: Sequence[int]) -> int:
    return sum(widths[place] for place in places) + len(GAP) * (len(places) - 1)


def _cell(text: str, width: int) -> str:
    return fit_cells(text if cell_width(text) <= width else fit_cells(text, width - 1).rstrip() + "…", width)
