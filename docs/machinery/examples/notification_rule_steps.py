import asyncio

from opsgenie_async import ContactMeta, Duration, Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        user = (await og.users.list().first(1))[0]
        rule = (await og.notification_rules.list(user))[0]
        step = await og.notification_rule_steps.create(
            user,
            rule,
            contact=ContactMeta(method="email", to=user.username),
            send_after=Duration(time_amount=5, time_unit="minutes"),
            enabled=True,
        )
        print(await og.notification_rule_steps.get(user, rule, step))


asyncio.run(main())
