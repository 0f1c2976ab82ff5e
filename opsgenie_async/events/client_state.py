"""The current load of a client: counts, no history."""

from __future__ import annotations

from typing import Protocol

import attrs

__all__ = ["ClientState", "LaneState", "StateSource"]


@attrs.frozen(kw_only=True)
class LaneState:
    """The current state of a rate limit domain.

    Attributes:
        closed: Whether it is closed after a 429.
        rate: The allowed calls per second, None while unlimited.
        in_flight: Calls that were sent and have no response yet.
        waiting: Calls that wait for the rate limit.
    """

    domain: str
    closed: bool
    rate: float | None
    in_flight: int
    waiting: int


@attrs.frozen(kw_only=True)
class ClientState:
    """The current state of a client.

    Attributes:
        base_url: The base URL, with a slash at its end.
        calls: Calls in progress, including those that wait.
        connections_active: Connections that wait for a response.
        connections_idle: Idle connections; None if the session belongs to the caller.
        pool_size: The maximum number of connections.
        lanes: The rate limit domains in use.
    """

    base_url: str
    calls: int
    connections_active: int
    connections_idle: int | None
    pool_size: int
    lanes: tuple[LaneState, ...]


class StateSource(Protocol):
    """A client whose state can be read."""

    def state(self) -> ClientState:
        """Return the current state; cheap and thread-safe."""
        ...
