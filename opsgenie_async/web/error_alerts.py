"""A middleware that turns what goes wrong in an application into alerts, and costs its requests nothing."""

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
from opsgenie_async.web import request_failure as troubles
from opsgenie_async.web.alert_limits import check_alert, check_words
from opsgenie_async.web.alert_sender import AlertSender
from opsgenie_async.web.backlog import Backlog
from opsgenie_async.web.headers import HEADERS, redacted
from opsgenie_async.web.plugin import OPSGENIE
from opsgenie_async.web.request_failure import (
    FIELDS,
    LONGEST_DETAIL,
    AlertFields,
    Field,
    Fingerprint,
    RequestFailure,
    cut,
)

__all__ = ["ErrorAlerts", "alert_on_errors"]

logger = get_logger(__name__)


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
    fingerprint: Fingerprint = troubles.fingerprint,
    alert: AlertFields | Callable[[RequestFailure], AlertFields] | None = None,
    recovered_after: int | None = None,
    queue_size: int = 1000,
    flush: float = 5.0,
    key: web.AppKey[Opsgenie] = OPSGENIE,
    clock: Clock | None = None,
) -> ErrorAlerts:
    """Raise an alert for every unhandled exception, every answer with one of *statuses*, and every slow one.

    A request is neither delayed nor failed by it: what went wrong is noted in memory, and told to Opsgenie by a task in
    the background. The same trouble has the same alias, so that a storm is one alert, which Opsgenie counts.

    service: the name of the application in its alerts, and the beginning of their aliases.
    statuses: whatever says `in`: `range(500, 600)`, `{429, *range(500, 600)}`.
    slow_after: seconds that a handler may take; streamed answers and web sockets may take any time.
    ignore: routes of which nothing is told, as shell patterns over their path ("/internal/*") or by their name.
    fields: what an alert tells of a request. headers: those whose values it may tell, `[*HEADERS, "X-Tenant"]` for one
        more; the default ones hold neither paths nor queries nor identities. redact: of these, those whose values are
        hidden all the same, as always where a name speaks of keys, tokens, cookies, passwords, signatures, sessions or
        authorization.
    fingerprint: which troubles are the same; it is called while the request is, and has to be quick.
    alert: what the alert says besides, or instead: responders, priority, tags...; or a function that says so for each.
        Its details are added to those of the request. What is longer than the API takes is cut, and what could
        not be sent at all is left out.
    recovered_after: close a route's alerts after so many good answers in a row; None leaves closing to people. Only
        alerts that this process raised are closed.
    queue_size: occurrences that wait to be told, at the most; the ones beyond are dropped and counted.
    flush: seconds that the end of the application may wait for Opsgenie to take them.
    key: where `setup` put the client, in this application or in one that it is part of.

    Returns the counters. The middleware is put outside all others that are there by now. Raises `ValueError` or
    `TypeError` naming the setting with which no alert could be raised.
    """
    for name, words in {"fields": fields, "headers": headers, "redact": redact, "ignore": ignore}.items():
        check_words(name, words)
    _check(service, fields, slow_after, recovered_after, queue_size, flush)
    if alert is not None and not callable(alert):
        check_alert(alert)
    noted = ErrorAlerts(
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
    more = alert if callable(alert) or alert is None else lambda _: alert

    async def telling(app: web.Application) -> AsyncIterator[None]:
        noted._teller = teller = AlertSender(noted._backlog, frozenset(fields), more, flush, noted._clock)
        teller.start()
        yield
        await teller.stop()

    async def flush_early(app: web.Application) -> None:
        # The client of an application around this one is closed before this one is cleaned up.
        if noted._teller is not None:
            await noted._teller.flush()

    app.middlewares.insert(0, noted._middleware())
    app.cleanup_ctx.append(telling)
    app.on_shutdown.append(flush_early)
    return noted


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
    """The open alerts of one method of a route, with the last trouble of each, and its good answers since."""

    open: dict[str, RequestFailure] = attrs.field(factory=dict)
    good: int = 0


@attrs.define(kw_only=True, eq=False)
class ErrorAlerts:
    """What `alert_on_errors` has noted and told so far."""

    service: str
    _statuses: Container[int] = attrs.field(repr=False)
    _slow_after: float | None = attrs.field(repr=False)
    _ignore: tuple[str, ...] = attrs.field(repr=False)
    _redact: frozenset[str] = attrs.field(repr=False)
    _headers: frozenset[str] = attrs.field(repr=False)
    _fingerprint: Fingerprint = attrs.field(repr=False)
    _recovered_after: int | None = attrs.field(repr=False)
    _key: web.AppKey[Opsgenie] = attrs.field(repr=False)
    _clock: Clock = attrs.field(repr=False)
    _backlog: Backlog = attrs.field(repr=False)
    _teller: AlertSender | None = attrs.field(default=None, init=False, repr=False)
    _troubled: dict[AbstractResource | None, dict[str, _Recovery]] = attrs.field(factory=dict, init=False, repr=False)
    seen: int = attrs.field(default=0, init=False)
    """Occurrences that an alert is for."""

    @property
    def sent(self) -> int:
        """Occurrences that Opsgenie took."""
        return self._teller.sent if self._teller else 0

    @property
    def closed(self) -> int:
        """Alerts that were closed because their route recovered."""
        return self._teller.closed if self._teller else 0

    @property
    def failed(self) -> int:
        """What Opsgenie refused for good."""
        return self._teller.failed if self._teller else 0

    @property
    def waiting(self) -> int:
        """Occurrences that are still to be told."""
        return self._backlog.waiting

    @property
    def dropped(self) -> int:
        """Occurrences that found the queue full, or were left at the end."""
        return self._backlog.dropped

    def _middleware(self) -> Middleware:
        statuses, slow_after, now = self._statuses, self._slow_after, self._clock.now
        troubled = self._troubled

        @web.middleware
        async def alert_on_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
            began = now()
            try:
                response = await handler(request)
            except web.HTTPException as answer:
                if answer.status in statuses:
                    self._note("status", request, answer.status, now() - began, answer)
                elif troubled:
                    self._good(request)
                raise
            except Exception as error:
                self._note("exception", request, 500, now() - began, error)
                raise
            if response.status in statuses:
                self._note("status", request, response.status, now() - began)
            elif slow_after is not None and now() - began > slow_after and isinstance(response, web.Response):
                self._note("slow", request, response.status, now() - began)
            elif troubled:
                self._good(request)
            return response

        return alert_on_errors

    def _note(
        self,
        kind: troubles.Kind,
        request: web.Request,
        status: int,
        seconds: float,
        error: Exception | None = None,
    ) -> None:
        """Put it into the backlog; whatever goes wrong here is the log's, not the request's."""
        try:
            route = _route_of(request)
            if self._ignores(request, route):
                return
            self.seen += 1
            unhandled = error if kind == "exception" else None
            trouble = RequestFailure(
                kind=kind,
                service=self.service,
                method=_method_of(request),
                route=route,
                path=cut(request.path, LONGEST_DETAIL),
                status=status,
                seconds=seconds,
                error=troubles.name_of(unhandled),
                error_text=troubles.text_of(unhandled),
                trace=() if unhandled is None else troubles.trace_of(unhandled.__traceback__),
                remote=request.remote or "",
                headers=self._told_headers(request),
            )
            alias = troubles.alias_of(self._fingerprint(trouble) or troubles.fingerprint(trouble))
            if not self._backlog.add(alias, trouble, request.config_dict[self._key]):
                return
            if self._teller is not None:
                self._teller.wake()
            if self._recovered_after is not None:
                methods = self._troubled.setdefault(request.match_info.route.resource, {})
                recovery = methods.setdefault(trouble.method, _Recovery())
                recovery.good = 0
                if len(recovery.open) < MOST_OPEN:
                    recovery.open[alias] = trouble.outline
        except Exception:
            logger.exception("an alert for %s %s could not be noted", request.method, request.path)

    def _told_headers(self, request: web.Request) -> dict[str, str]:
        shown = redacted(request.headers, self._redact, allowed=self._headers)
        return {name: cut(value, LONGEST_DETAIL) for name, value in shown.items()}

    def _good(self, request: web.Request) -> None:
        """One more good answer of a route; the one that makes it recovered closes its alerts."""
        try:
            resource = request.match_info.route.resource
            methods = self._troubled.get(resource)
            if methods is None or (recovery := methods.get(_method_of(request))) is None:
                return
            recovery.good += 1
            if self._recovered_after is not None and recovery.good >= self._recovered_after:
                del methods[_method_of(request)]
                if not methods:
                    del self._troubled[resource]
                for alias, trouble in recovery.open.items():
                    self._backlog.close(alias, trouble, request.config_dict[self._key])
                if self._teller is not None:
                    self._teller.wake()
        except Exception:
            logger.exception("the recovery of %s %s could not be noted", request.method, request.path)

    def _ignores(self, request: web.Request, route: str) -> bool:
        if not self._ignore:
            return False
        name = request.match_info.route.name or ""
        return any(fnmatchcase(route, pattern) or name == pattern for pattern in self._ignore)


MOST_OPEN = 1000
"""Alerts of one route that are closed when it recovers; an own fingerprint may make any number of them."""


def _method_of(request: web.Request) -> str:
    """One of the few that there are: anybody can send other words, and each would be an alert of its own."""
    return request.method if request.method in hdrs.METH_ALL else "OTHER"


def _route_of(request: web.Request) -> str:
    """The pattern of its path, which is the same for all orders; "" where no route matched."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical
