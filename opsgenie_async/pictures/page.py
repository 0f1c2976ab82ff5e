"""A chart as one self-contained HTML page: no external script, style, font or image."""

from __future__ import annotations

import attrs

from opsgenie_async.pictures.chart import Chart
from opsgenie_async.pictures.colours import PALETTE
from opsgenie_async.pictures.templates import environment, script_hash
from opsgenie_async.printable import printable

__all__ = ["Sheet", "page_of", "sheet_for"]


@attrs.frozen
class Sheet:
    """The paper size in mm, and its number of columns of schedules."""

    width: int
    height: int
    columns: int
    row: float


SHEETS = ((297, 210, 1), (420, 297, 1), (594, 420, 2), (841, 594, 3), (1189, 841, 4))
"""A4 to A0, landscape."""
MARGINS = 24
READABLE_ROW, TALLEST_ROW = 3.4, 6.0
ROWS_BESIDE = 3.2
"""What the name, the days and the gap of a section take, in rows."""


def sheet_for(chart: Chart) -> Sheet:
    """Return the smallest sheet on which the chart is readable, A0 if none is large enough."""
    heights = [sum(len(row.lanes) for row in section.rows) + ROWS_BESIDE for section in chart.sections]
    total, tallest = sum(heights), max(heights, default=1.0)
    row, width, height, columns = READABLE_ROW, *SHEETS[0]
    for width, height, columns in SHEETS:  # noqa: B007  # the last one is kept
        row = (height - MARGINS) / (total / columns + (tallest if columns > 1 else 0))
        if row >= READABLE_ROW:
            break
    return Sheet(width, height, columns, round(min(row, TALLEST_ROW), 2))


def page_of(chart: Chart, title: str) -> str:
    """Return the page."""
    return (
        environment()
        .get_template("timeline.html")
        .render(
            chart=chart,
            title=printable(title),
            palette=PALETTE,
            sheet=sheet_for(chart),
            script_hash=script_hash("timeline.js"),
        )
    )
