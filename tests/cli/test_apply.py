"""`apply` as a user starts it: another process, interrupted and killed as well."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import Store, plan, pull, read_account
from tests.cli.processes import Process, python
from tests.cli.terminal import run, start


@pytest.fixture
async def snapshot(tmp_path: Path) -> Path:
    """What a pull of three teams wrote."""
    async with Sandbox(teams=3, seed=4) as source, Opsgenie(source.api_key, base_url=source.url) as og:
        await pull(og, Store(tmp_path / "snapshot"))
    return tmp_path / "snapshot"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """An empty account."""
    async with Sandbox(seed=8) as running:
        yield running


def account(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


def writes(sandbox: Sandbox) -> int:
    return sum(each.method != "GET" for each in sandbox.received)


async def remaining_changes(sandbox: Sandbox, snapshot: Path) -> list[str]:
    """What a plan says after all; read in a thread, since the files block."""
    want = await asyncio.to_thread(Store(snapshot).load)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        have = await read_account(og)
    result = plan(have, want, prune=True)
    return [f"{change.action} {change.path} {change.name}" for change in result.changes]


async def start_apply(snapshot: Path, sandbox: Sandbox, *more: str) -> Process:
    return await python(
        *("-m", "opsgenie_async", "apply", str(snapshot), "--json", *more),
        env=os.environ | account(sandbox),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def until(process: Process, sandbox: Sandbox, requests: int) -> None:
    """Wait until another process has sent so many requests that change something, or has ended."""
    while process.returncode is None and writes(sandbox) < requests:  # noqa: ASYNC110  # it is another process
        await asyncio.sleep(0.002)


async def test_an_empty_account_is_filled_and_the_second_time_there_is_nothing_to_do(
    snapshot: Path, sandbox: Sandbox
) -> None:
    status, stdout, stderr = await run("apply", str(snapshot), "--json", **account(sandbox))
    output = json.loads(stdout)
    assert (status, output["complete"], output["failed"], output["notReached"]) == (0, True, [], []), stderr
    assert len(output["done"]) == sum(output["counts"].values()) > 100
    assert output["done"][0]["requestId"]
    assert (output["resumed"], output["dryRun"], output["requests"]) == (None, False, sandbox.requests)
    assert await remaining_changes(sandbox, snapshot) == []
    assert sandbox.api_key not in stdout + stderr
    assert not (snapshot / "journal.jsonl").exists()

    sandbox.reset_counters()
    status, stdout, stderr = await run("apply", str(snapshot), **account(sandbox))
    assert (status, writes(sandbox)) == (0, 0)
    assert "Nothing to change." in stdout
    assert not (snapshot / "journal.jsonl").exists()


async def test_an_edit_is_applied_and_told_in_a_table(snapshot: Path, sandbox: Sandbox) -> None:
    await run("apply", str(snapshot), **account(sandbox))
    file = min((snapshot / "teams").iterdir())
    document = json.loads(file.read_bytes())
    document["team"]["description"] = "the ones who are called at night"
    file.write_text(json.dumps(document))
    sandbox.reset_counters()
    status, stdout, stderr = await run("apply", str(snapshot), "--only", "teams/*", **account(sandbox))
    assert status == 0, stderr
    assert "update" in stdout
    assert "to do: 1 update" in stderr
    assert [each.method for each in sandbox.received if each.method != "GET"] == ["PATCH"]
    assert "the ones who are called at night" in [each["description"] for each in sandbox.account.teams.values()]


def edit_a_team(snapshot: Path) -> str:
    """Change two parts of a team that an apply updates one after the other; returns its name."""
    file = max((snapshot / "teams").iterdir(), key=lambda each: len(json.loads(each.read_bytes())["team"]["members"]))
    document = json.loads(file.read_bytes())
    document["team"]["description"] = "on call at night"
    document["team"]["members"].pop()
    file.write_text(json.dumps(document))
    return str(document["team"]["name"])


def cells(stdout: str, kind: str) -> list[str]:
    """The row of a kind in a table, without the kind."""
    (row,) = [line for line in stdout.replace("│", "|").splitlines() if line.startswith(f"| {kind} ")]
    return [cell.strip() for cell in row.split("|")[2:-1]]


async def test_an_entity_that_takes_two_steps_is_one_thing(snapshot: Path, sandbox: Sandbox) -> None:
    await run("apply", str(snapshot), **account(sandbox))
    name = edit_a_team(snapshot)
    status, stdout, stderr = await run("apply", str(snapshot), **account(sandbox))
    assert status == 0, stderr
    assert "to do: 1 update in 1 team" in stderr
    assert [line for line in stderr.splitlines() if line.startswith("updated")] == [
        f"updated team {name} (description)",
        f"updated team {name} (members)",
    ]
    assert "1/1" in stderr
    assert "2/2" not in stderr
    assert cells(stdout, "team") == ["1"]


async def test_an_entity_that_fails_in_part_is_counted_as_a_failure(snapshot: Path, sandbox: Sandbox) -> None:
    await run("apply", str(snapshot), **account(sandbox))
    name = edit_a_team(snapshot)
    sandbox.faults.add(Fault(route="PATCH /v2/teams/*", status=403, code=40301, after=1, times=1))
    status, stdout, stderr = await run("apply", str(snapshot), **account(sandbox))
    assert status == 1, stderr
    assert f"failed to update team {name} (members): 403" in stderr
    assert f"failed: update team {name} (members): 403" in stdout
    assert "failed" in stdout
    assert cells(stdout, "team") == ["1"]


async def test_a_pull_into_the_same_folder_leaves_the_journal_alone(snapshot: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="POST /v2/users", status=403, code=40301, times=1))
    await run("apply", str(snapshot), **account(sandbox))
    journal = (snapshot / "journal.jsonl").read_bytes()
    assert sandbox.api_key not in journal.decode()
    status, _, stderr = await run("pull", str(snapshot), "--only", "heartbeats", **account(sandbox))
    assert status == 0, stderr
    assert (snapshot / "journal.jsonl").read_bytes() == journal
    status, _, stderr = await run("plan", str(snapshot), **account(sandbox))
    assert status == 1, stderr


@pytest.mark.parametrize("form", [[], ["--json"]])
async def test_a_dry_run_sends_nothing_but_reads(snapshot: Path, sandbox: Sandbox, form: list[str]) -> None:
    status, stdout, stderr = await run("apply", str(snapshot), "--dry-run", *form, **account(sandbox))
    assert (status, writes(sandbox)) == (0, 0), stderr
    assert not (snapshot / "journal.jsonl").exists()
    if form:
        output = json.loads(stdout)
        assert (output["dryRun"], output["summary"]["create"] > 100, len(output["changes"]) > 100) == (True, True, True)
    else:
        assert "+ " in stdout


async def test_a_snapshot_that_is_wrong_is_refused_before_the_first_request(snapshot: Path, sandbox: Sandbox) -> None:
    file = min((snapshot / "teams").iterdir())
    file.write_text("{")
    status, stdout, stderr = await run("apply", str(snapshot), **account(sandbox))
    assert (status, stdout, sandbox.requests) == (2, "", 0)
    assert file.name in stderr
    assert "Traceback" not in stderr


async def test_a_plan_that_deletes_too_much_is_not_begun(snapshot: Path, tmp_path: Path) -> None:
    async with Sandbox(teams=12, seed=1) as full:
        arguments = ["apply", str(snapshot), "--prune"]
        status, _, stderr = await run(*arguments, **account(full))
        assert (status, writes(full)) == (1, 0)
        assert "--max-delete" in stderr
        status, _, stderr = await run(*arguments, "--max-delete", "100%", **account(full))
        assert (status, writes(full)) == (2, 0)
        assert "without a terminal, use --yes; nothing was changed" in stderr
        status, _, stderr = await run(*arguments, "--max-delete", "100%", "--yes", **account(full))
        assert status == 0, stderr
        assert await remaining_changes(full, snapshot) == []


async def test_what_failed_is_named_and_the_next_run_says_that_it_goes_on(snapshot: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="POST /v2/users", status=403, code=40301, times=1))
    status, stdout, stderr = await run("apply", str(snapshot), "--json", **account(sandbox))
    output = json.loads(stdout)
    (failed,) = output["failed"]
    assert (status, output["complete"], failed["error"], failed["status"]) == (1, False, "Forbidden", 403)
    assert failed["requestId"]
    assert output["notReached"]
    assert "run the same command again" in stderr

    assert "--retry-refused" in stderr

    sandbox.reset_counters()
    status, stdout, stderr = await run("plan", str(snapshot), "--json", **account(sandbox))
    skipped = json.loads(stdout)["skipped"]
    assert any("the API refused it before: 403" in line for line in skipped)
    assert len(json.loads(stdout)["changes"]) < len(output["notReached"])

    status, stdout, stderr = await run("apply", str(snapshot), "--json", "--retry-refused", **account(sandbox))
    again = json.loads(stdout)
    assert (status, again["complete"], again["resumed"]["failed"]) == (0, True, 1)
    assert again["resumed"]["done"] == len(output["done"])
    assert "resuming a run of 20" in stderr
    assert f"{len(output['done'])} done, 1 failed" in stderr
    assert await remaining_changes(sandbox, snapshot) == []


async def test_ctrl_c_finishes_what_is_in_flight(snapshot: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="P*", delay=1, after=60))
    process = await start_apply(snapshot, sandbox, "--concurrency", "8")
    await until(process, sandbox, 62)
    process.send_signal(signal.SIGINT)
    stdout, stderr = await process.communicate()
    output = json.loads(stdout)
    assert (process.returncode, output["stopped"], output["failed"]) == (130, True, [])
    assert 50 <= len(output["done"]) <= 76  # some steps are two requests
    assert b"stopping after the requests in flight" in stderr
    assert b"run the same command again" in stderr
    sandbox.faults.clear()
    status, stdout_, _ = await run("apply", str(snapshot), "--json", **account(sandbox))
    assert (status, json.loads(stdout_)["resumed"]["inDoubt"]) == (0, [])
    assert await remaining_changes(sandbox, snapshot) == []


async def test_a_second_ctrl_c_stops_at_once(snapshot: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="P*", delay=60, after=60, after_state=True))
    process = await start_apply(snapshot, sandbox, "--concurrency", "8")
    await until(process, sandbox, 62)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while b"in flight" not in (line := await process.stderr.readline()):
        assert line, "it ended without a word"
    process.send_signal(signal.SIGINT)
    stdout, stderr = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 130
    assert json.loads(stdout)["complete"] is False
    assert b"interrupted" in stderr
    assert b"Traceback" not in stderr
    sandbox.faults.clear()
    status, stdout_, _ = await run("apply", str(snapshot), "--json", **account(sandbox))
    assert status == 0
    assert json.loads(stdout_)["resumed"]["inDoubt"]
    assert await remaining_changes(sandbox, snapshot) == []


async def test_two_runs_at_once_are_one_too_many(snapshot: Path, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(route="P*", delay=60, after=5))
    process = await start_apply(snapshot, sandbox)
    await until(process, sandbox, 6)
    sandbox.reset_counters()
    status, _, stderr = await start("apply", str(snapshot), **account(sandbox))
    assert (status, "another apply" in stderr) == (2, True)
    # What it had read would be out of date when its turn came.
    assert sandbox.requests_to("GET /v2/schedules") == []
    sandbox.reset_counters()
    status, stdout, stderr = await start("pull", str(snapshot), "--json", **account(sandbox))
    assert (status, f"{snapshot}: an apply of its files is running" in json.loads(stdout)["error"]) == (2, True), stderr
    assert sandbox.requests == 0
    process.kill()
    await process.communicate()
    status, _, stderr = await start("pull", str(snapshot), "--only", "teams", **account(sandbox))
    assert status == 0, stderr  # whoever was killed holds no lock
