import asyncio

from opsgenie_async import Opsgenie, RestChannel


async def main() -> None:
    async with Opsgenie() as og:
        channel = await og.action_channels.create(
            name="restart",
            action_type="rest",
            rest_action_channel=RestChannel(url="https://ops.corp.example/restart"),
        )
        print(channel.id)


asyncio.run(main())
