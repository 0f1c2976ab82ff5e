import asyncio

from opsgenie_async import Name, Opsgenie, UserRef


async def main() -> None:
    async with Opsgenie() as og:
        owner = (await og.users.list().first(1))[0]
        search = await og.saved_searches.create(name="urgent", query="priority: P1", owner=UserRef(id=owner.id))
        print((await og.saved_searches.get(search)).query)
        print([alert.message for alert in await og.alerts.list(search_identifier=Name("urgent")).first(5)])


asyncio.run(main())
