import asyncio

from opsgenie_async import Opsgenie, UserMeta, UserRole


async def main() -> None:
    async with Opsgenie() as og:
        team = (await og.teams.list().first(1))[0]
        user = await og.users.create(username="ann@corp.example", full_name="Ann", role=UserRole(name="User"))
        await og.team_members.add(team, user=UserMeta(id=user.id), role="user")
        await og.team_members.remove(team, "ann@corp.example")
        print((await og.teams.get(team)).members)


asyncio.run(main())
