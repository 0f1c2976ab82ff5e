import asyncio
from datetime import UTC, datetime, timedelta

from opsgenie_async import MaintenanceEntity, MaintenanceRule, MaintenanceTime, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        integration = (await og.integrations.list().first(1))[0]
        start = datetime.now(UTC) + timedelta(minutes=5)
        maintenance = await og.maintenances.create(
            description="database upgrade",
            time=MaintenanceTime(type="schedule", start_date=start, end_date=start + timedelta(hours=2)),
            rules=[
                MaintenanceRule(
                    state="disabled",
                    entity=MaintenanceEntity(id=integration.id, type="integration"),
                )
            ],
        )
        await og.maintenances.cancel(maintenance)


asyncio.run(main())
