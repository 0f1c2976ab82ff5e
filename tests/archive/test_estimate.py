"""The estimate: what it counts beforehand, at which pace, and when it can say nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from opsgenie_async import Config, Opsgenie, Unauthorized
from opsgenie_async.archive import archive
from opsgenie_async.archive.estimate import estimate
from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import fill

LIMITS = {
    "rateLimits": [
        {"domain": "ALERT", "limits": [{"limit": 600, "periodInSeconds": 60}, {"limit": 90, "periodInSeconds": 30}]},
        {"domain": "CONFIGURATION", "limits": [{"limit": 0, "periodInSeconds": 60}]},
    ]
}


async def test_a_key_that_nobody_knows_is_no_estimate(sandbox: Sandbox):
    async with Opsgenie("nobody-knows-this", base_url=sandbox.url) as og:
        with pytest.raises(Unauthorized):
            await estimate(og, kinds="alerts,services")


async def test_a_kind_that_is_refused_is_named_beside_the_others(og: Opsgenie, sandbox: Sandbox):
    fill(sandbox, 5)
    sandbox.plan_denies("incidents")

    estimated = await estimate(og, kinds="alerts,incidents")

    assert estimated.records == {"alerts": 5}
    assert [*estimated.unknown] == ["incidents"]
    assert "402" in estimated.unknown["incidents"]


async def test_the_pace_is_the_slowest_limit_of_the_account(sandbox: Sandbox):
    fill(sandbox, 5)
    sandbox.faults.add(Fault(route="GET /v2/request-limits", status=200, body={"data": LIMITS}))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(limits={})) as og:
        estimated = await estimate(og, kinds="alerts")

    assert estimated.paces["alert"] == 3
    assert "alert" not in estimated.assumed
    assert "configuration" in estimated.assumed


async def test_some_in_full_cost_what_the_archive_then_takes(og: Opsgenie, sandbox: Sandbox, tmp_path: Path):
    for number, id in enumerate(fill(sandbox, 12)):
        sandbox.account.alerts[id]["priority"] = "P1" if number % 4 == 0 else "P3"
    choices = {"kinds": "alerts", "depth": "list", "full_for": "priority: P1"}

    estimated = await estimate(og, **choices)
    sandbox.reset_counters()
    await archive(og, tmp_path / "archive", **choices)

    requests = Counter(
        "alert" if "/alerts/" in each.path and "count" not in each.path else "" for each in sandbox.received
    )
    assert estimated.records == {"alerts": 12}
    assert requests["alert"] == 15  # three alerts with four parts each
    assert abs(estimated.total - requests.total()) <= 5
