"""What the error middleware costs the aiohttp example while Opsgenie is down: throughput with it over without it.

    python benchmarks/web.py [--json FILE] [--rounds N]

One process serves the example three times: without the middleware, with one that does nothing, and with ours. Requests
come from here, in turns, over keep-alive connections, one in a hundred for an order that is not there, which is an
unhandled exception. Opsgenie's address refuses every connection. The load is 2000 requests a second, and the bar is
98 % of the answers per second without it. Beside it, with no bar, what an answer costs the server when it is asked for
as many as it can give: aiohttp's own part of that is what the empty middleware costs. Each ratio is the median over
pairs of rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

EXAMPLE = Path(__file__).parents[1] / "examples" / "aiohttp_service.py"
CONNECTIONS = 32
RATE = 2000
BAR = 0.98
VARIANTS = WITHOUT, EMPTY, ALERTS = ("without", "an empty middleware", "alert_on_errors")
PACED_SECONDS, SATURATED_SECONDS = 1.0, 0.25
ONE_FAILS_IN = 100
FINE = b"GET /orders/7 HTTP/1.1\r\nHost: shop\r\n\r\n"
MISSING = b"GET /orders/1000 HTTP/1.1\r\nHost: shop\r\n\r\n"


@web.middleware
async def nothing(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


async def _serve(child_end: Connection) -> None:
    spec = spec_from_file_location("shop", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    shop = module_from_spec(spec)
    spec.loader.exec_module(shop)
    ports = []
    for variant in VARIANTS:
        app = shop.make_app(alerts=variant == ALERTS)
        if variant == EMPTY:
            app.middlewares.append(nothing)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
    child_end.send(ports)
    loop = asyncio.get_running_loop()
    loop.add_reader(child_end.fileno(), lambda: child_end.send((child_end.recv(), time.process_time())))
    await asyncio.Event().wait()


def _process(child_end: Connection) -> None:
    logging.basicConfig(filename=os.devnull)  # aiohttp writes every exception down, with it and without
    os.environ |= {
        "OPSGENIE_API_KEY": "key",
        "OPSGENIE_BASE_URL": f"http://127.0.0.1:{closed_port()}",
        "SHOP_WEBHOOK_SECRET": "geheim",
    }
    asyncio.run(_serve(child_end))


@contextmanager
def serving(target: Callable[[Connection], None]) -> Iterator[Connection]:
    """The applications of *target*; the first message is their ports, each one after that the CPU seconds so far."""
    spawn = multiprocessing.get_context("spawn")
    parent_end, child_end = spawn.Pipe()
    process = spawn.Process(target=target, args=(child_end,), daemon=True)
    process.start()
    try:
        yield parent_end
    finally:
        process.terminate()
        process.join()


class Visitor(asyncio.Protocol):
    """One keep-alive connection with at most one request under way."""

    transport: asyncio.Transport
    received = b""

    def __init__(self, load: Load) -> None:
        self.load = load

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if separator and len(body) >= int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            self.received = b""
            self.load.answered += 1
            # After an exception aiohttp hangs up, and uvicorn does so without a word.
            if b"connection: close" in head.lower() or head.startswith(b"HTTP/1.1 500"):
                self.load.replace(self)
            else:
                self.load.free(self)


class Load:
    """So many requests a second, or as many as are answered; counts the answers."""

    def __init__(self, rate: int | None, port: int) -> None:
        self.rate = rate
        self.port = port
        self.requests = self.answered = 0
        self.visitors: set[Visitor] = set()
        self.opening: set[asyncio.Task[None]] = set()
        self.idle: list[Visitor] = []
        self.over = False

    async def open(self) -> None:
        """One more connection, which sends at once if it may."""
        loop = asyncio.get_running_loop()
        _, visitor = await loop.create_connection(lambda: Visitor(self), "127.0.0.1", self.port)
        self.visitors.add(visitor)
        self.free(visitor)

    def replace(self, visitor: Visitor) -> None:
        self.visitors.discard(visitor)
        visitor.transport.close()
        task = asyncio.create_task(self.open())
        self.opening.add(task)
        task.add_done_callback(self.opening.discard)

    def free(self, visitor: Visitor) -> None:
        if self.rate is None and not self.over:
            self.send(visitor)
        else:
            self.idle.append(visitor)

    def send(self, visitor: Visitor) -> None:
        self.requests += 1
        visitor.transport.write(FINE if self.requests % ONE_FAILS_IN else MISSING)

    async def run(self, seconds: float) -> float:
        """Answers per second."""
        start = time.perf_counter()
        for _ in range(CONNECTIONS):
            await self.open()
        while (elapsed := time.perf_counter() - start) < seconds:
            if self.rate is not None:
                while self.idle and self.requests < elapsed * self.rate:
                    self.send(self.idle.pop())
            await asyncio.sleep(0.001)
        self.over = True
        rate = self.answered / elapsed
        while self.answered < self.requests or self.opening:  # noqa: ASYNC110  # what is under way comes to its end
            await asyncio.sleep(0.001)
        for visitor in self.visitors:
            visitor.transport.close()
        return rate


async def measure(parent_end: Connection, rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Answers per second at the paced load, and CPU microseconds per answer at the greatest, of every round."""
    ports = dict(zip(VARIANTS, parent_end.recv(), strict=True))
    for port in ports.values():
        await Load(None, port).run(1.0)
    paced: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
    cost: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
    for number in range(rounds):
        turn = VARIANTS if number % 2 else tuple(reversed(VARIANTS))
        for variant in turn:
            paced[variant].append(await Load(RATE, ports[variant]).run(PACED_SECONDS))
        for variant in turn * 4:
            before = cpu_of(parent_end)
            load = Load(None, ports[variant])
            await load.run(SATURATED_SECONDS)
            cost[variant].append((cpu_of(parent_end) - before) / load.answered * 1e6)
    return paced, cost


def cpu_of(parent_end: Connection) -> float:
    parent_end.send("cpu")
    return float(parent_end.recv()[1])


def ratio(figures: dict[str, list[float]], variant: str) -> float:
    """Of *variant* to the one without a middleware, in the middle of all rounds."""
    return statistics.median(own / bare for own, bare in zip(figures[variant], figures[WITHOUT], strict=True))


def main(target: Callable[[Connection], None] = _process, description: str | None = __doc__) -> int:
    """Measure what *target* serves, print a table, and fail when the bar is missed."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with serving(target) as parent_end:
        paced, cost = asyncio.run(measure(parent_end, options.rounds))
    print(f"{options.rounds} rounds, {CONNECTIONS} connections, Opsgenie is down, one in {ONE_FAILS_IN} fails\n")
    print(f"{'':22}{f'answers/s of {RATE}':>20}{'ratio':>8}{'bar':>6}{'CPU us per answer':>20}{'ratio':>8}")
    for variant in VARIANTS:
        rate, cpu_time = statistics.median(paced[variant]), statistics.median(cost[variant])
        bar = f"{BAR:6.2f}" if variant == ALERTS else " " * 6
        print(f"{variant:22}{rate:20.0f}{ratio(paced, variant):8.3f}{bar}{cpu_time:20.1f}{ratio(cost, variant):8.3f}")
    passed = ratio(paced, ALERTS) >= BAR
    print("\nwithin the bar" if passed else "\nmissed the bar")
    if options.json:
        throughput = {variant: ratio(paced, variant) for variant in VARIANTS}
        cpu = {variant: ratio(cost, variant) for variant in VARIANTS}
        options.json.write_text(
            json.dumps({"bar": BAR, "throughput": throughput, "cpu": cpu, "passed": passed}, indent=2) + "\n"
        )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
