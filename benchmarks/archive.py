"""The archive of a large account: requests against the least that could do, memory, and speed against a bare loop.

    python benchmarks/archive.py [--alerts N] [--incidents N] [--depth list or full]

The bars: 1.05 requests for each that is needed, nothing missing, nothing twice, whole by `verify`. Memory does not grow
with the account: compare the peak of 50,000 alerts with that of 1,000,000. The bare loop asks aiohttp for pages and
keeps nothing; both take turns with the sandbox, which runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from opsgenie_async import Config, Opsgenie
from opsgenie_async.archive import archive, estimate, verify
from opsgenie_async.cli.meter import Meter
from opsgenie_async.clock import SystemClock

BAR = 1.05


async def bare(url: str, key: str, pages: int) -> float:
    """Seconds that a loop over so many pages takes, one behind the other."""
    start = time.perf_counter()
    async with aiohttp.ClientSession(headers={"Authorization": f"GenieKey {key}"}) as session:
        for page in range(pages):
            query = f"limit=100&sort=createdAt&order=asc&offset={page % 190 * 100}"
            async with session.get(f"{url}/v2/alerts?{query}") as answer:
                await answer.read()
    return time.perf_counter() - start


async def measure(url: str, key: str, alerts: int, depth: str, folder: Path) -> dict[str, Any]:
    """One archive, and what it took."""
    meter = Meter(SystemClock())
    kinds = ("alerts",)
    async with Opsgenie(key, base_url=url, config=Config(hooks=(meter,))) as og:
        expected = await estimate(og, kinds=kinds, depth=depth)
        meter.requests = 0
        start = time.perf_counter()
        report = await archive(og, folder, kinds=kinds, depth=depth)
        seconds = time.perf_counter() - start
    least = alerts / 100 + (0 if depth == "list" else expected.total - alerts / 99)
    verdict = await asyncio.to_thread(verify, folder)
    loop = await bare(url, key, min(500, alerts // 100))
    return {
        "alerts": report.totals.get("alerts", 0),
        "holes": len(report.holes),
        "status": verdict.status,
        "requests": meter.requests,
        "requests for each that is needed": round(meter.requests / least, 3),
        "estimate against requests": round(expected.total / meter.requests, 3),
        "seconds": round(seconds, 1),
        "requests a second": round(meter.requests / seconds),
        "requests a second of a bare loop": round(min(500, alerts // 100) / loop),
        "peak in MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, default=50_000)
    parser.add_argument("--incidents", type=int, default=0)
    parser.add_argument("--depth", choices=("list", "full"), default="list")
    arguments = parser.parse_args()
    words = ["--teams", "2", "--alerts", str(arguments.alerts), "--incidents", str(arguments.incidents)]
    server = subprocess.Popen(
        [sys.executable, "-m", "opsgenie_async", "sandbox", *words], stdout=subprocess.PIPE, text=True
    )
    folder = Path(tempfile.mkdtemp())
    try:
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())
        facts = asyncio.run(
            measure(address["url"], address["api_key"], arguments.alerts, arguments.depth, folder / "archive")
        )
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)
    print(json.dumps(facts, indent=2))
    is_fine = facts["alerts"] == arguments.alerts and facts["status"] == "whole"
    return 0 if is_fine and facts["requests for each that is needed"] <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
