"""A span for every call, whatever becomes of it, and its context on the wire."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from opentelemetry import trace
from opentelemetry.baggage import set_baggage
from opentelemetry.context import attach, detach
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import NoOpTracerProvider, SpanKind, StatusCode

from opsgenie_async import Config, Name, NotFound, Opsgenie, OutcomeUnknown, Throttled, TransportError
from opsgenie_async.dx import DX
from opsgenie_async.errors import ArgumentTypeError
from opsgenie_async.events import CallStarted, Event, Observer, RunEnded, RunStarted, Start
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.telemetry import Telemetry
from tests.clocks import FakeClock
from tests.http.server import Echo, envelope
from tests.telemetry.conftest import Recording, events_of
from tests.waiting import until

Client = AsyncIterator[Opsgenie]


@pytest.fixture
async def observed(sandbox: Sandbox, clock: FakeClock, recording: Recording) -> Client:
    config = Config(clock=clock, jitter=lambda bound: bound, hooks=(recording.telemetry,))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as client:
        yield client


async def test_a_call_is_a_client_span_by_the_conventions(observed: Opsgenie, sandbox: Sandbox, recording: Recording):
    team = (await observed.teams.list())[0]
    await observed.team_routing_rules.list(Name(team.name))

    listing, rules = recording.spans
    assert (listing.name, rules.name) == ("GET /v2/teams", "GET /v2/teams/{identifier}/routing-rules")
    assert {span.kind for span in (listing, rules)} == {SpanKind.CLIENT}
    attributes = dict(rules.attributes or {})
    request_id = attributes.pop("opsgenie.request_id")
    port = int(sandbox.url.rpartition(":")[2])
    assert request_id
    assert attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "opsgenie.rate_limit.domain": "configuration",
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.full": f"{sandbox.url}/v2/teams/{team.name}/routing-rules",
        "url.template": "/v2/teams/{identifier}/routing-rules",
    }
    assert rules.status.status_code is StatusCode.UNSET
    assert events_of(rules) == [("attempt", {"opsgenie.attempt": 1, "http.response.status_code": 200})]


async def test_attempts_waits_and_the_rate_limit_are_events(observed: Opsgenie, sandbox: Sandbox, recording: Recording):
    sandbox.faults.add(
        Fault(html=True, times=1),
        Fault(reset=True, times=1),
        Fault(status=429, headers={"Retry-After": "3"}, times=1),
    )

    await observed.teams.list()

    [span] = recording.spans
    events = events_of(span)
    assert [name for name, _ in events] == [
        *("attempt", "wait", "attempt", "wait"),
        *("rate limit closed", "attempt", "wait", "rate limit opened", "attempt"),
    ]
    attempts = [facts for name, facts in events if name == "attempt"]
    assert [facts.get("http.response.status_code") for facts in attempts] == [502, None, 429, 200]
    assert attempts[1]["error.type"] in ("ClientOSError", "ServerDisconnectedError")
    waits = [
        (facts["opsgenie.wait.reason"], facts["opsgenie.wait.duration"]) for name, facts in events if name == "wait"
    ]
    assert waits == [("backoff", 0.25), ("backoff", 0.5), ("throttle", pytest.approx(3))]
    assert span.attributes is not None
    assert span.attributes["http.request.resend_count"] == 3
    assert span.attributes["opsgenie.waited"] == pytest.approx(3.75)
    assert span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(
    ("fault", "raised", "error_type"),
    [
        (Fault(status=404), NotFound, "404"),
        (Fault(status=429, headers={"Retry-After": "999"}), Throttled, "429"),
        (Fault(reset=True), OutcomeUnknown, "OutcomeUnknown"),
    ],
)
async def test_a_failure_marks_its_span(
    observed: Opsgenie,
    sandbox: Sandbox,
    recording: Recording,
    fault: Fault,
    raised: type[Exception],
    error_type: str,
):
    sandbox.faults.add(fault)
    with pytest.raises(raised):
        await observed.request("POST", "/v2/teams", json={"name": "new"})

    [span] = recording.spans
    assert span.attributes is not None
    assert span.attributes["error.type"] == error_type
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, raised.__name__)


async def test_a_cancelled_call_ends_its_span(observed: Opsgenie, sandbox: Sandbox, recording: Recording):
    sandbox.faults.add(Fault(delay=60))
    call = asyncio.create_task(observed.request("GET", "/v2/teams"))
    await until(lambda: sandbox.requests)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    [span] = recording.spans
    assert span.attributes is not None
    assert span.attributes["error.type"] == "CancelledError"
    assert trace.get_current_span() is trace.INVALID_SPAN


def header(server: Echo, name: str) -> list[str | None]:
    """The header of each request that came."""
    return [{key.lower(): value for key, value in each.headers.items()}.get(name) for each in server.received]


def through(server: Echo, telemetry: Observer) -> Opsgenie:
    """A client without retries' waits."""
    config = Config(jitter=lambda bound: 0.0, hooks=(telemetry,))
    return Opsgenie("0123456789-of-a-test", base_url=server.url, config=config)


