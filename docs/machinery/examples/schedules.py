import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from opsgenie_async import Opsgenie, ScheduleRotation, UserRef


async def main() -> None:
    async with Opsgenie() as og:
        users = await og.users.list().first(2)
        schedule = await og.schedules.create(
            name="night",
            timezone="Europe/Berlin",
            rotations=[
                ScheduleRotation(
                    name="weekly",
                    type="weekly",
                    start_date=datetime(2026, 12, 7, 8, tzinfo=ZoneInfo("Europe/Berlin")),
                    participants=[UserRef(username=user.username) for user in users],
                )
            ],
        )
        print(await og.schedules.get(schedule))
        timeline = await og.schedules.get_timeline(schedule, interval=2, interval_unit="weeks")
        print(timeline.start_date, timeline.end_date)


asyncio.run(main())
