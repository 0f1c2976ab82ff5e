"""The default hook."""

from __future__ import annotations

import logging

from opsgenie_async.events.values import (
    AlertProcessed,
    AttemptEnded,
    CallEnded,
    Event,
    LaneChanged,
    RunEnded,
    SharingChanged,
    SliceEnded,
    Waiting,
)
from opsgenie_async.logs import get_logger

__all__ = ["log_event"]

logger = get_logger("opsgenie_async")


def log_event(event: Event) -> None:
    """The default hook: one log line per event, INFO for what people may want to know, DEBUG for the rest."""
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
        case RunEnded():
            logger.debug(
                "%s: %s after %.3f s, %d failures", event.run, event.error or "done", event.elapsed, event.failures
            )
        case SliceEnded() | AlertProcessed():
            pass  # the archive's progress shows the one, and `opsgenie_async.web` logs the other
        case SharingChanged():
            pass  # the throttle logs it itself, also where hooks of the user's take the place of this one
        case LaneChanged():
            logger.info("rate limit %s: %s, %s calls/s", event.domain, event.state, _rate(event.rate))


def _rate(rate: float | None) -> str:
    return "any number of" if rate is None else f"{rate:.1f}"
