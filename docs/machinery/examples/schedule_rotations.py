import asyncio
from datetime import UTC, datetime

from opsgenie_async import Opsgenie, UserRef


async def main() -> None:
    async with Opsgenie() as og:
        schedule = (await og.schedules.list().first(1))[0]
        users = await og.users.list().first(2)
        rotation = await og.schedule_rotations.create(
            schedule,
            name="weekend",
            type="daily",
            start_date=datetime(2026, 12, 5, 8, tzinfo=UTC),
            participants=[UserRef(username=user.username) for user in users],
        )
        await og.schedule_rotations.update(schedule, rotation, length=2)
        print([each.name for each in await og.schedule_rotations.list(schedule)])


asyncio.run(main())
