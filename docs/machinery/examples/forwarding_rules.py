import asyncio
from datetime import UTC, datetime, timedelta

from opsgenie_async import Alias, Opsgenie, UserMeta


async def main() -> None:
    async with Opsgenie() as og:
        first, second = await og.users.list().first(2)
        start = datetime.now(UTC) + timedelta(hours=1)
        await og.forwarding_rules.create(
            from_user=UserMeta(username=first.username),
            to_user=UserMeta(username=second.username),
            start_date=start,
            end_date=start + timedelta(days=7),
            alias="holiday",
        )
        print(await og.forwarding_rules.get(Alias("holiday")))


asyncio.run(main())
