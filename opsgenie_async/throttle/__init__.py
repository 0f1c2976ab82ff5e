"""Client-side throttling: one limiter for each rate-limit domain, learned from 429 responses."""

from opsgenie_async.throttle.gate import LaneClosedTooLong, ThrottleGate, Ticket
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.protocols import FleetThrottle, MemberThrottle, Throttle

__all__ = ["FleetThrottle", "LaneClosedTooLong", "Limit", "MemberThrottle", "Throttle", "ThrottleGate", "Ticket"]
