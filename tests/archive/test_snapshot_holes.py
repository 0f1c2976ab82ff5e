"""What the API refuses of schedules, logs and users is a hole with a reason, beside what it gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from tests.archive.conftest import Run, check, records


@pytest.mark.parametrize(
    ("kind", "route", "choices"),
    [
        ("on_calls", "GET /v2/schedules/*/next-on-calls", {}),
        ("on_calls", "GET /v2/schedules/*/on-calls", {}),
        ("schedules", "GET /v2/schedules/*/timeline", {}),
        ("team_logs", "GET /v2/teams/*/logs", {}),
        ("account_logs", "GET /v2/logs/list/*", {}),
        ("users", "GET /v2/users/*", {"contacts": True}),
    ],
)
async def test_a_refusal_is_a_hole(
    sandbox: Sandbox, folder: Path, run: Run, kind: str, route: str, choices: dict[str, Any]
):
    sandbox.faults.add(Fault(route=route, status=404))
    report = await run(kinds=kind, **choices)

    assert {hole["kind"] for hole in report.holes} == {kind}
    assert all(hole["reason"].startswith("404") for hole in report.holes)
    assert (await check(folder)).status == "holes"

    sandbox.faults.clear()
    assert (await run(kinds=kind, **choices)).holes == []
    assert (await check(folder)).status == "whole"
    assert await records(folder, kind) or kind.endswith("_logs")
