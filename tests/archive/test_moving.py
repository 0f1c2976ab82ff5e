"""An account that changes, a server that fails, a run that is killed: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.archive import archive, history
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import check, fill, records


@pytest.mark.parametrize("seed", range(2))
async def test_the_archive_equals_the_truth(sandbox: Sandbox, folder: Path, monkeypatch, seed: int):
    monkeypatch.setitem(history.MOST, "full", 30)
    rng = random.Random(seed)
    lasting = set(fill(sandbox, 120, step=rng.choice((0, 1, 1000))))
    deleted: set[str] = set()
    sandbox.search_includes_boundary = bool(seed % 2)
    sandbox.faults.add(Fault(route="GET /v2/alerts*", status=500, share=0.02))
    sandbox.faults.add(Fault(route="GET /v2/alerts*", reset=True, share=0.01))

    async def move() -> None:
        while True:
            await asyncio.sleep(0.01)
            alerts = sandbox.account.alerts
            id = rng.choice([*alerts])
            match rng.choice(("create", "close", "delete", "rest")):
                case "create" if len(alerts) < 150:
                    sandbox.add_alert(datetime.now(UTC))
                case "close":
                    alerts[id]["status"] = "closed"
                case "delete" if len(deleted) < 20:
                    del alerts[id]
                    deleted.add(id)
                    lasting.discard(id)

    moving = asyncio.ensure_future(move())
    config = Config(jitter=lambda bound: 0.0)
    try:
        for _ in range(6):
            async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
                running = asyncio.ensure_future(archive(og, folder, kinds="alerts", width=8))
                await asyncio.wait([running], timeout=rng.uniform(0.05, 0.5))
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
    finally:
        moving.cancel()
    lasting |= set(sandbox.account.alerts)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
        await archive(og, folder, kinds="alerts", width=8)  # to the end of what was interrupted
        report = await archive(og, folder, kinds="alerts", width=8)  # what has changed since

    counted = Counter(record.id for record in await records(folder))
    assert not [id for id, count in counted.items() if count > 1]
    assert lasting <= set(counted)
    assert set(counted) - lasting <= deleted
    assert report.holes == []
    assert (await check(folder)).status == "whole"
    truth = sandbox.account.alerts
    assert all(
        record.document["status"] == truth[record.id]["status"]
        for record in await records(folder)
        if record.id in truth and not record.is_gone
    )
