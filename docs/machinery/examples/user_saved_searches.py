import asyncio

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        for search in await og.user_saved_searches.list():
            print(search.id, search.name)


asyncio.run(main())
