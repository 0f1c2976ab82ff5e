"""The events: frozen values.

Without slots: with them, a frozen class takes twice as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

__all__ = [
    "AlertProcessed",
    "AttemptEnded",
    "CallEnded",
    "CallStarted",
    "Event",
    "LaneChanged",
    "RunEnded",
    "RunStarted",
    "SharingChanged",
    "SliceEnded",
    "Start",
    "Waiting",
]


@attrs.frozen(kw_only=True, slots=False)
class CallStarted:
    """A call starts; only an `Observer` receives it.

    Attributes:
        base_url: The client's base URL, with a slash at its end.
        headers: Empty at first; an observer can add headers for all attempts of this call. They cannot replace the
            client's own, such as `Authorization`.
    """

    call: str
    call_id: int
    domain: str
    base_url: str
    headers: dict[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, slots=False)
class AttemptEnded:
    """An attempt to send a request ended.

    Attributes:
        status: The status of the response; None if there was none, with the reason in `reason`.
        elapsed: Seconds from sending to the end of the response.
        call_id: The same in all events of one call; 0 without an observer.
    """

    call: str
    domain: str
    attempt: int
    status: int | None
    reason: str
    request_id: str
    elapsed: float
    call_id: int = attrs.field(default=0, eq=False)


@attrs.frozen(kw_only=True, slots=False)
class Waiting:
    """A call will wait, or was held back, before an attempt.

    Attributes:
        cause: "backoff" before a retry, sent when the wait begins; "throttle" for the rate limit, sent after the wait.
        attempt: The number of the attempt that comes after the wait.
    """

    call: str
    domain: str
    attempt: int
    cause: Literal["backoff", "throttle"]
    seconds: float
    call_id: int = attrs.field(default=0, eq=False)


@attrs.frozen(kw_only=True, slots=False)
class CallEnded:
    """A call ended, with a response or with the exception class in `error`.

    Attributes:
        elapsed: Total seconds, including waits.
        waited: Seconds spent waiting.
    """

    call: str
    domain: str
    attempts: int
    status: int | None
    error: str
    request_id: str
    elapsed: float
    waited: float
    call_id: int = attrs.field(default=0, eq=False)


@attrs.frozen(kw_only=True, slots=False)
class LaneChanged:
    """A rate limit domain closed after a 429, opened again, or changed its rate.

    Attributes:
        state: "closed", "opened" or "paced" (the server began to delay, and the domain slows down).
        rate: The allowed calls per second, None while unlimited.
        seconds: Until the first probe, when it closed.
        period: The period of the limit in seconds, None if the server did not send it.
    """

    domain: str
    state: Literal["closed", "opened", "paced"]
    rate: float | None
    seconds: float
    period: float | None = None


@attrs.frozen(kw_only=True, slots=False)
class SharingChanged:
    """A client that shares its rate limits lost Redis and continues alone, or reconnected.

    Attributes:
        shared: Whether the limits are shared now.
        reason: Why not, without passwords; "" if they are.
    """

    shared: bool
    reason: str


@attrs.frozen(kw_only=True, slots=False)
class RunStarted:
    """A run (pull, plan, apply, archive) starts; only an `Observer` receives it."""

    run: str
    run_id: int


@attrs.frozen(kw_only=True, slots=False)
class RunEnded:
    """A run ended.

    Attributes:
        run: "pull", "read", "plan", "apply" or "archive".
        counts: Counts by name, such as `{"teams": 25}` for a pull or `{"create": 3}` for a plan.
        failures: The number of entities not read, failed steps, or holes in an archive.
        error: The class of the exception that ended the run, or "".
        elapsed: Seconds.
    """

    run: str
    run_id: int
    counts: Mapping[str, int]
    failures: int
    error: str
    elapsed: float


@attrs.frozen(kw_only=True, slots=False)
class SliceEnded:
    """A slice of an archive was written.

    Attributes:
        kind: "alerts" or "incidents".
        records: The number of records in it.
        holes: The number of parts that could not be read.
    """

    kind: str
    records: int
    holes: int


@attrs.frozen(kw_only=True, slots=False)
class AlertProcessed:
    """An alert left the queue of `opsgenie_async.web`, or was not accepted by it.

    Attributes:
        service: The source of the alert.
        outcome: "sent", "closed" (its route recovered), "failed" (rejected permanently) or "dropped" (the queue was
            full, or the time to flush it was over).
        count: The number of occurrences in it.
        waiting: The number of occurrences still queued.
    """

    service: str
    outcome: Literal["sent", "closed", "failed", "dropped"]
    count: int
    waiting: int


Event: TypeAlias = (
    AttemptEnded | Waiting | CallEnded | LaneChanged | SharingChanged | RunEnded | SliceEnded | AlertProcessed
)
"""What every hook receives."""

Start: TypeAlias = CallStarted | RunStarted
"""What an `Observer` receives as well."""
