"""A chart as lines for a terminal: bars of characters with the names in them, as wide as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import attrs

from opsgenie_async.pictures.chart import Bar, Chart, Day, Row, Section
from opsgenie_async.pictures.colours import Colour
from opsgenie_async.printable import cell_width, fit_cells
from opsgenie_async.quantity import quantity

__all__ = ["Piece", "lines_of"]

NARROWEST = 40
LABEL_SHARE = 0.22
FEW_CELLS = 4


@attrs.frozen
class Piece:
    """Some letters of a line, with the colours of what they show: as `#56b4e9`, "" for the terminal's own."""

    text: str
    fill: str = ""
    ink: str = ""
    bold: bool = False


Line = list[Piece]


def lines_of(chart: Chart, width: int) -> Iterator[Line]:
    """Yield the lines of a chart, none longer than *width* letters; below 40 it is drawn for 40."""
    width = max(width, NARROWEST)
    longest = max((len(row.label) for section in chart.sections for row in section.rows), default=0)
    label = min(max(longest, 5), max(int(width * LABEL_SHARE), 9))
    for section in chart.sections:
        yield from _section(chart, section, label, width - label - 1, width)
        yield []
    yield from _legend(chart, width)


def _legend(chart: Chart, width: int) -> Iterator[Line]:
    line: Line = []
    length = 0
    for person in chart.people:
        name = _cut(f" {person.label}  ", width - 2)
        if line and length + 2 + cell_width(name) > width:
            yield line
            line, length = [], 0
        line += [Piece("▏ ", person.colour.fill, person.colour.ink), Piece(name)]
        length += 2 + cell_width(name)
    if line:
        yield line


def _section(chart: Chart, section: Section, label: int, cells: int, width: int) -> Iterator[Line]:
    facts = [section.zone, *(["disabled"] if not section.enabled else [])]
    if section.team:
        facts.append(section.team)
    facts += [f"{day.weekday} {day.number} {day.month} has {day.hours:g} h" for day in section.days if day.irregular]
    if section.gap_hours:
        facts.append(f"nobody for {section.gap_hours:g} h")
    if section.differences is not None:
        facts.append(quantity(section.differences, "difference", zero="no"))
    yield [Piece(_cut(section.name, width), bold=True)]
    yield from ([Piece(line)] for line in _wrap(facts, width))
    yield [Piece(" " * (label + 1)), *_axis(chart, section.days, cells)]
    for row in section.rows:
        yield from _row(chart, row, label, cells)


def _row(chart: Chart, row: Row, label: int, cells: int) -> Iterator[Line]:
    for number, lane in enumerate(row.lanes):
        name = row.label if not number else ""
        head = Piece(fit_cells(_cut(name, label), label) + " ", bold=row.kind == "final")
        yield [head, *_lane(chart, lane, cells)]


def _lane(chart: Chart, lane: Iterable[Bar], cells: int) -> Iterator[Piece]:
    place = 0
    for bar in lane:
        start, end = _cell(chart, bar.start, cells), _cell(chart, bar.end, cells)
        start = max(start, place)
        if start >= end:
            continue
        if start > place:
            yield Piece(" " * (start - place))
        yield _piece(bar, end - start)
        place = end


def _piece(bar: Bar, cells: int) -> Piece:
    if bar.kind == "gap":
        return Piece(fit_cells("░nobody" if cells > len("░nobody") else "", cells, "░"), ink="#d55e00")
    if bar.kind == "difference":
        return Piece(fit_cells(f"≠{bar.label}" if cells > FEW_CELLS else "", cells, "≠"), ink="#d55e00")
    colour = bar.colour or Colour()
    text = f"▏{bar.label}" if cells > 1 else bar.label  # where there is room for one letter, it says who
    return Piece(fit_cells(text, cells), colour.fill, colour.ink)


def _axis(chart: Chart, days: Sequence[Day], cells: int) -> Iterator[Piece]:
    """Yield the days: weekday and number, the number alone or each second one, as there is room."""
    letters = [" "] * cells
    free = 0
    for day in days:
        start = _cell(chart, day.start, cells)
        room = _cell(chart, day.end, cells) - start
        number = f"{day.number}{'*' if day.irregular else ''}"
        text = f"{day.weekday} {number}"
        if room <= len(text):
            text = f"{day.weekday[0]}{number}" if room > len(number) + 1 else number
        if start >= free and start + len(text) <= cells:
            letters[start : start + len(text)] = text
            free = start + len(text) + 1
    if chart.shows_now:
        letters[min(_cell(chart, chart.now, cells), cells - 1)] = "▼"
    yield Piece("".join(letters))


def _cell(chart: Chart, moment: datetime, cells: int) -> int:
    return round(chart.share(moment) * cells)


def _cut(text: str, width: int) -> str:
    return text if cell_width(text) <= width else fit_cells(text, width - 1).rstrip() + "…"


def _wrap(facts: Sequence[str], width: int) -> Iterator[str]:
    """Yield *facts* on as few lines as they need."""
    line = ""
    for fact in facts:
        longer = f"{line} · {fact}" if line else fact
        if line and len(longer) > width:
            yield line
            longer = fact
        line = _cut(longer, width)
    if line:
        yield line
