"""Client-side throttling: one limiter for each rate-limit domain, learned from 429 responses."""

from opsgenie_async.throttle.gate import (
    FleetThrottle,
    LaneClosedTooLong,
    MemberThrottle,
    Throttle,
    ThrottleGate,
    Ticket,
)
from opsgenie_async.throttle.limit import Limit

__all__ = ["FleetThrottle", "LaneClosedTooLong", "Limit", "MemberThrottle", "Throttle", "ThrottleGate", "Ticket"]
