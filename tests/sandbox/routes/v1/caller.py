"""A bare client of the deprecated schedule API, and the small company that its tests call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp

from opsgenie_async.sandbox import Sandbox
from tests.clocks import FakeClock

NOW = datetime(2025, 2, 5, 12, 0, tzinfo=UTC)  # a Wednesday
SCHEDULE = "/v1/json/schedule"
ON_CALL = "/v1.1/json/schedule/whoIsOnCall"


class Caller:
    """A client without any manners of its own: the key goes where the page wants it."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session
        self.key = sandbox.api_key

    async def send(self, method: str, path: str, **query: str) -> tuple[int, Any]:
        params = {"apiKey": self.key, **query}
        async with self.session.request(method, self.sandbox.url + path, params=params) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str = SCHEDULE, **query: str) -> Any:
        status, document = await self.send("GET", path, **query)
        assert status == 200, document
        return document

    async def post(self, **body: object) -> tuple[int, Any]:
        url = self.sandbox.url + SCHEDULE
        async with self.session.post(url, json={"apiKey": self.key, **body}) as answer:
            return answer.status, await answer.json()

    async def create(self, **body: object) -> str:
        status, document = await self.post(**body)
        assert status == 200, document
        return str(document["id"])


@asynccontextmanager
async def company() -> AsyncIterator[Caller]:
    """Ann and Bob, who make up the team `operations`; Bob alone is `group1`."""
    async with Sandbox(clock=FakeClock(utc=NOW)) as sandbox, aiohttp.ClientSession() as session:
        for name in ("ann", "bob"):
            sandbox.add_user(f"{name}@corp.example")
        sandbox.add_team("operations", members=("ann@corp.example", "bob@corp.example"))
        sandbox.account.groups["g1"] = {"id": "g1", "name": "group1", "users": ["bob@corp.example"]}
        yield Caller(sandbox, session)


def daily(*participants: str, start: str = "2025-02-01 09:00", **more: object) -> dict[str, object]:
    return {"startDate": start, "participants": list(participants), "rotationType": "daily", **more}
