"""Who is on call, drawn: bars for a terminal, SVG, an HTML page, a calendar file.

`chart_of` lays a picture out as values, from `opsgenie_async.oncall` alone; each of the other modules writes it in one
form. SVG and HTML need jinja2, calendars icalendar: `pip install 'opsgenie-async[pictures]'`.
"""

from opsgenie_async.pictures.chart import Chart, Drawing, chart_of

__all__ = ["Chart", "Drawing", "chart_of"]
