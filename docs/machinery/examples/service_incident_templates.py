import asyncio

from opsgenie_async import (
    IncidentProperties,
    Opsgenie,
    ServiceIncidentTemplate,
    StakeholderProperties,
)


async def main() -> None:
    async with Opsgenie() as og:
        service = (await og.services.list().first(1))[0]
        template = await og.service_incident_templates.create(
            service,
            incident_template=ServiceIncidentTemplate(
                name="slow",
                incident_properties=IncidentProperties(
                    message="Checkout is slow",
                    priority="P3",
                    stakeholder_properties=StakeholderProperties(message="Orders take longer"),
                ),
            ),
        )
        print(template.id)


asyncio.run(main())
