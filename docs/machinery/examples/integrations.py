import asyncio

from opsgenie_async import Opsgenie, TeamMeta


async def main() -> None:
    async with Opsgenie() as og:
        team = (await og.teams.list().first(1))[0]
        integration = await og.integrations.create(type="API", name="deploy bot", owner_team=TeamMeta(id=team.id))
        print(integration.id)  # integration.api_key is its key: keep it, no other call returns it
        await og.integrations.disable(integration)
        print([each.name for each in await og.integrations.list(type="API")])


asyncio.run(main())
