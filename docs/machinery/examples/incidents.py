import asyncio

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        service = (await og.services.list().first(1))[0]
        pending = await og.incidents.create(message="checkout is down", priority="P1", impacted_services=[service.id])
        status = await pending.wait()
        incident = await og.incidents.get(status.incident_id)
        await og.incidents.add_note(incident, note="rolled back")
        resolved = await og.incidents.resolve(incident)
        await resolved.wait()
        print(incident.tiny_id, incident.message)


asyncio.run(main())
