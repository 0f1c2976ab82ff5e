"""An attempt on the wire, from the wait for a connection to the end of the response."""

from __future__ import annotations

import warnings
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from types import ModuleType, TracebackType
from typing import Self

import aiohttp
from aiohttp.tracing import Trace

from opsgenie_async.clock import Clock
from opsgenie_async.deadlines import Deadline
from opsgenie_async.http.forks import FORKS, ForkCounter

__all__ = ["Connector", "Flight", "current_flight"]


class Flight:
    """One attempt on the wire: it waits for a connection, and is sent as soon as there is one.

    The read timeout counts from sending; connecting has a timeout of its own.
    """

    __slots__ = ("_clock", "_inner", "_outer", "_patience", "limited", "on_wire")

    def __init__(
        self, clock: Clock, started: float, patience: float | None, deadline: AbstractAsyncContextManager[object]
    ) -> None:
        """One of ours is moved at departure; with that of another clock the sending is done within the flight, too.

        Args:
            clock: Says the time.
            started: When the attempt begins.
            patience: Seconds from sending to the end of the answer, None for no limit here.
            deadline: The call's.
        """
        self._clock = clock
        self._patience = patience
        self._outer = deadline if isinstance(deadline, Deadline) else None
        if self._outer is not None and patience is not None:
            self._outer.expect_move(started + patience)
        self._inner: AbstractAsyncContextManager[object] | None = None
        self.on_wire = False
        self.limited = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """End the read timeout, and suppress the cancellation that it caused."""
        if self._inner is None:
            return False
        try:
            await self._inner.__aexit__(kind, error, traceback)
        except TimeoutError:
            return kind is None or not issubclass(kind, TimeoutError)  # else the block's own
        return False

    async def depart(self) -> None:
        """Start the read timeout: there is a connection, and the request is being sent."""
        if self.on_wire:
            return
        self.on_wire = True
        if self._patience is None:
            return
        end = self._clock.now() + self._patience
        if self._outer is None:
            inner = self._clock.deadline(end)
            await inner.__aenter__()
            self._inner = inner
        elif end < self._outer.when:
            self.limited = True
            self._outer.move(end)


current_flight: ContextVar[Flight | None] = ContextVar("opsgenie_async.current_flight", default=None)
"""The flight that a connection is being looked for, in the task that looks for it."""


class Connector(aiohttp.TCPConnector):
    """aiohttp's connector; it notifies the flight that waits for a connection.

    In a forked child it counts as closed: to close a connection there, if only because it is collected, would make
    the parent wait for its answers in vain.
    """

    def __init__(self, *, limit: int, keepalive_timeout: float) -> None:
        super().__init__(limit=limit, keepalive_timeout=keepalive_timeout)
        self._forks = FORKS.count

    def __del__(self, _warnings: ModuleType = warnings, forks: ForkCounter = FORKS) -> None:
        if self._forks == forks.count:
            super().__del__(_warnings)

    @property
    def closed(self) -> bool:
        return self._forks != FORKS.count or super().closed

    @property
    def idle(self) -> int:
        """The number of idle connections; may be called from another thread."""
        return sum(map(len, list(self._conns.values())))  # there is no public word for them

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> aiohttp.connector.Connection:
        connection = await super().connect(req, traces, timeout)
        if (flight := current_flight.get()) is not None:
            await flight.depart()
        return connection
