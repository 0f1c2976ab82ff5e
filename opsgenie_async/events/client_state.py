"""How busy a client is, for those who ask now and then: counts, no history."""

from __future__ import annotations

from typing import Protocol

import attrs

__all__ = ["ClientState", "LaneState", "StateSource"]


@attrs.frozen(kw_only=True)
class LaneState:
    """A rate-limit domain at one moment.

    Attributes:
        closed: Whether it is closed after a 429.
        rate: Calls per second that are let through, None while unlimited.
        in_flight: Calls that are sent and not answered yet.
        waiting: Calls that are held back.
    """

    domain: str
    closed: bool
    rate: float | None
    in_flight: int
    waiting: int


@attrs.frozen(kw_only=True)
class ClientState:
    """A client at one moment.

    Attributes:
        base_url: With a slash at its end.
        calls: Under way, those that wait included.
        connections_active: Connections that an answer is waited for on.
        connections_idle: Open ones that wait for the next call; None where the session is the caller's.
        pool_size: Connections at the most.
        lanes: The rate-limit domains that were used.
    """

    base_url: str
    calls: int
    connections_active: int
    connections_idle: int | None
    pool_size: int
    lanes: tuple[LaneState, ...]


class StateSource(Protocol):
    """A client that can be asked."""

    def state(self) -> ClientState:
        """Count; cheap, and safe from another thread."""
        ...
