"""The interface between transport and throttle, for custom throttles and those shared between clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

import attrs

from opsgenie_async.clock import Clock
from opsgenie_async.events import LaneChanged, SharingChanged
from opsgenie_async.throttle.limit import Limit

__all__ = ["FleetThrottle", "LaneClosedTooLong", "MemberThrottle", "Throttle", "Ticket"]


@attrs.define(eq=False)
class Ticket:
    """The permission to send one request now; given back to `feedback` with the outcome."""

    domain: str
    send_time: float = 0.0
    epoch: int = 0
    probe: bool = False
    waited: float = attrs.field(default=0.0, init=False)


class LaneClosedTooLong(Exception):
    """The rate limit *domain* stays closed for *retry_after* seconds, longer than the caller can wait."""

    def __init__(self, domain: str, retry_after: float) -> None:
        super().__init__(domain, retry_after)
        self.domain = domain
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"the rate limit {self.domain!r} is closed for another {self.retry_after:.1f} s"


class Throttle(Protocol):
    """The interface of a rate limiter, for custom ones in `Config.throttle`."""

    async def acquire(self, domain: str, deadline: float | None, max_wait: float, *, last: bool = False) -> Ticket:
        """Return when a request of *domain* may be sent.

        Args:
            domain: The rate-limit domain.
            deadline: The time on the clock until which to wait; None for no deadline.
            max_wait: The longest wait in seconds.
            last: Whether this is the last attempt of the request.

        Raises:
            LaneClosedTooLong: The wait will be longer than that; raised at once.
            TimeoutError: At *deadline*, if the wait was not known in advance.
        """
        ...

    def feedback(
        self,
        ticket: Ticket,
        *,
        accepted: bool | None,
        period: float | None = None,
        retry_after: float | None = None,
        slow_down: bool = False,
    ) -> None:
        """Report the outcome of *ticket*: exactly once; never raises.

        *accepted* is False for a 429, None if there was no response (cancelled, connection lost), otherwise True.
        *period* is `X-RateLimit-Period-In-Sec` and *retry_after* `Retry-After`, both in seconds. *slow_down* means that
        the response of an accepted call had `X-RateLimit-State: THROTTLED`.
        """
        ...


class MemberThrottle(Throttle, Protocol):
    """The throttle of one client that shares its limits with others."""

    def forget_calls(self) -> None:
        """Forget the calls of a closed event loop, and keep the learned rates."""
        ...

    async def close(self) -> None:
        """Return unused permissions, and close what was opened."""
        ...


@runtime_checkable
class FleetThrottle(Protocol):
    """A throttle whose limits many clients share; each joins with its own settings."""

    def join(
        self,
        *,
        clock: Clock,
        base_url: str,
        secret: str,
        limits: Mapping[str, Sequence[Limit]],
        max_in_flight: int,
        on_change: Callable[[LaneChanged | SharingChanged], None],
    ) -> MemberThrottle:
        """Make the throttle of one client.

        Args:
            clock: The clock of the client's deadlines.
            base_url: The base URL of its API.
            secret: A digest of its key, the same for every client that has this key.
            limits: Its configured limits, by domain.
            max_in_flight: The maximum number of its concurrent calls per domain.
            on_change: Called when lanes close and open, and when sharing ends and begins.
        """
        ...
