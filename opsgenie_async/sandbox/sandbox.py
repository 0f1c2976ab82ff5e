"""The sandbox itself: an account behind a real socket."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from aiohttp import web

from opsgenie_async.clock import SystemClock
from opsgenie_async.sandbox.account import zones
from opsgenie_async.sandbox.account.assumptions import Assumptions
from opsgenie_async.sandbox.account.clock import Clock
from opsgenie_async.sandbox.account.random import Ids
from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.arrangements import Arrangements
from opsgenie_async.sandbox.http.context import World
from opsgenie_async.sandbox.http.entitlements import Entitlements
from opsgenie_async.sandbox.http.faults import Fault, Faults
from opsgenie_async.sandbox.http.keys import Key, Keyring
from opsgenie_async.sandbox.http.limits import Limits
from opsgenie_async.sandbox.http.processing import Processing
from opsgenie_async.sandbox.http.recorder import Counters
from opsgenie_async.sandbox.http.service import CountingServer, Service
from opsgenie_async.sandbox.http.webhooks import Delivery, Webhook, Webhooks
from opsgenie_async.sandbox.inspection import Inspection
from opsgenie_async.sandbox.routes import router

__all__ = ["Sandbox"]


class Sandbox(Arrangements, Inspection):
    """An Opsgenie that runs in this process, any number of them side by side.

    The account is generated (`teams`, `seed`) or loaded (`load`) when the sandbox starts, and added to what a test has
    put into it by then.

    Args:
        teams: Generate an account with so many teams, and with people, schedules and all else that goes with them.
        seed: What the generated account and all ids follow from: the same seed gives the same account.
        api_key: The key to accept; by default a random one. It may do everything.
        dx_token: The token of the DX API; by default a random one.
        host: The address to listen on.
        port: The port to listen on; 0 takes a free one.
        account: An account to serve, which is changed in place; by default a new one.
        load: A folder that `opsgenie-async pull` wrote, whose account is served.
        limits: Rate-limit domain to `[{limit, periodInSeconds, kind}]`, or the word `realistic`; by default none.
        faults: Failures to inject from the start.
        clock: What the limits, delays and dates follow; by default the system's.
        prefix: A path that everything is served under.
        bare_teams: Whether a new team comes without the schedule and the escalation that Opsgenie makes with it.
        assumptions: How to behave where neither documents nor recorded answers say how Opsgenie does.

    Raises:
        ValueError: A setting makes no sense; the text names it.
    """

    def __init__(
        self,
        *,
        teams: int = 0,
        seed: int = 0,
        api_key: str | None = None,
        dx_token: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        account: Account | None = None,
        load: str | Path | None = None,
        limits: Mapping[str, Sequence[Mapping[str, object]]] | str | None = None,
        faults: Iterable[Fault] | None = None,
        clock: Clock | None = None,
        prefix: str = "",
        bare_teams: bool = False,
        assumptions: Assumptions | None = None,
    ) -> None:
        _check(teams, api_key, dx_token, port, prefix, generated_too=load is not None)
        ids = Ids(seed)
        super().__init__(account or Account(), ids)
        if assumptions is not None:
            self.account.assume(assumptions)
        self._source: tuple[int, int, str | Path | None] | None = (teams, seed, load)
        self.api_key = api_key or Ids(random.randrange(2**64)).new()
        self.dx_token = dx_token or f"dx-{Ids(random.randrange(2**64)).new()}"
        clock = clock or SystemClock()
        self.limits = Limits(clock, limits)
        self.faults = Faults(seed)
        self.faults.add(*(faults or ()))
        self._processing = Processing(clock, ids.new())
        self._keys = Keyring()
        self._webhooks = Webhooks(self.account, self._processing.integration_id)
        self._entitlements = Entitlements()
        self._world = World(
            account=self.account,
            clock=clock,
            ids=ids,
            limits=self.limits,
            processing=self._processing,
            dx_token=self.dx_token,
            keys=self._keys,
            webhooks=self._webhooks,
            entitlements=self._entitlements,
        )
        self._world.bare_teams = bare_teams
        for records in (self.account.alerts, self.account.incidents):
            records.clock = clock.now
        self._host, self._port, self._prefix = host, port, f"/{prefix.strip('/')}".rstrip("/")
        self._keys.add(Key(self.api_key))
        self._account_key = self._integration_key = ""
        self._counters = Counters()
        self._running: tuple[web.ServerRunner, Service] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Generate or load the account the first time, in a thread, and listen.

        Raises:
            RuntimeError: The sandbox runs already.
            ValueError: The account cannot be loaded, or the machine has no time zones.
            OSError: The port is in use.
        """
        if self._running is not None:
            raise RuntimeError("this sandbox is already running")
        if self._source is not None:
            new_account = await asyncio.to_thread(_account, *self._source)
            if new_account is not None:
                self.account.absorb(new_account)
            self._source = None
        for records in (self.account.alerts, self.account.incidents):
            if len(records) > _MANY:
                await asyncio.to_thread(records.everything)
        service = Service(self._world, router(), self.faults, self._counters, self._prefix)
        runner = web.ServerRunner(CountingServer(service, self._counters), shutdown_timeout=0.05)
        await runner.setup()
        self._running = runner, service
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await self.close()
            raise
        port = runner.addresses[0][1]
        self._world.url = f"http://{self._host}:{port}{self._prefix}"

    async def close(self) -> None:
        """Stop listening and close all connections. Closing twice does nothing."""
        if self._running is not None:
            (runner, service), self._running = self._running, None
            await service.close()
            await runner.cleanup()
            await self._webhooks.close()

    @property
    def url(self) -> str:
        """`http://HOST:PORT` and the prefix, without a slash at the end.

        Raises:
            RuntimeError: The sandbox has not been started.
        """
        if not self._world.url:
            raise RuntimeError("the sandbox has not been started")
        return self._world.url

    def add_key(
        self,
        *,
        read_only: bool = False,
        configuration_access: bool = True,
        team: str | None = None,
        disabled: bool = False,
        account_level: bool = False,
    ) -> str:
        """Add a key with fewer rights than `api_key` has.

        Args:
            read_only: Whether everything but reading is refused (403, 40301).
            configuration_access: Whether configuration may be touched; an API integration starts without.
            team: Id or name of the team that the key belongs to; a team of that name is added where there is none.
            disabled: Whether the key is refused like an unknown one (401).
            account_level: Whether it is a key of API key management, which may do nothing about alerts (403, 40301).

        Returns:
            The key.
        """
        secret = Ids(random.randrange(2**64)).new()
        bound = None if team is None else str(self._team(team)["id"])
        self._keys.add(
            Key(
                secret,
                read_only=read_only,
                configuration_access=configuration_access,
                team=bound,
                disabled=disabled,
                account_level=account_level,
            )
        )
        return secret

    @property
    def account_key(self) -> str:
        """A key of API key management: everything but alerts. `api_key` may do everything."""
        if not self._account_key:
            self._account_key = self.add_key(account_level=True)
        return self._account_key

    @property
    def integration_key(self) -> str:
        """A key of a new API integration: alerts, incidents and pings, no configuration."""
        if not self._integration_key:
            self._integration_key = self.add_key(configuration_access=False)
        return self._integration_key

    def throttle(self, on_request: int = 1, *, period: int = 60, times: int = 1, domain: str | None = None) -> None:
        """Answer 429 to some requests, whatever the limits are.

        Args:
            on_request: The first of them, counted from now: 1 is the next one.
            period: The seconds that `X-RateLimit-Period-In-Sec` says.
            times: How many in a row.
            domain: The rate-limit domain that is counted; by default all.
        """
        self.limits.throttle(on_request, period, times, domain)

    def plan_denies(self, resource: str) -> None:
        """Answer 402 to everything about a resource, as a plan without it does.

        Args:
            resource: How the first word after the version begins (`incident`).
        """
        self._entitlements.deny(resource)

    def withdraw(self, route: str) -> None:
        """Answer 410 to some requests, as an endpoint that is gone does.

        Args:
            route: A shell pattern over `METHOD /path`.
        """
        self._entitlements.withdraw(route)

    @property
    def processing_delay(self) -> float:
        """Seconds, by the sandbox's clock, until an accepted alert or incident write is done."""
        return self._processing.delay

    @processing_delay.setter
    def processing_delay(self, seconds: float) -> None:
        self._processing.delay = seconds

    @property
    def search_lag(self) -> float:
        """Seconds, by the sandbox's clock, until lists and counts of alerts and incidents show what a get shows."""
        return self.account.alerts.lag

    @search_lag.setter
    def search_lag(self, seconds: float) -> None:
        for records in (self.account.alerts, self.account.incidents):
            records.lag = seconds

    @property
    def search_includes_boundary(self) -> bool:
        """Whether `<=` and `>=` of a search include the boundary; no document says so."""
        return self._world.boundary_included

    @search_includes_boundary.setter
    def search_includes_boundary(self, included: bool) -> None:
        self._world.boundary_included = included

    @property
    def webhook(self) -> Webhook | None:
        """Where actions on alerts are posted to, one after the other; None, the default, posts nothing."""
        return self._webhooks.target

    @webhook.setter
    def webhook(self, target: Webhook | None) -> None:
        self._webhooks.target = target

    @property
    def webhooks(self) -> list[Delivery]:
        """The webhooks that were posted, oldest first, with the status of each response."""
        return [*self._webhooks.sent]

    async def webhooks_sent(self) -> None:
        """Wait until every action on an alert so far has been posted."""
        self._processing.catch_up()
        await self._webhooks.settle()

    async def send_webhook(self, action: str, alert: str = "", *, user: str = "", **payload: object) -> int | None:
        """Post a webhook as if somebody had acted on an alert.

        Args:
            action: The webhook's own word for it ("AddNote"), or the name of a custom action.
            alert: Id of the alert; without one an alert is added.
            user: Who acted.
            payload: What the body of the API's call would have (`note`, `tags`, `team`, `source`).

        Returns:
            The status of the response, None when there was none.

        Raises:
            RuntimeError: No webhook is set.
        """
        alert_document = self.account.alerts.get(alert) or self.add_alert(self._world.clock.utc(), alert)
        return await self._webhooks.post(self._webhooks.document(action, alert_document, user, payload))

    async def repeat_webhook(self, delivery: Delivery) -> int | None:
        """Post *delivery* once more, unchanged, as Opsgenie may.

        Returns:
            The status of the response, None when there was none.
        """
        return await self._webhooks.post(delivery.document)

    @property
    def connections(self) -> int:
        """The number of connections that were accepted."""
        return self._counters.accepted

    @property
    def open_connections(self) -> int:
        """The number of connections that are open now."""
        return self._counters.open

    @property
    def refused(self) -> Counter[str]:
        """The number of requests that were answered 429, by rate-limit domain."""
        return self.limits.refused

    def reset_counters(self) -> None:
        """Count from zero again."""
        self._counters.reset()
        self.limits.refused.clear()


