"""Spans: one a call, with attempts, waits and changes of the rate limit as events, and one a run."""

from __future__ import annotations

from contextvars import Token
from typing import cast

import attrs
from opentelemetry import context, propagate
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, get_current_span, set_span_in_context

from opsgenie_async.events import (
    AttemptEnded,
    CallEnded,
    CallStarted,
    LaneChanged,
    RunEnded,
    RunStarted,
    SharingChanged,
    SliceEnded,
    Waiting,
)
from opsgenie_async.telemetry.targets import DOMAIN, ERROR_TYPE, STATUS_CODE, Target, error_type

__all__ = ["Spans"]


OPEN = context.create_key("opsgenie_async")
"""The key of the innermost `OpenSpan` in a context."""


@attrs.define(eq=False)
class OpenSpan:
    """A span that is current in its task until it ends.

    owner: the spans of one `Telemetry`; several of them may observe one client.
    number: of the call or run.
    target: of a call.
    outer: the one in which it was opened.
    """

    span: Span
    owner: Spans
    number: tuple[type, int]
    target: Target | None = None
    outer: OpenSpan | None = attrs.field(factory=lambda: innermost())
    token: Token[Context] | None = None
    recording: bool = attrs.field(init=False)
    is_open: bool = True

    def __attrs_post_init__(self) -> None:
        self.recording = self.span.is_recording()

    def enter(self) -> Context:
        """Make it the current one."""
        current = context.set_value(OPEN, self, set_span_in_context(self.span))
        self.token = context.attach(current)
        return current

    def exit(self) -> None:
        """End it, and leave the spans of its call or run that have ended: which of them ends first is not known."""
        self.span.end()
        self.is_open = False
        # Not where another one is current: a coroutine that was thrown away may end in any task.
        while (span := innermost()) is not None and span.number == self.number and not span.is_open:
            if span.token is None or get_current_span() is not span.span:
                return
            context.detach(span.token)


def innermost() -> OpenSpan | None:
    """Return the span of this package that was opened last in this context."""
    return cast("OpenSpan | None", context.get_value(OPEN))


class Spans:
    """The spans that are open, by the numbers of their calls and runs."""

    def __init__(self, tracer: Tracer, *, propagate: bool) -> None:
        self._tracer = tracer
        self._propagate = propagate
        self._calls: dict[int, OpenSpan] = {}
        self._runs: dict[int, OpenSpan] = {}

    def target(self, call_id: int) -> Target | None:
        """Where a call goes; None for one that began unseen."""
        call = self._calls.get(call_id)
        return call.target if call is not None else None

    def start_call(self, event: CallStarted, target: Target) -> None:
        """Open the span of a call, and have its context sent along."""
        span = self._tracer.start_span(target.span_name, None, SpanKind.CLIENT, target.span_attributes)
        self._calls[event.call_id] = call = OpenSpan(span, self, (CallStarted, event.call_id), target)
        if span.get_span_context().is_valid:  # else there is no SDK, and no trace to take part in
            current = call.enter()
            if self._propagate:
                propagate.inject(event.headers, current)

    def add_attempt(self, event: AttemptEnded) -> None:
        """Add the end of an attempt to the span of its call."""
        call = self._calls.get(event.call_id)
        if call is None or not call.recording:
            return
        attributes: dict[str, str | int] = {"opsgenie.attempt": event.attempt}
        if event.status is not None:
            attributes[STATUS_CODE] = event.status
        if event.reason:
            attributes[ERROR_TYPE] = error_type(event.status, event.reason)
            attributes["opsgenie.reason"] = event.reason
        call.span.add_event("attempt", attributes)

    def add_wait(self, event: Waiting) -> None:
        """Add a wait to the span of its call."""
        call = self._calls.get(event.call_id)
        if call is not None and call.recording:
            call.span.add_event(
                "wait",
                {
                    "opsgenie.wait.reason": event.cause,
                    "opsgenie.wait.duration": event.seconds,
                    "opsgenie.attempt": event.attempt,
                },
            )

    def add_lane_change(self, event: LaneChanged) -> None:
        """Add a change of a rate limit to the span of the call that brought it about."""
        span = self._current()
        if span.is_recording():
            attributes: dict[str, str | float] = {DOMAIN: event.domain, "opsgenie.rate_limit.wait": event.seconds}
            if event.rate is not None:
                attributes["opsgenie.rate_limit.pace"] = event.rate
            span.add_event(f"rate limit {event.state}", attributes)

    def add_sharing_change(self, event: SharingChanged) -> None:
        """Add a loss of shared limits, or their return, to the span of the call that met it."""
        span = self._current()
        if span.is_recording():
            span.add_event(
                "rate limit shared" if event.shared else "rate limit alone", {"opsgenie.reason": event.reason}
            )

    def end_call(self, event: CallEnded) -> None:
        """Close the span of a call."""
        call = self._calls.pop(event.call_id, None)
        if call is None:
            return
        if call.recording:
            attributes: dict[str, str | int | float] = {}
            if event.status is not None:
                attributes[STATUS_CODE] = event.status
            if event.request_id:
                attributes["opsgenie.request_id"] = event.request_id
            if event.attempts > 1:
                attributes["http.request.resend_count"] = event.attempts - 1
            if event.waited:
                attributes["opsgenie.waited"] = event.waited
            if event.error:
                attributes[ERROR_TYPE] = error_type(event.status, event.error)
                call.span.set_status(Status(StatusCode.ERROR, event.error))
            call.span.set_attributes(attributes)
        call.exit()

    def start_run(self, event: RunStarted) -> None:
        """Open the span of a run, which those of its calls belong to."""
        span = self._tracer.start_span(f"opsgenie {event.run}")
        self._runs[event.run_id] = run = OpenSpan(span, self, (RunStarted, event.run_id))
        run.enter()

    def add_slice(self, event: SliceEnded) -> None:
        """Add a slice to the span of its run."""
        span = self._current()
        if span.is_recording():
            span.add_event(
                "slice",
                {
                    "opsgenie.archive.kind": event.kind,
                    "opsgenie.archive.records": event.records,
                    "opsgenie.archive.holes": event.holes,
                },
            )

    def _current(self) -> Span:
        """Return the current span; where it is one of several for the same call or run, the one of this object."""
        current = get_current_span()
        each = innermost()
        if each is None or each.span is not current:
            return current
        number = each.number
        while each is not None and each.number == number:
            if each.owner is self:
                return each.span
            each = each.outer
        return current

    def end_run(self, event: RunEnded) -> None:
        """Close the span of a run."""
        run = self._runs.pop(event.run_id, None)
        if run is None:
            return
        if run.recording:
            counts = {f"opsgenie.{event.run}.{name.replace(' ', '_')}": number for name, number in event.counts.items()}
            run.span.set_attributes({**counts, "opsgenie.run.failures": event.failures})
            if event.error:
                run.span.set_attribute(ERROR_TYPE, event.error)
                run.span.set_status(Status(StatusCode.ERROR, event.error))
        run.exit()
