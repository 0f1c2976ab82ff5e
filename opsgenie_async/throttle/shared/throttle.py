"""What a user writes down: which Redis, and whose limits are shared there."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.events import LaneChanged, SharingChanged
from opsgenie_async.throttle.gate import Ticket
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.shared.gate import SharedGate
from opsgenie_async.throttle.shared.link import Address, Link

__all__ = ["RedisThrottle"]

INSTALLED = find_spec("redis") is not None
if INSTALLED:
    import_module("redis.asyncio")  # with this module: in the middle of a call it would hold up the event loop


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ArgumentValueError(f"{name}: expected a number of seconds above 0, got {value!r}")
    return float(value)


class RedisThrottle:
    """One pace for all clients of an account, on all machines, kept in Redis (or Valkey).

        Opsgenie(config=Config(throttle=RedisThrottle("redis://localhost:6379/0", account="prod")))

    All clients with the same account at the same address of the API share one limiter for each rate-limit domain. What
    one learns from a 429 all know at once, one probe is sent for all while a domain is closed, and a client that comes
    later starts at the learned pace. Limits in `Config.limits` are kept by all together.

    Without Redis a client goes on alone, at its last share of the pace, says so once (a warning in the log and the
    event `SharingChanged`), and comes back by itself.

    Args:
        url: `redis://`, `rediss://` (TLS) or `unix://`, with user, password and database as redis-py reads them. What
            stands behind a `#` is the account's name.
        account: Whose limits these are: any text that is the same for all clients of one account. Without one, clients
            with the same API key share. Names are hashed before they go to Redis.
        timeout: Seconds that a call waits for Redis at the most, before it goes on without.
        keep: Seconds for which Redis keeps what was learned while no client is active.

    Raises:
        ArgumentValueError: A setting makes no sense; a password in the URL is not shown.
        ImportError: redis-py is not installed (`pip install opsgenie-async[redis]`).
    """

    def __init__(self, url: str, *, account: str | None = None, timeout: float = 1.0, keep: float = 3600.0) -> None:
        self._address = Address.parse(url)
        del url  # who shows the variables of an error's frames shows no password
        if account is not None and not isinstance(account, str):
            raise ArgumentTypeError(f"account: expected a text, got {type(account).__name__}")
        self._account = account or self._address.account
        self._timeout = _seconds("timeout", timeout)
        self._keep = math.ceil(_seconds("keep", keep))
        if not INSTALLED:
            raise ImportError("RedisThrottle needs redis-py: pip install 'opsgenie-async[redis]'")
        self._gate: SharedGate | None = None

    def __repr__(self) -> str:
        return f"RedisThrottle({str(self._address)!r}, account={self._account!r}, timeout={self._timeout:g})"

    def join(
        self,
        *,
        clock: Clock,
        base_url: str = "",
        secret: str = "",
        limits: Mapping[str, Sequence[Limit]] | None = None,
        max_in_flight: int = 100,
        on_change: Callable[[LaneChanged | SharingChanged], None] | None = None,
    ) -> SharedGate:
        """Make the throttle of one client; `Opsgenie` does it for its own.

        Args:
            clock: The client's.
            base_url: Where the API is: the same account at another address is another fleet.
            secret: What tells accounts apart that have no name: the API key.
            limits: Known limits, by domain.
            max_in_flight: Calls of one domain that this client may have under way.
            on_change: Hears of lanes that close and open, and of Redis lost and found.
        """
        fleet = "\n".join((base_url.rstrip("/"), "account" if self._account else "key", self._account or secret))
        return SharedGate(
            partial(Link, self._address, self._timeout),
            fleet,
            clock,
            keep=self._keep,
            limits=limits,
            max_in_flight=max_in_flight,
            on_change=on_change,
        )

    async def acquire(
        self, domain: str, deadline: float | None = None, max_wait: float = math.inf, *, last: bool = False
    ) -> Ticket:
        """As a throttle of its own, for programs that send without `Opsgenie`; see `Throttle.acquire`."""
        if self._gate is None:
            self._gate = self.join(clock=SystemClock())
        return await self._gate.acquire(domain, deadline, max_wait, last=last)

    def feedback(
        self,
        ticket: Ticket,
        *,
        accepted: bool | None,
        period: float | None = None,
        retry_after: float | None = None,
        slow_down: bool = False,
    ) -> None:
        """Say what came of *ticket*; see `Throttle.feedback`."""
        if self._gate is not None:
            self._gate.feedback(ticket, accepted=accepted, period=period, retry_after=retry_after, slow_down=slow_down)

    async def close(self) -> None:
        """Return what `acquire` fetched ahead, and close its connections; a client does it for its own."""
        if self._gate is not None:
            await self._gate.close()
