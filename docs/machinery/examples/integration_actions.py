import asyncio

from opsgenie_async import Condition, IntegrationFilter, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        integration = (await og.integrations.list(type="API").first(1))[0]
        await og.integration_actions.create(
            integration,
            type="create",
            name="only disks",
            alias="{{alias}}",
            message="{{message}}",
            filter=IntegrationFilter(
                condition_match_type="match-any-condition",
                conditions=[Condition(field="message", operation="contains", expected_value="disk")],
            ),
        )
        for action in await og.integration_actions.list(integration):
            print(action)


asyncio.run(main())
