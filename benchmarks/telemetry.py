"""What it costs to observe a call with OpenTelemetry: the same calls, observed and not, in one run.

    python benchmarks/telemetry.py [--json FILE] [--rounds N] [--calls N]

Every variant makes the same listing of two alerts: CPU per call, fifty in flight, from a server that answers at once;
and time per call, one after another, from one that takes 20 ms, which is fast for Opsgenie. What the SDK of
OpenTelemetry spends by itself on one span and one record, and what aiohttp's own instrumentation costs, stand beside.

The bars: a call that is observed, and sampled, takes at most 1.10 x the time of one that is not; a client without hooks
is as fast as one that was never observed, within 1.05, which is what one measurement may differ from the next.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from answering import answering
from opentelemetry import context, propagate, trace
from opentelemetry.instrumentation.aiohttp_client import create_trace_config
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NoOpTracerProvider

from opsgenie_async import Config, Opsgenie
from opsgenie_async.telemetry import Telemetry

IN_FLIGHT = 50
DELAY = 0.02
KEY = "key"
OFF, AGAIN = "not observed", "not observed, once more"
NO_SDK, METRICS, ALL = "no SDK", "metrics", "spans and metrics"
SAMPLED = "a tenth of spans, metrics"
RIVAL = "aiohttp's instrumentation"
SDK = "the SDK alone"


class Nowhere(SpanExporter):
    """An exporter that costs nothing: what is measured is the making of spans."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return SpanExportResult.SUCCESS


def tracing(share: float = 1.0) -> TracerProvider:
    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(share)))
    provider.add_span_processor(BatchSpanProcessor(Nowhere()))
    return provider


def metering() -> MeterProvider:
    return MeterProvider([InMemoryMetricReader()])


async def clients(url: str, opened: AsyncExitStack) -> dict[str, Opsgenie]:
    """One client for each way to be observed; all of them with hooks in place of the log."""
    settings = {
        OFF: (),
        NO_SDK: (Telemetry(NoOpTracerProvider(), NoOpMeterProvider()),),
        METRICS: (Telemetry(NoOpTracerProvider(), metering()),),
        SAMPLED: (Telemetry(tracing(0.1), metering()),),
        ALL: (Telemetry(tracing(), metering()),),
        AGAIN: (),
    }
    opsgenies = {
        name: await opened.enter_async_context(Opsgenie(KEY, base_url=url, config=Config(hooks=hooks)))
        for name, hooks in settings.items()
    }
    traces = create_trace_config(tracer_provider=tracing(), meter_provider=metering())
    session = await opened.enter_async_context(aiohttp.ClientSession(trace_configs=[traces]))
    opsgenies[RIVAL] = await opened.enter_async_context(
        Opsgenie(KEY, base_url=url, session=session, config=Config(hooks=()))
    )
    return opsgenies


def by_the_sdk() -> Callable[[], None]:
    """One span that is current and sent along, and one record: what no instrumentation of a call can do without."""
    tracer = tracing().get_tracer("benchmark")
    duration = metering().get_meter("benchmark").create_histogram("http.client.request.duration", unit="s")
    labels: dict[str, str | int] = {
        "http.request.method": "GET",
        "server.address": "api.opsgenie.com",
        "server.port": 443,
        "url.template": "/v2/alerts",
    }
    outcome: dict[str, str | int] = {"http.response.status_code": 200}

    def one() -> None:
        span = tracer.start_span("GET /v2/alerts", kind=trace.SpanKind.CLIENT, attributes=labels)
        current = trace.set_span_in_context(span)
        token = context.attach(current)
        propagate.inject({}, current)
        duration.record(0.1, {**labels, **outcome})
        span.set_attributes(outcome)
        span.end()
        context.detach(token)

    return one


async def one_after_another(og: Opsgenie, calls: int) -> None:
    for _ in range(calls):
        await og.alerts.list()


async def in_flight(og: Opsgenie, calls: int) -> None:
    remaining = iter(range(calls))

    async def worker() -> None:
        for _ in remaining:
            await og.alerts.list()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.create_task(worker())


async def measure(
    url: str,
    make: Callable[[Opsgenie, int], Awaitable[None]],
    clock: Callable[[], float],
    rounds: int,
    calls: int,
) -> dict[str, list[float]]:
    """Seconds per call of every variant in every round."""
    async with AsyncExitStack() as opened:
        contenders = await clients(url, opened)
        for og in contenders.values():
            await make(og, IN_FLIGHT)
        times: dict[str, list[float]] = {name: [] for name in contenders}
        for number in range(rounds):
            turn = list(contenders.items())
            for name, og in turn if number % 2 else reversed(turn):
                gc.collect()
                start = clock()
                await make(og, calls)
                times[name].append((clock() - start) / calls)
        return times


def measure_sdk(rounds: int, calls: int) -> float:
    one = by_the_sdk()
    seconds = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        for _ in range(calls):
            one()
        seconds.append((time.process_time() - start) / calls)
    return statistics.median(seconds)


def ratio(times: dict[str, list[float]], name: str) -> float:
    return statistics.median(own / off for own, off in zip(times[name], times[OFF], strict=True))


def main() -> int:
    """Measure, print a table, and fail when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--calls", type=int, default=300, help="in each round")
    options = parser.parse_args()
    with answering() as url:
        cpu = asyncio.run(measure(url, in_flight, time.process_time, options.rounds, options.calls))
    with answering(DELAY) as url:
        elapsed = asyncio.run(measure(url, one_after_another, time.perf_counter, options.rounds, options.calls // 30))
    alone = measure_sdk(options.rounds, options.calls)
    median = {name: statistics.median(seconds) for name, seconds in cpu.items()}
    print(f"{'':28}{'CPU us per call':>16}{'x off':>8}{'us, one by one':>18}{'x off':>8}")
    for name in cpu:
        print(
            f"{name:28}{median[name] * 1e6:16.0f}{ratio(cpu, name):8.2f}"
            f"{statistics.median(elapsed[name]) * 1e6:18.0f}{ratio(elapsed, name):8.2f}"
        )
    print(f"{SDK:28}{alone * 1e6:16.0f}\n")
    results = {
        "observed, one by one": (ratio(elapsed, ALL), 1.10),
        "not observed": (ratio(cpu, AGAIN), 1.05),
    }
    missed = [f"{name}: {value:.3f}, the bar is {bar}" for name, (value, bar) in results.items() if value > bar]
    print(f"missed: {', '.join(missed)}" if missed else "within the bars")
    if options.json:
        numbers = {name: {"value": value, "bar": bar} for name, (value, bar) in results.items()}
        us = {name: seconds * 1e6 for name, seconds in {**median, SDK: alone}.items()}
        options.json.write_text(json.dumps({"bars": numbers, "us_per_call": us, "passed": not missed}, indent=2) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
