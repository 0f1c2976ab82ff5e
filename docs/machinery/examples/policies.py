import asyncio

from opsgenie_async import MatchAll, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        policy = await og.policies.create(
            type="alert",
            name="quiet disks",
            enabled=True,
            message="{{message}}",
            priority="P4",
            filter=MatchAll(),
        )
        print(await og.policies.get(policy))
        await og.policies.change_order(policy, target_index=0)
        print([each.name for each in await og.policies.list_alert_policies()])


asyncio.run(main())
