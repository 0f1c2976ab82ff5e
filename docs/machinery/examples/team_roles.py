import asyncio

from opsgenie_async import Name, Opsgenie, TeamRight


async def main() -> None:
    async with Opsgenie() as og:
        team = (await og.teams.list().first(1))[0]
        await og.team_roles.create(team, name="reader", rights=[TeamRight(right="manage-members", granted=False)])
        role = await og.team_roles.get(team, Name("reader"))
        print(role.name, [(right.right, right.granted) for right in role.rights])


asyncio.run(main())
