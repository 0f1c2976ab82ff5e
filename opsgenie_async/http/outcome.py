"""The outcome of one attempt, and the error it becomes: pure functions.

The headers are those of the vendor's Response and rate limit pages: `X-RateLimit-State`, `X-RateLimit-Period-In-Sec`.
`Retry-After` is undocumented, but gateways send it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import attrs

from opsgenie_async.errors import OpsgenieError, OutcomeUnknown, ProtocolError, Throttled, TransportError, error_class
from opsgenie_async.http.error_body import LONGEST_NAME, ErrorBody, parse_error_body, phrase, shorten
from opsgenie_async.http.response import Response

__all__ = ["NoAnswer", "error_of", "parse_error", "parse_seconds", "retry_after"]


LONGEST_REASON = 500


def _short(reason: str) -> str:
    return shorten(reason, LONGEST_REASON)  # aiohttp's parser quotes all that it could not read


@attrs.frozen(kw_only=True)
class NoAnswer:
    """An attempt without a complete response.

    Attributes:
        may_have_arrived: Whether the server may have seen the request.
        status: The status of an incomplete response, or of a proxy's refusal.
        final: Whether a retry would fail in the same way, as with a wrong proxy password.
    """

    reason: str = attrs.field(converter=_short)
    may_have_arrived: bool
    status: int | None = None
    final: bool = False


def parse_error(outcome: Response | NoAnswer) -> ErrorBody | None:
    """The error in the body of a response with a status from 400, None for other outcomes."""
    if isinstance(outcome, NoAnswer) or outcome.status < 400:
        return None
    return parse_error_body(outcome.body, outcome.status, outcome.redact)


NUMBER = re.compile(r"\+?[0-9]{1,20}(\.[0-9]{0,20})?")
LONGEST_WAIT = 24 * 3600.0
"""Seconds; a server that asks for more has another clock or another unit, or means no harm to anybody but us."""
REDIRECTS = range(300, 400)
LONGEST_DATE = 64
"""Letters of a date; the longest of the three forms of RFC 9110 has 33."""


def parse_seconds(text: str | None) -> float | None:
    """A number of seconds in a header, None if it is invalid or unreasonably large."""
    if text is None or not NUMBER.fullmatch(text := text.strip()):
        return None
    seconds = float(text)
    return seconds if seconds <= LONGEST_WAIT else None


def retry_after(outcome: Response | NoAnswer, now: datetime) -> float | None:
    """Seconds in a `Retry-After`, a number or a date, counted from *now*; None for anything else."""
    header = None if isinstance(outcome, NoAnswer) else outcome.headers.get("Retry-After")
    if header is None:
        return None
    if (seconds := parse_seconds(header)) is not None:
        return seconds
    if len(header) > LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(header)
        wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, ArithmeticError, LookupError):  # no date, or one at the edge of time
        return None
    return max(0.0, wait.total_seconds()) if wait.total_seconds() <= LONGEST_WAIT else None


def error_of(
    outcome: Response | NoAnswer,
    error_body: ErrorBody | None,
    *,
    unknown: bool,
    redact: Callable[[str], str],
    now: datetime,
) -> OpsgenieError:
    """The exception for *outcome*, with all facts and without secrets.

    Args:
        outcome: The outcome of the attempt.
        error_body: The parsed error body.
        redact: Redacts the key in a text.
        now: The time, for a date in `Retry-After`.
        unknown: Whether the outcome of a write is unknown. The caller adds the facts of the call.
    """
    if isinstance(outcome, NoAnswer):
        kind: type[OpsgenieError] = OutcomeUnknown if unknown else TransportError
        if outcome.final and outcome.may_have_arrived:
            kind = ProtocolError
        return kind(redact(outcome.reason), status=outcome.status)
    status = outcome.status
    if error_body is None:
        if status in REDIRECTS:
            reason = "a redirect, which is never followed: is the base URL right?"
        else:
            reason = f"{phrase(status)}: a response with neither a result nor an error"
        return ProtocolError(reason, status=status, request_id=redact(outcome.request_id))
    refusal = OutcomeUnknown if unknown else error_class(status)
    error = refusal(
        redact(error_body.message),
        status=status,
        code=redact(error_body.code) if isinstance(error_body.code, str) else error_body.code,
        errors={redact(field): redact(text) for field, text in error_body.errors.items()},
        error_type=shorten(redact(outcome.headers.get("X-Opsgenie-Errortype", "")), LONGEST_NAME),
        request_id=redact(error_body.request_id or outcome.request_id),
    )
    if isinstance(error, Throttled):
        wait = retry_after(outcome, now)
        error.retry_after = parse_seconds(outcome.headers.get("X-RateLimit-Period-In-Sec")) if wait is None else wait
    return error
