"""An HTML page that shows who is on call, for a wall screen, updated every few minutes.

    pip install 'opsgenie-async[pictures]'
    OPSGENIE_API_KEY=... python examples/on_call_wall.py wall.html [MINUTES]

Without MINUTES it writes the page once. One listing returns all schedules with their rotations; overrides take one call
per schedule, within the rate limits.
"""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from opsgenie_async import Opsgenie
from opsgenie_async.oncall import Schedule
from opsgenie_async.pictures import Drawing, chart_of
from opsgenie_async.pictures.page import page_of


async def draw(og: Opsgenie) -> str:
    """The page, for the two weeks from today on."""
    schedules, forwarding = await asyncio.gather(
        og.schedules.list(expand="rotation"), og.documents("/v2/forwarding-rules")
    )
    enabled = [schedule for schedule in schedules if schedule.enabled]
    overrides = await asyncio.gather(*(og.documents(f"/v2/schedules/{each.id}/overrides") for each in enabled))
    drawings = [
        Drawing(Schedule.from_json(schedule.to_dict(), overrides=listed, forwarding=forwarding))
        for schedule, listed in zip(enabled, overrides, strict=True)
    ]
    now = datetime.now(UTC)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return page_of(chart_of(drawings, today, today + timedelta(weeks=2), now=now), "On call")


async def main(file: Path, minutes: float | None) -> None:
    async with Opsgenie() as og:
        while True:
            page = await draw(og)
            new = file.with_suffix(".new")
            new.write_text(page, encoding="utf-8")
            new.replace(file)  # a browser that reloads meanwhile gets a whole page
            if minutes is None:
                return
            await asyncio.sleep(60 * minutes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("minutes", type=float, nargs="?", help="between two pages; one page by default")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.file, arguments.minutes))
