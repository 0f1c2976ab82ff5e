"""A run of a job that failed, as a value, and the alert that reports it: pure."""

from __future__ import annotations

import socket
from typing import Self

import attrs

from opsgenie_async.resources.alert_limits import MAX_DESCRIPTION_LENGTH, MAX_MESSAGE_LENGTH
from opsgenie_async.truncation import truncate
from opsgenie_async.web.request_failure import AlertFields, error_message, error_name, format_trace, only_error

__all__ = ["JobFailure", "build_alert"]


@attrs.frozen(kw_only=True)
class JobFailure:
    """A run of a job that failed.

    Attributes:
        job: The name of the job.
        summary: The failure on one line: the exception, or the exit status of a command.
        error: The class of the exception, with its module unless it is a builtin; "" for a command.
        description: The traceback, or the end of the command's stderr; "" for none.
        seconds: The duration of the run.
        host: The machine.
    """

    job: str
    summary: str
    error: str = ""
    description: str = ""
    seconds: float = 0.0
    host: str = attrs.field(factory=socket.gethostname)

    @classmethod
    def of(cls, job: str, error: BaseException, seconds: float) -> Self:
        """Describe *error*, without source lines, which would have to be read from the disk."""
        error = only_error(error)
        name, text = error_name(error), error_message(error)
        summary = f"{name}: {text}" if text else name
        trace = "\n".join([*format_trace(error.__traceback__), summary])
        return cls(job=job, summary=summary, error=name, description=trace, seconds=seconds)


def build_alert(failure: JobFailure) -> AlertFields:
    """Build the alert for *failure*."""
    details = {"job": failure.job, "host": failure.host, "seconds": f"{failure.seconds:.3f}", "error": failure.error}
    alert = AlertFields(
        message=truncate(" ".join(f"{failure.job}: {failure.summary}".split()), MAX_MESSAGE_LENGTH),
        source=failure.host,
        entity=failure.job,
        details={name: value for name, value in details.items() if value},
    )
    if failure.description:
        alert["description"] = truncate(failure.description, MAX_DESCRIPTION_LENGTH)
    return alert
