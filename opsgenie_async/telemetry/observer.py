"""The observer of clients that records spans and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import TracerProvider, get_tracer

from opsgenie_async import __version__
from opsgenie_async.errors import ArgumentTypeError
from opsgenie_async.events import (
    AlertProcessed,
    AttemptEnded,
    CallEnded,
    CallStarted,
    Event,
    LaneChanged,
    Observer,
    RunEnded,
    RunStarted,
    SharingChanged,
    SliceEnded,
    Start,
    StateSource,
    Waiting,
)
from opsgenie_async.telemetry.metrics import metrics_of
from opsgenie_async.telemetry.spans import Spans
from opsgenie_async.telemetry.targets import SCHEMA_URL, Target, target_of

if TYPE_CHECKING:
    from opsgenie_async.client import Opsgenie
    from opsgenie_async.dx import DX

__all__ = ["Telemetry"]


class Telemetry(Observer):
    """A hook that records spans and metrics of clients, and sends the trace context.

    One object serves any number of clients: `Config(hooks=(log_event, telemetry))` for new ones,
    `telemetry.instrument(og)` for an existing one. Calls, attempts, waits and rate limits of the client, the runs of
    `opsgenie_async.sync` and `opsgenie_async.archive`, and the alerts of `opsgenie_async.web` come through the same
    events.
    """

    def __init__(
        self,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        *,
        propagate: bool = True,
    ) -> None:
        """Take the providers of the program's own SDK.

        Args:
            tracer_provider: The provider for spans; the global one by default, which can be set later.
            meter_provider: The provider for metrics; the global one by default, which can be set later.
            propagate: Whether to send the trace context (`traceparent`, and other headers of the global propagator,
                such as `baggage`) with every attempt, only to the base URL.

        Raises:
            ArgumentTypeError: A provider has the wrong type.
        """
        for name, provider, method in (
            ("tracer_provider", tracer_provider, "get_tracer"),
            ("meter_provider", meter_provider, "get_meter"),
        ):
            if provider is not None and not hasattr(provider, method):
                raise ArgumentTypeError(
                    f"{name}: expected a provider of OpenTelemetry, got {type(provider).__name__}; "
                    "a client is observed by Telemetry().instrument(og)"
                )
        tracer = get_tracer("opsgenie_async", __version__, tracer_provider, SCHEMA_URL)
        self._spans = Spans(tracer, propagate=propagate)
        self._metrics = metrics_of(meter_provider)
        self._handlers: dict[type, Callable[[Any], None]] = {
            CallStarted: self._start_call,
            AttemptEnded: self._end_attempt,
            Waiting: self._wait,
            LaneChanged: self._change_lane,
            SharingChanged: self._change_sharing,
            CallEnded: self._end_call,
            RunStarted: self._spans.start_run,
            RunEnded: self._end_run,
            SliceEnded: self._end_slice,
            AlertProcessed: self._metrics.add_alert,
        }

    def __call__(self, event: Event | Start) -> None:
        """Make of *event* what is to be made of it."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def watch(self, client: StateSource) -> None:
        """Include *client* in the gauges as long as it exists."""
        self._metrics.watch(client)

    def instrument(self, client: Opsgenie | DX) -> None:
        """Observe all calls of *client* and its views; calling it again does nothing.

        Raises:
            ArgumentTypeError: *client* is no client.
        """
        if not hasattr(client, "_transport"):
            raise ArgumentTypeError(f"client: expected an Opsgenie or a DX, got {type(client).__name__}")
        client._transport.observe(self)

    def _target(self, event: AttemptEnded | Waiting | CallEnded) -> Target:
        """Where the call goes; of one that began before the client was instrumented the server is not known."""
        return self._spans.target(event.call_id) or target_of(event.call, event.domain, "")

    def _start_call(self, event: CallStarted) -> None:
        self._spans.start_call(event, target_of(event.call, event.domain, event.base_url))

    def _end_attempt(self, event: AttemptEnded) -> None:
        self._metrics.add_attempt(event, self._target(event))
        self._spans.add_attempt(event)

    def _wait(self, event: Waiting) -> None:
        self._metrics.add_wait(event, self._target(event))
        self._spans.add_wait(event)

    def _change_lane(self, event: LaneChanged) -> None:
        self._metrics.add_lane_change(event)
        self._spans.add_lane_change(event)

    def _change_sharing(self, event: SharingChanged) -> None:
        self._metrics.add_sharing_change(event)
        self._spans.add_sharing_change(event)

    def _end_call(self, event: CallEnded) -> None:
        self._metrics.end_call(event, self._target(event))
        self._spans.end_call(event)

    def _end_run(self, event: RunEnded) -> None:
        self._metrics.end_run(event)
        self._spans.end_run(event)

    def _end_slice(self, event: SliceEnded) -> None:
        self._metrics.add_slice(event)
        self._spans.add_slice(event)
