import asyncio

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        await og.heartbeats.create(name="nightly-backup", interval=1, interval_unit="days", enabled=True)
        await og.heartbeats.ping("nightly-backup")  # a heartbeat is known by its name
        print((await og.heartbeats.get("nightly-backup")).expired)


asyncio.run(main())
