import asyncio
import re

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        async for incident in og.incidents.list():  # the timeline of an incident names its post-mortem
            for entry in await og.incident_timelines.list_entries(incident):
                content = entry.description.content if entry.description else ""
                if link := re.search(r"Postmortem \[(.+)\] was published", content):
                    postmortem = await og.postmortems.get(link[1])
                    print(incident.message, postmortem.id)


asyncio.run(main())
