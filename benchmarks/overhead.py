"""CPU per call against a bare aiohttp `session.get` and `read`, on the same keep-alive server, 50 in flight.

    python benchmarks/overhead.py [--json FILE] [--rounds N] [--calls N]

The bars: `og.request` at most 1.35 x bare aiohttp, the typed list of two alerts 1.7 x. Beside them, with no bar, what
else there is: httpx, and the vendor's own SDK on 8 threads. The variants take turns in one process, and each ratio is
the median over the rounds; the server has a process of its own, so its CPU does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import httpx
import opsgenie_sdk
from answering import BODY, answering

from opsgenie_async import Opsgenie

IN_FLIGHT = 50
THREADS = 8
BARE = "aiohttp: session.get, read"
BARS = {"og.request": 1.35, "og.alerts.list of two": 1.7}
SLOW_SHARE = 10  # the two that take ten times as long get a tenth of the calls

Variant = Callable[[int], Awaitable[None]]
"""Makes that many calls."""


def in_flight(call: Callable[[], Awaitable[object]]) -> Variant:
    """Fifty tasks that make the calls between them."""

    async def make(calls: int) -> None:
        remaining = iter(range(calls))

        async def worker() -> None:
            for _ in remaining:
                await call()

        async with asyncio.TaskGroup() as tasks:
            for _ in range(IN_FLIGHT):
                tasks.create_task(worker())

    return make


def threads(call: Callable[[], object], pool: ThreadPoolExecutor) -> Variant:
    """A pool of threads that makes the calls."""

    async def make(calls: int) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(pool, call) for _ in range(calls)))

    return make


async def variants(url: str, opened: AsyncExitStack) -> dict[str, Variant]:
    """Everything that is compared, ready to be used."""
    session = await opened.enter_async_context(aiohttp.ClientSession())
    og = await opened.enter_async_context(Opsgenie("key", base_url=url))
    client = await opened.enter_async_context(httpx.AsyncClient(headers={"Authorization": "GenieKey key"}))
    headers = {"Authorization": "GenieKey key"}
    address = f"{url}/v2/alerts"

    async def bare() -> None:
        async with session.get(address, headers=headers) as answer:
            if len(await answer.read()) != len(BODY):
                raise ValueError("not the whole answer")

    async def by_request() -> None:
        alerts = (await og.request("GET", "/v2/alerts")).data
        if not isinstance(alerts, list) or len(alerts) != 2:
            raise ValueError("not two alerts")

    async def by_list() -> None:
        if len(await og.alerts.list()) != 2:
            raise ValueError("not two alerts")

    async def by_httpx() -> None:
        if len((await client.get(address)).json()["data"]) != 2:
            raise ValueError("not two alerts")

    settings = opsgenie_sdk.configuration.Configuration()
    settings.host = url
    settings.api_key["Authorization"] = "key"
    alerts = opsgenie_sdk.AlertApi(opsgenie_sdk.ApiClient(configuration=settings))

    def by_sdk() -> None:
        if len(alerts.list_alerts().data) != 2:
            raise ValueError("not two alerts")

    pool = opened.enter_context(ThreadPoolExecutor(THREADS))
    return {
        BARE: in_flight(bare),
        "og.request": in_flight(by_request),
        "og.alerts.list of two": in_flight(by_list),
        f"opsgenie-sdk, {THREADS} threads": threads(by_sdk, pool),
        "httpx.AsyncClient, json": in_flight(by_httpx),
    }


async def measure(url: str, rounds: int, calls: int) -> dict[str, list[float]]:
    """CPU seconds per call of every variant in every round."""
    async with AsyncExitStack() as opened:
        contenders = await variants(url, opened)
        counts = {name: calls if name in (BARE, *BARS) else calls // SLOW_SHARE for name in contenders}
        for make in contenders.values():
            await make(2 * IN_FLIGHT)
        times: dict[str, list[float]] = {name: [] for name in contenders}
        for number in range(rounds):
            turn = list(contenders.items())
            for name, make in turn if number % 2 else reversed(turn):
                gc.collect()
                start = time.process_time()
                await make(counts[name])
                times[name].append((time.process_time() - start) / counts[name])
        return times


def main() -> int:
    """Measure, print a table, and fail when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--calls", type=int, default=300, help="in each round")
    options = parser.parse_args()
    with answering() as url:
        times = asyncio.run(measure(url, options.rounds, options.calls))
    print(
        f"{len(BODY) / 1000:.1f} kB of JSON, {IN_FLIGHT} in flight, {options.rounds} rounds of {options.calls} calls\n"
    )
    print(f"{'':28}{'CPU us per call':>16}{'x bare':>9}{'bar':>7}")
    ratios = {}
    for name, seconds in times.items():
        ratios[name] = statistics.median(own / bare for own, bare in zip(seconds, times[BARE], strict=True))
        bar = f"{BARS[name]:7.2f}" if name in BARS else ""
        print(f"{name:28}{statistics.median(seconds) * 1e6:16.0f}{ratios[name]:9.2f}{bar}")
    missed = [name for name, bar in BARS.items() if ratios[name] > bar]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nwithin the bars")
    if options.json:
        us = {name: statistics.median(seconds) * 1e6 for name, seconds in times.items()}
        options.json.write_text(
            json.dumps({"bars": BARS, "x_bare": ratios, "us_per_call": us, "passed": not missed}, indent=2) + "\n"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
