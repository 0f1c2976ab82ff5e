"""Events of a call for hooks: attempts, waits, the end.

A call is one or more attempts; between them it may wait. `AttemptEnded` and `Waiting` tell of these, `CallEnded` of the
whole, `LaneChanged` of a rate-limit domain that closed, reopened or changed its pace. `call` is method and path, as in
"GET v2/teams"; no event holds a key, a query or a body.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal, TypeAlias

import attrs

from opsgenie_async.logs import get_logger

__all__ = ["Announcer", "AttemptEnded", "CallEnded", "Event", "LaneChanged", "Waiting", "log_event"]

logger = get_logger("opsgenie_async")


@attrs.frozen(kw_only=True)
class AttemptEnded:
    """One sending of a request is over.

    Attributes:
        status: Of the answer, None when none came, and then `reason` says why.
        elapsed: Seconds from sending to the end of the answer.
    """

    call: str
    domain: str
    attempt: int
    status: int | None
    reason: str
    request_id: str
    elapsed: float


@attrs.frozen(kw_only=True)
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


@attrs.frozen(kw_only=True)
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


@attrs.frozen(kw_only=True)
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


Event: TypeAlias = AttemptEnded | Waiting | CallEnded | LaneChanged


def log_event(event: Event) -> None:
    """The default hook: one line an event, INFO for what a person may want to know, DEBUG for the rest."""
    match event:
        case AttemptEnded():
            failed = event.status is None or event.status >= 400
            logger.log(
                logging.INFO if failed else logging.DEBUG,
                "%s: attempt %d: %s in %.3f s (request %s)",
                event.call,
                event.attempt,
                event.status if event.status is not None else event.reason,
                event.elapsed,
                event.request_id or "unknown",
            )
        case Waiting(cause="backoff"):
            logger.info("%s: again in %.2f s", event.call, event.seconds)
        case Waiting():
            logger.debug("%s: held back %.2f s by the rate limit", event.call, event.seconds)
        case CallEnded():
            logger.debug(
                "%s: %s after %d attempts, %.3f s, %.3f s of them waiting",
                event.call,
                event.error or event.status,
                event.attempts,
                event.elapsed,
                event.waited,
            )
        case LaneChanged():
            logger.info("rate limit %s: %s, %s calls/s", event.domain, event.state, _rate(event.rate))


class Announcer:
    """Hands every event to every hook (None: to `log_event`); a hook that raises is logged and passed over."""

    __slots__ = ("_for_the_log", "_hooks")

    def __init__(self, hooks: tuple[Callable[[Event], None], ...] | None) -> None:
        self._for_the_log = hooks is None
        self._hooks = (log_event,) if hooks is None else hooks

    def is_enabled_for(self, level: int) -> bool:
        """Whether an event is worth making; *level* is that of its log line, for when nothing else is made of it."""
        return logger.isEnabledFor(level) if self._for_the_log else bool(self._hooks)

    def __call__(self, event: Event) -> None:
        for hook in self._hooks:
            try:
                hook(event)
            except Exception:
                logger.exception("a hook failed on %s", type(event).__name__)


def _rate(rate: float | None) -> str:
    return "any number of" if rate is None else f"{rate:.1f}"
