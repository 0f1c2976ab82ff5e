import asyncio
from datetime import UTC, datetime, timedelta

from opsgenie_async import Opsgenie, UserRef


async def main() -> None:
    async with Opsgenie() as og:
        schedule = (await og.schedules.list().first(1))[0]
        user = (await og.users.list().first(1))[0]
        start = datetime.now(UTC) + timedelta(hours=1)
        await og.schedule_overrides.create(
            schedule,
            user=UserRef(username=user.username),
            start_date=start,
            end_date=start + timedelta(hours=8),
            alias="swap-42",  # with an alias the call may be repeated safely
        )
        print(await og.schedule_overrides.get(schedule, "swap-42"))


asyncio.run(main())
