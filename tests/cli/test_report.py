"""`report` as a user starts it."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest

from opsgenie_async.sandbox import Sandbox
from tests.cli.test_command_line import start
from tests.cli.test_on_call import account, environment

__all__ = ["account"]


async def test_a_report_of_a_pull(account: Sandbox, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    lonely = account.add_schedule("Lonely", participants=("ann@example.com",))
    status, _, stderr = await start("pull", str(tmp_path / "pull"), **environment(account))
    assert status == 0, stderr
    page = tmp_path / "report.html"
    status, stdout, stderr = await start("report", str(tmp_path / "pull"), "--html", str(page))

    assert (status, stderr) == (0, "")
    assert stdout.startswith(f"teams: 4, schedules: {len(account.account.schedules)}, people on call: ")
    assert stdout.endswith(f"wrote {page}\n")
    assert all(escape(schedule["name"]) in page.read_text() for schedule in account.account.schedules.values())

    status, stdout, _ = await start("report", str(tmp_path / "pull"), "--json", "--at", "2026-12-01T00:00Z")
    document = json.loads(stdout)
    assert (status, document["start"], document["files"]) == (0, "2026-12-01T00:00:00Z", [])
    assert {each["name"] for each in document["schedules"]} == {
        schedule["name"] for schedule in account.account.schedules.values()
    }
    assert lonely["name"] in document["unusedSchedules"]
    assert 0 < document["fairness"] <= 1
    named = {rule["notify"].get("name") for rules in account.account.routing_rules.values() for rule in rules}
    assert not named & set(document["unusedSchedules"])


@pytest.mark.parametrize(("words", "reason"), [(["DIR/no"], "no such folder"), (["DIR"], "no snapshot"), ([], "DIR")])
async def test_wrong_usage(tmp_path: Path, words: list[str], reason: str) -> None:
    status, stdout, stderr = await start("report", *(word.replace("DIR", str(tmp_path)) for word in words))

    assert (status, stdout) == (2, "")
    assert reason in " ".join(stderr.split())
    assert "Traceback" not in stderr


async def test_a_terminal_gets_twenty_names_of_a_finding_and_how_many_more(tmp_path: Path) -> None:
    async with Sandbox(teams=1, seed=2) as sandbox:
        for number in range(25):
            sandbox.add_schedule(f"Lonely {number}")
        status, _, stderr = await start("pull", str(tmp_path / "pull"), **environment(sandbox))
        assert status == 0, stderr

    status, stdout, _ = await start("report", str(tmp_path / "pull"))

    assert status == 0
    unused = stdout.split("unused schedules")[1].splitlines()
    assert unused[-1].startswith("  ... and ")
    assert len(unused) == 1 + 20 + 1
