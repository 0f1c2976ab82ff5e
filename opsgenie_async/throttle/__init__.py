"""Pacing by what the server refuses: one lane per rate-limit domain."""

from opsgenie_async.throttle.gate import LaneClosedTooLong, Throttle, ThrottleGate, Ticket
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.limiter import LaneChange

__all__ = ["LaneChange", "LaneClosedTooLong", "Limit", "Throttle", "ThrottleGate", "Ticket"]
