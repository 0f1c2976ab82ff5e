import asyncio

from opsgenie_async import Name, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        await og.custom_user_roles.create(name="auditor", extended_role="user", disallowed_rights=["alert-delete"])
        print(await og.custom_user_roles.get(Name("auditor")))


asyncio.run(main())