_MANY = 10_000
"""Alerts whose index takes so long that the loop should not wait for it."""


def _check(
    teams: int, api_key: str | None, dx_token: str | None, port: int, prefix: str, *, generated_too: bool
) -> None:
    if teams < 0:
        raise ValueError(f"teams: should be 0 or more, not {teams}")
    if teams and generated_too:
        raise ValueError("teams: an account is made up or loaded, not both")
    if not 0 <= port <= 65535:
        raise ValueError(f"port: should be from 0 to 65535, not {port}")
    for name, secret in (("api_key", api_key), ("dx_token", dx_token)):
        if secret is not None and not (secret and secret.isascii() and secret.isprintable() and " " not in secret):
            raise ValueError(f"{name}: should be printable ASCII letters without a space")
    if prefix != quote(prefix, safe="/%:@!$&'()*+,;="):
        raise ValueError(f"prefix: should be a path as it stands in an address, not {prefix!r}")


def _account(teams: int, seed: int, load: str | Path | None) -> Account | None:
    if not zones.load():
        # Schedules and routing rules have one each, and every request about them would be answered 500.
        raise ValueError("a sandbox cannot run without time zones; pip install tzdata brings them")
    if load is not None:
        from opsgenie_async.sandbox.load import load_account

        return load_account(Path(load))
    if teams > 0:
        from opsgenie_async.sandbox.generate.account import generate

        return generate(teams=teams, seed=seed)
    return None
