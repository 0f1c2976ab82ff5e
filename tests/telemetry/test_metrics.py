"""Durations, counts and gauges, by what a dashboard asks for."""

from __future__ import annotations

import asyncio
import gc

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.trace import NoOpTracerProvider

from opsgenie_async import Config, Name, NotFound, Opsgenie
from opsgenie_async.events import SharingChanged
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.telemetry import Telemetry
from tests.clocks import FakeClock
from tests.http.server import Echo, envelope
from tests.telemetry.conftest import Recording, events_of
from tests.waiting import until

DOMAIN = "opsgenie.rate_limit.domain"


def client(sandbox: Sandbox, clock: FakeClock, telemetry: Telemetry, **settings: object) -> Opsgenie:
    config = Config(clock=clock, jitter=lambda bound: bound, hooks=(telemetry,), **settings)  # type: ignore[arg-type]
    return Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config)


async def test_every_request_is_in_the_histogram_of_the_conventions(
    sandbox: Sandbox, clock: FakeClock, recording: Recording
):
    sandbox.faults.add(Fault(html=True, times=1), Fault(reset=True, times=1))
    async with client(sandbox, clock, recording.telemetry) as og:
        teams = await og.teams.list()
        for team in teams:
            await og.teams.get(team)

    durations = recording.metrics()["http.client.request.duration"]
    by = {
        (facts["url.template"], facts.get("http.response.status_code"), facts.get("error.type")): count
        for labels, count in durations.items()
        for facts in [dict(labels)]
    }
    reset = next(error for _, status, error in by if status is None)
    assert reset in ("ClientOSError", "ServerDisconnectedError")
    assert by == {
        ("/v2/teams", 502, "502"): 1,
        ("/v2/teams", None, reset): 1,
        ("/v2/teams", 200, None): 1,
        ("/v2/teams/{identifier}", 200, None): 3,
    }
    port = int(sandbox.url.rpartition(":")[2])
    assert {
        (facts["http.request.method"], facts["server.address"], facts["server.port"]) for facts in map(dict, durations)
    } == {("GET", "127.0.0.1", port)}


async def test_calls_attempts_refusals_and_waits_are_counted_by_domain(
    sandbox: Sandbox, clock: FakeClock, recording: Recording
):
    sandbox.faults.add(Fault(status=429, headers={"Retry-After": "3"}, times=1))
    async with client(sandbox, clock, recording.telemetry) as og:
        await og.teams.list()
        await og.alerts.list()
        with pytest.raises(NotFound):
            await og.teams.get(Name("nobody"))

    total = recording.total
    assert total("opsgenie.client.calls", opsgenie_rate_limit_domain="configuration") == 2
    assert total("opsgenie.client.calls", error_type="404") == 1
    assert total("opsgenie.client.attempts", opsgenie_rate_limit_domain="configuration") == 3
    assert total("opsgenie.client.attempts", opsgenie_rate_limit_domain="search") == 1
    assert total("opsgenie.client.refusals") == 1
    assert total("opsgenie.client.wait.duration", opsgenie_wait_reason="throttle") >= 1
    assert total("opsgenie.client.wait.duration", opsgenie_wait_reason="backoff") == 0
    changes = recording.metrics()["opsgenie.rate_limit.changes"]
    assert {(dict(labels)["opsgenie.rate_limit.state"], count) for labels, count in changes.items()} == {
        ("closed", 1),
        ("opened", 1),
    }


async def test_gauges_show_the_limits_of_the_client(sandbox: Sandbox, clock: FakeClock, recording: Recording):
    async with client(sandbox, clock, recording.telemetry, limits={"configuration": {1: 10}}) as og:
        await og.teams.list()
        await og.alerts.list()

        assert recording.total("opsgenie.rate_limit.pace", opsgenie_rate_limit_domain="configuration") == 10
        assert recording.total("opsgenie.rate_limit.closed") == 0
        assert [dict(labels)[DOMAIN] for labels in recording.metrics()["opsgenie.rate_limit.pace"]] == ["configuration"]


