import asyncio

from opsgenie_async import Duration, EscalationRule, Opsgenie, ScheduleRef


async def main() -> None:
    async with Opsgenie() as og:
        schedule = (await og.schedules.list().first(1))[0]
        escalation = await og.escalations.create(
            name="night alarm",
            rules=[
                EscalationRule(
                    condition="if-not-acked",
                    notify_type="default",
                    delay=Duration(time_amount=5, time_unit="minutes"),
                    recipient=ScheduleRef(id=schedule.id),
                )
            ],
        )
        print(await og.escalations.get(escalation))


asyncio.run(main())
