"""The session of a client: opened at first use, bound to one event loop, closed with it at the latest."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import aiohttp

from opsgenie_async.config import Config
from opsgenie_async.errors import ClientMisused
from opsgenie_async.http.call import Call
from opsgenie_async.http.closing import end_calls
from opsgenie_async.http.connections import close_with_loop
from opsgenie_async.http.flights import Connector, current_flight
from opsgenie_async.http.forks import FORKS

__all__ = ["SESSION_CLOSED", "Session"]


CLOSED = "this client is closed"
SESSION_CLOSED = "its session is closed, as that of the caller or with its event loop"
FORKED = "this client belongs to another process: make a client of its own in each"
OF_ANOTHER_LOOP = "this client belongs to another event loop, which is still open: make a client of its own in each"
OF_ANOTHER_LOOPS_SESSION = (
    "the session that was given to this client belongs to another event loop: give one of this loop"
)


async def _depart(*_: object) -> None:
    if (flight := current_flight.get()) is not None:
        await flight.depart()


DEPARTURES = aiohttp.TraceConfig()
"""Notifies the flight that waits for a connection, as `Connector` does, where the session is the caller's."""
DEPARTURES.on_connection_create_end.append(_depart)
DEPARTURES.on_connection_reuseconn.append(_depart)
DEPARTURES.freeze()


class Session:
    """One `aiohttp.ClientSession`, the client's own or the caller's, and its calls in progress.

    It belongs to the event loop of the first call, or of the caller's session; when that is closed, to the next one.

    Attributes:
        calls: The calls in progress.
        current: The session, None before its first use.
        is_owned: Whether it is the client's own.
        is_watched: Whether it reports when a request is sent: for a caller's session, only traces can do that, which
            a session that is not of aiohttp does not have.
        signs_late: Whether it has its own credentials, by `auth` or from ~/.netrc, which aiohttp does not accept
            together with our header: then the key is added after them.
        loop: The event loop it belongs to, None before the first call.
        forks: `FORKS.count` of its process.
    """

    def __init__(self, base_url: str, config: Config, session: aiohttp.ClientSession | None) -> None:
        self.calls: set[Call] = set()
        self.current = session
        self.is_owned = session is None
        self.is_watched = isinstance(session, aiohttp.ClientSession) or self.is_owned
        self.signs_late = isinstance(session, aiohttp.ClientSession) and (session.trust_env or session.auth is not None)
        # There is no public word for the loop of a session that was not asked for anything yet.
        self.loop: asyncio.AbstractEventLoop | None = getattr(session, "_loop", None)
        self.forks = FORKS.count
        self.is_closed = False
        self._base_url = base_url
        self._config = config
        self._left: aiohttp.ClientSession | None = None
        self._guard: AsyncGenerator[None] | None = None
        if isinstance(session, aiohttp.ClientSession) and DEPARTURES not in session.trace_configs:
            session.trace_configs.append(DEPARTURES)

    def __del__(self, warn: Callable[..., None] = warnings.warn) -> None:
        if self.is_owned and self.loop is not None and not self.is_closed and FORKS.count == self.forks:
            warn(
                f"Opsgenie client of {self._base_url} was not closed: use `async with Opsgenie(...) as og`"
                " or `await og.close()`",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )

    @property
    def idle(self) -> int | None:
        """The number of idle connections; None for the caller's session."""
        if not self.is_owned:
            return None
        connector = self.current.connector if self.current is not None else None
        return connector.idle if isinstance(connector, Connector) else 0

    @property
    def is_foreign(self) -> bool:
        """Whether it belongs to the parent of this process, or has opened nothing here."""
        return self.forks != FORKS.count and (self.loop is None or not self.loop.is_closed())

    def move_to(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        """Bind it to *loop*, None for no loop; returns whether it belonged to another one before.

        Raises:
            ClientMisused: It may not.
        """
        if self.is_closed:
            raise ClientMisused(CLOSED)
        before = self.loop
        is_forked = self.forks != FORKS.count and before is not None
        if loop is None or (before is not None and not before.is_closed()):
            if is_forked:
                raise ClientMisused(FORKED)
            raise ClientMisused(OF_ANOTHER_LOOP if before is not None else "no event loop runs here")
        if before is not None and not self.is_owned:
            raise ClientMisused(OF_ANOTHER_LOOPS_SESSION)
        self.loop, self.forks = loop, FORKS.count
        if before is None:
            return False
        self._left, self.current, self._guard = self.current, None, None
        self.calls = set()
        return True

    async def leave(self) -> None:
        """Release the session of the earlier loop, which is closed."""
        session, self._left = self._left, None
        if session is not None:
            await session.close()

    def open(self) -> aiohttp.ClientSession:
        """Open a session in the running loop."""
        session = self.current = aiohttp.ClientSession(
            connector=Connector(limit=self._config.pool_size, keepalive_timeout=self._config.keepalive),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # Else aiohttp sends some methods again by itself when a connection breaks: a DELETE that worked would be
        # "not found" then, and no attempt or rate limit counts that sending. There is no public word for it.
        session._retry_connection = False
        self._guard = close_with_loop(session)
        with suppress(StopIteration):  # it stands at its `yield` then
            self._guard.__anext__().send(None)
        return session

    async def close(self, timeout: float) -> None:
        """End the calls in progress after *timeout* seconds, and close the session if it is the client's own."""
        self.is_closed = True
        await end_calls(self.calls, self._config.clock, timeout)
        session, guard = self.current, self._guard
        self.current = self._guard = None
        if guard is not None:
            await guard.aclose()
        if self.is_owned and session is not None:
            await session.close()
