"""An aiohttp middleware that raises alerts for failed requests, and never delays a request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Container, Iterable
from fnmatch import fnmatchcase
from typing import get_args

import attrs
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from aiohttp.web_urldispatcher import AbstractResource

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.logs import get_logger
from opsgenie_async.web.alert_limits import check_alert, check_texts
from opsgenie_async.web.alert_sender import AlertSender
from opsgenie_async.web.backlog import Backlog
from opsgenie_async.web.headers import HEADERS, redact_headers
from opsgenie_async.web.plugin import OPSGENIE
from opsgenie_async.web.request_failure import (
    FIELDS,
    MAX_DETAIL_LENGTH,
    AlertFields,
    Field,
    Fingerprint,
    Kind,
    RequestFailure,
    build_alias,
    error_message,
    error_name,
    format_trace,
    truncate,
)
from opsgenie_async.web.request_failure import fingerprint as default_fingerprint

__all__ = ["ErrorAlerts", "alert_on_errors"]

logger = get_logger(__name__)

MAX_OPEN_ALERTS = 1000
"""Alerts of one route that are closed when it recovers; a fingerprint of the caller's may make any number of them."""


def alert_on_errors(
    app: web.Application,
    *,
    service: str = "web",
    statuses: Container[int] = range(500, 600),
    slow_after: float | None = None,
    ignore: Iterable[str] = (),
    fields: Collection[Field] = FIELDS,
    headers: Iterable[str] = HEADERS,
    redact: Iterable[str] = (),
    fingerprint: Fingerprint = default_fingerprint,
    alert: AlertFields | Callable[[RequestFailure], AlertFields] | None = None,
    recovered_after: int | None = None,
    queue_size: int = 1000,
    flush: float = 5.0,
    key: web.AppKey[Opsgenie] = OPSGENIE,
    clock: Clock | None = None,
) -> ErrorAlerts:
    """Raise an alert for every unhandled exception, every error status, and every slow response.

    Requests are neither delayed nor failed: failures are queued in memory, and a background task sends them. Equal
    failures have the same alias, so a storm is one alert with a count. The middleware is the outermost of those that
    are added before this call.

    Args:
        app: The application. `setup` gives it the client.
        service: The name of the application in its alerts, and the prefix of their aliases.
        statuses: The error statuses; anything with `in`: `range(500, 600)`, `{429, *range(500, 600)}`.
        slow_after: Seconds after which a response is slow; streamed responses and web sockets never are.
        ignore: Routes without alerts, as shell patterns of the path ("/internal/*") or as names of routes.
        fields: The facts about a request that an alert shows.
        headers: The headers whose values an alert may show: `[*HEADERS, "X-Tenant"]` adds one. The default ones hold no
            path, query or identity.
        redact: Headers to redact although *headers* has them. Those whose names speak of keys, tokens, cookies,
            passwords, signatures, sessions or authorization are always redacted.
        fingerprint: Computes the key by which failures are equal. It is called during the request and has to be quick.
        alert: Fields that are added to each alert, or override it: responders, priority, tags...; or a function that
            computes them. Its details are merged with those of the request. What exceeds a limit of the API is
            truncated.
        recovered_after: Close the alerts of a route after this number of successful responses in a row; None never
            closes. Only alerts that this process raised are closed.
        queue_size: The maximum number of queued occurrences; further ones are dropped and counted.
        flush: Seconds that the shutdown of the application may wait for the queue to be sent.
        key: The key of the client in this application, or in one that contains it.
        clock: The source of time; the system's by default.

    Returns:
        Counters, and the state of the queue.

    Raises:
        TypeError: A setting has the wrong type; the message names it.
        ValueError: No alert could be raised with a setting; the message names it.
    """
    for name, texts in {"fields": fields, "headers": headers, "redact": redact, "ignore": ignore}.items():
        check_texts(name, texts)
    _check(service, fields, slow_after, recovered_after, queue_size, flush)
    if alert is not None and not callable(alert):
        check_alert(alert)
    alerts = ErrorAlerts(
        service=service,
        statuses=statuses,
        slow_after=slow_after,
        ignore=tuple(ignore),
        redact=frozenset(name.lower() for name in redact),
        headers=frozenset(name.lower() for name in headers),
        fingerprint=fingerprint,
        recovered_after=recovered_after,
        key=key,
        clock=clock or SystemClock(),
        backlog=Backlog(queue_size),
    )
    alerts._install(app, frozenset(fields), alert, flush)
    return alerts


