import asyncio

from opsgenie_async import Alias, Opsgenie, TeamRef


async def main() -> None:
    async with Opsgenie() as og:
        team = (await og.teams.list().first(1))[0]
        pending = await og.alerts.create(
            message="disk full on db-1", alias="disk-db-1", responders=[TeamRef(id=team.id)]
        )
        status = await pending.wait()
        await og.alerts.acknowledge(Alias("disk-db-1"), user="ann@corp.example", note="on it")
        async for alert in og.alerts.list(query="status: open"):
            print(alert.tiny_id, alert.message)
        print(await og.alerts.count(query="status: open"), status.alert_id)


asyncio.run(main())
