import asyncio

from opsgenie_async import (
    Condition,
    DayInterval,
    MatchAllConditions,
    Opsgenie,
    ScheduleRef,
    TimeOfDay,
)


async def main() -> None:
    async with Opsgenie() as og:
        team = (await og.teams.list().first(1))[0]
        schedule = (await og.schedules.list().first(1))[0]
        rule = await og.team_routing_rules.create(
            team,
            name="at night",
            order=0,
            timezone="Europe/Berlin",
            criteria=MatchAllConditions(
                conditions=[Condition(field="priority", operation="equals", expected_value="P1")]
            ),
            time_restriction=TimeOfDay(restriction=DayInterval(start_hour=22, end_hour=6)),
            notify=ScheduleRef(id=schedule.id),
        )
        for each in await og.team_routing_rules.list(team):
            print(each.order, each.name or "default", each.notify)
        await og.team_routing_rules.delete(team, rule)


asyncio.run(main())
