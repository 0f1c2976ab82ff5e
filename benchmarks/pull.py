"""Pull of 200 and 1000 teams without limits, beside a bare aiohttp loop over the very same URLs; and its peak memory.

    python benchmarks/pull.py [--json FILE] [--teams 200 1000] [--rounds 25]

The sandbox runs in a process of its own, every run of a variant in another, the variants taking turns; the median of
their times counts. The bare loop asks for each URL that a pull asked for, noted beforehand as texts, with as many in
flight, reads the bodies and throws them away; the pull decodes, checks, encodes and writes a file an entity. Exits 1
when a bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TIME_BAR = 1.6
"""Pull's time over the bare loop's, at the most teams: of a short run the noise is larger than what is measured."""
MEMORY_BAR = 1.5
"""Peak at the most teams over peak at the fewest."""
IN_FLIGHT = 32
MEMORY = Path("/dev/shm")
"""Files go to memory where there is such a place: what a disk needs to make a file is not what is measured."""


async def pull_everything(url: str, key: str, places: Path) -> float:
    from opsgenie_async import Config, Opsgenie
    from opsgenie_async.sync import Store, pull

    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        started = time.perf_counter()
        async with Opsgenie(key, base_url=url, config=Config(hooks=())) as og:
            report = await pull(og, Store(folder), concurrency=IN_FLIGHT)
        assert report.complete
        return time.perf_counter() - started


async def bare_loop(url: str, key: str, places: Path) -> float:
    import aiohttp

    # What there is must be known before the clock starts: the loop itself only reads.
    addresses = [url.rstrip("/") + path for path in json.loads(places.read_bytes())]
    headers = {"Authorization": f"GenieKey {key}"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as session:
        waiting = iter(addresses)

        async def work() -> None:
            for address in waiting:
                async with session.get(address) as answer:
                    assert answer.status == 200
                    await answer.read()

        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(work())
        return time.perf_counter() - started


async def note_places(url: str, key: str, places: Path) -> float:
    """Not a variant: read once, and note every path and query that it takes."""
    import aiohttp

    from opsgenie_async import Opsgenie
    from opsgenie_async.sync import read_account

    requests: list[str] = []

    async def note(session: object, context: object, parameters: aiohttp.TraceRequestStartParams) -> None:
        requests.append(parameters.url.raw_path_qs)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(note)
    started = time.perf_counter()
    async with (
        aiohttp.ClientSession(trace_configs=[trace]) as session,
        Opsgenie(key, base_url=url, session=session) as og,
    ):
        await read_account(og)
    places.write_text(json.dumps(requests))
    return time.perf_counter() - started


VARIANTS = {"pull": pull_everything, "bare": bare_loop}


def child(variant: str, url: str, key: str, places: str) -> None:
    work = {**VARIANTS, "note": note_places}[variant]
    seconds = asyncio.run(work(url, key, Path(places)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": time.process_time(), "peak_mib": peak}))


@contextmanager
def sandbox(teams: int) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "opsgenie_async", "sandbox", "--teams", str(teams), "--seed", "7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def run(variant: str, server: dict[str, str], places: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", variant, server["url"], server["api_key"], str(places)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure(teams: int, rounds: int) -> dict[str, Any]:
    runs: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
    with sandbox(teams) as server, tempfile.TemporaryDirectory() as folder:
        places = Path(folder) / "places.json"
        run("note", server, places)
        for _ in range(rounds):
            for variant in VARIANTS:
                runs[variant].append(run(variant, server, places))
        result: dict[str, Any] = {"teams": teams, "requests": len(json.loads(places.read_bytes()))}
    for variant, measured in runs.items():
        # Not the fastest: a machine that is lent has moments in which one short run in ten is a third faster.
        result[f"{variant}_seconds"] = statistics.median(run["seconds"] for run in measured)
        result[f"{variant}_cpu"] = statistics.median(run["cpu"] for run in measured)
        result[f"{variant}_peak_mib"] = statistics.median(run["peak_mib"] for run in measured)
    result["time_ratio"] = result["pull_seconds"] / result["bare_seconds"]
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--teams", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--rounds", type=int, default=25, help="at the fewest teams; as many requests at the others")
    parser.add_argument("--child", nargs=4, metavar=("VARIANT", "URL", "KEY", "PLACES"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(*arguments.child)
        return 0
    results = [measure(teams, max(1, arguments.rounds * arguments.teams[0] // teams)) for teams in arguments.teams]
    few, many = results[0], results[-1]
    memory = many["pull_peak_mib"] / few["pull_peak_mib"]
    slope = 1024 * (many["pull_peak_mib"] - few["pull_peak_mib"]) / max(1, many["teams"] - few["teams"])
    print(f"{'teams':>6} {'requests':>9} {'pull s':>8} {'bare s':>8} {'ratio':>6} {'pull MiB':>9} {'bare MiB':>9}")
    for row in results:
        print(
            f"{row['teams']:>6} {row['requests']:>9} {row['pull_seconds']:>8.2f} {row['bare_seconds']:>8.2f}"
            f" {row['time_ratio']:>6.2f} {row['pull_peak_mib']:>9.1f} {row['bare_peak_mib']:>9.1f}"
        )
    print(f"at {many['teams']} teams time at most {TIME_BAR}x the bare loop's; peak {memory:.2f}x of that of", end=" ")
    print(f"{few['teams']} (at most {MEMORY_BAR}x), {slope:.0f} KiB a team")
    ok = memory <= MEMORY_BAR and many["time_ratio"] <= TIME_BAR
    if arguments.json:
        summary = {"sizes": results, "memory_ratio": memory, "kib_a_team": slope, "ok": ok}
        arguments.json.write_text(json.dumps(summary, indent=2))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
