"""Alerts for failed requests: what the middlewares of aiohttp and of ASGI have in common.

A middleware reports the outcome of each request; failures are queued in memory, and a background task sends them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from fnmatch import fnmatchcase
from typing import Protocol, Self, TypedDict, cast, get_args

import attrs
from aiohttp import hdrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.logs import get_logger
from opsgenie_async.sequences import Strings
from opsgenie_async.truncation import truncate
from opsgenie_async.web.alert_fields import extra_fields
from opsgenie_async.web.alert_outcomes import announce_drop
from opsgenie_async.web.alert_sender import AlertSender
from opsgenie_async.web.backlog import Backlog
from opsgenie_async.web.callbacks import check_plain_function, text_of
from opsgenie_async.web.headers import HEADERS, redact_headers
from opsgenie_async.web.request_failure import (
    FIELDS,
    MAX_DETAIL_LENGTH,
    AlertFields,
    Field,
    Fingerprint,
    Kind,
    RequestFailure,
    build_alert,
    build_alias,
    error_message,
    error_name,
    format_trace,
    only_error,
)
from opsgenie_async.web.request_failure import fingerprint as default_fingerprint
from opsgenie_async.web.settings import check_number, check_texts

__all__ = ["AlertSettings", "ErrorAlerts", "Visit"]

logger = get_logger(__name__)

MAX_OPEN_ALERTS = 1000
"""Alerts of one route that are closed when it recovers; a fingerprint of the caller's may make any number of them."""
METHODS = hdrs.METH_ALL | {"WEBSOCKET"}

ExtraFields = AlertFields | Callable[[RequestFailure], AlertFields]


class AlertSettings(TypedDict, total=False):
    """The settings of `alert_on_errors`, the same for aiohttp and for ASGI.

    Attributes:
        service: The name of the application in its alerts, and the prefix of their aliases; "web" by default.
        statuses: The error statuses; anything with `in`: `range(500, 600)` (the default), `{429, *range(500, 600)}`.
        slow_after: Seconds after which a response is slow, None (the default) for never. Streamed responses that have
            begun by then, and web sockets, never are.
        ignore: Routes without alerts, as shell patterns of the path ("/internal/*") or as names of routes.
        fields: The facts about a request that an alert shows.
        headers: The headers whose values alerts show: `[*HEADERS, "X-Tenant"]` adds one. The default ones hold no
            path, query or identity.
        redact: Headers to redact even if they are in *headers*. Those whose names suggest keys, tokens, cookies,
            passwords, signatures, sessions or authorization are always redacted.
        fingerprint: Computes the key by which failures are equal. It is called during the request and has to be quick.
        alert: Fields that are added to each alert, or override it: responders, priority, tags...; or a function that
            computes them, and of whose fields an invalid one is left out and logged. Its details are merged with those
            of the request. What exceeds a limit of the API is truncated.
        recovered_after: Close the alerts of a route after this number of successful responses in a row; None (the
            default) never closes. Only alerts that this process raised are closed.
        queue_size: The maximum number of queued occurrences, 1000 by default; further ones are dropped and counted.
        flush: Seconds that the shutdown of the application may wait for the queue to be sent; 5 by default.
        clock: The source of time; the system's by default.
    """

    service: str
    statuses: Container[int]
    slow_after: float | None
    ignore: Strings
    fields: Collection[Field]
    headers: Strings
    redact: Strings
    fingerprint: Fingerprint
    alert: ExtraFields | None
    recovered_after: int | None
    queue_size: int
    flush: float
    clock: Clock | None


