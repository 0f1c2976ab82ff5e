"""The alert of a log record: pure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import PurePath
from traceback import walk_tb
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast

import attrs

from opsgenie_async.models import PriorityLike
from opsgenie_async.resources.alert_limits import MAX_DESCRIPTION_LENGTH, MAX_MESSAGE_LENGTH
from opsgenie_async.truncation import truncate
from opsgenie_async.web.redaction import REDACTED, is_secret, redact
from opsgenie_async.web.request_failure import (
    MAX_DETAIL_LENGTH,
    AlertFields,
    error_message,
    error_name,
    format_trace,
    only_error,
)

__all__ = [
    "PRIORITIES",
    "LogFailure",
    "LogFingerprint",
    "build_alert",
    "describe",
    "fingerprint",
    "priority_of",
    "read_record",
]

PRIORITIES: Final[Mapping[int, PriorityLike]] = MappingProxyType(
    {logging.CRITICAL: "P1", logging.ERROR: "P2", logging.WARNING: "P3", logging.INFO: "P4", logging.NOTSET: "P5"}
)
"""The priority of an alert from a level on."""
OWN_FIELDS = "opsgenie"
"""The name in `extra` of fields of the alert: `extra={"opsgenie": {"priority": "P1"}}`."""
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", OWN_FIELDS}

LogFingerprint: TypeAlias = Callable[[logging.LogRecord], str]
"""Computes the key of a record: records with equal keys are one alert."""


@attrs.frozen(kw_only=True)
class LogFailure:
    """A record that an alert is raised for.

    Attributes:
        service: The `service` argument of the handler.
        logger: The name of the logger.
        level: The name of the level.
        priority: The priority by the level.
        message: The message with its arguments.
        location: The line that logged, as in "orders.py:17 in show".
        error: The class of the exception, "" without one.
        description: The whole message and the traceback, or what the handler's formatter makes of the record.
        details: What the caller gave as `extra`; values whose names suggest secrets are redacted, nested ones too.
        fields: Fields of the alert that the caller gave as `extra={"opsgenie": ...}`.
    """

    service: str
    logger: str
    level: str
    priority: PriorityLike
    message: str
    location: str
    error: str = ""
    description: str = ""
    details: Mapping[str, str] = attrs.field(factory=dict)
    fields: AlertFields = attrs.field(factory=lambda: AlertFields())

    @property
    def endpoint(self) -> str:
        """The place of the failure, for a line in the log."""
        return f"{self.logger}: {self.message}"


def read_record(
    record: logging.LogRecord,
    service: str,
    priorities: Mapping[int, PriorityLike],
    format: Callable[[logging.LogRecord], str],
) -> LogFailure:
    """Take from *record* what becomes part of an alert."""
    error = _error_of(record)
    own = getattr(record, OWN_FIELDS, None)
    return LogFailure(
        service=service,
        logger=record.name,
        level=record.levelname,
        priority=priority_of(record.levelno, priorities),
        message=truncate(record.getMessage(), MAX_DESCRIPTION_LENGTH),
        location=f"{record.filename}:{record.lineno} in {record.funcName}",
        error=error_name(error),
        description=truncate(format(record), MAX_DESCRIPTION_LENGTH),
        details={name: _detail(name, value) for name, value in vars(record).items() if name not in STANDARD},
        fields=cast("AlertFields", dict(own)) if isinstance(own, Mapping) else AlertFields(),
    )


def describe(record: logging.LogRecord) -> str:
    """Write the message, the frames of the traceback and the exception, a line for each."""
    error = _error_of(record)
    lines = [record.getMessage()]
    if error is not None:
        text = error_message(error)
        lines += [*format_trace(error.__traceback__), f"{error_name(error)}: {text}" if text else error_name(error)]
    elif record.exc_text:
        lines.append(record.exc_text)
    if record.stack_info:
        lines.append(record.stack_info)
    return "\n".join(lines)


def fingerprint(record: logging.LogRecord) -> str:
    """Build the default key of a record: logger, message without its arguments, and place of the exception."""
    key = f"{record.name}: {' '.join(str(record.msg).split())}"
    error = _error_of(record)
    if error is None:
        return key
    place = ""
    for frame, number in walk_tb(error.__traceback__):
        place = f" at {PurePath(frame.f_code.co_filename).name}:{number}"
    return f"{key}: {error_name(error)}{place}"


def priority_of(level: int, priorities: Mapping[int, PriorityLike]) -> PriorityLike:
    """Return the priority of the highest level that is not above *level*."""
    known = [threshold for threshold in priorities if threshold <= level]
    return priorities[max(known)] if known else "P5"


def build_alert(failure: LogFailure) -> AlertFields:
    """Build the alert for *failure*."""
    own = {"logger": failure.logger, "level": failure.level, "location": failure.location, "error": failure.error}
    alert = AlertFields(
        message=truncate(" ".join(failure.message.split()) or failure.logger, MAX_MESSAGE_LENGTH),
        source=failure.service,
        entity=failure.logger,
        priority=failure.priority,
        details={name: value for name, value in own.items() if value} | dict(failure.details),
    )
    if failure.description != failure.message or len(failure.message) > MAX_MESSAGE_LENGTH:
        alert["description"] = failure.description
    return alert


def _error_of(record: logging.LogRecord) -> BaseException | None:
    error = record.exc_info[1] if record.exc_info else None
    return None if error is None else only_error(error)


def _detail(name: str, value: Any) -> str:
    if is_secret(name):
        return REDACTED
    try:
        return truncate(redact(value), MAX_DETAIL_LENGTH)
    except Exception:  # noqa: BLE001  # the record is worth an alert even if a value cannot be shown
        return ""
