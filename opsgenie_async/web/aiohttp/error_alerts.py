"""An aiohttp middleware that raises alerts for failed requests, and never delays a request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Unpack

import attrs
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from opsgenie_async.client import Opsgenie
from opsgenie_async.config import refuse_unknown
from opsgenie_async.web.aiohttp.plugin import OPSGENIE, client_of
from opsgenie_async.web.error_alerts import AlertSettings, ErrorAlerts
from opsgenie_async.web.request_failure import Kind, single_errors

__all__ = ["alert_on_errors"]

STATUS: Any = getattr(web, "RequestKey", lambda name, _: name)("opsgenie_async.status", int)  # since aiohttp 3.14
"""The key, in a request, of the status of a response that has begun."""


def alert_on_errors(
    app: web.Application, *, key: web.AppKey[Opsgenie] = OPSGENIE, **settings: Unpack[AlertSettings]
) -> ErrorAlerts:
    """Raise an alert for every unhandled exception, every error status, and every slow response.

    Requests are neither delayed nor failed: failures are queued in memory, and a background task sends them. Equal
    failures have the same alias, so a storm is one alert with a count. The middleware is the outermost of those that
    are added before this call.

    Args:
        app: The application. `setup` gives it the client.
        key: The key of the client in this application, or in one that contains it.
        settings: What becomes an alert, and what an alert contains; see `AlertSettings`.

    Returns:
        Counters, and the state of the queue.

    Raises:
        ArgumentTypeError: A setting has the wrong type; the message names it.
        ArgumentValueError: No alert could be raised with a setting; the message names it.
    """
    refuse_unknown("alert_on_errors", settings, AlertSettings.__annotations__)
    alerts = ErrorAlerts.of(**settings)

    async def run_sender(app: web.Application) -> AsyncIterator[None]:
        alerts.start()
        yield
        await alerts.stop()

    async def flush_early(app: web.Application) -> None:
        # The client of an application around this one is closed before this one is cleaned up.
        await alerts.flush()

    async def remember_status(request: web.Request, response: web.StreamResponse) -> None:
        request[STATUS] = response.status

    app.on_response_prepare.append(remember_status)
    app.middlewares.insert(0, _middleware(alerts, key))
    app.cleanup_ctx.append(run_sender)
    app.on_shutdown.append(flush_early)
    return alerts


@attrs.frozen
class _Visit:
    """A request of aiohttp."""

    request: web.Request
    key: web.AppKey[Opsgenie]

    @property
    def client(self) -> Opsgenie:
        return client_of(self.request.config_dict, self.key)

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def route(self) -> str:
        """The pattern of the path, which is the same for all orders."""
        resource = self.request.match_info.route.resource
        return "" if resource is None else resource.canonical

    @property
    def name(self) -> str:
        return self.request.match_info.route.name or ""

    @property
    def path(self) -> str:
        return self.request.path

    @property
    def remote(self) -> str:
        return self.request.remote or ""

    @property
    def headers(self) -> Mapping[str, str]:
        return self.request.headers


def _middleware(alerts: ErrorAlerts, key: web.AppKey[Opsgenie]) -> Middleware:
    statuses, slow_after, now = alerts.statuses, alerts.slow_after, alerts.clock.now

    @web.middleware
    async def alert_on_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = now()
        try:
            response = await handler(request)
        except web.HTTPException as error:
            status = error.status
            if status in statuses:
                kind: Kind = "exception" if STATUS in request else "status"  # another response has begun before
                alerts.record_failure(kind, _Visit(request, key), request.get(STATUS, status), now() - started, error)
            elif alerts.recovering:
                alerts.record_success(_Visit(request, key))
            raise
        except Exception as error:
            if not _is_disconnect(request, error):
                alerts.record_failure(
                    "exception", _Visit(request, key), request.get(STATUS, 500), now() - started, error
                )
            raise
        if response.status in statuses:
            alerts.record_failure("status", _Visit(request, key), response.status, now() - started)
        elif slow_after is not None and now() - started > slow_after and isinstance(response, web.Response):
            alerts.record_failure("slow", _Visit(request, key), response.status, now() - started)
        elif alerts.recovering:
            alerts.record_success(_Visit(request, key))
        return response

    return alert_on_errors


def _is_disconnect(request: web.Request, error: Exception) -> bool:
    """Whether *error* means that the client has disconnected: a server that the handler calls raises the same."""
    if not all(isinstance(each, ConnectionResetError) for each in single_errors(error)):
        return False
    return request.transport is None or request.transport.is_closing()
