import asyncio

from opsgenie_async import Opsgenie, UserRole


async def main() -> None:
    async with Opsgenie() as og:
        user = await og.users.create(
            username="ann@corp.example",
            full_name="Ann Larsen",
            role=UserRole(name="User"),
            time_zone="Europe/Oslo",
        )
        print(await og.users.get("ann@corp.example", expand="contact"))
        print([team.name for team in await og.users.list_teams(user)])
        async for each in og.users.list(query="username: ann*", sort="username"):
            print(each.full_name)


asyncio.run(main())