async def test_a_closed_limit_and_those_who_wait_are_seen(recording: Recording):
    clock = FakeClock(jumps=False)
    async with Echo(lambda _: refusal()) as server:
        config = Config(clock=clock, hooks=(recording.telemetry,), max_wait=10**6, total_timeout=10**6)
        async with Opsgenie("0123456789-key", base_url=server.url, config=config) as og:
            calls = [asyncio.create_task(og.request("GET", "/v2/teams")) for _ in range(3)]
            await until(lambda: recording.total("opsgenie.rate_limit.waiting") == 3)
            assert recording.total("opsgenie.rate_limit.closed") == 1
            assert recording.total("opsgenie.client.active_calls") == 3
            assert recording.total("http.client.active_requests") == 0
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
    assert recording.total("opsgenie.client.active_calls") == 0


def refusal() -> object:
    response = envelope()
    response.set_status(429)
    response.headers["X-RateLimit-Period-In-Sec"] = "60"
    return response


async def test_the_pool_is_seen_while_calls_are_under_way(recording: Recording):
    release, full = asyncio.Event(), asyncio.Event()

    async def answer(_: object) -> object:
        if len(server.received) == 2:
            full.set()
        await release.wait()
        return envelope()

    async with Echo(answer) as server:  # type: ignore[arg-type]
        config = Config(hooks=(recording.telemetry,), pool_size=2)
        async with Opsgenie("0123456789-key", base_url=server.url, config=config) as og:
            calls = [asyncio.create_task(og.request("GET", "/v2/teams")) for _ in range(5)]
            await full.wait()
            assert recording.total("http.client.open_connections", http_connection_state="active") == 2
            assert recording.total("http.client.active_requests") == 2
            assert recording.total("opsgenie.client.active_calls") == 5
            assert recording.total("opsgenie.client.pool.size") == 2
            release.set()
            await asyncio.gather(*calls)
            assert recording.total("http.client.open_connections", http_connection_state="active") == 0
            assert recording.total("http.client.open_connections", http_connection_state="idle") == 2


async def test_a_view_is_no_second_client(sandbox: Sandbox, recording: Recording):
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=(recording.telemetry,))) as og:
        view = og.with_config(max_attempts=1)
        recording.telemetry.instrument(view)
        assert recording.total("opsgenie.client.pool.size") == 100

        del og
        gc.collect()
        assert recording.total("opsgenie.client.pool.size") == 100
        await view.close()
    del view


async def test_a_client_that_is_gone_is_shown_no_more(sandbox: Sandbox, recording: Recording):
    og = Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=(recording.telemetry,)))
    await og.close()
    del og
    gc.collect()

    assert "opsgenie.client.pool.size" not in recording.metrics()


async def test_two_observers_of_one_meter_count_together(sandbox: Sandbox):
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    for _ in range(2):
        hooks = (Telemetry(NoOpTracerProvider(), provider),)
        async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=hooks)) as og:
            await og.teams.list()

    data = reader.get_metrics_data()
    assert data is not None
    [calls] = [
        metric for metric in data.resource_metrics[0].scope_metrics[0].metrics if metric.name == "opsgenie.client.calls"
    ]
    assert [point.value for point in calls.data.data_points] == [2]  # type: ignore[union-attr]
    provider.shutdown()


async def test_labels_stay_few_however_many_things_there_are(sandbox: Sandbox, recording: Recording):
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=(recording.telemetry,))) as og:
        for number in range(40):
            with pytest.raises(NotFound):
                await og.alerts.get(f"id-{number}")

    assert len(recording.metrics()["http.client.request.duration"]) == 1
    assert "id-7" not in repr(recording.metrics())


async def test_the_loss_of_shared_limits_is_counted_and_in_the_span(recording: Recording):
    tracer = recording.tracer_provider.get_tracer("program")
    with tracer.start_as_current_span("call"):
        recording.telemetry(SharingChanged(shared=False, reason="no answer from Redis"))
        recording.telemetry(SharingChanged(shared=True, reason=""))

    assert recording.total("opsgenie.rate_limit.sharing_changes", opsgenie_rate_limit_shared="false") == 1
    assert recording.total("opsgenie.rate_limit.sharing_changes", opsgenie_rate_limit_shared="true") == 1
    assert [name for name, _ in events_of(recording.spans[0])] == ["rate limit alone", "rate limit shared"]
