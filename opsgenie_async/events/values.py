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
    """A call begins; only an `Observer` receives it.

    Attributes:
        base_url: Of the client, with a slash at its end.
        headers: Empty at first. What an observer puts there goes along with every attempt of this call, and nowhere
            else; it cannot replace what the client sends itself, as `Authorization`.
    """

    call: str
    call_id: int
    domain: str
    base_url: str
    headers: dict[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, slots=False)
class AttemptEnded:
    """One sending of a request is over.

    Attributes:
        status: Of the answer, None when none came, and then `reason` says why.
        elapsed: Seconds from sending to the end of the answer.
        call_id: The same in all events of one call; 0 where no observer is there.
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
    """A call is about to wait, or was held back, before an attempt.

    Attributes:
        cause: "backoff" before sending again, told when the wait begins; "throttle" when the rate limit held it back,
            told when that is over.
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
    """A call is over: it has its answer, or `error` names the class of what it raised.

    Attributes:
        elapsed: Seconds in all, waits included.
        waited: Seconds of them spent waiting.
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
    """A rate-limit domain closed after a 429, opened again, or goes at another pace.

    Attributes:
        state: "closed", "opened" or "paced" (the server began to delay, and the domain slows down).
        rate: Calls per second that are let through, None while unlimited.
        seconds: Until the first probe, when it closed.
        period: Of the limit that was met, in seconds, None when the server did not name it.
    """

    domain: str
    state: Literal["closed", "opened", "paced"]
    rate: float | None
    seconds: float
    period: float | None = None


@attrs.frozen(kw_only=True, slots=False)
class SharingChanged:
    """A client that shares its rate limits lost Redis and goes on alone, or is back.

    Attributes:
        shared: Whether the limits are shared from now on.
        reason: Why not, without a password; "" when they are.
    """

    shared: bool
    reason: str


@attrs.frozen(kw_only=True, slots=False)
class RunStarted:
    """A run of many calls begins: a pull, a plan, an apply or an archive; only an `Observer` receives it."""

    run: str
    run_id: int


@attrs.frozen(kw_only=True, slots=False)
class RunEnded:
    """A run is over.

    Attributes:
        run: "pull", "read", "plan", "apply" or "archive".
        counts: By the words of the run, as `{"teams": 25}` of a pull and `{"create": 3}` of a plan.
        failures: Things that could not be read, steps that failed, holes in an archive.
        error: The class of what the run raised, "" when it came to its end.
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
    """A slice of an archive is written.

    Attributes:
        kind: "alerts" or "incidents".
        records: In it.
        holes: What of it could not be read.
    """

    kind: str
    records: int
    holes: int


@attrs.frozen(kw_only=True, slots=False)
class AlertProcessed:
    """An alert of a program of your own went out of the queue of `opsgenie_async.web`, or did not get into it.

    Attributes:
        service: The source of the alert.
        outcome: "sent", "closed" (its route recovered), "failed" (Opsgenie rejected it for good) or "dropped" (the
            queue was full, or the time at the end was over).
        count: Occurrences that it stands for.
        waiting: Occurrences that are still in the queue.
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
