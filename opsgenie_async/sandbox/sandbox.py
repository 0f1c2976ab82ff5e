"""The sandbox: a simulated account behind a real socket."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from aiohttp import web

from opsgenie_async.clock import SystemClock
from opsgenie_async.sandbox.account.assumptions import Assumptions
from opsgenie_async.sandbox.account.clock import Clock
from opsgenie_async.sandbox.account.random import Ids
from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.contents import Contents
from opsgenie_async.sandbox.http.context import World
from opsgenie_async.sandbox.http.entitlements import Entitlements
from opsgenie_async.sandbox.http.faults import Fault, Faults
from opsgenie_async.sandbox.http.keys import Key, Keyring
from opsgenie_async.sandbox.http.limits import Limits
from opsgenie_async.sandbox.http.numbers import check_number
from opsgenie_async.sandbox.http.processing import Processing
from opsgenie_async.sandbox.http.recorder import Counters
from opsgenie_async.sandbox.http.service import CountingServer, Service
from opsgenie_async.sandbox.http.webhooks import Webhooks
from opsgenie_async.sandbox.inspection import Inspection
from opsgenie_async.sandbox.routes import router
from opsgenie_async.sandbox.switches import Switches

__all__ = ["Sandbox"]


class Sandbox(Switches, Inspection):
    """A simulated Opsgenie server in this process; any number can run side by side.

    The account is generated (`teams`, `seed`) or loaded (`load`) when the sandbox starts, in addition to what a test
    has created by then.

    Args:
        teams: Generate an account with this number of teams, with users, schedules and everything else.
        seed: The random seed of the generated account and all ids: the same seed gives the same account.
        api_key: The API key to accept, with all permissions; by default a random one.
        dx_token: The token of the DX API; by default a random one.
        host: The address to listen on.
        port: The port to listen on; 0 takes a free one.
        account: An account to serve, which is changed in place; by default a new one.
        load: A folder written by `opsgenie-async pull`, or by `opsgenie-async archive`: with alerts and incidents,
            read-only.
        alerts: The number of generated alerts, with logs, notes, recipients and attachments; they include bursts of
            tens of thousands per minute, many in one millisecond. On the command line 20, unless an account is loaded.
        incidents: The number of incidents in a generated history, with logs, notes, timelines and postmortems; beside
            them some teams have a closed one each.
        limits: Rate-limit domain to `[{limit, periodInSeconds, kind}]`, or `realistic`; none by default.
        faults: Failures to inject from the start.
        clock: The clock for limits, delays and dates; by default the system's.
        prefix: A path prefix for all endpoints.
        bare_teams: Whether to create teams without the default schedule and escalation that Opsgenie adds.
        assumptions: How to behave where Opsgenie's behaviour is neither documented nor recorded.

    Raises:
        ValueError: A setting is invalid; the message names it.
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
        alerts: int = 0,
        incidents: int = 0,
        limits: Mapping[str, Sequence[Mapping[str, object]]] | str | None = None,
        faults: Iterable[Fault] | None = None,
        clock: Clock | None = None,
        prefix: str = "",
        bare_teams: bool = False,
        assumptions: Assumptions | None = None,
    ) -> None:
        _check(api_key, dx_token, port, prefix)
        for name, count in (("teams", teams), ("alerts", alerts), ("incidents", incidents)):
            check_number(name, count, whole=True)
        if isinstance(faults, Fault):
            raise ValueError("faults: expected a list of Fault, got one: give [Fault(...)]")
        self._contents: Contents | None = Contents(
            teams=teams, seed=seed, load=load, alerts=alerts, incidents=incidents
        )
        super().__init__(account or Account(), Ids(seed))
        self._seed = seed
        if assumptions is not None:
            self.account.assume(assumptions)
        self.api_key = api_key or Ids(random.randrange(2**64)).new()
        self.dx_token = dx_token or f"dx-{Ids(random.randrange(2**64)).new()}"
        clock = clock or SystemClock()
        self.limits = Limits(clock, limits)
        self.faults = Faults(seed)
        self.faults.add(*(faults or ()))
        self._world = self._new_world(clock, bare_teams)
        self._host, self._port, self._prefix = host, port, f"/{prefix.strip('/')}".rstrip("/")
        self._counters = Counters()
        self._running: tuple[web.ServerRunner, Service] | None = None
        self._process = 0

    def _new_world(self, clock: Clock, bare_teams: bool) -> World:
        for records in (self.account.alerts, self.account.incidents):
            records.clock = clock.now
        self._processing = Processing(clock, self._ids.new())
        return World(
            account=self.account,
            clock=clock,
            ids=self._ids,
            limits=self.limits,
            processing=self._processing,
            dx_token=self.dx_token,
            keys=Keyring(Key(self.api_key)),
            webhooks=Webhooks(self.account, self._processing.integration_id),
            entitlements=Entitlements(),
            bare_teams=bare_teams,
        )

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process == os.getpid():  # a forked child shares what its parent listens with
            await self.close()

    async def start(self) -> None:
        """Generate or load the account on the first start, in a thread, and listen.

        Raises:
            RuntimeError: The sandbox is already running.
            ValueError: The account cannot be loaded, or the system has no time zone data.
            OSError: The port is in use.
        """
        if self._running is not None:
            raise RuntimeError("this sandbox is already running")
        if self._contents is not None:
            if await asyncio.to_thread(lambda: self._contents is not None and self._contents.is_archive):
                self._world.entitlements.read_only = True
            await asyncio.to_thread(self._contents.add_to, self.account, self._world.clock.utc())
            self._contents = None
        for records in (self.account.alerts, self.account.incidents):
            if len(records) > _MANY:
                await asyncio.to_thread(records.everything)
        self._process = os.getpid()
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
        """Stop listening and close all connections. Safe to call twice."""
        if self._running is not None:
            (runner, service), self._running = self._running, None
            await service.close()
            await runner.cleanup()
            await self._world.webhooks.close()

    @property
    def url(self) -> str:
        """`http://HOST:PORT` and the prefix, without a slash at the end.

        Raises:
            RuntimeError: The sandbox has not been started.
        """
        if not self._world.url:
            raise RuntimeError("the sandbox has not been started")
        return self._world.url

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
        """The number of 429 responses, by rate limit domain."""
        return self.limits.refused

    def reset_counters(self) -> None:
        """Reset the counters."""
        self._counters.reset()
        self.limits.refused.clear()


_MANY = 10_000
"""Alerts whose index takes so long that the loop should not wait for it."""


def _check(api_key: str | None, dx_token: str | None, port: int, prefix: str) -> None:
    if not 0 <= port <= 65535:
        raise ValueError(f"port: should be from 0 to 65535, not {port}")
    for name, secret in (("api_key", api_key), ("dx_token", dx_token)):
        if secret is not None and not (secret and secret.isascii() and secret.isprintable() and " " not in secret):
            raise ValueError(f"{name}: should be printable ASCII letters without a space")
    if prefix != quote(prefix, safe="/%:@!$&'()*+,;="):
        raise ValueError(f"prefix: expected a percent-encoded path, got {prefix!r}")
