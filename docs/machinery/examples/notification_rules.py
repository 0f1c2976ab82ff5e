import asyncio

from opsgenie_async import ContactMeta, Duration, NotificationRuleStep, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        user = (await og.users.list().first(1))[0]
        rule = await og.notification_rules.create(
            user,
            name="by mail, at once",
            action_type="create-alert",
            enabled=True,
            steps=[
                NotificationRuleStep(
                    contact=ContactMeta(method="email", to=user.username),
                    send_after=Duration(time_amount=0, time_unit="minutes"),
                )
            ],
        )
        await og.notification_rules.disable(user, rule)
        print([each.name for each in await og.notification_rules.list(user)])


asyncio.run(main())
