"""An apply of 50 teams that is killed 50 times, on a bad line and under limits: does it converge, and does it lose?

    python benchmarks/kills.py [--json FILE] [--teams 50] [--kills 50] [--seeds 1 2 3]

The same command, `opsgenie-async apply DIR --json`, is started again and again and killed with SIGKILL at a random
moment: in the start-up and the reading, or so many writes later, spread over the whole of the work. After the last
kill it runs to its end. The sandbox runs in this process and keeps its state; the command is another one, every time.

The line: 5 % of answers are 503 in the API's own form, 2 % are reset and 2 % cut in half, one half of each before the
work and the other after it, and 1 % of writes are done a second late, when whoever asked may be dead. The limits are
the sandbox's realistic ones; between two runs a minute passes for them alone, as it would for a person.

What must hold: the last run ends with 0 and a plan has nothing to add; of no kind, be it nameless, there is more or
less than in the account that was copied, and every document is the same; the journal can be read after every kill, and
knows of each run; a run that ends by itself ends with 0 or, when it says that something is left, with 1.
Exits 1 when one of these does not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import attrs

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import JOURNAL, Journal, Snapshot, Store, plan, pull, read_account
from opsgenie_async.sync.files.entity_file import document_of

READING = 0.25
"""Of the kills, how many strike by the clock, while the command starts or reads."""
LONGEST_READING = 4.0
"""Seconds within which those strike, or those that a run takes that has nothing to do."""
LINE = (
    Fault(status=503, share=0.05),
    Fault(route="P*", delay=1.0, share=0.01),
    Fault(reset=True, share=0.01),
    Fault(reset=True, after_state=True, share=0.01),
    Fault(truncate=True, share=0.01),
    Fault(truncate=True, status=502, share=0.01),
)


@attrs.define
class Trial:
    """What happened to one account."""

    seed: int
    kills: int = 0
    runs: int = 0
    failed_runs: int = 0
    requests: int = 0
    refused: int = 0
    changes: int = 0
    writes: int = 0
    in_doubt: int = 0
    adopted: int = 0
    seconds: float = 0.0
    quickest: float = LONGEST_READING
    wrong: list[str] = attrs.field(factory=list)


async def trial(seed: int, teams: int, kills: int, folder: Path) -> Trial:
    random = Random(seed)
    outcome = Trial(seed)
    start = time.perf_counter()
    async with Sandbox(teams=teams, seed=seed) as source, Opsgenie(source.api_key, base_url=source.url) as og:
        await pull(og, Store(folder))
    want = await asyncio.to_thread(Store(folder).load)
    outcome.changes = len(plan(Snapshot(entities={}), want).changes)
    async with Sandbox(seed=seed + 1000, faults=LINE, limits="realistic") as sandbox:
        while outcome.kills < kills:
            await one_run(sandbox, folder, outcome, random, kills)
        for _ in range(10):
            if await one_run(sandbox, folder, outcome, random, kills) == 0:
                break
        else:
            outcome.wrong.append("it never came to its end")
        sandbox.faults.clear()
        sandbox.limits.clear()
        outcome.wrong += await differences(sandbox, source, want, folder)
    outcome.seconds = time.perf_counter() - start
    return outcome


async def one_run(sandbox: Sandbox, folder: Path, outcome: Trial, random: Random, kills: int) -> int | None:
    """Start the command, and kill it unless that was done often enough; its status, None for one that was killed."""
    sandbox.reset_counters()
    sandbox.limits.set("realistic")
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "opsgenie_async", "apply", str(folder), "--json"),
        env={**os.environ, "OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    talk = asyncio.create_task(process.communicate())
    try:
        if outcome.kills < kills:
            await until_kill(sandbox, outcome, random, kills, process)
        if outcome.kills < kills and process.returncode is None:
            process.kill()
        stdout, stderr = await talk
    finally:
        if process.returncode is None:
            process.kill()
            await talk
    outcome.runs += 1
    duration = time.perf_counter() - start
    outcome.requests += sandbox.requests
    outcome.refused += sum(sandbox.refused.values())
    outcome.writes += count_writes(sandbox)
    await look(folder, outcome)
    if process.returncode == -signal.SIGKILL:
        outcome.kills += 1
        return None
    outcome.quickest = min(outcome.quickest, duration)
    if process.returncode not in (0, 1) or b"Traceback" in stderr:
        outcome.wrong.append(f"it ended with {process.returncode}: {stderr.decode()[-500:]}")
        return process.returncode
    judge(process.returncode, stdout, outcome)
    return process.returncode


def judge(status: int, stdout: bytes, outcome: Trial) -> None:
    """Hold what a run that ended by itself says against its status."""
    outcome.failed_runs += status != 0
    if not stdout:  # what it needs first, as the listing of teams, met five faults in a row
        if status == 0:
            outcome.wrong.append("it ended with 0 and said nothing")
        return
    report = json.loads(stdout)
    if report["complete"] != (status == 0) or report["complete"] != (not report["failed"] and not report["notReached"]):
        outcome.wrong.append(f"it ended with {status} and says complete: {report['complete']}")
    outcome.adopted += sum(step["how"] == "adopted" for step in report["done"])


async def until_kill(
    sandbox: Sandbox, outcome: Trial, random: Random, kills: int, process: asyncio.subprocess.Process
) -> None:
    """Return at the moment of the kill, or when the command has ended."""
    remaining = max(0, outcome.changes - outcome.writes) / (kills - outcome.kills) * 2
    if random.random() < READING or remaining == 0:
        moment, most = time.monotonic() + random.uniform(0, outcome.quickest), 10**9
    else:
        moment, most = float("inf"), round(random.uniform(0, remaining / (1 - READING)))
    while process.returncode is None and time.monotonic() < moment:
        if count_writes(sandbox) > most:
            await asyncio.sleep(random.uniform(0, 0.03))
            return
        await asyncio.sleep(0.004)


def count_writes(sandbox: Sandbox) -> int:
    return sum(each.method != "GET" for each in sandbox.received)


async def look(folder: Path, outcome: Trial) -> None:
    """Read the journal as the next run will, and line by line."""
    if not (folder / JOURNAL).exists():
        return
    async with Journal.open(folder / JOURNAL) as journal:
        if journal.earlier is not None:
            outcome.in_doubt += len(journal.earlier.in_doubt)
    for number, line in enumerate((folder / JOURNAL).read_bytes().split(b"\n")[:-1], 1):
        try:
            json.loads(line)
        except ValueError:
            outcome.wrong.append(f"{JOURNAL}:{number}: {line[:80]!r}")


async def differences(sandbox: Sandbox, source: Sandbox, want: Snapshot, folder: Path) -> list[str]:
    """What the account that was filled has too much, too little or otherwise."""
    wrong = []
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=())) as og:
        account = await read_account(og)
    difference = plan(account, want, prune=True)
    wrong += [f"{change.action} {change.path} {change.name}" for change in difference.changes]
    existing, desired = count_entities(sandbox), count_entities(source)
    # What is over is history, and is not copied.
    existing["maintenances"], desired["maintenances"] = len(sandbox.account.maintenances), len(want.of("maintenance"))
    wrong += [
        f"{word}: {existing[word]} and not {number}" for word, number in desired.items() if existing[word] != number
    ]
    now = {(each.kind.folder, each.name): document_of(each) for each in account}
    then = {(each.kind.folder, each.name): document_of(each) for each in want}
    wrong += [f"{'/'.join(path)} differs" for path in now.keys() | then.keys() if now.get(path) != then.get(path)]
    async with Journal.open(folder / JOURNAL) as journal:
        if journal.earlier is not None:
            wrong.append(f"the journal says that {journal.earlier} is not through")
    return wrong


def count_entities(sandbox: Sandbox) -> Counter[str]:
    """How much there is of every kind, with names or without, read from the sandbox's own tables."""
    account = sandbox.account
    count = Counter({name: len(getattr(account, name)) for name in WHOLE})
    count.update({name: sum(map(len, getattr(account, name).values())) for name in OWNED})
    count["members"] = sum(len(team["members"]) for team in account.teams.values())
    count["steps"] = sum(len(rule["steps"]) for rules in account.notification_rules.values() for rule in rules)
    count["actions"] = sum(len(each) for kinds in account.integration_actions.values() for each in kinds.values())
    return count


