import asyncio

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        team = (await og.teams.list().first(1))[0]
        service = await og.services.create(name="checkout", team_id=team.id, tags=["shop"])
        await og.services.update(service, description="Takes the money")
        print((await og.services.get(service)).description)


asyncio.run(main())