def _check(
    service: object,
    fields: Collection[Field],
    slow_after: float | None,
    recovered_after: int | None,
    queue_size: int,
    flush: float,
) -> None:
    if not isinstance(service, str):
        raise TypeError(f"service: expected str, got {type(service).__name__}")
    if unknown := [name for name in fields if name not in get_args(Field)]:
        raise ValueError(f"fields: there is no {unknown[0]!r}; those are {', '.join(get_args(Field))}")
    for name, number, least in (
        ("slow_after", slow_after, 0),
        ("recovered_after", recovered_after, 1),
        ("queue_size", queue_size, 1),
        ("flush", flush, 0),
    ):
        if number is not None and not number >= least:
            raise ValueError(f"{name}: expected {least} or more, got {number!r}")


@attrs.define
class _Recovery:
    """The open alerts of one method of a route by alias, and the number of successful responses since the last one."""

    open: dict[str, RequestFailure] = attrs.field(factory=dict)
    successes: int = 0


@attrs.define(kw_only=True, eq=False)
class ErrorAlerts:
    """The counters and the queue of one `alert_on_errors`."""

    service: str
    _statuses: Container[int] = attrs.field(alias="statuses", repr=False)
    _slow_after: float | None = attrs.field(alias="slow_after", repr=False)
    _ignore: tuple[str, ...] = attrs.field(alias="ignore", repr=False)
    _redact: frozenset[str] = attrs.field(alias="redact", repr=False)
    _headers: frozenset[str] = attrs.field(alias="headers", repr=False)
    _fingerprint: Fingerprint = attrs.field(alias="fingerprint", repr=False)
    _recovered_after: int | None = attrs.field(alias="recovered_after", repr=False)
    _key: web.AppKey[Opsgenie] = attrs.field(alias="key", repr=False)
    _clock: Clock = attrs.field(alias="clock", repr=False)
    _backlog: Backlog = attrs.field(alias="backlog", repr=False)
    _sender: AlertSender | None = attrs.field(default=None, init=False, repr=False)
    _recoveries: dict[AbstractResource | None, dict[str, _Recovery]] = attrs.field(factory=dict, init=False, repr=False)
    occurrences: int = attrs.field(default=0, init=False)
    """Failures that an alert is for."""

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
        """Calls that Opsgenie rejected for good."""
        return self._sender.failed if self._sender else 0

    @property
    def waiting(self) -> int:
        """Occurrences that are still to be sent."""
        return self._backlog.waiting

    @property
    def dropped(self) -> int:
        """Occurrences that met a full queue, or were not sent before the end."""
        return self._backlog.dropped

    def _install(
        self,
        app: web.Application,
        fields: frozenset[str],
        alert: AlertFields | Callable[[RequestFailure], AlertFields] | None,
        flush: float,
    ) -> None:
        extra_fields = alert if callable(alert) or alert is None else lambda _: alert

        async def run_sender(app: web.Application) -> AsyncIterator[None]:
            self._sender = sender = AlertSender(self._backlog, fields, extra_fields, flush, self._clock)
            sender.start()
            yield
            await sender.stop()

        async def flush_early(app: web.Application) -> None:
            # The client of an application around this one is closed before this one is cleaned up.
            if self._sender is not None:
                await self._sender.flush()

        app.middlewares.insert(0, self._middleware())
        app.cleanup_ctx.append(run_sender)
        app.on_shutdown.append(flush_early)

    def _middleware(self) -> Middleware:
        statuses, slow_after, now = self._statuses, self._slow_after, self._clock.now
        recoveries = self._recoveries

        @web.middleware
        async def alert_on_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
            started = now()
            try:
                response = await handler(request)
            except web.HTTPException as response_error:
                if response_error.status in statuses:
                    self._record_failure("status", request, response_error.status, now() - started, response_error)
                elif recoveries:
                    self._record_success(request)
                raise
            except Exception as error:
                self._record_failure("exception", request, 500, now() - started, error)
                raise
            if response.status in statuses:
                self._record_failure("status", request, response.status, now() - started)
            elif slow_after is not None and now() - started > slow_after and isinstance(response, web.Response):
                self._record_failure("slow", request, response.status, now() - started)
            elif recoveries:
                self._record_success(request)
            return response

        return alert_on_errors

    def _record_failure(
        self,
        kind: Kind,
        request: web.Request,
        status: int,
        seconds: float,
        error: Exception | None = None,
    ) -> None:
        """Queue a failure. An error in here is logged; it must not reach the request."""
        try:
            route = _route(request)
            if self._ignores(request, route):
                return
            self.occurrences += 1
            unhandled = error if kind == "exception" else None
            failure = RequestFailure(
                kind=kind,
                service=self.service,
                method=_method(request),
                route=route,
                path=truncate(request.path, MAX_DETAIL_LENGTH),
                status=status,
                seconds=seconds,
                error=error_name(unhandled),
                error_text=error_message(unhandled),
                trace=() if unhandled is None else format_trace(unhandled.__traceback__),
                remote=request.remote or "",
                headers=self._visible_headers(request),
            )
            alias = build_alias(self._fingerprint(failure) or default_fingerprint(failure))
            if not self._backlog.add(alias, failure, request.config_dict[self._key]):
                return
            if self._sender is not None:
                self._sender.wake()
            if self._recovered_after is not None:
                methods = self._recoveries.setdefault(request.match_info.route.resource, {})
                recovery = methods.setdefault(failure.method, _Recovery())
                recovery.successes = 0
                if len(recovery.open) < MAX_OPEN_ALERTS:
                    recovery.open[alias] = failure.summary
        except Exception:
            logger.exception("an alert for %s %s could not be queued", request.method, request.path)

    def _visible_headers(self, request: web.Request) -> dict[str, str]:
        headers = redact_headers(request.headers, self._redact, allowed=self._headers)
        return {name: truncate(value, MAX_DETAIL_LENGTH) for name, value in headers.items()}

    def _record_success(self, request: web.Request) -> None:
        """Count a successful response of a route; enough of them close its alerts."""
        try:
            resource = request.match_info.route.resource
            methods = self._recoveries.get(resource)
            if methods is None or (recovery := methods.get(_method(request))) is None:
                return
            recovery.successes += 1
            if self._recovered_after is not None and recovery.successes >= self._recovered_after:
                del methods[_method(request)]
                if not methods:
                    del self._recoveries[resource]
                for alias, failure in recovery.open.items():
                    self._backlog.close(alias, failure, request.config_dict[self._key])
                if self._sender is not None:
                    self._sender.wake()
        except Exception:
            logger.exception("the recovery of %s %s could not be recorded", request.method, request.path)

    def _ignores(self, request: web.Request, route: str) -> bool:
        if not self._ignore:
            return False
        name = request.match_info.route.name or ""
        return any(fnmatchcase(route, pattern) or name == pattern for pattern in self._ignore)


def _method(request: web.Request) -> str:
    """Return a method of HTTP, or "OTHER": clients can send any word, and each would be an alert of its own."""
    return request.method if request.method in hdrs.METH_ALL else "OTHER"


def _route(request: web.Request) -> str:
    """Return the pattern of the path, which is the same for all orders; "" where no route matched."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical
