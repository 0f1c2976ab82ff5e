import asyncio

from opsgenie_async import IncidentTimelineDescription, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        incident = (await og.incidents.list().first(1))[0]
        entry = await og.incident_timelines.add_entry(
            incident, description=IncidentTimelineDescription(content="rolled back the release")
        )
        for each in await og.incident_timelines.list_entries(incident, discard_hidden=True):
            print(each.event_time, each.type)
        await og.incident_timelines.hide_entry(incident, entry)


asyncio.run(main())
