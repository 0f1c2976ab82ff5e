"""A request that failed, as a value, and the alert that reports it: pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from traceback import walk_tb
from types import MappingProxyType, TracebackType
from typing import Final, Literal, TypeAlias, TypedDict

import attrs

from opsgenie_async.models import EscalationRef, PriorityLike, ScheduleRef, TeamRef, UserRef
from opsgenie_async.resources.alert_limits import (
    MAX_DESCRIPTION_LENGTH,
    MAX_DETAILS_LENGTH,
    MAX_MESSAGE_LENGTH,
    shorten_alias,
)
from opsgenie_async.sequences import SequenceNotStr
from opsgenie_async.truncation import truncate

__all__ = [
    "FIELDS",
    "AlertFields",
    "Field",
    "Fingerprint",
    "Kind",
    "RequestFailure",
    "build_alert",
    "build_alias",
    "error_message",
    "error_name",
    "fingerprint",
    "format_endpoint",
    "format_trace",
    "only_error",
    "single_errors",
]

MAX_DETAIL_LENGTH = 1_000
"""Characters."""
MAX_FRAMES = 30
MAX_ERRORS = 10
"""Exceptions of a group that are named."""

Kind: TypeAlias = Literal["exception", "status", "slow"]

Field: TypeAlias = Literal["method", "route", "path", "status", "seconds", "error", "traceback", "remote", "headers"]
FIELDS: Final[frozenset[Field]] = frozenset({"method", "route", "status", "seconds", "error", "traceback", "headers"})
"""The default fields of an alert. `path` is none of them: unlike a route, it can hold names and tokens."""


@attrs.frozen(kw_only=True)
class RequestFailure:
    """A request that ended in an unhandled exception, an error status, or a slow response.

    Attributes:
        kind: Which of the three it is.
        service: The `service` argument of `alert_on_errors`.
        method: The HTTP method.
        route: The pattern of the route, as in "/orders/{id}"; "" where none matched.
        path: The path of the request, without the query.
        status: The status of the response; 500 for an exception before it began.
        seconds: The time that the handler took.
        error: The class of the exception, with its module unless it is a builtin.
        error_text: The message of the exception.
        trace: The frames of the traceback, outermost first, as "orders.py:17 in show".
        remote: The address of the client.
        headers: The headers of the request; values outside the allow-list are redacted.
    """

    kind: Kind
    service: str
    method: str
    route: str
    path: str
    status: int
    seconds: float
    error: str = ""
    error_text: str = ""
    trace: Sequence[str] = ()
    remote: str = ""
    headers: Mapping[str, str] = attrs.field(factory=lambda: MappingProxyType({}))

    @property
    def summary(self) -> RequestFailure:
        """The failure without its long fields, small enough to be stored."""
        return attrs.evolve(self, error_text="", trace=(), headers=MappingProxyType({}))

    @property
    def endpoint(self) -> str:
        """Method and route, as in "GET /orders/{id}"."""
        return format_endpoint(self.method, self.route)

    @property
    def symptom(self) -> str:
        """The exception class, the status, or "slow": the same for each occurrence of one problem."""
        if self.kind == "exception":
            return self.error
        return "slow" if self.kind == "slow" else str(self.status)


Fingerprint: TypeAlias = Callable[[RequestFailure], str]
"""Computes the key of a failure: failures with equal keys are one alert, whose alias is the key."""


class AlertFields(TypedDict, total=False):
    """Fields of an alert, as `og.alerts.create` takes them."""

    message: str
    description: str
    responders: Sequence[UserRef | TeamRef | EscalationRef | ScheduleRef]
    visible_to: Sequence[UserRef | TeamRef]
    actions: SequenceNotStr[str]
    tags: SequenceNotStr[str]
    details: Mapping[str, str]
    entity: str
    source: str
    priority: PriorityLike
    user: str
    note: str


def fingerprint(failure: RequestFailure) -> str:
    """Build the default key of a failure: service, method, route and symptom."""
    return f"{failure.service}: {failure.endpoint}: {failure.symptom}"


def format_endpoint(method: str, route: str) -> str:
    """Format method and route for people: "GET /orders/{id}"."""
    return f"{method} {route or '(no route)'}"


def error_name(error: BaseException | None) -> str:
    """Return the class name of *error*, as "orders.OutOfStock" or "ValueError"; "" for None."""
    if error is None:
        return ""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def single_errors(error: BaseException) -> Iterator[BaseException]:
    """Yield the exceptions in a group and in the groups inside of it; any other is the only one."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from single_errors(each)
    else:
        yield error


def only_error(error: BaseException) -> BaseException:
    """Return what a group of one was made of, as by a task group in a handler; any other exception as it is."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def build_alias(key: str) -> str:
    """Make an alias of a fingerprint; one that is too long for the API is truncated, with a digest at its end."""
    return shorten_alias(key)


def error_message(error: BaseException | None) -> str:
    """Return the truncated message of *error*, of a group with those in it; "" for None, or where `__str__` fails."""
    if error is None:
        return ""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  # the failure is worth an alert even if its message cannot be had
        return ""
    if isinstance(error, BaseExceptionGroup):
        text = f"{text}: {'; '.join(map(_error_line, islice(single_errors(error), MAX_ERRORS)))}"
    return truncate(text, MAX_DESCRIPTION_LENGTH)


def _error_line(error: BaseException) -> str:
    text = error_message(error)
    return f"{error_name(error)}: {text}" if text else error_name(error)


def format_trace(traceback: TracebackType | None) -> list[str]:
    """Format the innermost frames, without source lines, which would have to be read from the disk."""
    frames = deque(walk_tb(traceback), MAX_FRAMES)
    return [f"{frame.f_code.co_filename}:{number} in {frame.f_code.co_name}" for frame, number in frames]


def build_alert(failure: RequestFailure, fields: Collection[str]) -> AlertFields:
    """Build the alert for *failure* with *fields* of it, truncated to the limits of the API."""
    error_text = failure.error_text if "error" in fields else ""
    title = f"{failure.endpoint}: {_headline(failure)}" + (f": {error_text}" if error_text else "")
    alert = AlertFields(
        message=truncate(" ".join(title.split()), MAX_MESSAGE_LENGTH),
        source=failure.service,
        entity=failure.endpoint,
        details=_details(failure, fields),
    )
    if "traceback" in fields and failure.trace:
        last_line = f"{failure.error}: {error_text}" if error_text else failure.error
        alert["description"] = truncate("\n".join([*failure.trace, last_line]), MAX_DESCRIPTION_LENGTH)
    return alert


def _headline(failure: RequestFailure) -> str:
    return f"slow, {failure.seconds:.1f} s" if failure.kind == "slow" else failure.symptom


def _details(failure: RequestFailure, fields: Collection[str]) -> dict[str, str]:
    values = {
        "method": failure.method,
        "route": failure.route,
        "path": failure.path,
        "status": str(failure.status),
        "seconds": f"{failure.seconds:.3f}",
        "error": failure.error,
        "remote": failure.remote,
    }
    candidates = {name: text for name, text in values.items() if name in fields and text}
    if "headers" in fields:
        candidates |= {f"header {name}": value for name, value in failure.headers.items()}
    room = MAX_DETAILS_LENGTH
    details: dict[str, str] = {}
    for name, text in candidates.items():
        value = truncate(text, MAX_DETAIL_LENGTH)
        room -= len(name) + len(value)
        if room < 0:
            break
        details[name] = value
    return details
