import asyncio

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        account = await og.account.get()
        print(account.name, account.user_count, account.plan)


asyncio.run(main())
