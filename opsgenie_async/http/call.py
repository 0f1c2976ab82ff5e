"""The state of a call in progress."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.http.request import Request

if TYPE_CHECKING:
    from opsgenie_async.http.flights import Flight

__all__ = ["NO_HEADERS", "Call"]

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


@attrs.define(eq=False)
class Call:
    """The state of one call; times are seconds of the clock.

    Attributes:
        observed: Whether a hook receives its events.
        task: The task of the caller.
        cancellations: The earlier cancellation requests of that task.
        id: Distinguishes its events from those of other calls.
        headers: Headers that observers add to every attempt.
        waits: The waits before further attempts, from the second on.
        end: Resolved at the end of the call, if `close` waits for it.
    """

    request: Request
    started: float
    deadline: float
    observed: bool
    task: asyncio.Task[object] | None = attrs.field(repr=False)
    cancellations: int
    id: int = 0
    headers: Mapping[str, str] = NO_HEADERS
    attempts: int = 0
    waited: float = 0.0
    flight: Flight | None = None
    maybe_done: bool = False
    waits: Iterator[float] | None = None
    last: OpsgenieError | None = None
    interrupted: bool = False
    end: asyncio.Future[None] | None = None

    @property
    def in_flight(self) -> bool:
        """Whether the request is sent and has no response yet."""
        return self.flight is not None and self.flight.on_wire

    def interrupt(self) -> None:
        """Cancel the call, wherever it waits."""
        if self.task is not None and not self.interrupted:
            self.interrupted = True
            self.task.cancel()

    def was_interrupted(self) -> bool:
        """Whether a cancellation came from `interrupt` alone; uncancels it. Call it once."""
        return self.interrupted and self.task is not None and self.task.uncancel() <= self.cancellations
