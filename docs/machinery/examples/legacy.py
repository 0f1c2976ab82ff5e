import asyncio

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        for schedule in await og.legacy.schedules.list():  # of the sandbox, an archive or an old export
            print(schedule.id, schedule.name)


asyncio.run(main())