async def test_every_attempt_carries_the_context_of_its_call(recording: Recording):
    answers = [web.Response(status=502), *(envelope(data=[]) for _ in range(2))]
    tracer = recording.tracer_provider.get_tracer("program")
    async with Echo(lambda _: answers.pop(0)) as server, through(server, recording.telemetry) as og:
        with tracer.start_as_current_span("request of a user") as parent:
            await asyncio.gather(og.teams.list(), og.escalations.list())
            assert trace.get_current_span() is parent

    *calls, outer = recording.spans
    assert outer.name == "request of a user"
    assert {call.parent.span_id for call in calls if call.parent} == {parent.get_span_context().span_id}
    traceparent = header(server, "traceparent")
    assert len(traceparent) == 3
    expected = {f"00-{call.context.trace_id:032x}-{call.context.span_id:016x}" for call in calls if call.context}
    assert {text.rpartition("-")[0] for text in traceparent if text} == expected
    assert len(expected) == 2


async def test_nothing_is_sent_along_when_it_is_not_wanted(recording: Recording):
    silent = Telemetry(recording.tracer_provider, NoOpMeterProvider(), propagate=False)
    async with Echo() as server, through(server, silent) as og:
        await og.request("GET", "/v2/account")

    assert header(server, "traceparent") == [None]
    assert len(recording.spans) == 1


async def test_a_trace_that_is_not_sampled_is_sent_along_as_such():
    unsampled = Telemetry(TracerProvider(ALWAYS_OFF, shutdown_on_exit=False), NoOpMeterProvider())
    async with Echo() as server, through(server, unsampled) as og:
        await og.request("GET", "/v2/account")

    [traceparent] = header(server, "traceparent")
    assert traceparent is not None
    assert not int(traceparent[-2:], 16) & 1


async def test_without_an_sdk_calls_go_on_as_before():
    async with Echo() as server, through(server, Telemetry(NoOpTracerProvider(), NoOpMeterProvider())) as og:
        assert (await og.request("GET", "/v2/account")).status == 200

    assert header(server, "traceparent") == [None]


async def test_the_key_is_in_no_span_and_no_metric(sandbox: Sandbox, recording: Recording):
    key = sandbox.api_key
    async with Opsgenie(key, base_url=sandbox.url, config=Config(hooks=(recording.telemetry,))) as og:
        await og.legacy.schedules.list()  # the key is in the query
        await og.teams.list()
        with pytest.raises(NotFound):
            await og.request("GET", f"/v2/teams/{key}")

    spans = " ".join(span.to_json() for span in recording.spans[:2])
    assert key not in spans
    assert key not in repr(recording.metrics())


async def test_headers_of_an_observer_replace_none_of_the_client():
    class Meddler(Observer):
        def __call__(self, event: Event | Start) -> None:
            if isinstance(event, CallStarted):
                event.headers.update(
                    {
                        "authorization": "GenieKey of-somebody-else",
                        "ACCEPT": "text/plain",
                        "Host": "elsewhere.example",
                        "x-good": "1",
                        "x bad": "1",
                        "x-worse": "1\r\nx-worst: 2",
                    }
                )

    async with Echo() as server, through(server, Meddler()) as og:
        await og.request("GET", "/v2/account")

    assert header(server, "authorization") == ["GenieKey 0123456789-of-a-test"]
    assert header(server, "accept") == ["application/json"]
    assert header(server, "host") == [server.url.removeprefix("http://")]
    assert header(server, "x-good") == ["1"]
    assert not {"x-worse", "x-worst", "x bad"} & {name.lower() for name in server.received[0].headers}


async def test_a_client_that_exists_can_be_instrumented_with_its_views(og: Opsgenie, recording: Recording):
    view = og.with_config(max_attempts=2)
    recording.telemetry.instrument(og)
    recording.telemetry.instrument(og)

    await og.teams.list()
    await view.teams.list()
    await og.with_config(max_attempts=3).teams.list()

    assert len(recording.spans) == 3


