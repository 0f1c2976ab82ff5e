"""What came of one attempt, and what it says about the next: values and pure functions.

The headers are those of the vendor's Response and rate-limit pages: `X-RateLimit-State`, `X-RateLimit-Period-In-Sec`;
no page promises `Retry-After`, gateways send it all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

import attrs

from .error_body import ErrorBody, parse_error_body
from .errors import OpsgenieError, OutcomeUnknown, ProtocolError, Throttled, TransportError, error_class
from .wire import Response

__all__ = ["NoAnswer", "error_of", "refusal_of", "retry_after", "seconds_of"]


@attrs.frozen(kw_only=True)
class NoAnswer:
    """An attempt that brought no whole answer.

    sent: whether the server may have seen the request.
    status: of an answer that began and broke off.
    """

    reason: str
    sent: bool
    status: int | None = None


def refusal_of(outcome: Response | NoAnswer) -> ErrorBody | None:
    """What the body of an answer of 400 and above says, None for any other outcome."""
    if isinstance(outcome, NoAnswer) or outcome.status < 400:
        return None
    return parse_error_body(outcome.body, outcome.status)


def seconds_of(text: str | None) -> float | None:
    """A header's number of seconds, None when it is no such number."""
    try:
        seconds = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def retry_after(outcome: Response | NoAnswer, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for, as a number or as a date, counted from *now*."""
    asked = None if isinstance(outcome, NoAnswer) else outcome.headers.get("Retry-After")
    if asked is None or (seconds := seconds_of(asked)) is not None:
        return None if asked is None else seconds
    try:
        return max(0.0, (parsedate_to_datetime(asked) - now).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return None


def error_of(
    outcome: Response | NoAnswer,
    said: ErrorBody | None,
    *,
    unknown: bool,
    redact: Callable[[str], str],
    now: datetime,
) -> OpsgenieError:
    """The exception that *outcome* is, with everything it says and nothing secret.

    unknown: whether it leaves a write's outcome open. The caller adds what it knows of the call.
    """
    if isinstance(outcome, NoAnswer):
        return (OutcomeUnknown if unknown else TransportError)(redact(outcome.reason), status=outcome.status)
    status = outcome.status
    if said is None:
        redirect = "a redirect, which is never followed: is the base URL right?"
        return ProtocolError(redirect, status=status, request_id=redact(outcome.request_id))
    kind = OutcomeUnknown if unknown else error_class(status)
    error = kind(
        redact(said.message),
        status=status,
        code=redact(said.code) if isinstance(said.code, str) else said.code,
        errors={redact(field): redact(text) for field, text in said.errors.items()},
        error_type=redact(outcome.headers.get("X-Opsgenie-Errortype", "")),
        request_id=redact(said.request_id or outcome.request_id),
    )
    if isinstance(error, Throttled):
        asked = retry_after(outcome, now)
        error.retry_after = seconds_of(outcome.headers.get("X-RateLimit-Period-In-Sec")) if asked is None else asked
    return error
