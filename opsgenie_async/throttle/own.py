"""The throttle of one client, by its settings."""

from __future__ import annotations

from collections.abc import Callable

from opsgenie_async.config import Config
from opsgenie_async.events import LaneChanged, SharingChanged
from opsgenie_async.throttle.gate import ThrottleGate
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.protocols import FleetThrottle, MemberThrottle

__all__ = ["own_throttle"]


def own_throttle(
    config: Config, base_url: str, key_digest: str, on_change: Callable[[LaneChanged | SharingChanged], None]
) -> ThrottleGate | MemberThrottle | None:
    """Create the throttle of a client and its views; None if the caller has passed a throttle.

    Args:
        config: The client's config.
        base_url: The base URL of its API.
        key_digest: A digest of its key: clients with the same key have the same limits.
        on_change: Called when lanes close and open, and when sharing ends and begins.
    """
    limits = {
        domain: [Limit(count, period) for period, count in known.items()] for domain, known in config.limits.items()
    }
    throttle = config.throttle
    if throttle is None:
        return ThrottleGate(config.clock, limits, max_in_flight=config.pool_size, on_change=on_change)
    if not isinstance(throttle, FleetThrottle):
        return None
    return throttle.join(
        clock=config.clock,
        base_url=base_url,
        secret=key_digest,
        limits=limits,
        max_in_flight=config.pool_size,
        on_change=on_change,
    )
