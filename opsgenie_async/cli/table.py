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


@attrs.frozen
class Column:
    """What a table says of each thing.

    Attributes:
        title: In capitals at the top.
        least: How many letters of the text are worth something, as of a message; None where it is whole or not there,
            as an id.
        rank: Where there is no room the column of the highest rank goes first; 0 stays.
    """

    title: str
    least: int | None = None
    rank: int = 0


def terminal_width(stream: TextIO) -> int | None:
    """Return how many letters fit on a line; None where it is no terminal, and nothing is ever cut."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], stream: TextIO | None = None) -> None:
    """Print a line for each of *rows* below the titles, to stdout unless told otherwise."""
    target = sys.stdout if stream is None else stream
    for line in table_lines(columns, rows, terminal_width(target)):
        print(line, file=target)


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
    """Take letters until all fit: of the highest rank first, and there where most are left above the least."""
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
