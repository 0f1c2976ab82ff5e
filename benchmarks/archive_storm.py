"""The archive in bad weather: an account that moves, a line that fails, limits, and a command that is killed.

    python benchmarks/archive_storm.py [--alerts N] [--incidents N] [--lines N] [--kills 20] [--depth list]
                                       [--full-for QUERY]

The same command, `opsgenie-async archive DIR`, is started again and again and killed with SIGKILL after a random number
of requests, spread over the whole of the work; after the last kill it runs to its end. Meanwhile alerts are created,
closed and deleted, 2 % of answers are a 5xx, 1 % of connections are reset, and the account has rate limits. Then the
account stands still, and the command runs once more, as it would a day later.

What must hold: whatever was there all the time is in the archive, and nothing that never was; no thing is there twice;
what is there at the end is there as it is then, with all its log lines, notes and files; the only holes are alerts that
incidents name and that were deleted, each by its id; `verify` finds nothing altered. With `--kills 0 --calm` there are
no faults, limits and changes, and requests stay within 1.05 of the least that could do.
Exits 1 when one of these does not hold. The peak is that of the command's own memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import attrs

from opsgenie_async import Opsgenie
from opsgenie_async.archive import Archive, Record, estimate, verify
from opsgenie_async.sandbox import Churn, Fault, Sandbox

LINE = (
    Fault(route="GET *", status=500, share=0.01),
    Fault(route="GET *", status=503, share=0.01),
    Fault(route="GET *", reset=True, share=0.005),
    Fault(route="GET *", reset=True, after_state=True, share=0.005),
)
LIMITS = {"search": 40, "alert": 100, "incident": 60}
"""Requests a second, by domain: higher than an account's own, so that a benchmark ends, and low enough to be met."""
CHANGES = 250
"""Alerts that are created, closed and deleted meanwhile, each."""
BAR = 1.05
MOST_PROBLEMS = 10


@attrs.define
class Storm:
    """What happened.

    Attributes:
        requests: That the sandbox saw, those that failed too.
        refused: Of them answered with 429.
        kills: Of the command.
        peak: Of its resident memory, in megabytes.
        wrong: What did not hold.
    """

    requests: int = 0
    refused: int = 0
    kills: int = 0
    runs: int = 0
    seconds: float = 0.0
    peak: float = 0.0
    alerts: int = 0
    created: int = 0
    deleted: int = 0
    holes: int = 0
    explained: int = 0
    wrong: list[str] = attrs.field(factory=list)


