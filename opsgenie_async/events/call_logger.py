"""One log line per call, with its data as fields."""

from __future__ import annotations

import logging

from opsgenie_async.events.templates import split_call
from opsgenie_async.events.values import CallEnded, Event
from opsgenie_async.logs import get_logger

__all__ = ["CallLogger"]


class CallLogger:
    """A hook that writes one log line for each call: `Config(hooks=(CallLogger(),))`.

    The record has these attributes, for a formatter that writes JSON: `opsgenie_method`, `opsgenie_template`
    (the path without ids), `opsgenie_path`, `opsgenie_domain`, `opsgenie_status`, `opsgenie_error`,
    `opsgenie_attempts`, `opsgenie_seconds`, `opsgenie_waited` (seconds of them) and `opsgenie_request_id`. All are
    strings, numbers or None; none contains an API key, a query or a body.
    """

    def __init__(
        self,
        logger: logging.Logger | str = "opsgenie_async.calls",
        *,
        level: int = logging.INFO,
        failure_level: int = logging.WARNING,
    ) -> None:
        """Set the logger and the levels of the lines.

        Args:
            logger: The logger, or its name.
            level: The level for calls that succeeded.
            failure_level: The level for calls that raised.
        """
        self._logger = get_logger(logger) if isinstance(logger, str) else logger
        self._level = level
        self._failure_level = failure_level

    def __call__(self, event: Event) -> None:
        """Write the line if *event* is a `CallEnded`."""
        if not isinstance(event, CallEnded):
            return
        level = self._failure_level if event.error else self._level
        if not self._logger.isEnabledFor(level):
            return
        method, path, template = split_call(event.call)
        outcome = event.error if event.status is None else f"{event.status} {event.error}".rstrip()
        self._logger.log(
            level,
            "%s %s: %s in %.3f s, %d attempts, %.3f s waiting (request %s)",
            method,
            path,
            outcome,
            event.elapsed,
            event.attempts,
            event.waited,
            event.request_id or "unknown",
            extra={
                "opsgenie_method": method,
                "opsgenie_template": template,
                "opsgenie_path": f"/{path}",
                "opsgenie_domain": event.domain,
                "opsgenie_status": event.status,
                "opsgenie_error": event.error,
                "opsgenie_attempts": event.attempts,
                "opsgenie_seconds": event.elapsed,
                "opsgenie_waited": event.waited,
                "opsgenie_request_id": event.request_id,
            },
        )
