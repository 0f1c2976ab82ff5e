import asyncio

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        user = (await og.users.list().first(1))[0]
        contact = await og.contacts.create(user, method="sms", to="1-5551234567")
        await og.contacts.disable(user, contact)
        for each in await og.contacts.list(user):
            print(each.method, each.to, each.status)


asyncio.run(main())