WHOLE = (
    *("users", "user_roles", "teams", "schedules", "escalations", "forwarding_rules", "heartbeats", "integrations"),
    *("services", "incident_templates"),
)
OWNED = (
    *("contacts", "notification_rules", "team_roles", "routing_rules", "rotations", "overrides", "policies"),
    *("incident_rules",),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--teams", type=int, default=50)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    arguments = parser.parse_args()
    trials = []
    print(
        f"{'seed':>5} {'changes':>8} {'kills':>6} {'runs':>5} {'ended 1':>8} {'writes':>7} {'requests':>9} {'429':>5}"
        f" {'in doubt':>9} {'adopted':>8} {'seconds':>8}  wrong"
    )
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as folder:
            outcome = asyncio.run(trial(seed, arguments.teams, arguments.kills, Path(folder)))
        trials.append(outcome)
        print(
            f"{outcome.seed:>5} {outcome.changes:>8} {outcome.kills:>6} {outcome.runs:>5} {outcome.failed_runs:>8}"
            f" {outcome.writes:>7} {outcome.requests:>9} {outcome.refused:>5} {outcome.in_doubt:>9}"
            f" {outcome.adopted:>8} {outcome.seconds:>8.0f}"
            f"  {len(outcome.wrong)}",
            flush=True,
        )
        for line in outcome.wrong[:20]:
            print(f"      {line}")
    if arguments.json:
        result: dict[str, Any] = {"teams": arguments.teams, "trials": [attrs.asdict(outcome) for outcome in trials]}
        arguments.json.write_text(json.dumps(result, indent=2))
    return 1 if any(outcome.wrong for outcome in trials) else 0


if __name__ == "__main__":
    sys.exit(main())
