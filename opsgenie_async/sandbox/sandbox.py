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

    `teams` and `seed` make an account up and `load` reads one that a pull wrote: both when it starts, beside what is
    there by then. `account` is taken as it is. `limits` maps rate-limit domains to `[{limit, periodInSeconds, kind}]`,
    or is the word `realistic`; else there are none. `clock` drives the limits and what happens later; `prefix` is a
    path that everything is served under. A new team is on call at once, as at Opsgenie: it brings a schedule and an
    escalation with it, unless `bare_teams` is set. `assumptions` turns the switches for what nobody could tell.

    A setting that makes no sense is a `ValueError` that names it.
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
        """Make up or read the account the first time, in a thread, and listen. It cannot run twice at once.

        Raises:
            RuntimeError: It runs already.
            ValueError: The account cannot be loaded, or the machine knows no time zones.
            OSError: The port is taken.
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
        """Hang up on everybody; a closed sandbox may be closed again."""
        if self._running is not None:
            (runner, service), self._running = self._running, None
            await service.close()
            await runner.cleanup()
            await self._webhooks.close()

    @property
    def url(self) -> str:
        """`http://HOST:PORT` and the prefix, without a slash at the end."""
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
        """Make up a key with fewer rights. *team* (id or name) binds it to a team, which is made up where unknown.

        `account_level` makes one of API key management, which everything about alerts is refused (40301);
        `configuration_access=False` one of an API integration as it is at first.
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
        """A key of an API integration as it is at first: alerts, incidents and pings, and no configuration."""
        if not self._integration_key:
            self._integration_key = self.add_key(configuration_access=False)
        return self._integration_key

    def throttle(self, on_request: int = 1, *, period: int = 60, times: int = 1, domain: str | None = None) -> None:
        """Answer 429 to *times* requests from the *on_request*-th one on, counted from now."""
        self.limits.throttle(on_request, period, times, domain)

    def plan_denies(self, resource: str) -> None:
        """Answer 402 to every path whose first word after the version starts with *resource* (`incident`)."""
        self._entitlements.deny(resource)

    def withdraw(self, route: str) -> None:
        """Answer 410 to requests that match *route*, a shell pattern over `METHOD /path`."""
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
        """Seconds, by the sandbox's clock, until lists and counts of alerts and incidents see what a get sees."""
        return self.account.alerts.lag

    @search_lag.setter
    def search_lag(self, seconds: float) -> None:
        for records in (self.account.alerts, self.account.incidents):
            records.lag = seconds

    @property
    def search_includes_boundary(self) -> bool:
        """Whether `<=` and `>=` of a search take the boundary itself; no document says so."""
        return self._world.boundary_included

    @search_includes_boundary.setter
    def search_includes_boundary(self, included: bool) -> None:
        self._world.boundary_included = included

    @property
    def webhook(self) -> Webhook | None:
        """Where everything that is done to alerts is posted to, one after the other; nowhere at first."""
        return self._webhooks.target

    @webhook.setter
    def webhook(self, target: Webhook | None) -> None:
        self._webhooks.target = target

    @property
    def webhooks(self) -> list[Delivery]:
        """What was posted to the webhook, oldest first, and how it was answered."""
        return [*self._webhooks.sent]

    async def webhooks_sent(self) -> None:
        """Return once everything that was done to alerts by now has been posted."""
        self._processing.catch_up()
        await self._webhooks.settle()

    async def send_webhook(self, action: str, alert: str = "", *, user: str = "", **payload: object) -> int | None:
        """Post a webhook as if *user* had done *action* to *alert* (an id), and return the status of the answer.

        action: by the webhook's own word ("AddNote"), or the name of a custom action. given: what came with it, as the
        body of the API's call has it (`note`, `tags`, `team`, `source`). An alert is made up when none is named.
        """
        alert_document = self.account.alerts.get(alert) or self.add_alert(self._world.clock.utc(), alert)
        return await self._webhooks.post(self._webhooks.document(action, alert_document, user, payload))

    async def repeat_webhook(self, delivery: Delivery) -> int | None:
        """Post *delivery* once more, as it was, and return the status of the answer."""
        return await self._webhooks.post(delivery.document)

    @property
    def connections(self) -> int:
        """How many connections were accepted."""
        return self._counters.accepted

    @property
    def open_connections(self) -> int:
        """How many connections are open now."""
        return self._counters.open

    @property
    def refused(self) -> Counter[str]:
        """How many requests were answered 429, by rate-limit domain."""
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
