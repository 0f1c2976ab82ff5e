import asyncio

from opsgenie_async import Opsgenie, StakeholderProperties


async def main() -> None:
    async with Opsgenie() as og:
        template = await og.incident_templates.create(
            name="outage",
            message="Outage",
            priority="P1",
            stakeholder_properties=StakeholderProperties(message="We are looking into it"),
        )
        print(template.id, [each.name for each in await og.incident_templates.list()])


asyncio.run(main())
