import asyncio

from opsgenie_async import Config, Opsgenie


async def main() -> None:
    async with Opsgenie(config=Config(pool_size=20, total_timeout=60)) as og:
        envelope = await og.request("GET", "/v2/teams", params={"limit": 10})  # any endpoint
        print(envelope.status, envelope.request_id, envelope.data)
        print(len(await og.documents("/v2/schedules")))  # any listing, as JSON
        print((await og.with_config(total_timeout=5).account.get()).name)


asyncio.run(main())
