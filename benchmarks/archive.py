"""The archive of a large account: requests against the least that could do, memory, and speed against a bare loop.

    python benchmarks/archive.py [--alerts N] [--incidents N] [--depth list or full] [--rounds N]

The bars: 1.05 requests for each that is needed, nothing missing, nothing twice, whole by `verify`. Memory does not grow
with the account: compare the peak of 50,000 alerts with that of 1,000,000. The bare loop asks aiohttp for the same
addresses, as many at once, and keeps nothing; both take turns with the sandbox, which runs in a process of its own.

With `--rounds` the archive is made so many times by the loop of asyncio and by uvloop, turn about, and the seconds of
CPU are compared: those of the clock are the sandbox's as well.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import aiohttp
from yarl import URL

from opsgenie_async import Config, Opsgenie
from opsgenie_async.archive import archive, estimate, verify
from opsgenie_async.cli.meter import Meter
from opsgenie_async.clock import SystemClock
from opsgenie_async.http.request import Request, encode
from opsgenie_async.http.response import Response
from opsgenie_async.http.transport import Transport

BAR = 1.05
WIDTH = 48
MOST = 3000
"""Addresses that the bare loop asks for."""


@contextmanager
def addresses() -> Iterator[list[str]]:
    """The addresses that are asked for in the block, the first `MOST` of them."""
    urls: list[str] = []
    send = Transport.send

    async def note(self: Transport, request: Request) -> Response:
        if len(urls) < MOST:
            urls.append(f"{request.path}?{encode(request.query)}" if request.query else request.path)
        return await send(self, request)

    with mock.patch.object(Transport, "send", note):
        yield urls


async def bare(url: str, key: str, paths: list[str]) -> float:
    """Seconds that a loop over those addresses takes, so many at once."""
    rest = iter(paths)
    start = time.perf_counter()
    async with aiohttp.ClientSession(headers={"Authorization": f"GenieKey {key}"}) as session:

        async def ask() -> None:
            for path in rest:
                async with session.get(URL(f"{url}/{path}", encoded=True)) as answer:
                    await answer.read()

        await asyncio.gather(*(ask() for _ in range(WIDTH)))
    return time.perf_counter() - start


async def measure(url: str, key: str, alerts: int, depth: str, folder: Path) -> dict[str, Any]:
    """One archive, and what it took."""
    meter = Meter(SystemClock())
    kinds = ("alerts",)
    async with Opsgenie(key, base_url=url, config=Config(hooks=(meter,))) as og:
        expected = await estimate(og, kinds=kinds, depth=depth)
        meter.requests = 0
        with addresses() as paths:
            start, cpu = time.perf_counter(), time.process_time()
            report = await archive(og, folder, kinds=kinds, depth=depth)
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    least = alerts / 100 + (0 if depth == "list" else expected.total - alerts / 99)
    start = time.perf_counter()
    verdict = await asyncio.to_thread(verify, folder)
    checked = time.perf_counter() - start
    loop = await bare(url, key, paths)
    return {
        "alerts": report.totals.get("alerts", 0),
        "holes": len(report.holes),
        "status": verdict.status,
        "requests": meter.requests,
        "requests for each that is needed": round(meter.requests / least, 3),
        "estimate against requests": round(expected.total / meter.requests, 3),
        "seconds": round(seconds, 1),
        "seconds of CPU": round(cpu, 1),
        "seconds of verify": round(checked, 1),
        "requests a second": round(meter.requests / seconds),
        "requests a second of a bare loop": round(len(paths) / loop),
        "against a bare loop": round(meter.requests / seconds / (len(paths) / loop), 2),
        "peak in MB": peak,
        "peak in MB with verify": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


async def once(url: str, key: str, depth: str, folder: Path) -> float:
    """Seconds of CPU of an archive."""
    async with Opsgenie(key, base_url=url) as og:
        start = time.process_time()
        await archive(og, folder, kinds="alerts", depth=depth)
        return time.process_time() - start


def loops(url: str, key: str, depth: str, folder: Path, rounds: int) -> dict[str, Any]:
    """Both loops, turn about."""
    import uvloop

    def run(factory: Any, task: Coroutine[Any, Any, float]) -> float:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(task)

    seconds: dict[str, list[float]] = {"asyncio": [], "uvloop": []}
    for number in range(rounds):
        for name, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
            seconds[name].append(run(factory, once(url, key, depth, folder / f"{name}-{number}")))
    medians = {name: round(statistics.median(each), 2) for name, each in seconds.items()}
    return {"seconds of CPU": medians, "uvloop against asyncio": round(medians["uvloop"] / medians["asyncio"], 3)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, default=50_000)
    parser.add_argument("--incidents", type=int, default=0)
    parser.add_argument("--depth", choices=("list", "full"), default="list")
    parser.add_argument("--rounds", type=int, default=0, help="compare the loops of asyncio and uvloop, so many times")
    arguments = parser.parse_args()
    words = ["--teams", "2", "--alerts", str(arguments.alerts), "--incidents", str(arguments.incidents)]
    server = subprocess.Popen(
        [sys.executable, "-m", "opsgenie_async", "sandbox", *words], stdout=subprocess.PIPE, text=True
    )
    folder = Path(tempfile.mkdtemp())
    try:
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())
        url, key = address["url"], address["api_key"]
        if arguments.rounds:
            print(json.dumps(loops(url, key, arguments.depth, folder, arguments.rounds), indent=2))
            return 0
        facts = asyncio.run(measure(url, key, arguments.alerts, arguments.depth, folder / "archive"))
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)
    print(json.dumps(facts, indent=2))
    is_fine = facts["alerts"] == arguments.alerts and facts["status"] == "whole"
    return 0 if is_fine and facts["requests for each that is needed"] <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
