"""The settings of shared limits: which Redis, and which account."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.events import LaneChanged, SharingChanged
from opsgenie_async.throttle.limit import Limit
from opsgenie_async.throttle.protocols import Ticket
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
    """Shares the rate limits of an account between clients on any number of machines, through Redis or Valkey.

        Opsgenie(config=Config(throttle=RedisThrottle("redis://localhost:6379/0", account="prod")))

    All clients with the same account and API address share one limiter per rate limit domain. A 429 of one client is
    known to all at once, one probe is sent for all while a domain is closed, and a client that joins later starts at
    the learned rate. Limits in `Config.limits` apply to all clients together.

    Without Redis, a client continues alone at its last share of the rate, reports this once (a warning in the log and
    the event `SharingChanged`), and reconnects automatically.

    Args:
        url: `redis://`, `rediss://` (TLS) or `unix://`, with user, password and database as redis-py reads them. The
            account name can follow a `#`.
        account: Name of the account whose limits are shared: any text that is the same for all its clients. Without
            one, clients with the same API key share. Names are hashed before they are sent to Redis.
        timeout: How many seconds a call waits for Redis before it continues without it.
        keep: How many seconds Redis keeps the learned rate while no client is active.

    Raises:
        ArgumentValueError: A setting is invalid; the message never has the password of the URL.
        ImportError: redis-py is not installed (`pip install opsgenie-async[redis]`).
    """

    def __init__(self, url: str, *, account: str | None = None, timeout: float = 1.0, keep: float = 3600.0) -> None:
        self._address = Address.parse(url)
        del url  # who shows the variables of an error's frames shows no password
        if account is not None and not isinstance(account, str):
            raise ArgumentTypeError(f"account: expected a str, got {type(account).__name__}")
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
        """Make the throttle of one client; called by `Opsgenie`.

        Args:
            clock: The client's clock.
            base_url: The API's base URL; limits are not shared between different URLs.
            secret: The API key, which identifies accounts without a name.
            limits: The known limits, by domain.
            max_in_flight: The maximum number of this client's concurrent calls per domain.
            on_change: Called when lanes close and open, and when Redis is lost and back.
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
        """See `Throttle.acquire`; for programs that send without `Opsgenie`."""
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
        """Report the outcome of *ticket*; see `Throttle.feedback`."""
        if self._gate is not None:
            self._gate.feedback(ticket, accepted=accepted, period=period, retry_after=retry_after, slow_down=slow_down)

    async def close(self) -> None:
        """Return unused permissions of `acquire`, and close the connections; a client does this itself."""
        if self._gate is not None:
            await self._gate.close()
