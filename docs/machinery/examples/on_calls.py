import asyncio
from datetime import UTC, datetime, timedelta

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        async for on_call in og.on_calls.list(flat=True):  # every schedule in one call
            print(on_call.parent, on_call.on_call_recipients)
        schedule = (await og.schedules.list().first(1))[0]
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        print(await og.on_calls.get(schedule, date=tomorrow))
        print(await og.on_calls.get_next(schedule, flat=True))


asyncio.run(main())
