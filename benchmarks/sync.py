"""Pull, plan and apply of 200 and 1000 teams under rate limits, beside the time that the limits set; CPU and memory.

    python benchmarks/sync.py [--json FILE] [--teams 200 1000] [--limits known learned]

The sandbox runs in a process of its own with token buckets: for up to 200 teams 150 calls a second for configuration,
else 300, so that a thousand teams take minutes and yet the limits are what counts, and not the CPU; a quarter of that
for the configuration of integrations; and as many a minute as that makes. The client knows them (`Config.limits`), and
then never meets a 429 whichever way they are counted, or finds out by itself. Each of these is a process of its own
against a sandbox that has just begun:

- pull: the account into files;
- plan: the files against that account, which is read for it: nothing to do;
- apply: the files into an empty account, which is read for it, with a journal on the disk.

Time runs from the first request to the end; what reading the files took before that is told beside it. The ideal is
that of somebody who knows all and has no latency: a bucket is full at the beginning, so that *N* requests under *L* in
*P* seconds take `(N - L) / (L / P)`, and under several limits and in several domains side by side the longest of
these. *N* counts what was sent and not refused. Exits 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TIME_BAR = 1.1
"""Over the ideal."""
CPU_BAR = 5.0
"""Seconds for the plan of the most teams, be there nothing to do or everything."""
LINEAR_BAR = 1.25
"""What a team more costs in memory between the two sizes, over what one costs up to the smaller one."""
SEED = 7


Limits = dict[str, dict[float, int]]
"""By domain: seconds to calls."""


def limits_for(teams: int) -> Limits:
    rate = 150 if teams <= 200 else 300
    rates = {"configuration": rate, "integration-configuration": rate // 4}
    return {domain: {1: each, 60: 60 * each} for domain, each in rates.items()}


async def do(task: str, limits: Limits, server: dict[str, str], folder: Path) -> dict[str, Any]:
    from opsgenie_async import Config, Opsgenie
    from opsgenie_async.events import AttemptEnded, Event
    from opsgenie_async.sync import JOURNAL, Journal, Snapshot, Store, apply, plan, pull, read_account

    requests: Counter[str] = Counter()
    refused = 0

    def count(event: Event) -> None:
        nonlocal refused
        if isinstance(event, AttemptEnded):
            requests[event.domain] += event.status != 429
            refused += event.status == 429

    figures: dict[str, Any] = {"idle_mib": peak()}
    if task != "pull":
        start = time.perf_counter()
        want = await asyncio.to_thread(Store(folder).load)
        figures["load_seconds"] = time.perf_counter() - start
    config = Config(hooks=(count,), limits=limits)
    async with Opsgenie(server["api_key"], base_url=server["url"], config=config) as og:
        start, cpu = time.perf_counter(), time.process_time()
        if task == "pull":
            assert (await pull(og, Store(folder))).complete
        else:
            have = await read_account(og)
            before = time.process_time()
            result = await asyncio.to_thread(plan, have, want, prune=task == "plan")
            figures["plan_cpu"] = time.process_time() - before
            figures["changes"] = len(result.changes)
            assert result.complete
        if task == "apply":
            assert isinstance(have, Snapshot)
            async with Journal.open(folder / JOURNAL) as journal:
                report = await apply(og, result, journal=journal)
            assert report.complete, [*report.failed, *report.not_reached][:3]
        figures["seconds"], figures["cpu"] = time.perf_counter() - start, time.process_time() - cpu
    return {**figures, "requests": requests, "refused": refused, "peak_mib": peak()}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ideal(requests: dict[str, int], limits: Limits) -> float:
    return max(
        (requests.get(domain, 0) - count) * period / count
        for domain, rules in limits.items()
        for period, count in rules.items()
    )


@contextmanager
def sandbox(teams: int, rules: Path) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "opsgenie_async", "sandbox", "--teams", str(teams), "--seed", str(SEED)]
    with subprocess.Popen([*command, "--limits", str(rules)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def measure(teams: int, kind: str, folder: Path) -> list[dict[str, Any]]:
    rows = []
    limits, rules = limits_for(teams), folder / "limits.json"
    document = {
        domain: [{"limit": count, "periodInSeconds": period} for period, count in each.items()]
        for domain, each in limits.items()
    }
    rules.write_text(json.dumps(document))
    for task in ("pull", "plan", "apply"):
        with sandbox(0 if task == "apply" else teams, rules) as server:
            known = json.dumps(limits if kind == "known" else {})
            command = [sys.executable, __file__, "--child", task, known, json.dumps(server), str(folder / "snapshot")]
            row = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        row |= {"teams": teams, "what": task, "limits": kind, "ideal": ideal(row["requests"], limits)}
        row["ratio"] = row["seconds"] / row["ideal"]
        rows.append(row)
        print(
            f"{teams:>6} {kind:>8} {task:>6} {sum(row['requests'].values()):>9} {row['refused']:>5}"
            f" {row['seconds']:>8.1f} {row['ideal']:>8.1f} {row['ratio']:>6.2f} {row['cpu']:>7.1f}"
            f" {row.get('load_seconds', 0):>7.1f} {row.get('plan_cpu', 0):>9.2f} {row['peak_mib']:>9.0f}",
            flush=True,
        )
    return rows


def slopes(rows: list[dict[str, Any]], task: str) -> tuple[float, float]:
    """MiB for a hundred teams: up to the smaller size, and from there to the larger one."""
    small, large = (min(rows, key=lambda row: row["teams"]), max(rows, key=lambda row: row["teams"]))
    few = [row for row in rows if row["what"] == task and row["teams"] == small["teams"]]
    many = [row for row in rows if row["what"] == task and row["teams"] == large["teams"]]
    base, low, high = few[0]["idle_mib"], max(r["peak_mib"] for r in few), max(r["peak_mib"] for r in many)
    more = large["teams"] - small["teams"]
    return 100 * (low - base) / small["teams"], 100 * (high - low) / more if more else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--teams", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--limits", nargs="+", choices=["known", "learned"], default=["known", "learned"])
    parser.add_argument("--child", nargs=4, metavar=("WHAT", "LIMITS", "THERE", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        task, known, server, folder = arguments.child
        limits: Limits = {
            domain: {float(period): count for period, count in each.items()}
            for domain, each in json.loads(known).items()
        }
        print(json.dumps(asyncio.run(do(task, limits, json.loads(server), Path(folder)))))
        return 0
    print(
        f"{'teams':>6} {'limits':>8} {'':>6} {'requests':>9} {'429':>5} {'seconds':>8} {'ideal':>8} {'ratio':>6}"
        f" {'CPU s':>7} {'load s':>7} {'plan CPU':>9} {'peak MiB':>9}"
    )
    rows = []
    for teams in arguments.teams:
        for kind in arguments.limits:
            with tempfile.TemporaryDirectory() as folder:
                rows += measure(teams, kind, Path(folder))
    slowest = max(row.get("plan_cpu", 0) for row in rows)
    ok = slowest <= CPU_BAR and all(row["ratio"] <= TIME_BAR for row in rows)
    print(f"time at most {TIME_BAR}x the ideal; the longest plan took {slowest:.2f} s of CPU (at most {CPU_BAR:g})")
    memory = {}
    for task in ("pull", "plan", "apply"):
        first, then = memory[task] = slopes(rows, task)
        if then:
            ok = ok and then <= LINEAR_BAR * first
            print(
                f"memory of {task}: {first:.1f} MiB for each of the first 100 teams, {then:.1f} MiB for 100 more",
                end=" ",
            )
            print(f"(at most {LINEAR_BAR}x as much)")
    if arguments.json:
        summary = {"runs": rows, "plan_cpu": slowest, "mib_for_100_teams": memory, "ok": ok}
        arguments.json.write_text(json.dumps(summary, indent=2))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
