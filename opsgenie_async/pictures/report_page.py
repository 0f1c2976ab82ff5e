"""A survey as one HTML page that needs nothing else."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from opsgenie_async.oncall import zone_database
from opsgenie_async.pictures.survey import Survey
from opsgenie_async.pictures.templates import environment
from opsgenie_async.printable import printable

__all__ = ["report_page"]


def report_page(survey: Survey, title: str) -> str:
    """Return the page; times are local ones of each schedule."""
    weeks = round((survey.end - survey.start).total_seconds() / 604800, 1)
    return (
        environment()
        .get_template("report.html")
        .render(
            survey=survey,
            title=printable(title),
            weeks=f"{weeks:g}",
            most=max((load.hours.total for load in survey.loads), default=0) or 1,
            local=_local,
            text=printable,
            tz_database=str(zone_database()),
        )
    )


def _local(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a %d %b %H:%M} {local.tzname()}"
