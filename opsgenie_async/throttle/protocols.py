"""What the transport needs of a throttle: for those who bring their own, or share one between clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from opsgenie_async.clock import Clock
from opsgenie_async.events import LaneChanged, SharingChanged
from opsgenie_async.throttle.gate import Ticket
from opsgenie_async.throttle.limit import Limit

__all__ = ["FleetThrottle", "MemberThrottle", "Throttle"]


class Throttle(Protocol):
    """What the transport needs of a throttle, for those who bring their own."""

    async def acquire(self, domain: str, deadline: float | None, max_wait: float, *, last: bool = False) -> Ticket:
        """Return when a request of *domain* may be sent.

        Args:
            domain: The rate-limit domain.
            deadline: A moment on the clock after which nobody waits; None for no end.
            max_wait: The longest wait, in seconds.
            last: Whether another 429 is the end of the request.

        Raises:
            LaneClosedTooLong: At once, when the wait is known to be longer than that.
            TimeoutError: At *deadline*, when it was not known.
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

        *accepted* is False for a 429, None when there was no answer (cancelled, connection lost), else True.
        *period* is `X-RateLimit-Period-In-Sec` and *retry_after* `Retry-After`, both in seconds. *slow_down* says that
        the answer of an accepted call carried `X-RateLimit-State: THROTTLED`.
        """
        ...


class MemberThrottle(Throttle, Protocol):
    """The throttle of one client that shares its limits with others."""

    def forget_calls(self) -> None:
        """Keep what was learned, and forget the calls of an event loop that is closed."""
        ...

    async def close(self) -> None:
        """Give back what this client has, and let go of what it opened."""
        ...


@runtime_checkable
class FleetThrottle(Protocol):
    """A throttle whose limits many clients share: each joins it with settings of its own."""

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
            clock: What the client's deadlines go by.
            base_url: Where its API is.
            secret: A digest of its key, the same for every client that has this key.
            limits: The limits that it was given, by domain.
            max_in_flight: Calls of one domain that it may have under way.
            on_change: Hears of lanes that close and open, and of sharing that ends and begins.
        """
        ...
