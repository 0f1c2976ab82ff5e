"""The command, killed with SIGKILL at any moment and started again: nothing twice, nothing lost.

`benchmarks/kills.py` does the same fifty times to fifty teams, under limits.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import JOURNAL, Journal, Store, plan, pull, read_account
from opsgenie_async.sync.files.entity_file import document_of
from tests.cli.processes import Process, python

LINE = (
    Fault(status=503, share=0.05),
    Fault(reset=True, share=0.01),
    Fault(reset=True, after_state=True, share=0.01),
    Fault(truncate=True, share=0.01),
    Fault(truncate=True, status=502, share=0.01),
)
COMMAND = """
import sys
from functools import partial
from opsgenie_async import Config
from opsgenie_async.cli import apply, main
from opsgenie_async.sync.applying import journal
apply.Config = partial(Config, jitter=lambda bound: bound / 8)
journal.SETTLING = float(sys.argv.pop(1))
sys.exit(main(sys.argv[1:]))
"""
"""The command, whose waits between attempts are no part of what is tried here."""
NESTED = ("contacts", "notification_rules", "team_roles", "routing_rules", "rotations", "overrides", "policies")
WHOLE = ("users", "teams", "schedules", "escalations", "heartbeats", "integrations", "services", "incident_templates")


@pytest.fixture
async def snapshot(tmp_path: Path) -> Path:
    """What a pull of four teams wrote."""
    async with Sandbox(teams=4, seed=6) as source, Opsgenie(source.api_key, base_url=source.url) as og:
        await pull(og, Store(tmp_path))
    return tmp_path


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """An empty account."""
    async with Sandbox(seed=8) as running:
        yield running


async def start_apply(snapshot: Path, sandbox: Sandbox, settling: float = 0.05) -> Process:
    return await python(
        *("-c", COMMAND, str(settling), "apply", str(snapshot), "--json"),
        env={**os.environ, "OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def until(process: Process, sandbox: Sandbox, route: str, many: int) -> None:
    """Wait until the command has sent so many requests of a kind, or has ended."""
    while process.returncode is None and len(sandbox.requests_to(route)) < many:  # noqa: ASYNC110  # another process
        await asyncio.sleep(0.002)


async def killed(process: Process) -> bool:
    """Kill the command, and say whether it was not through before."""
    if process.returncode is None:
        process.kill()
    await process.communicate()
    return process.returncode == -signal.SIGKILL


async def through(snapshot: Path, sandbox: Sandbox, settling: float = 0.05) -> dict[str, Any]:
    """Let the command run to its end; five attempts of one call may all meet a fault, and then it says so."""
    for _ in range(5):
        process = await start_apply(snapshot, sandbox, settling)
        stdout, stderr = await process.communicate()
        assert process.returncode in (0, 1), stderr
        if process.returncode == 0:
            break
        assert b"run the same command again" in stderr or b"Unavailable" in stderr
    output: dict[str, Any] = json.loads(stdout)
    assert (process.returncode, output["complete"]) == (0, True), stderr
    return output


def counted(sandbox: Sandbox) -> Counter[str]:
    """How much there is, with names or without, from the sandbox's own tables."""
    account = sandbox.account
    count = Counter({name: len(getattr(account, name)) for name in WHOLE})
    count.update({name: sum(map(len, getattr(account, name).values())) for name in (*NESTED, "incident_rules")})
    count["steps"] = sum(len(rule["steps"]) for rules in account.notification_rules.values() for rule in rules)
    return count


async def check_account(snapshot: Path, sandbox: Sandbox) -> None:
    """Everything is there as the files have it, and once."""
    want = await asyncio.to_thread(Store(snapshot).load)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        have = await read_account(og)
    assert [(each.action, each.key) for each in plan(have, want, prune=True).changes] == []
    assert {each.path: document_of(each) for each in have} == {each.path: document_of(each) for each in want}
    async with Sandbox(seed=8, load=snapshot) as loaded:
        assert counted(sandbox) == counted(loaded)
    async with Journal.open(snapshot / JOURNAL) as journal:
        assert journal.earlier is None


async def test_killed_again_and_again_on_a_bad_line_it_converges(snapshot: Path, sandbox: Sandbox) -> None:
    random = Random(1)
    sandbox.faults.add(*LINE)
    unsure, kills = 0, 0
    for _ in range(6):
        sandbox.reset_counters()
        process = await start_apply(snapshot, sandbox)
        route = random.choice(("P*", "P*", "*"))
        await until(process, sandbox, route, random.randint(1, 50))
        kills += await killed(process)
        async with Journal.open(snapshot / JOURNAL) as journal:
            unsure += len(journal.earlier.in_doubt) if journal.earlier else 0
    assert kills >= 4
    assert unsure > 0
    await through(snapshot, sandbox)
    sandbox.faults.clear()
    await check_account(snapshot, sandbox)


async def test_what_was_on_its_way_when_its_sender_was_killed_is_not_made_again(
    snapshot: Path, sandbox: Sandbox
) -> None:
    """Names of services may repeat, so that nothing refuses the second one: it has to be seen before it is made."""
    sandbox.faults.add(Fault(route="POST /v1/services", delay=0.5, times=1))
    process = await start_apply(snapshot, sandbox)
    await until(process, sandbox, "POST /v1/services", 1)
    done = time.monotonic() + 0.6
    assert await killed(process)
    output = await through(snapshot, sandbox, settling=2.0)
    assert any(line.startswith("create service ") for line in output["resumed"]["inDoubt"])
    await asyncio.sleep(max(0.0, done - time.monotonic()))  # which is over, unless the second run began too soon
    await check_account(snapshot, sandbox)


@pytest.mark.parametrize("moment", ["POST /v2/schedules/*/rotations", "POST /v2/schedules"])
async def test_what_came_with_a_new_team_is_tidied_up_by_the_run_after_a_kill(
    snapshot: Path, sandbox: Sandbox, moment: str
) -> None:
    """Without `--prune`: an automatic rotation would put somebody on call whom no file names."""
    for file in await asyncio.to_thread(lambda: [*(snapshot / "schedules").iterdir()]):
        document = json.loads(file.read_text())
        for rotation in (*document["rotations"], *(r for each in document["overrides"] for r in each["rotations"])):
            rotation["name"] = f"our {rotation['name']}"
        file.write_text(json.dumps(document))
    sandbox.faults.add(Fault(route=moment, delay=60))
    process = await start_apply(snapshot, sandbox)
    await until(process, sandbox, moment, 1)
    assert await killed(process)
    sandbox.faults.clear()
    companions = {f"{team['name']}_schedule" for team in sandbox.account.teams.values()}
    schedules = [each for each in sandbox.account.schedules.values() if each["name"] in companions]
    for schedule in schedules:  # as the service makes it for a team that has members
        rotation = {"id": schedule["id"][::-1], "name": "Rot1", "type": "weekly", "length": 1}
        times = {"startDate": "2026-01-05T08:00:00Z", "endDate": None, "timeRestriction": None}
        sandbox.account.rotations[schedule["id"]].append({**rotation, **times, "participants": [{"type": "none"}]})
    assert schedules
    await through(snapshot, sandbox)
    names = {each["name"] for rotations in sandbox.account.rotations.values() for each in rotations}
    assert names
    assert all(name.startswith("our ") for name in names)
    await check_account(snapshot, sandbox)
