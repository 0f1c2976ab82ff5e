"""The official SDK's calls are made once, in a thread, against a sandbox of their own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sandbox import Sandbox
from tests.official.calls import ANN, make_calls


@pytest.fixture(scope="package")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Name of the call to what it returned."""
    file = tmp_path_factory.mktemp("attached") / "till.txt"
    file.write_text("a picture of the till")
    return asyncio.run(_make(file))


async def _make(file: Path) -> dict[str, Any]:
    async with Sandbox(seed=1) as sandbox:
        sandbox.add_team("market", members=(ANN,))
        sandbox.add_team("night shift")
        alarm = {"id": "e1", "name": "market alarm", "description": "", "rules": []}
        sandbox.account.escalations["e1"] = alarm
        return await asyncio.to_thread(make_calls, sandbox.url, sandbox.api_key, file)
