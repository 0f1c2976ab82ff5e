import asyncio
from datetime import UTC, datetime

from opsgenie_async import Opsgenie


async def main() -> None:
    async with Opsgenie() as og:
        for file in await og.logs.list_files(datetime(2026, 1, 1, tzinfo=UTC)).first(3):
            link = await og.logs.get_download_link(file.filename)  # fetch it without the key
            print(file.filename, file.size, link.partition("?")[0])


asyncio.run(main())
