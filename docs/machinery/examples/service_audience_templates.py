import asyncio

from opsgenie_async import AudienceResponder, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        service = (await og.services.list().first(1))[0]
        team = (await og.teams.list().first(1))[0]
        await og.service_audience_templates.update(service, responder=AudienceResponder(teams=[team.id]))
        print(await og.service_audience_templates.get(service))


asyncio.run(main())
