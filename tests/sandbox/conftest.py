"""A sandbox on a real socket, and a bare HTTP client that knows nothing of the package."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from yarl import URL

from opsgenie_async.sandbox import Sandbox
from tests.clocks import NEW_YEAR, START, FakeClock


@dataclass
class Reply:
    status: int
    headers: Any
    text: str
    json: Any

    @property
    def data(self) -> Any:
        return self.json["data"]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


class Api:
    """Calls one sandbox with one key."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def __call__(self, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Reply:
        headers = {"Authorization": f"GenieKey {key or self.sandbox.api_key}", **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        url = URL(self.sandbox.url + path, encoded=True)
        async with self.session.request(method, url, headers=headers, **more) as response:
            text = await response.text()
            return Reply(response.status, response.headers, text, _json(text))

    async def get(self, path: str) -> Any:
        reply = await self("GET", path)
        assert reply.status == 200, reply.text
        return reply.data


@pytest.fixture
def watch() -> FakeClock:
    return FakeClock(utc=NEW_YEAR + timedelta(seconds=START))


@pytest.fixture
async def sandbox(watch: FakeClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=watch) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def api(sandbox: Sandbox, session: aiohttp.ClientSession) -> Api:
    return Api(sandbox, session)
