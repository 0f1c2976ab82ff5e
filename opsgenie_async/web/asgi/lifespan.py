"""The lifespan of an ASGI application with something around it: started before the application, stopped after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from opsgenie_async.logs import get_logger
from opsgenie_async.web.asgi.protocol import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Lifespan"]

logger = get_logger(__name__)

STARTUP, SHUTDOWN = "lifespan.startup", "lifespan.shutdown"


class Lifespan:
    """One run of an application between a server's startup and shutdown.

    An application that does not take part in the lifespan has one all the same, as far as the server can see.

    Args:
        app: The application.
        start: Called before the application starts; when it raises, the server gets `lifespan.startup.failed`.
        flush: Called when the shutdown begins, before the application receives it.
        stop: Called when the application has ended.
        receive: Receives from the server.
        send: Sends to the server.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        start: Callable[[], Awaitable[None]],
        flush: Callable[[], Awaitable[None]],
        stop: Callable[[], Awaitable[None]],
        receive: Receive,
        send: Send,
    ) -> None:
        self._app = app
        self._start = start
        self._flush = flush
        self._stop = stop
        self._receive = receive
        self._send = send
        self._startup: Message | None = None  # not yet received by the application
        self._messages: set[str] = set()  # of the application
        self._shutdown = False

    async def run(self, scope: Scope) -> None:
        """Run until the shutdown is complete, or the startup failed."""
        self._startup = await self._receive()
        try:
            await self._start()
        except Exception as error:
            logger.exception("the startup failed")
            await self._stop()
            await self._send({"type": f"{STARTUP}.failed", "message": f"{type(error).__name__}: {error}"})
            return
        try:
            await self._run_app(scope)
        finally:
            await self._stop()

    async def _run_app(self, scope: Scope) -> None:
        try:
            await self._app(scope, self._receive_for_app, self._send_for_app)
        except Exception as error:
            if self._messages:
                raise
            if self._startup is None:  # it may be a startup that failed: the server would continue as well
                logger.warning("the application raised in its lifespan, and continues without one", exc_info=True)
            else:
                logger.info("the application takes no part in the lifespan: %s", type(error).__name__)
        if f"{STARTUP}.failed" in self._messages:
            return
        if not self._messages:
            await self._send({"type": f"{STARTUP}.complete"})
        if not self._shutdown:
            await self._receive()
        if self._messages.isdisjoint({f"{SHUTDOWN}.complete", f"{SHUTDOWN}.failed"}):
            await self._stop()
            await self._send({"type": f"{SHUTDOWN}.complete"})

    async def _receive_for_app(self) -> Message:
        if self._startup is not None:
            message, self._startup = self._startup, None
            return message
        message = await self._receive()
        if message["type"] == SHUTDOWN:
            self._shutdown = True
            await self._flush()  # a client that the application closes itself is open now
        return message

    async def _send_for_app(self, message: Message) -> None:
        kind = message["type"]
        if not kind.startswith("lifespan."):
            raise RuntimeError(f"{kind} is not a lifespan message")
        self._messages.add(kind)
        if kind != f"{STARTUP}.complete":
            await self._stop()
        await self._send(message)
