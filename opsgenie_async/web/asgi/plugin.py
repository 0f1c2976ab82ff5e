"""The plug-in for applications of ASGI: a client, error alerts, heartbeats and webhooks, around any application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import TypeAlias, Unpack

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock
from opsgenie_async.config import Config, refuse_unknown
from opsgenie_async.errors import ArgumentValueError, ClientMisused
from opsgenie_async.logs import get_logger
from opsgenie_async.web.asgi.delivery import ASGIDelivery, Disconnect, respond
from opsgenie_async.web.asgi.lifespan import Lifespan
from opsgenie_async.web.asgi.protocol import ASGIApp, Message, Receive, Scope, Send
from opsgenie_async.web.asgi.visit import ASGIVisit, local_path, route_of
from opsgenie_async.web.callbacks import check_plain_function, check_source, text_of
from opsgenie_async.web.error_alerts import AlertSettings, ErrorAlerts
from opsgenie_async.web.heartbeat_pings import HealthCheck, HeartbeatPings, PingLoop
from opsgenie_async.web.request_failure import single_errors
from opsgenie_async.web.settings import check_function, check_name
from opsgenie_async.web.webhook_events import WebhookEvent
from opsgenie_async.web.webhook_receiver import Rejection, Webhooks, WebhookSettings

__all__ = ["ASGIPlugin", "OnEvent", "Source"]

logger = get_logger(__name__)

Source: TypeAlias = Opsgenie | Config | Callable[[], Opsgenie]
"""The ways to give an application its client; see `ASGIPlugin`."""

OnEvent: TypeAlias = Callable[[Scope, WebhookEvent], Awaitable[None] | None]
"""Handles an event. If it raises, the request fails, and Opsgenie delivers the event again."""

DISCONNECTS = frozenset({"ClientDisconnect", "ClientDisconnected", "WebSocketDisconnect"})
"""Exceptions of Starlette and uvicorn for a client that has disconnected, which is no failure."""
RESPONSES = frozenset({"http.response.start", "websocket.http.response.start"})
HANDSHAKES = {"websocket.accept": 101, "websocket.close": 403}
"""Messages before which a web socket has no status, and the status that the client gets."""


class ASGIPlugin:
    """Opsgenie in an application of Starlette, FastAPI or any other framework of ASGI.

        opsgenie = ASGIPlugin(Config(max_attempts=3))
        opsgenie.alert_on_errors(service="shop", recovered_after=5)
        opsgenie.heartbeat("shop", every=60)
        opsgenie.webhooks("/opsgenie", on_event, secret=SECRET)

        app.add_middleware(opsgenie.wrap)  # Starlette, FastAPI
        app = opsgenie.wrap(app)  # anything else

    The client is opened before the application starts and closed after it ends, when the last alerts are sent. Handlers
    have it as `request.state.opsgenie` (`scope["state"]["opsgenie"]`), other code as `opsgenie.client`. Under a server
    without lifespan support, it starts with the first request, and nothing is flushed at the end.

    Args:
        og_or_config: A client, which stays the caller's to close; or a `Config`, or a function that makes a client,
            and then the client is closed with the application. With a `Config` or None, API key and region come from
            the environment.
        key: The name of the client in the state.
        route: Finds the pattern of a request's route in its scope, "" for none. The routes of Starlette, FastAPI and
            Litestar are known without it; of others the requests have no route, so that what fails alike is one alert.

    Raises:
        ArgumentTypeError: *route* is not a function, or a coroutine function; or *og_or_config* has the wrong type.
    """

    def __init__(
        self,
        og_or_config: Source | None = None,
        *,
        key: str = "opsgenie",
        route: Callable[[Scope], str] | None = None,
    ) -> None:
        check_source(og_or_config)
        self._source = og_or_config
        self._key = key
        if route is not None:
            check_plain_function("route", route, "scope")
        self._find_route = route_of if route is None else lambda scope, _: text_of("route", route, scope)
        self._alerts: list[ErrorAlerts] = []
        self._ping_loops: list[PingLoop] = []
        self._webhooks: dict[str, tuple[Webhooks, OnEvent]] = {}
        self._client: Opsgenie | None = None
        self._parts = AsyncExitStack()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def client(self) -> Opsgenie:
        """The client, while the application runs.

        Raises:
            ClientMisused: The application is not running.
        """
        if self._client is None:
            raise ClientMisused("no client: the application does not run, or opsgenie.wrap was not called")
        return self._client

    def alert_on_errors(self, **settings: Unpack[AlertSettings]) -> ErrorAlerts:
        """Raise an alert for every unhandled exception, every error status, and every slow response.

        Requests are neither delayed nor failed: failures are queued in memory, and a background task sends them. Equal
        failures have the same alias, so a storm is one alert with a count. A response is slow by the time until it
        begins. Web sockets fail by an exception, or by the status with which they are refused.

        Args:
            settings: What becomes an alert, and what an alert contains; see `AlertSettings`.

        Returns:
            Counters, and the state of the queue.

        Raises:
            ArgumentTypeError: A setting has the wrong type; the message names it.
            ArgumentValueError: No alert could be raised with a setting; the message names it.
        """
        refuse_unknown("alert_on_errors", settings, AlertSettings.__annotations__)
        alerts = ErrorAlerts.of(**settings)
        self._alerts.append(alerts)
        return alerts

    def heartbeat(
        self,
        name: str,
        *,
        every: float | timedelta,
        healthy: HealthCheck | None = None,
        clock: Clock | None = None,
    ) -> HeartbeatPings:
        """Ping the heartbeat *name* while the application runs and is healthy.

        The first ping is sent at the start. A ping gives up when the next one is due: a rate limit or an outage costs
        the pings that fall into it, and nothing else.

        Args:
            name: The name of the heartbeat.
            every: Seconds, or a `timedelta`, between two pings; well below the interval after which it expires.
            healthy: Decides before each ping whether it is sent; None sends all.
            clock: The source of time; the system's by default.

        Returns:
            The counters.

        Raises:
            ArgumentValueError: *every* is not above 0.
        """
        loop = PingLoop(name, every, healthy, clock)
        self._ping_loops.append(loop)
        return loop.pings

    def webhooks(
        self,
        path: str,
        handler: OnEvent,
        *,
        secret: str | Collection[str] | None,
        **settings: Unpack[WebhookSettings],
    ) -> Webhooks:
        """Receive Opsgenie's webhooks at *path*, and call *handler* once for each event.

        The application does not see these requests. Responses and duplicates are those of the plug-in for aiohttp.

        Args:
            path: The path, as in "/opsgenie".
            handler: A coroutine function, or a function that does not block, that gets the scope of the request and the
                event.
            secret: The value that the header must have, or several of them during a rotation. Opsgenie signs nothing,
                but its webhook integration sends headers of your choice. None accepts every sender.
            settings: The header's name, the limits and the memory for duplicates; see `WebhookSettings`.

        Returns:
            The counters.

        Raises:
            ArgumentValueError: An empty *secret*, or a *path* that is invalid or in use.
        """
        check_name("path", path)
        if not path.startswith("/") or path in self._webhooks:
            raise ArgumentValueError(f"path: expected one that begins with / and is not in use, got {path!r}")
        check_function("handler", handler, "scope", "event")
        refuse_unknown("webhooks", settings, WebhookSettings.__annotations__)
        receiver = Webhooks.of(secret, **settings)
        self._webhooks[path] = receiver, handler
        return receiver

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """Put the plug-in around *app*: `app.add_middleware(opsgenie.wrap)`, or `app = opsgenie.wrap(app)`."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            kind = scope["type"]
            if kind == "lifespan":
                await self._live(app, scope, receive, send)
            elif kind in ("http", "websocket"):
                await self._serve(app, scope, receive, send)
            else:
                await app(scope, receive, send)

        return serve

    async def _live(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        async def start() -> None:
            self._start()
            if "state" in scope:
                scope["state"][self._key] = self._client

        lifespan = Lifespan(app, start=start, flush=self._flush, stop=self._stop, receive=receive, send=send)
        await lifespan.run(scope)

    def _start(self) -> None:
        """Make the client, and start what runs in the background; no I/O."""
        self._loop = asyncio.get_running_loop()
        self._parts = AsyncExitStack()
        source = self._source
        if isinstance(source, Opsgenie):
            self._client = source
        else:
            self._client = Opsgenie(config=source) if source is None or isinstance(source, Config) else source()
            self._parts.push_async_callback(self._client.close)
        for alerts in self._alerts:
            alerts.start()
            self._parts.push_async_callback(alerts.stop)
        for pings in self._ping_loops:
            self._parts.push_async_callback(pings.start(self._client))

    async def _flush(self) -> None:
        for alerts in self._alerts:
            await alerts.flush()

    async def _stop(self) -> None:
        parts, self._parts = self._parts, AsyncExitStack()
        await parts.aclose()

    def _start_late(self) -> None:
        """Start without a lifespan: this is the first request, or the first one in a new loop."""
        try:
            self._start()
        except Exception:
            logger.exception("the client could not be made, and no alerts are sent")

    async def _serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loop is None or self._loop.is_closed():
            self._start_late()
        scope.setdefault("state", {})[self._key] = self._client
        root = scope.get("root_path", "")
        if self._webhooks and scope["type"] == "http" and (route := local_path(scope, root)) in self._webhooks:
            app = partial(self._receive_webhook, route)
        if self._alerts:
            await self._watch(app, scope, receive, send, root)
        else:
            await app(scope, receive, send)

    async def _watch(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, root: str) -> None:
        """Call *app*, and record what became of it for each of the alerts."""
        status, began = 0, 0.0
        now = self._alerts[0].clock.now
        started = now()

        def send_on(message: Message) -> Awaitable[None]:
            nonlocal status, began
            kind = message["type"]
            if kind in RESPONSES:
                status, began = message["status"], now()
            elif kind in HANDSHAKES:
                status = status or HANDSHAKES[kind]
            return send(message)

        try:
            await app(scope, receive, send_on)
        except Exception as error:
            if not all(type(each).__name__ in DISCONNECTS for each in single_errors(error)):
                for alerts in self._alerts:
                    alerts.record_failure("exception", self._visit(scope, root), status or 500, now() - started, error)
            raise
        seconds = (began or now()) - started
        for alerts in self._alerts:
            if status in alerts.statuses:
                alerts.record_failure("status", self._visit(scope, root), status, seconds)
            elif began and alerts.slow_after is not None and seconds > alerts.slow_after:
                alerts.record_failure("slow", self._visit(scope, root), status, seconds)
            elif alerts.recovering:
                alerts.record_success(self._visit(scope, root))

    def _visit(self, scope: Scope, root: str) -> ASGIVisit:
        return ASGIVisit(self, scope, root, self._find_route)

    async def _receive_webhook(self, route: str, scope: Scope, receive: Receive, send: Send) -> None:
        scope["path_template"] = route
        if scope["method"] != "POST":
            await respond(send, 405, "method not allowed", allow="POST")
            return
        receiver, handler = self._webhooks[route]
        try:
            body = await receiver.receive(ASGIDelivery.of(scope, receive), partial(handler, scope))
        except Rejection as rejection:
            await respond(send, rejection.status, rejection.text)
        except Disconnect:
            return
        else:
            await respond(send, 200, body)