async def test_the_log_goes_on_beside_telemetry(
    og: Opsgenie, sandbox: Sandbox, recording: Recording, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "opsgenie_async")
    recording.telemetry.instrument(og)
    sandbox.faults.add(Fault(html=True, times=1))
    await og.teams.list()

    assert [record.getMessage().partition(" in ")[0] for record in caplog.records] == [
        "GET v2/teams: attempt 1: 502",
        "GET v2/teams: again",
    ]


async def test_a_client_of_dx_is_observed_as_well(recording: Recording):
    async with DX("token-of-dx", base_url="http://127.0.0.1:9", config=Config(max_attempts=1, hooks=())) as dx:
        recording.telemetry.instrument(dx)
        with pytest.raises(TransportError):
            await dx.incidents.upsert(reference_id="1", started_at=datetime(2026, 1, 1, tzinfo=UTC))

    [span] = recording.spans
    assert span.name == "POST /api/incidents.upsert"
    assert "token-of-dx" not in span.to_json()


async def test_a_coroutine_that_is_thrown_away_ends_its_span_silently(
    sandbox: Sandbox, recording: Recording, caplog: pytest.LogCaptureFixture
):
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=(recording.telemetry,))) as og:
        coroutine = og.request("GET", "/v2/teams")
        step = coroutine.send(None)  # as far as the first wait, in nobody's task
        del step
        coroutine.close()
        del coroutine
        gc.collect()

    assert [span.name for span in recording.spans] == ["GET /v2/teams"]
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


async def test_baggage_goes_along_as_the_global_propagator_says(recording: Recording):
    token = attach(set_baggage("tenant", "7"))
    try:
        async with Echo() as server, through(server, recording.telemetry) as og:
            await og.request("GET", "/v2/account")
    finally:
        detach(token)

    assert header(server, "baggage") == ["tenant=7"]


@pytest.mark.parametrize("provider", ["tracer_provider", "meter_provider"])
def test_client_in_place_of_a_provider_is_told_apart(provider: str):
    with pytest.raises(ArgumentTypeError, match=rf"{provider}: .*Telemetry\(\)\.instrument\(og\)"):
        Telemetry(**{provider: Opsgenie("key")})  # type: ignore[arg-type]


def test_only_a_client_is_instrumented():
    with pytest.raises(ArgumentTypeError, match="got NoneType"):
        Telemetry().instrument(None)  # type: ignore[arg-type]


def current() -> str:
    """The name of the current span; "" for none."""
    return getattr(trace.get_current_span(), "name", "")


@pytest.mark.parametrize("number", [1, 2, 5])
async def test_any_number_of_observers_leave_no_span_current(sandbox: Sandbox, recording: Recording, number: int):
    hooks = tuple(Telemetry(recording.tracer_provider, NoOpMeterProvider()) for _ in range(number))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=hooks)) as client:
        Telemetry(recording.tracer_provider, NoOpMeterProvider()).instrument(client)
        for _ in range(2):
            await client.account.get()
            assert current() == ""

        with recording.tracer_provider.get_tracer("shop").start_as_current_span("order"):
            await client.account.get()
            assert current() == "order"

    assert len(recording.spans) == 3 * (number + 1) + 1


async def test_each_observer_adds_events_to_its_own_span(sandbox: Sandbox, clock: FakeClock, recording: Recording):
    sandbox.faults.add(Fault(status=429, headers={"Retry-After": "3"}, times=1))
    hooks = tuple(Telemetry(recording.tracer_provider, NoOpMeterProvider()) for _ in range(3))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(clock=clock, hooks=hooks)) as client:
        await client.account.get()

    names = ["rate limit closed", "attempt", "wait", "rate limit opened", "attempt"]
    assert [[name for name, _ in events_of(span)] for span in recording.spans] == [names] * 3


async def test_an_observer_that_is_given_twice_observes_once(sandbox: Sandbox, recording: Recording):
    telemetry, events = recording.telemetry, list[Event]()
    config = Config(hooks=(telemetry, events.append, telemetry))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as client:
        telemetry.instrument(client)
        await client.account.get()
        assert current() == ""

    assert len(recording.spans) == 1
    assert len(events) == 2
    assert recording.total("http.client.request.duration") == 1


async def test_runs_of_several_observers_end_in_any_order(recording: Recording):
    """Those of runs are nested as those of calls are."""
    spans = [Telemetry(recording.tracer_provider, NoOpMeterProvider()) for _ in range(3)]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        for telemetry in spans:
            telemetry(RunStarted(run="pull", run_id=7))
        for index in order:
            spans[index](RunEnded(run="pull", run_id=7, counts={}, failures=0, error="", elapsed=1.0))
        assert current() == ""
