"""What the error middleware costs the aiohttp example while Opsgenie is down: throughput with it over without it.

    python benchmarks/web.py [--json FILE] [--rounds N] [--seconds S]

One process serves the example twice, with the middleware and without; requests come from here, in turns, over
keep-alive connections, one in a hundred for an order that is not there, which is an unhandled exception. Opsgenie's
address refuses every connection. Two loads: 2000 requests a second, where the bar is 98 % of the answers per second
without it; and as many as it can take, which tells what a request costs, and has the same bar. Each ratio is the median
over pairs of rounds.
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
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

EXAMPLE = Path(__file__).parents[1] / "examples" / "aiohttp_service.py"
CONNECTIONS = 32
RATE = 2000
BAR = 0.98
ONE_FAILS_IN = 100
FINE = b"GET /orders/7 HTTP/1.1\r\nHost: shop\r\n\r\n"
MISSING = b"GET /orders/1000 HTTP/1.1\r\nHost: shop\r\n\r\n"


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


async def _serve(tell: Connection) -> None:
    spec = spec_from_file_location("shop", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    shop = module_from_spec(spec)
    spec.loader.exec_module(shop)
    ports = []
    for alerts in (False, True):
        runner = web.AppRunner(shop.make_app(alerts=alerts), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
    tell.send(ports)
    loop = asyncio.get_running_loop()
    loop.add_reader(tell.fileno(), lambda: tell.send((tell.recv(), time.process_time())))
    await asyncio.Event().wait()


def _process(tell: Connection) -> None:
    logging.basicConfig(filename=os.devnull)  # aiohttp writes every exception down, with it and without
    os.environ |= {
        "OPSGENIE_API_KEY": "key",
        "OPSGENIE_BASE_URL": f"http://127.0.0.1:{closed_port()}",
        "SHOP_WEBHOOK_SECRET": "geheim",
    }
    asyncio.run(_serve(tell))


@contextmanager
def serving() -> Iterator[Connection]:
    """The two applications; the first message is their ports, each one after that the CPU seconds so far."""
    spawn = multiprocessing.get_context("spawn")
    hear, tell = spawn.Pipe()
    process = spawn.Process(target=_process, args=(tell,), daemon=True)
    process.start()
    try:
        yield hear
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
        head, found, body = self.received.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            self.received = b""
            self.load.answered += 1
            if b"connection: close" in head.lower():  # after an exception aiohttp hangs up
                self.load.replace(self)
            else:
                self.load.free(self)


class Load:
    """So many requests a second, or as many as are answered; counts the answers."""

    def __init__(self, rate: int | None, port: int) -> None:
        self.rate = rate
        self.port = port
        self.sent = self.answered = 0
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
        self.sent += 1
        visitor.transport.write(FINE if self.sent % ONE_FAILS_IN else MISSING)

    async def run(self, seconds: float) -> float:
        """Answers per second."""
        began = time.perf_counter()
        for _ in range(CONNECTIONS):
            await self.open()
        while (elapsed := time.perf_counter() - began) < seconds:
            if self.rate is not None:
                while self.idle and self.sent < elapsed * self.rate:
                    self.send(self.idle.pop())
            await asyncio.sleep(0.001)
        self.over = True
        rate = self.answered / elapsed
        while self.answered < self.sent or self.opening:  # noqa: ASYNC110  # what is under way comes to its end
            await asyncio.sleep(0.001)
        for visitor in self.visitors:
            visitor.transport.close()
        return rate


async def measure(hear: Connection, rounds: int, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Answers per second, and CPU microseconds of the server per answer: by load, pairs without and with."""
    ports = hear.recv()
    found: dict[str, list[tuple[float, float]]] = {"paced": [], "saturated": [], "cpu": []}
    for port in ports:
        await Load(None, port).run(1.0)
    for number in range(rounds):
        for name, rate in (("paced", RATE), ("saturated", None)):
            pair, cpu = [0.0, 0.0], [0.0, 0.0]
            for which in (0, 1) if number % 2 else (1, 0):
                before = cpu_of(hear)
                load = Load(rate, ports[which])
                pair[which] = await load.run(seconds)
                cpu[which] = (cpu_of(hear) - before) / load.answered * 1e6
            found[name].append((pair[0], pair[1]))
            if rate is None:
                found["cpu"].append((cpu[0], cpu[1]))
    return found


def cpu_of(hear: Connection) -> float:
    hear.send("cpu")
    return float(hear.recv()[1])


def main() -> int:
    """Measure, print a table, and fail when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.0, help="of every load in a round")
    options = parser.parse_args()
    with serving() as hear:
        found = asyncio.run(measure(hear, options.rounds, options.seconds))
    print(f"{options.rounds} rounds, {CONNECTIONS} connections, Opsgenie is down, one in {ONE_FAILS_IN} fails\n")
    print(f"{'':34}{'without':>9}{'with':>9}{'ratio':>8}{'bar':>7}")
    names = {
        "paced": f"{RATE} requests a second: answers/s",
        "saturated": "as many as it takes: answers/s",
        "cpu": "... CPU us per answer",
    }
    ratios = {}
    for name, pairs in found.items():
        without, having = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratios[name] = statistics.median(b / a for a, b in pairs)
        bar = "" if name == "cpu" else f"{BAR:7.2f}"
        print(f"{names[name]:34}{without:9.0f}{having:9.0f}{ratios[name]:8.3f}{bar}")
    missed = [name for name in ("paced", "saturated") if ratios[name] < BAR]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nwithin the bars")
    if options.json:
        options.json.write_text(
            json.dumps({"bar": BAR, "ratios": ratios, "pairs": found, "passed": not missed}, indent=2) + "\n"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
