"""Rate limits shared by all processes and machines of an account, through Redis."""

from opsgenie_async.throttle.shared.gate import SharedGate
from opsgenie_async.throttle.shared.throttle import RedisThrottle

__all__ = ["RedisThrottle", "SharedGate"]
