"""Client-side throttling: one limiter for each rate-limit domain, learned from 429 responses."""

from opsgenie_async.throttle.gate import ThrottleGate
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.protocols import FleetThrottle, LaneClosedTooLong, MemberThrottle, Throttle, Ticket

__all__ = ["FleetThrottle", "LaneClosedTooLong", "Limit", "MemberThrottle", "Throttle", "ThrottleGate", "Ticket"]