class Visit(Protocol):
    """A request, as its framework knows it; asked only where there is something to record.

    Attributes:
        client: The client to send by.
        method: The HTTP method, or "WEBSOCKET".
        route: The pattern of the route, "" where none matched.
        name: The name of the route, "" for none.
        path: The path, without the query.
        remote: The address of the client, "" where it is unknown.
        headers: The headers of the request.
    """

    @property
    def client(self) -> Opsgenie: ...
    @property
    def method(self) -> str: ...
    @property
    def route(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def remote(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


@attrs.define
class _Recovery:
    """The open alerts of one method of a route by alias, and the number of successful responses since the last one."""

    open: dict[str, RequestFailure] = attrs.field(factory=dict)
    successes: int = 0


@attrs.define(kw_only=True, eq=False)
class ErrorAlerts:
    """The counters and the queue of one `alert_on_errors`."""

    service: str
    statuses: Container[int] = attrs.field(repr=False)
    slow_after: float | None = attrs.field(repr=False)
    clock: Clock = attrs.field(repr=False)
    _ignore: tuple[str, ...] = attrs.field(alias="ignore", repr=False)
    _redact: frozenset[str] = attrs.field(alias="redact", repr=False)
    _headers: frozenset[str] = attrs.field(alias="headers", repr=False)
    _fingerprint: Fingerprint = attrs.field(alias="fingerprint", repr=False)
    _recovered_after: int | None = attrs.field(alias="recovered_after", repr=False)
    _backlog: Backlog[RequestFailure] = attrs.field(alias="backlog", repr=False)
    _make_sender: Callable[[], AlertSender[RequestFailure]] = attrs.field(alias="make_sender", repr=False)
    _sender: AlertSender[RequestFailure] | None = attrs.field(default=None, init=False, repr=False)
    _recoveries: dict[str, dict[str, _Recovery]] = attrs.field(factory=dict, init=False, repr=False)
    occurrences: int = attrs.field(default=0, init=False)
    """Failures that have an alert."""

    @classmethod
    def of(
        cls,
        *,
        service: str = "web",
        statuses: Container[int] = range(500, 600),
        slow_after: float | None = None,
        ignore: Strings = (),
        fields: Collection[Field] = FIELDS,
        headers: Strings = HEADERS,
        redact: Strings = (),
        fingerprint: Fingerprint = default_fingerprint,
        alert: ExtraFields | None = None,
        recovered_after: int | None = None,
        queue_size: int = 1000,
        flush: float = 5.0,
        clock: Clock | None = None,
    ) -> Self:
        """Validate the settings, which are those of `AlertSettings`.

        Raises:
            ArgumentTypeError: A setting has the wrong type; the message names it.
            ArgumentValueError: No alert could be raised with a setting; the message names it.
        """
        for name, texts in {"fields": fields, "headers": headers, "redact": redact, "ignore": ignore}.items():
            check_texts(name, texts)
        if not _are_numbers(statuses):
            raise ArgumentTypeError(f"statuses: expected numbers, as in range(500, 600), got {statuses!r}")
        _check(service, fields, slow_after, recovered_after, queue_size, flush)
        check_plain_function("fingerprint", fingerprint, "failure")
        added = extra_fields(alert)
        visible = frozenset(fields)
        backlog = Backlog[RequestFailure](queue_size, announce_drop)
        time = clock or SystemClock()
        return cls(
            service=service,
            statuses=statuses,
            slow_after=slow_after,
            ignore=tuple(ignore),
            redact=frozenset(name.lower() for name in redact),
            headers=frozenset(name.lower() for name in headers),
            fingerprint=fingerprint,
            recovered_after=recovered_after,
            clock=time,
            backlog=backlog,
            make_sender=lambda: AlertSender(
                backlog,
                lambda failure: build_alert(failure, visible),
                added,
                flush,
                time,
            ),
        )

    @property
    def delivered(self) -> int:
        """Occurrences that Opsgenie accepted."""
        return self._sender.delivered if self._sender else 0

    @property
    def closed(self) -> int:
        """Alerts that were closed because their route recovered."""
        return self._sender.closed if self._sender else 0

    @property
    def failed(self) -> int:
        """Calls that Opsgenie rejected permanently."""
        return self._sender.failed if self._sender else 0

    @property
    def waiting(self) -> int:
        """Occurrences that are still to be sent."""
        return self._backlog.waiting

    @property
    def dropped(self) -> int:
        """Occurrences dropped: the queue was full, or the application ended before they were sent."""
        return self._backlog.dropped

    @property
    def recovering(self) -> bool:
        """Whether successful responses count, because a route has open alerts."""
        return bool(self._recoveries)

    def start(self) -> None:
        """Start sending, in the running event loop."""
        self._sender = sender = self._make_sender()
        sender.start()
        if self._backlog:
            sender.wake()

    async def flush(self) -> None:
        """Send the queue; all calls of this method together take at most the flush time."""
        if self._sender is not None:
            await self._sender.flush()

    async def stop(self) -> None:
        """Flush, then end the background task and drop the remaining alerts."""
        if self._sender is not None:
            await self._sender.stop()

    def record_failure(
        self, kind: Kind, visit: Visit, status: int, seconds: float, error: Exception | None = None
    ) -> None:
        """Queue a failure. An error in here is logged; it must not reach the request."""
        try:
            route = visit.route
            if self._ignores(visit, route):
                return
            self.occurrences += 1
            unhandled = only_error(error) if error is not None and kind == "exception" else None
            failure = RequestFailure(
                kind=kind,
                service=self.service,
                method=_method(visit),
                route=route,
                path=truncate(visit.path, MAX_DETAIL_LENGTH),
                status=status,
                seconds=seconds,
                error=error_name(unhandled),
                error_text=error_message(unhandled),
                trace=() if unhandled is None else format_trace(unhandled.__traceback__),
                remote=visit.remote,
                headers=self._visible_headers(visit),
            )
            alias = build_alias(text_of("fingerprint", self._fingerprint, failure) or default_fingerprint(failure))
            if not self._backlog.add(alias, failure, visit.client):
                return
            if self._sender is not None:
                self._sender.wake()
            if self._recovered_after is not None:
                self._remember(alias, failure)
        except Exception:
            logger.exception("an alert for %s %s could not be queued", visit.method, visit.path)

    def record_success(self, visit: Visit) -> None:
        """Count a successful response of a route; enough of them close its alerts."""
        try:
            route, method = visit.route, _method(visit)
            methods = self._recoveries.get(route)
            if methods is None or (recovery := methods.get(method)) is None:
                return
            recovery.successes += 1
            if self._recovered_after is not None and recovery.successes >= self._recovered_after:
                del methods[method]
                if not methods:
                    del self._recoveries[route]
                for alias, failure in recovery.open.items():
                    self._backlog.close(alias, failure, visit.client)
                if self._sender is not None:
                    self._sender.wake()
        except Exception:
            logger.exception("the recovery of %s %s could not be recorded", visit.method, visit.path)

    def _remember(self, alias: str, failure: RequestFailure) -> None:
        recovery = self._recoveries.setdefault(failure.route, {}).setdefault(failure.method, _Recovery())
        recovery.successes = 0
        if len(recovery.open) < MAX_OPEN_ALERTS:
            recovery.open[alias] = failure.summary

    def _visible_headers(self, visit: Visit) -> dict[str, str]:
        headers = redact_headers(visit.headers, self._redact, allowed=self._headers)
        return {name: truncate(value, MAX_DETAIL_LENGTH) for name, value in headers.items()}

    def _ignores(self, visit: Visit, route: str) -> bool:
        if not self._ignore:
            return False
        name = visit.name
        return any(fnmatchcase(route, pattern) or name == pattern for pattern in self._ignore)


def _check(
    service: object,
    fields: Collection[Field],
    slow_after: float | None,
    recovered_after: int | None,
    queue_size: int,
    flush: float,
) -> None:
    if not isinstance(service, str):
        raise ArgumentTypeError(f"service: expected str, got {type(service).__name__}")
    if unknown := [name for name in fields if name not in get_args(Field)]:
        raise ArgumentValueError(f"fields: there is no {unknown[0]!r}; those are {', '.join(get_args(Field))}")
    for name, number, least in (
        ("slow_after", slow_after, 0),
        ("recovered_after", recovered_after, 1),
        ("queue_size", queue_size, 1),
        ("flush", flush, 0),
    ):
        if number is not None:
            check_number(name, number, least)


def _are_numbers(statuses: object) -> bool:
    """Whether numbers may be in *statuses*: of a collection, nothing else is."""
    if isinstance(statuses, str | bytes) or not isinstance(statuses, Container):
        return False
    if isinstance(statuses, range) or not isinstance(statuses, Collection):
        return True
    return all(isinstance(each, int) for each in cast("Collection[object]", statuses))


def _method(visit: Visit) -> str:
    """Return a method of HTTP, or "OTHER": clients can send any word, and each would be an alert of its own."""
    method = visit.method
    return method if method in METHODS else "OTHER"
