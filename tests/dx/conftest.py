"""An account with incidents in a sandbox that also answers the DX call, and a client of each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsgenie_async import Config
from opsgenie_async.dx import DX
from opsgenie_async.sandbox import Sandbox

FIRST = datetime(2025, 3, 1, tzinfo=UTC)

Add = Callable[..., dict[str, Any]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """An account with nothing in it."""
    async with Sandbox() as running:
        yield running


@pytest.fixture
async def dx(sandbox: Sandbox) -> AsyncIterator[DX]:
    async with DX(sandbox.dx_token, base_url=sandbox.url, config=Config(jitter=lambda bound: 0.0)) as client:
        yield client


@pytest.fixture
def add(sandbox: Sandbox) -> Add:
    """Puts an incident into the account; each is a minute younger than the one before."""
    incidents = sandbox.account.incidents

    def add(**fields: Any) -> dict[str, Any]:
        number = len(incidents) + 1
        moment = (FIRST + timedelta(minutes=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        incident = {
            "id": f"incident-{number}",
            "tinyId": str(number),
            "message": f"Trouble {number}",
            "description": "",
            "status": "open",
            "isSeen": False,
            "tags": [],
            "createdAt": moment,
            "updatedAt": moment,
            "source": "",
            "owner": "",
            "ownerTeam": "",
            "priority": "P3",
            "responders": [],
            "impactedServices": [],
            "impactStartDate": moment,
            "actions": [],
            "extraProperties": {},
            **fields,
        }
        incidents[incident["id"]] = incident
        return incident

    return add
