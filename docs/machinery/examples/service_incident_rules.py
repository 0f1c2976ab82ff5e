import asyncio

from opsgenie_async import Condition, IncidentProperties, Opsgenie, StakeholderProperties


async def main() -> None:
    async with Opsgenie() as og:
        service = (await og.services.list().first(1))[0]
        rule = await og.service_incident_rules.create(
            service,
            condition_match_type="match-any-condition",
            conditions=[Condition(field="message", operation="contains", expected_value="checkout")],
            incident_properties=IncidentProperties(
                message="Checkout",
                priority="P1",
                stakeholder_properties=StakeholderProperties(message="We are looking into it"),
            ),
        )
        print(rule.id, len(await og.service_incident_rules.list(service)))


asyncio.run(main())
