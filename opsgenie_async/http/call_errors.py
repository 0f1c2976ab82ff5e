"""The errors of a call, with the facts of its state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from opsgenie_async.errors import NotFound, OpsgenieError, OutcomeUnknown, ProtocolError, Throttled, TransportError
from opsgenie_async.http.call import Call
from opsgenie_async.http.error_body import ErrorBody
from opsgenie_async.http.outcome import NoAnswer, error_of
from opsgenie_async.http.response import Response, mark_done
from opsgenie_async.throttle import LaneClosedTooLong

__all__ = ["attempt_error", "deadline_error", "long_wait_error", "no_response_error", "stamp"]


def stamp(call: Call, error: OpsgenieError) -> OpsgenieError:
    """Add the facts of the call to *error*."""
    error.attempts, error.waited, error.call = call.attempts, call.waited, call.request.call
    error.maybe_done |= call.maybe_done
    return error


def attempt_error(
    call: Call,
    outcome: Response | NoAnswer,
    error_body: ErrorBody | None,
    *,
    unknown: bool,
    redact: Callable[[str], str],
    now: datetime,
) -> OpsgenieError:
    """The error for the outcome of an attempt; the arguments are those of `error_of`."""
    error = error_of(outcome, error_body, unknown=unknown, redact=redact, now=now)
    if isinstance(error, NotFound):
        error.hint = call.request.hint
    if isinstance(error, ProtocolError):
        mark_done(call.request, error.status, error, sure=True)
    return stamp(call, error)


def no_response_error(call: Call, reason: str) -> OpsgenieError:
    """The error of a call that ends without a response, because of *reason*."""
    unknown = call.in_flight and not call.request.repeatable
    return stamp(call, (OutcomeUnknown if unknown else TransportError)(reason))


def deadline_error(call: Call, total_timeout: float) -> OpsgenieError:
    """The error of a call at its deadline: its last failure, if it was only waiting for a retry."""
    if call.last is not None and not call.in_flight:
        return stamp(call, call.last)
    return no_response_error(call, f"no response within {total_timeout:g} s")


def long_wait_error(call: Call, closed: LaneClosedTooLong) -> Throttled:
    """The error of a call that cannot wait until its rate limit opens."""
    error = Throttled(
        f"{closed}, longer than this call can wait",
        status=429,
        request_id=call.last.request_id if call.last else "",
    )
    error.retry_after = closed.retry_after
    return error
