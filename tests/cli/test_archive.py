"""`archive` and `verify` as a user runs them: in a process of their own, killed at any moment."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli import terminal
from tests.cli.processes import Process, python
from tests.cli.terminal import Ended
from tests.waiting import until

START = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=1, seed=3) as running:
        for number in range(150):
            running.add_alert(START + timedelta(milliseconds=number // 3))
        yield running


async def start(sandbox: Sandbox, *words: str) -> Process:
    environment = {**os.environ, "OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
    environment.pop("OPSGENIE_REGION", None)
    return await python(
        "-m", "opsgenie_async", *words,
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def run(sandbox: Sandbox, *words: str) -> Ended:
    return await terminal.run(*words, OPSGENIE_API_KEY=sandbox.api_key, OPSGENIE_BASE_URL=sandbox.url)


async def document(sandbox: Sandbox, *words: str) -> tuple[int, dict[str, Any]]:
    status, out, err = await run(sandbox, *words, "--json")
    assert out, err
    loaded: dict[str, Any] = json.loads(out)
    return status, loaded


async def test_from_the_estimate_to_the_verdict(sandbox: Sandbox, tmp_path: Path):
    folder = str(tmp_path / "archive")
    before = sandbox.requests

    status, estimated = await document(sandbox, "archive", folder, "--estimate", "--only", "alerts,services")
    assert (status, estimated["records"]) == (0, {"alerts": 150})
    assert not Path(folder).exists()

    requests = sandbox.requests
    status, report = await document(sandbox, "archive", folder, "--only", "alerts,services")
    assert (status, report["complete"], report["totals"]["alerts"]) == (0, True, 150)
    assert estimated["total"] == pytest.approx(sandbox.requests - requests, rel=0.2)
    assert requests - before < 60

    status, verdict = await document(sandbox, "verify", folder, "--seal", report["seal"])
    assert (status, verdict["status"], verdict["totals"]["alerts"]) == (0, "whole", 150)

    (segment,) = Path(folder).glob("segments/alerts/*.gz")
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    status, verdict = await document(sandbox, "verify", folder)
    assert (status, verdict["status"]) == (1, "altered")
    assert segment.name in str(verdict["problems"])


async def test_killed_again_and_again_it_goes_on_and_asks_nothing_twice(sandbox: Sandbox, tmp_path: Path):
    folder = str(tmp_path / "archive")
    command = ("archive", folder, "--only", "alerts", "--concurrency", "4")
    before, kills = sandbox.requests, 0
    for share in (5, 150, 400, 650):
        process = await start(sandbox, *command)
        await until(
            lambda share=share, process=process: sandbox.requests - before >= share or process.returncode is not None
        )
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        await process.communicate()
    assert kills == 4
    status, verdict = await document(sandbox, "verify", folder)
    assert (status, verdict["status"]) == (1, "holes")

    status, report = await document(sandbox, *command)

    assert (status, report["run"], report["totals"]) == (0, 1, {"alerts": 150})
    minimum = 2 + 5 * 150 + 8
    in_flight = 4 * 5 * 2
    assert sandbox.requests - before <= minimum + kills * in_flight
    status, verdict = await document(sandbox, "verify", folder)
    assert (status, verdict["status"]) == (0, "whole")


async def test_holes_are_named_and_end_with_one(sandbox: Sandbox, tmp_path: Path):
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/notes", status=403, times=10_000))

    status, out, _ = await run(sandbox, "archive", str(tmp_path / "archive"), "--only", "alerts")

    assert status == 1
    assert "missing: alerts" in out
    assert "notes: 403" in out
    status, out, _ = await run(sandbox, "verify", str(tmp_path / "archive"))
    assert status == 1
    assert "whole except for these holes" in out


@pytest.mark.parametrize(
    "words",
    [
        ("--only", "allerts"),
        ("--since", "yesterday"),
        ("--depth", "deep"),
    ],
)
async def test_wrong_usage(sandbox: Sandbox, tmp_path: Path, words: tuple[str, ...]):
    status, _, err = await run(sandbox, "archive", str(tmp_path / "archive"), *words)

    assert status == 2
    assert words[0] in err
    assert not (tmp_path / "archive").exists()


async def test_what_is_no_archive_is_wrong_usage(sandbox: Sandbox, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")

    assert (await run(sandbox, "verify", str(tmp_path)))[0] == 2
    assert (await run(sandbox, "archive", str(tmp_path)))[0] == 2
    shutil.rmtree(tmp_path)
    assert (await run(sandbox, "verify", str(tmp_path)))[0] == 2


async def test_an_interrupt_says_how_to_go_on(sandbox: Sandbox, tmp_path: Path):
    process = await start(sandbox, "archive", str(tmp_path / "archive"), "--only", "alerts", "--concurrency", "2")
    await until(lambda: sandbox.requests >= 50)
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()

    assert process.returncode == 130
    assert "run the same command again to resume" in err.decode()


AGAIN = "to resume"


async def test_a_key_that_is_refused_at_once_leaves_nothing_to_resume(sandbox: Sandbox, tmp_path: Path):
    folder = str(tmp_path / "archive")
    settings = {"OPSGENIE_BASE_URL": sandbox.url, "OPSGENIE_API_KEY": "bad"}
    for words in ([], ["--estimate"]):
        status, out, err = await terminal.run("archive", folder, *words, **settings)
        assert (status, out, "Unauthorized" in err, AGAIN in err) == (1, "", True, False)


async def test_an_estimate_that_fails_is_not_resumed(sandbox: Sandbox, tmp_path: Path):
    """Also not where an unfinished run could be."""
    folder = str(tmp_path / "archive")
    await _fail(sandbox, folder)

    sandbox.faults.add(Fault(route="GET /v2/alerts/count", status=401))
    status, _, err = await run(sandbox, "archive", folder, "--only", "alerts", "--estimate")

    assert (status, AGAIN in err) == (1, False)


async def test_a_failure_in_the_middle_says_how_to_resume_until_it_is_done(sandbox: Sandbox, tmp_path: Path):
    folder = str(tmp_path / "archive")
    assert AGAIN in await _fail(sandbox, folder)
    assert (await run(sandbox, "archive", folder, "--only", "alerts"))[0] == 0

    settings = {"OPSGENIE_BASE_URL": sandbox.url, "OPSGENIE_API_KEY": "bad"}
    status, _, err = await terminal.run("archive", folder, "--only", "alerts", **settings)
    assert (status, AGAIN in err) == (1, False)


async def _fail(sandbox: Sandbox, folder: str) -> str:
    """Have the key refused in the middle of a run, and return its error."""
    sandbox.faults.add(Fault(route="GET /v2/alerts/*/notes", status=401))
    status, _, err = await run(sandbox, "archive", folder, "--only", "alerts")
    sandbox.faults.clear()
    assert (status, "Unauthorized" in err) == (1, True)
    return err


async def test_quiet_prints_the_seal(sandbox: Sandbox, tmp_path: Path):
    folder = tmp_path / "archive"

    status, out, err = await run(sandbox, "archive", str(folder), "--only", "users", "--quiet")

    number = json.loads((folder / "manifest.json").read_text())["seal"]
    assert (status, out, err) == (0, f"seal: {number} (save it elsewhere: verify --seal compares it)\n", "")
