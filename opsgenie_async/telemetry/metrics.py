"""Metrics: durations are recorded one by one; all else is counted here, and read when an exporter asks.

To record costs ten times what it costs to count. Names and attributes are those of OpenTelemetry's conventions for HTTP
clients where it has any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from threading import Lock
from typing import TypeAlias
from weakref import WeakKeyDictionary, ref

from opentelemetry.metrics import CallbackOptions, Meter, MeterProvider, Observation, get_meter, get_meter_provider

from opsgenie_async import __version__
from opsgenie_async.events import (
    AlertProcessed,
    AttemptEnded,
    CallEnded,
    ClientState,
    LaneChanged,
    RunEnded,
    SharingChanged,
    SliceEnded,
    StateSource,
    Waiting,
)
from opsgenie_async.telemetry.targets import DOMAIN, ERROR_TYPE, SCHEMA_URL, Target, error_type, server_of

__all__ = ["Metrics", "metrics_of"]

Key: TypeAlias = tuple[str, ...]
"""What a count is of, in the sequence of its names in `COUNTERS`; "" stands for an attribute that is not there."""

Reading: TypeAlias = Iterator[tuple[str, str, float]]
"""What a gauge shows of a client: the name of an attribute, its value, and the number."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""Buckets of request durations, by the conventions."""
WAIT_SECONDS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
RUN_SECONDS = (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 14_400, 43_200, 86_400)

HISTOGRAMS = (
    ("http.client.request.duration", "Duration of HTTP client requests.", SECONDS),
    ("opsgenie.client.wait.duration", "Time that calls waited before an attempt.", WAIT_SECONDS),
    ("opsgenie.run.duration", "Duration of pulls, plans, applies and archives.", RUN_SECONDS),
)

CLIENT = ("server.address", DOMAIN)
COUNTERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "opsgenie.client.calls": ("{call}", "Calls that ended.", (*CLIENT, ERROR_TYPE)),
    "opsgenie.client.attempts": ("{attempt}", "Requests that were sent.", CLIENT),
    "opsgenie.client.refusals": ("{refusal}", "Requests that received a 429 response.", CLIENT),
    "opsgenie.rate_limit.changes": (
        "{change}",
        "Times that a rate limit closed, opened or was paced.",
        (DOMAIN, "opsgenie.rate_limit.state"),
    ),
    "opsgenie.rate_limit.sharing_changes": (
        "{change}",
        "Times that limits shared through Redis were lost or came back.",
        ("opsgenie.rate_limit.shared",),
    ),
    "opsgenie.run.items": (
        "{item}",
        "What pulls, plans, applies and archives counted.",
        ("opsgenie.run.name", "opsgenie.run.item"),
    ),
    "opsgenie.run.failures": ("{failure}", "What could not be read or done in a run.", ("opsgenie.run.name",)),
    "opsgenie.archive.slices": ("{slice}", "Slices that were archived.", ("opsgenie.archive.kind",)),
    "opsgenie.archive.records": ("{record}", "Records that were archived.", ("opsgenie.archive.kind",)),
    "opsgenie.archive.holes": ("{hole}", "Records that could not be read whole.", ("opsgenie.archive.kind",)),
    "opsgenie.alerts": (
        "{occurrence}",
        "Occurrences that a program of one's own raises alerts for.",
        ("service.name", "opsgenie.alerts.outcome"),
    ),
}
"""By name: unit, description, and the names of the attributes."""


