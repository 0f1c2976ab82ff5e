"""`pull` as a user starts it: what it prints, what it leaves behind, and what no end of it can break."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync.model.kinds import KINDS
from tests.cli.processes import python
from tests.cli.terminal import run


@pytest.fixture
async def account() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=5, seed=3) as sandbox:
        yield sandbox


def environment(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


def files(folder: Path) -> dict[str, bytes]:
    content = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    content.pop("last-pull.json", None)
    return content


async def test_the_table_has_a_row_for_each_kind(account: Sandbox, tmp_path: Path) -> None:
    account.plan_denies("services")
    status, stdout, stderr = await run("pull", str(tmp_path), **environment(account))
    assert status == 0, stderr
    rows = {
        cells[0].strip(): cells[1].strip()
        for line in stdout.splitlines()
        if len(cells := line.strip("│").split("│")) == 2
    }
    assert rows["users"] == str(len(account.account.users))
    assert rows["team routing rules"] == str(sum(map(len, account.account.routing_rules.values())))
    assert len(rows) == 20
    assert rows.keys() - {each.plural for each in KINDS} == {"team members"}
    assert "not in the account's plan: services: Your plan" in stdout
    assert f"files: {len(files(tmp_path)) - 1} added, 0 changed, 0 removed" in stdout
    assert "5/5 teams" in stderr


async def test_a_choice_of_it(account: Sandbox, tmp_path: Path) -> None:
    name = next(iter(account.account.teams.values()))["name"]
    status, stdout, _ = await run(
        "pull", str(tmp_path), "--only", f"teams/{name},heartbeats/*", "--json", **environment(account)
    )
    report = json.loads(stdout)
    assert (status, report["only"]) == (0, f"teams/{name},heartbeats/*")
    assert report["counts"]["teams"] == 1
    assert {path.name for path in tmp_path.iterdir()} == {"last-pull.json", "manifest.json", "teams", "heartbeats"}


async def test_a_choice_of_nothing_is_wrong_usage(account: Sandbox, tmp_path: Path) -> None:
    status, stdout, stderr = await run("pull", str(tmp_path), "--only", "things/*", **environment(account))
    assert (status, stdout) == (2, "")
    assert "expected FOLDER/NAME with a folder of custom-user-roles, users" in " ".join(stderr.split())
    assert account.requests == 0


async def test_a_dry_run_writes_nothing(account: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    status, stdout, _ = await run("pull", str(folder), "--dry-run", "--json", **environment(account))
    report = json.loads(stdout)
    assert (status, report["dryRun"], folder.exists()) == (0, True, False)
    assert any(path.startswith("users/") for path in report["added"])
    status, stdout, _ = await run("pull", str(folder), "--dry-run", **environment(account))
    assert "Would be pulled into" in stdout
    assert f"{len(report['added'])} added" in stdout


async def test_files_that_a_person_made_are_listed_also_with_quiet(account: Sandbox, tmp_path: Path) -> None:
    await run("pull", str(tmp_path), "--quiet", **environment(account))
    (tmp_path / "teams/night.json").write_text('{"team": {"name": "Night watch"}}')
    (tmp_path / "users/notes.json").write_text("call ann")
    status, stdout, stderr = await run("pull", str(tmp_path), "--quiet", **environment(account))
    assert (status, stderr) == (0, "")
    assert stdout.splitlines() == [
        "not in the account, kept: teams/night.json",
        "not in the account, kept: users/notes.json",
    ]
    status, stdout, _ = await run("pull", str(tmp_path), "--json", **environment(account))
    assert (status, json.loads(stdout)["additional"]) == (0, ["teams/night.json", "users/notes.json"])


async def test_what_is_incomplete_says_where_it_is(account: Sandbox, tmp_path: Path) -> None:
    await run("pull", str(tmp_path), **environment(account))
    before = files(tmp_path)
    account.faults.add(Fault(route="GET /v2/heartbeats", status=403, code=40301))

    status, stdout, _ = await run("pull", str(tmp_path), "--json", **environment(account))

    report = json.loads(stdout)
    assert (status, report["complete"], report["folder"]) == (1, False, str(tmp_path / "partial"))
    (failure,) = report["failures"]
    assert (failure["folder"], failure["name"], failure["status"]) == ("heartbeats", "", 403)
    assert failure["requestId"]
    content = files(tmp_path)
    assert {path: content[path] for path in before} == before
    status, stdout, stderr = await run("pull", str(tmp_path), **environment(account))
    assert "failed: heartbeats/*: 403" in stdout
    assert "still has the last complete snapshot" in " ".join(stdout.split())
    assert "heartbeats/*" in stderr


@pytest.mark.parametrize("moment", [20, 60])
async def test_a_pull_that_is_killed_leaves_the_old_snapshot(account: Sandbox, tmp_path: Path, moment: int) -> None:
    await run("pull", str(tmp_path), **environment(account))
    before = files(tmp_path)
    for team in account.account.teams.values():
        team["description"] = "changed"
    account.faults.add(Fault(after=moment, delay=3600))  # it hangs there until it is killed
    requests = len(account.received)
    process = await python(
        *("-m", "opsgenie_async", "pull", str(tmp_path), "--concurrency", "2"),
        env=os.environ | environment(account),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    spool = tmp_path / ".pulling" / "spool"
    while not (spool.exists() and len(account.received) > requests + moment):  # another process works
        assert process.returncode is None
        await asyncio.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    await process.wait()

    content = files(tmp_path)
    assert {path: data for path, data in content.items() if not path.startswith(".pulling/")} == before
    account.faults.clear()
    status, _, stderr = await run("pull", str(tmp_path), **environment(account))
    assert status == 0, stderr
    assert not (tmp_path / ".pulling").exists()
    assert {path for path, data in files(tmp_path).items() if data != before[path]} == {
        "manifest.json",
        *(path for path in before if path.startswith("teams/")),
    }
