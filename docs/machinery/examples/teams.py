import asyncio

from opsgenie_async import Name, Opsgenie, TeamMember, UserMeta


async def main() -> None:
    async with Opsgenie() as og:
        user = (await og.users.list().first(1))[0]
        team = await og.teams.create(name="night watch", members=[TeamMember(user=UserMeta(id=user.id), role="admin")])
        await og.teams.update(team, description="Rings at night")  # the members stay: they are not given
        print(await og.teams.get(Name("night watch")))
        async for log in og.teams.list_logs(team):
            print(log.created_date, log.log)


asyncio.run(main())
