"""An account with every kind of thing in it, and a client of it that gives up soon."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Sandbox
from tests.sync.accounts import populate


@pytest.fixture
async def account() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=12, seed=3) as sandbox:
        populate(sandbox)
        yield sandbox


@pytest.fixture
async def client(account: Sandbox) -> AsyncIterator[Opsgenie]:
    config = Config(jitter=lambda bound: 0.0, max_attempts=2)
    async with Opsgenie(account.api_key, base_url=account.url, config=config) as og:
        yield og