class Metrics:
    """The instruments of one meter, and the counts behind those that are read when somebody asks."""

    def __init__(self, meter: Meter) -> None:
        self._lock = Lock()  # clients of several threads count here, and the exporter reads in a thread of its own
        self._counts: dict[str, Counter[Key]] = {name: Counter() for name in COUNTERS}
        self._alerts_waiting: dict[str, int] = {}
        self._clients: list[ref[StateSource]] = []
        self._duration, self._waits, self._runs = (
            meter.create_histogram(name, "s", description, explicit_bucket_boundaries_advisory=buckets)
            for name, description, buckets in HISTOGRAMS
        )
        for name, (unit, description, _) in COUNTERS.items():
            meter.create_observable_counter(name, [partial(self._read_counter, name)], unit, description)
        for name, unit, description, read in LEVELS:
            meter.create_observable_up_down_counter(name, [partial(self._read_clients, read)], unit, description)
        for name, unit, description, read in GAUGES:
            meter.create_observable_gauge(name, [partial(self._read_clients, read)], unit, description)
        meter.create_observable_gauge(
            "opsgenie.alerts.waiting", [self._read_alerts], "{occurrence}", "Occurrences that are still to be sent."
        )

    def watch(self, client: StateSource) -> None:
        """Let the gauges show *client* for as long as it lives."""
        with self._lock:
            self._clients = [each for each in self._clients if each() not in (None, client)] + [ref(client)]

    def add_attempt(self, event: AttemptEnded, target: Target) -> None:
        """Record a request."""
        error = error_type(event.status, event.reason)
        self._duration.record(event.elapsed, target.labels(event.status, error))
        self._count("opsgenie.client.attempts", target.client)
        if event.status == 429:
            self._count("opsgenie.client.refusals", target.client)

    def add_wait(self, event: Waiting, target: Target) -> None:
        """Record a wait."""
        labels = {**dict(zip(CLIENT, target.client, strict=True)), "opsgenie.wait.reason": event.cause}
        self._waits.record(event.seconds, labels)

    def add_lane_change(self, event: LaneChanged) -> None:
        """Count a change of a rate limit."""
        self._count("opsgenie.rate_limit.changes", (event.domain, event.state))

    def add_sharing_change(self, event: SharingChanged) -> None:
        """Count a loss of shared limits, or their return."""
        self._count("opsgenie.rate_limit.sharing_changes", ("true" if event.shared else "false",))

    def end_call(self, event: CallEnded, target: Target) -> None:
        """Count a call."""
        self._count("opsgenie.client.calls", (*target.client, error_type(event.status, event.error)))

    def end_run(self, event: RunEnded) -> None:
        """Record a run, and what it counted."""
        labels = {"opsgenie.run.name": event.run}
        self._runs.record(event.elapsed, {**labels, ERROR_TYPE: event.error} if event.error else labels)
        for item, number in event.counts.items():
            self._count("opsgenie.run.items", (event.run, item), number)
        self._count("opsgenie.run.failures", (event.run,), event.failures)

    def add_slice(self, event: SliceEnded) -> None:
        """Count a slice of an archive."""
        self._count("opsgenie.archive.slices", (event.kind,))
        self._count("opsgenie.archive.records", (event.kind,), event.records)
        self._count("opsgenie.archive.holes", (event.kind,), event.holes)

    def add_alert(self, event: AlertProcessed) -> None:
        """Count occurrences that left the queue, or did not get into it."""
        self._alerts_waiting[event.service] = event.waiting
        self._count("opsgenie.alerts", (event.service, event.outcome), event.count)

    def _count(self, name: str, key: Key, number: int = 1) -> None:
        with self._lock:
            self._counts[name][key] += number

    def _read_counter(self, name: str, _: CallbackOptions) -> list[Observation]:
        names = COUNTERS[name][2]
        with self._lock:
            counts = list(self._counts[name].items())
        return [
            Observation(number, {label: text for label, text in zip(names, key, strict=True) if text})
            for key, number in counts
        ]

    def _read_clients(self, read: Callable[[ClientState], Reading], _: CallbackOptions) -> list[Observation]:
        """Sums over all clients: two of one account spend the same limit."""
        with self._lock:
            clients = [client for each in self._clients if (client := each()) is not None]
        sums: Counter[tuple[str, str, str]] = Counter()
        for state in [client.state() for client in clients]:
            for label, text, number in read(state):
                sums[state.base_url, label, text] += number  # type: ignore[assignment]
        return [
            Observation(number, {**server_of(base_url), **({label: text} if label else {})})
            for (base_url, label, text), number in sums.items()
        ]

    def _read_alerts(self, _: CallbackOptions) -> list[Observation]:
        return [Observation(number, {"service.name": name}) for name, number in list(self._alerts_waiting.items())]


def _active_requests(state: ClientState) -> Reading:
    yield "", "", state.connections_active


def _open_connections(state: ClientState) -> Reading:
    yield "http.connection.state", "active", state.connections_active
    if state.connections_idle is not None:
        yield "http.connection.state", "idle", state.connections_idle


def _active_calls(state: ClientState) -> Reading:
    yield "", "", state.calls


def _pool_size(state: ClientState) -> Reading:
    yield "", "", state.pool_size


def _lane_closures(state: ClientState) -> Reading:
    for lane in state.lanes:
        yield DOMAIN, lane.domain, lane.closed


def _pace(state: ClientState) -> Reading:
    for lane in state.lanes:
        if lane.rate is not None:
            yield DOMAIN, lane.domain, lane.rate


def _waiting(state: ClientState) -> Reading:
    for lane in state.lanes:
        yield DOMAIN, lane.domain, lane.waiting


LEVELS = (
    ("http.client.active_requests", "{request}", "Number of active HTTP requests.", _active_requests),
    (
        "http.client.open_connections",
        "{connection}",
        "Number of outbound HTTP connections that are currently active or idle on the client.",
        _open_connections,
    ),
    ("opsgenie.client.active_calls", "{call}", "Calls under way, those that wait included.", _active_calls),
    ("opsgenie.client.pool.size", "{connection}", "Maximum number of connections.", _pool_size),
    ("opsgenie.rate_limit.waiting", "{call}", "Calls that a rate limit holds back.", _waiting),
)
GAUGES = (
    ("opsgenie.rate_limit.closed", "{client}", "Clients whose rate limit is closed after a 429.", _lane_closures),
    ("opsgenie.rate_limit.pace", "{call}/s", "Calls that a rate limit lets through; nothing while unlimited.", _pace),
)

_lock = Lock()
_metrics: WeakKeyDictionary[MeterProvider, Metrics] = WeakKeyDictionary()


def metrics_of(provider: MeterProvider | None) -> Metrics:
    """Return the metrics of *provider*, the global one when None; one set each, as a meter takes a name once."""
    provider = provider or get_meter_provider()
    with _lock:
        metrics = _metrics.get(provider)
        if metrics is None:
            meter = get_meter("opsgenie_async", __version__, provider, SCHEMA_URL)
            metrics = _metrics[provider] = Metrics(meter)
        return metrics
