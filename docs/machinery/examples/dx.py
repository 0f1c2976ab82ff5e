import asyncio
from datetime import UTC, datetime

from opsgenie_async.dx import DX
from opsgenie_async.sandbox import Sandbox


async def main() -> None:
    async with Sandbox() as sandbox:  # in earnest: DX(token, instance="yourinstance")
        async with DX(sandbox.dx_token, base_url=sandbox.url) as dx:
            incident = await dx.incidents.upsert(
                reference_id="i-42",
                name="checkout is down",
                priority="p1",
                started_at=datetime(2026, 12, 1, 8, tzinfo=UTC),
                source_url="https://corp.app.opsgenie.com/incident/detail/i-42",
                services=[],
            )
            print(incident)


asyncio.run(main())
