"""Calls in progress: their state, and how `close` ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from types import MappingProxyType, TracebackType
from typing import Final, Self

import aiohttp
import attrs
from aiohttp.tracing import Trace

from opsgenie_async.clock import Clock
from opsgenie_async.deadlines import Deadline
from opsgenie_async.errors import OpsgenieError, OutcomeUnknown, TransportError
from opsgenie_async.http.request import Request

__all__ = ["DEPARTURES", "NO_HEADERS", "Call", "Connector", "Flight", "OpenCalls", "current_flight"]

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

UNWINDING = 5.0
"""Seconds that `close` waits at the most for calls that it has ended: they have nothing more to wait for."""


@attrs.define(eq=False)
class Call:
    """The state of one call; times are seconds of the clock.

    Attributes:
        observed: Whether a hook receives its events.
        id: Distinguishes its events from those of other calls.
        headers: What observers have go along with every attempt.
    """

    request: Request
    started: float
    deadline: float
    observed: bool
    id: int = 0
    headers: Mapping[str, str] = NO_HEADERS
    attempts: int = 0
    waited: float = 0.0
    flight: Flight | None = None
    maybe_done: bool = False
    last: OpsgenieError | None = None
    interrupted: bool = False
    _task: asyncio.Task[object] | None = attrs.field(default=None, init=False, repr=False)
    _cancelling: int = attrs.field(default=0, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._task = task = asyncio.current_task()
        self._cancelling = task.cancelling() if task is not None else 0

    @property
    def in_flight(self) -> bool:
        """Whether the request is out and has no answer yet."""
        return self.flight is not None and self.flight.on_wire

    def stamp(self, error: OpsgenieError) -> OpsgenieError:
        """Write on *error* what only the call knows."""
        error.attempts, error.waited, error.call = self.attempts, self.waited, self.request.call
        error.maybe_done |= self.maybe_done
        return error

    def unanswered(self, reason: str) -> OpsgenieError:
        """What a call raises that ends without an answer, because of *reason*."""
        unknown = self.in_flight and not self.request.repeatable
        return self.stamp((OutcomeUnknown if unknown else TransportError)(reason))

    def interrupt(self) -> None:
        """End the call, wherever it waits."""
        if self._task is not None and not self.interrupted:
            self.interrupted = True
            self._task.cancel()

    def was_interrupted(self) -> bool:
        """Whether a cancellation came from `interrupt` alone; uncancels it. Call it once."""
        return self.interrupted and self._task is not None and self._task.uncancel() <= self._cancelling


class OpenCalls:
    """The calls of one client that are in progress."""

    __slots__ = ("_all_done", "_calls")

    def __init__(self) -> None:
        self._calls: set[Call] = set()
        self._all_done: asyncio.Future[None] | None = None

    def add(self, call: Call) -> None:
        self._calls.add(call)

    def discard(self, call: Call) -> None:
        self._calls.discard(call)
        if self._all_done is not None and not self._calls and not self._all_done.done():
            self._all_done.set_result(None)

    def count(self) -> tuple[int, int]:
        """How many there are, and how many of them wait for an answer; may be called from another thread."""
        calls = self._calls.copy()  # in one step: none comes or goes meanwhile
        return len(calls), sum(call.in_flight for call in calls)

    async def end(self, clock: Clock, timeout: float) -> None:
        """Give the calls *timeout* seconds to end by themselves, then end them."""
        if timeout > 0:
            await self._wait(clock, timeout)
        for call in list(self._calls):
            call.interrupt()
        await self._wait(clock, UNWINDING)

    async def _wait(self, clock: Clock, seconds: float) -> None:
        if not self._calls:
            return
        all_done = self._all_done = asyncio.get_running_loop().create_future()
        try:
            async with clock.deadline(clock.now() + seconds):
                await all_done
        except TimeoutError:
            pass
        finally:
            self._all_done = None


class Flight:
    """One attempt on the wire: it waits for a connection, and is sent as soon as there is one.

    The read timeout counts from sending; connecting has a timeout of its own.
    """

    __slots__ = ("_clock", "_inner", "_outer", "_patience", "limited", "on_wire")

    def __init__(self, clock: Clock, patience: float | None, deadline: AbstractAsyncContextManager[object]) -> None:
        """One of ours is moved at departure; for that of another clock a second one is opened in it.

        Args:
            clock: Says the time.
            patience: Seconds from sending to the end of the answer, None for no limit here.
            deadline: The call's.
        """
        self._clock = clock
        self._patience = patience
        self._outer = deadline if type(deadline) is Deadline else None
        if self._outer is not None and patience is not None:
            self._outer.expect_move(clock.now() + patience)
        self._inner: AbstractAsyncContextManager[object] | None = None
        self.on_wire = False
        self.limited = False

    @property
    def needs_end(self) -> bool:
        """Whether it has to be a context around the sending: the clock is not ours."""
        return self._outer is None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """End the time for the answer; swallow what it broke off."""
        if self._inner is None:
            return False
        try:
            await self._inner.__aexit__(kind, error, traceback)
        except TimeoutError:
            return kind is None or not issubclass(kind, TimeoutError)  # else the block's own
        return False

    async def depart(self) -> None:
        """There is a connection, and the request goes out on it: from now on the answer is waited for."""
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
    """aiohttp's connector; it notifies the flight that waits for a connection."""

    @property
    def idle(self) -> int:
        """How many connections wait for the next call; may be called from another thread."""
        return sum(map(len, list(self._conns.values())))  # there is no public word for them

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> aiohttp.connector.Connection:
        connection = await super().connect(req, traces, timeout)
        if (flight := current_flight.get()) is not None:
            await flight.depart()
        return connection


async def _depart(*_: object) -> None:
    if (flight := current_flight.get()) is not None:
        await flight.depart()


DEPARTURES = aiohttp.TraceConfig()
"""The same notification for connections of the caller's own session."""
DEPARTURES.on_connection_create_end.append(_depart)
DEPARTURES.on_connection_reuseconn.append(_depart)
DEPARTURES.freeze()