async def storm(
    sandbox: Sandbox,
    folder: Path,
    choices: list[str],
    kills: int,
    seed: int,
    least: int,
    limits: dict[str, list[dict[str, int]]],
    *,
    calm: bool,
) -> Storm:
    """Archive *sandbox* into *folder* in bad weather, then once more in good weather, and compare."""
    random, result = Random(seed), Storm()
    before = {kind: set(truth(sandbox, kind)) for kind in ("alerts", "incidents")}
    if not calm:
        sandbox.churn = Churn(every=max(1, least // CHANGES))
        sandbox.faults.add(*LINE)
        sandbox.limits.set(limits)
    begin = time.perf_counter()
    whole = sandbox.requests + least
    for remaining in reversed(range(kills)):
        share = max(20, (whole - sandbox.requests) // (remaining + 2))
        await command(sandbox, folder, choices, result, after=random.randint(share // 4, share))
        say(f"kill {kills - remaining}: {sandbox.requests:,} requests of {whole:,}", begin)
    status = await command(sandbox, folder, choices, result)
    say(f"the command ended with {status}", begin)
    result.seconds = time.perf_counter() - begin
    result.requests, result.refused = sandbox.requests, sum(sandbox.refused.values())
    result.alerts = len(sandbox.account.alerts)
    result.deleted = len(before["alerts"] - set(sandbox.account.alerts))
    result.created = result.alerts + result.deleted - len(before["alerts"])
    if not calm:
        sandbox.churn = None
        sandbox.faults.clear()
        sandbox.limits.clear()
        status = await command(sandbox, folder, choices, result)
    say("to be compared", begin)
    await asyncio.to_thread(check_archive, sandbox, folder, before, status, result)
    return result


def say(text: str, begin: float) -> None:
    print(f"{time.perf_counter() - begin:6.0f} s: {text}", file=sys.stderr, flush=True)


async def command(sandbox: Sandbox, folder: Path, choices: list[str], result: Storm, *, after: int = 0) -> int | None:
    """Run the command; with *after*, kill it behind so many requests. Its exit status, None when it was killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "opsgenie_async", "archive", str(folder), "--json", "--quiet", *choices),
        env={**os.environ, "OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    result.runs += 1
    last = sandbox.requests + after
    talk = asyncio.create_task(process.communicate())
    try:
        while not talk.done() and not (after and sandbox.requests >= last):
            await asyncio.wait([talk], timeout=0.02)
            result.peak = max(result.peak, resident(process.pid))
        if not talk.done():
            process.kill()
            result.kills += 1
        _, stderr = await talk
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    status = process.returncode
    if status not in (0, 1, -9):
        result.wrong.append(f"the command ended with {status}: {stderr.decode()[-500:]}")
    return None if status == -9 else status


def resident(process: int) -> float:
    """Megabytes of its memory at the most so far, 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def truth(sandbox: Sandbox, kind: str) -> Any:
    """What the sandbox has of a kind, by id."""
    return sandbox.account.alerts if kind == "alerts" else sandbox.account.incidents


def lengthen(sandbox: Sandbox, lines: int) -> None:
    """Give each incident so many further lines of its log, and entries of its timeline: parts of several pages."""
    account = sandbox.account
    for id in [*account.incidents] if lines else ():
        log, entries = account.incident_logs.setdefault(id, []), account.timeline_entries.setdefault(id, [])
        for number in range(lines) if log and entries else ():
            log.append({**log[0], "log": f"line {number}", "offset": str(int(log[-1]["offset"]) + 1)})
            entries.append({**entries[0], "id": f"{id}-{number}"})


async def work(sandbox: Sandbox, arguments: argparse.Namespace) -> int:
    """How many requests the command makes of an account that stands still."""
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        expected = await estimate(og, kinds="alerts,incidents", depth=arguments.depth, full_for=arguments.full_for)
    return expected.total


def check_archive(
    sandbox: Sandbox, folder: Path, before: dict[str, set[str]], status: int | None, result: Storm
) -> None:
    """Whether the archive has what the account has."""
    archive, verdict = Archive(folder), verify(folder)
    result.holes = len(verdict.holes)
    result.explained = sum(bool(each["explanation"]) for each in archive.manifest["slices"])
    if (verdict.status, status) not in (("whole", 0), ("holes", 1)):
        result.wrong.append(f"verify says {verdict.status}, the command ended with {status}")
    result.wrong += [f"altered: {problem}" for problem in verdict.problems[:MOST_PROBLEMS]]
    alerts = sandbox.account.alerts
    result.wrong += [
        f"a hole: {hole}"
        for hole in verdict.holes
        if "404" not in hole["reason"] or any(id in alerts for id in hole["ids"])
    ][:MOST_PROBLEMS]
    for kind, ids in before.items():
        counts: Counter[str] = Counter()
        for record in archive.records(kind):
            counts[record.id] += 1
            if len(result.wrong) < MOST_PROBLEMS:
                result.wrong += differences(sandbox, kind, record)
        now = set(truth(sandbox, kind))
        result.wrong += [f"{kind}: twice: {id}" for id, count in counts.items() if count > 1][:MOST_PROBLEMS]
        result.wrong += [f"{kind}: missing: {id}" for id in sorted(now - set(counts))][:MOST_PROBLEMS]
        result.wrong += [f"{kind}: never was: {id}" for id in sorted(set(counts) - now - ids) if kind != "alerts"][
            :MOST_PROBLEMS
        ]
        if verdict.totals.get(kind, 0) != len(counts):
            result.wrong.append(f"{kind}: verify counts {verdict.totals.get(kind)}, and there are {len(counts)}")


def rows_of(sandbox: Sandbox, kind: str) -> dict[str, Any]:
    """What the sandbox has beside a thing of a kind, by the name of the part and by id."""
    account = sandbox.account
    if kind == "alerts":
        return {"logs": account.alert_logs, "notes": account.alert_notes, "recipients": account.alert_recipients}
    return {
        "logs": account.incident_logs,
        "notes": account.incident_notes,
        "timeline": account.timeline_entries,
        "responder_alerts": account.responder_alerts,
    }


def differences(sandbox: Sandbox, kind: str, record: Record) -> Iterator[str]:
    """What a record has otherwise than the account has it; nothing of one that is not there any more."""
    row = truth(sandbox, kind).get(record.id)
    if row is None:
        return
    for name in ("status", "message", "tinyId", "priority"):
        if record.document.get(name) != row[name]:
            yield f"{kind} {record.id}: {name} is {record.document.get(name)!r}, not {row[name]!r}"
    if record.members.get("listed"):
        return
    account = sandbox.account
    for part, rows in rows_of(sandbox, kind).items():
        number = len(rows.get(record.id) or [])
        if len(record.members[part]) != number:
            yield f"{kind} {record.id}: {len(record.members[part])} {part}, not {number}"
    if kind != "alerts":
        return
    files = account.alert_attachments.get(record.id) or {}
    if len(record.attachments) != len(files):
        yield f"{kind} {record.id}: {len(record.attachments)} attachments, not {len(files)}"


async def main_(arguments: argparse.Namespace) -> int:
    choices = ["--only", "alerts,incidents", "--depth", arguments.depth]
    if arguments.full_for:
        choices += ["--full-for", arguments.full_for]
    folder, begin = Path(tempfile.mkdtemp()), time.perf_counter()
    try:
        async with Sandbox(teams=2, seed=1, alerts=arguments.alerts, incidents=arguments.incidents) as sandbox:
            lengthen(sandbox, arguments.lines)
            say("the account is there", begin)
            least = await work(sandbox, arguments)
            sandbox.reset_counters()
            say(f"{least:,} requests estimated", begin)
            result = await storm(
                sandbox,
                folder / "archive",
                choices,
                arguments.kills,
                arguments.seed,
                least,
                dict(zip(LIMITS, ([{"limit": each, "periodInSeconds": 1}] for each in arguments.limits), strict=True)),
                calm=arguments.calm,
            )
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)
    facts = attrs.asdict(result) | {"requests for each that was estimated": round(result.requests / least, 3)}
    print(json.dumps(facts, indent=2))
    is_frugal = not arguments.calm or result.requests / least <= BAR
    return 0 if not result.wrong and is_frugal else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, default=3_000)
    parser.add_argument("--incidents", type=int, default=100)
    parser.add_argument("--lines", type=int, default=0, help="further lines of each incident's log and timeline")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--depth", choices=("list", "full"), default="full")
    parser.add_argument("--full-for", default="", metavar="QUERY")
    parser.add_argument(
        "--limits",
        type=int,
        nargs=3,
        default=[*LIMITS.values()],
        metavar="N",
        help="requests a second of the search, alert and incident domain",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", action="store_true", help="no faults, no limits, no changes")
    return asyncio.run(main_(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
