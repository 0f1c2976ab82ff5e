"""The door: an observer of clients that makes spans and metrics of what it receives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import TracerProvider, get_tracer

from opsgenie_async import __version__
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
    """Spans, metrics and trace context of every client that it is given to.

    One object serves any number of clients: `Config(hooks=(log_event, telemetry))` for those that are still to be made,
    `telemetry.instrument(og)` for one that exists. Calls, attempts, waits and rate limits of the client, the runs of
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
            tracer_provider: Where spans go; the global one by default, which may be set later.
            meter_provider: Where metrics go; the global one by default, which may be set later.
            propagate: Send the trace context along (`traceparent`, and whatever else the global propagator writes, as
                `baggage`), with every attempt and to the base URL alone.
        """
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
        """Let the gauges show *client* for as long as it lives."""
        self._metrics.watch(client)

    def instrument(self, client: Opsgenie | DX) -> None:
        """Observe all calls of *client* from now on, those of its views as well; a second time does nothing."""
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
