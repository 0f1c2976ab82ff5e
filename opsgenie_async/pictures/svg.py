"""A chart as an SVG picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from opsgenie_async.pictures.chart import Bar, Chart, Row, Section
from opsgenie_async.pictures.colours import PALETTE, TEXTURES
from opsgenie_async.pictures.templates import environment
from opsgenie_async.printable import printable

__all__ = ["svg_of"]

WIDTH = 1000
LABELS = 150
LANE = 22
HEAD = 46
MARGIN = 14
FOOT = 26
LETTER = 7.2
"""About how wide a letter is, for what a bar has room for."""


@attrs.frozen
class Box:
    """A bar in its place."""

    x: float
    y: float
    width: float
    bar: Bar

    @property
    def text(self) -> str:
        """As much of the label as there is room for."""
        room = int((self.width - 6) / LETTER)
        label = self.bar.label
        return label if len(label) <= room else label[: room - 1] + "…" if room > 2 else ""


@attrs.frozen
class PlacedRow:
    """A row in its place."""

    y: float
    height: float
    row: Row
    boxes: tuple[Box, ...]


@attrs.frozen
class Panel:
    """A section in its place."""

    y: float
    height: float
    section: Section
    rows: tuple[PlacedRow, ...]


def svg_of(chart: Chart, title: str) -> str:
    """Return the picture, 1000 wide and as high as it has to be; light or dark as its reader has it."""
    panels = tuple(_panels(chart))
    height = sum(panel.height for panel in panels) + 2 * MARGIN + FOOT
    return environment().get_template("timeline.svg").render(
        chart=chart, title=printable(title), panels=panels, palette=PALETTE, textures=TEXTURES,
        width=WIDTH, height=height, labels=LABELS, lane=LANE, margin=MARGIN, x=lambda moment: _x(chart, moment),
    )  # fmt: skip


def _panels(chart: Chart) -> Iterator[Panel]:
    y = float(MARGIN)
    for section in chart.sections:
        rows: list[PlacedRow] = []
        top = y + HEAD
        for row in section.rows:
            boxes = tuple(
                Box(_x(chart, bar.start), top + number * LANE, _x(chart, bar.end) - _x(chart, bar.start), bar)
                for number, lane in enumerate(row.lanes)
                for bar in lane
            )
            rows.append(PlacedRow(top, LANE * len(row.lanes), row, boxes))
            top += LANE * len(row.lanes)
        yield Panel(y, top + MARGIN - y, section, tuple(rows))
        y = top + MARGIN


def _x(chart: Chart, moment: datetime) -> float:
    return round(LABELS + chart.share(moment) * (WIDTH - LABELS - MARGIN), 2)
