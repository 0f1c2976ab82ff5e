"""The blocking client: the asynchronous one, on a loop in a thread of its own."""

from __future__ import annotations

import os
import threading
import warnings
import weakref
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar, Unpack

from opsgenie_async import client as asynchronous
from opsgenie_async.background_loop import PATIENCE, BackgroundLoop, LoopStuck
from opsgenie_async.blocking.resource import block
from opsgenie_async.config import CLIENT_SETTINGS, CallSettings, Config, checks_settings
from opsgenie_async.converters.query import QueryValue
from opsgenie_async.errors import UNPICKLABLE, ClientMisused
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.http.request import JsonBody
from opsgenie_async.json_text import Json
from opsgenie_async.lazy_resource import lazy_resources
from opsgenie_async.waiting import BlockingPager

if TYPE_CHECKING:
    from opsgenie_async.blocking import pages

__all__ = ["Opsgenie"]

T = TypeVar("T")
SETTINGS = tuple(name for name in CLIENT_SETTINGS if name != "session")


class Opsgenie:
    """Opsgenie's REST API for programs without an event loop.

        with Opsgenie(api_key, region="eu") as og:
            for team in og.teams.list():
                print(team.name, og.team_routing_rules.list(team).first(1))

    It has the resources, methods and types of `opsgenie_async.Opsgenie`; methods return the awaited results, listings
    are iterators, and `og.alerts.create(...).wait()` blocks. All clients share one event loop in a daemon thread. A
    client is thread-safe; a forked child needs its own.

    Ctrl-C cancels the interrupted call. In a running event loop every call raises `ClientMisused`.
    Every exception that it raises on purpose is an `OpsgenieError`.
    """

    client_class: ClassVar[type[asynchronous.Opsgenie]] = asynchronous.Opsgenie
    """The asynchronous client: a subclass with pages of its own makes them here as well."""

    alerts: pages.Alerts
    saved_searches: pages.SavedSearches
    incidents: pages.Incidents
    incident_templates: pages.IncidentTemplates
    incident_timelines: pages.IncidentTimelines
    postmortems: pages.Postmortems
    services: pages.Services
    service_incident_rules: pages.ServiceIncidentRules
    service_incident_templates: pages.ServiceIncidentTemplates
    service_audience_templates: pages.ServiceAudienceTemplates
    deployments: pages.Deployments
    teams: pages.Teams
    team_members: pages.TeamMembers
    team_roles: pages.TeamRoles
    team_routing_rules: pages.TeamRoutingRules
    schedules: pages.Schedules
    schedule_rotations: pages.ScheduleRotations
    schedule_overrides: pages.ScheduleOverrides
    on_calls: pages.OnCalls
    escalations: pages.Escalations
    users: pages.Users
    user_saved_searches: pages.UserSavedSearches
    contacts: pages.Contacts
    notification_rules: pages.NotificationRules
    notification_rule_steps: pages.NotificationRuleSteps
    custom_user_roles: pages.CustomUserRoles
    forwarding_rules: pages.ForwardingRules
    account: pages.Account
    integrations: pages.Integrations
    integration_actions: pages.IntegrationActions
    heartbeats: pages.Heartbeats
    maintenances: pages.Maintenances
    policies: pages.Policies
    logs: pages.Logs
    action_channels: pages.ActionChannels
    legacy: pages.Legacy

    @checks_settings(SETTINGS)
    def __init__(
        self,
        api_key: str | None = None,
        *,
        region: str | None = None,
        base_url: str | None = None,
        config: Config | None = None,
    ) -> None:
        """Create a client; no connection is opened before the first call.

        Args:
            api_key: The API key; OPSGENIE_API_KEY by default.
            region: "us" or "eu", where the account lives; OPSGENIE_REGION or "us" by default.
            base_url: Overrides the region's URL; OPSGENIE_BASE_URL by default.
            config: Timeouts, retries, pool, proxy, hooks.

        Raises:
            ArgumentValueError: A setting is missing or invalid; the message names it.
        """
        self._client = self.client_class(api_key, region=region, base_url=base_url, config=config)
        self._thread = _Thread(self._client)

    def __repr__(self) -> str:
        return f"<blocking {repr(self._client)[1:]}"

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *lazy_resources(self.client_class)})

    if not TYPE_CHECKING:  # they know the pages by their annotations, and no others

        def __getattr__(self, name: str) -> object:
            if name not in lazy_resources(self.client_class):
                from opsgenie_async.wrong_names import no_attribute

                raise no_attribute(self, name, "client")
            resource = self.__dict__[name] = block(getattr(self._client, name), self._thread)
            return resource

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._thread.is_foreign:
            self.close()

    def close(self, *, timeout: float | None = None) -> None:
        """Close the client, its views and its connections; also done at the end of the program.

        Args:
            timeout: Seconds to wait for calls of other threads; `Config.close_timeout` by default.

        Raises:
            ClientMisused: In a running event loop, or in a forked child.
        """
        self._thread.close(timeout)

    def with_config(self, **changes: Unpack[CallSettings]) -> Self:
        """Return a view of this client with other settings.

        Connections and rate limits are shared; closing either closes both.

        Args:
            changes: The settings, as in `og.with_config(total_timeout=5)`.

        Raises:
            ArgumentTypeError: A setting does not apply to single calls.
        """
        view = object.__new__(type(self))
        own = {name: value for name, value in self.__dict__.items() if name not in lazy_resources(self.client_class)}
        view.__dict__.update(own, _client=self._client.with_config(**changes))
        return view

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, QueryValue] | None = None,
        json: JsonBody | None = None,
        domain: str | None = None,
        repeatable: bool | None = None,
    ) -> Envelope:
        """Call any endpoint, with the pooling, throttling, retries and errors of every other call.

        Args:
            method: The HTTP method.
            path: The path below the base URL, percent-encoded, such as "/v2/teams/ops"; can include a query.
            params: The query, by the API's names; None and `UNSET` are left out, lists are joined with commas.
            json: The body.
            domain: The rate limit domain of the call, derived from the path when not given.
            repeatable: Whether to retry when the outcome is unclear; by default GET, PUT and DELETE are retried.

        Returns:
            The response.

        Raises:
            OpsgenieError: Any error of a call.
            ArgumentValueError: The path points outside the base URL.
        """
        call = self._client.request(method, path, params=params, json=json, domain=domain, repeatable=repeatable)
        return self._thread.run(call)

    def documents(
        self, path: str, *, params: Mapping[str, QueryValue] | None = None, domain: str | None = None, at: str = ""
    ) -> BlockingPager[Json]:
        """Read any listing, page by page, as the JSON that the API sends.

        Args:
            path: As in `request`.
            params: As in `request`.
            domain: As in `request`.
            at: The member of `data` with the list, if it is not `data` itself; "*" for all lists in it.

        Returns:
            The listing.
        """
        return BlockingPager(self._client.documents(path, params=params, domain=domain, at=at), self._thread)


class _Thread:
    """The thread of the loop, as one client uses it: from its first call to its end."""

    def __init__(self, client: asynchronous.Opsgenie) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._loop: BackgroundLoop | None = None
        self._process = 0
        self._is_closed = False

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run *coroutine* to its end.

        Raises:
            ClientMisused: The client is closed, or this is a running event loop, or a forked child.
        """
        try:
            loop = self._raise_if_misused()
        except ClientMisused:
            coroutine.close()
            raise
        return loop.run(coroutine)

    @property
    def is_foreign(self) -> bool:
        """Whether it belongs to the parent of this process."""
        return self._loop is not None and self._process != os.getpid()

    def __reduce__(self) -> NoReturn:
        raise ClientMisused(UNPICKLABLE)

    def __del__(self, warn: Callable[..., None] = warnings.warn) -> None:
        # Not at the end of the program, which closes it, and not in a forked child, whose it is not.
        if self._loop is not None and self._finalize.alive and self._process == os.getpid():
            warn(
                f"blocking {repr(self._client)[1:-1]} was not closed: use `with Opsgenie(...) as og` or `og.close()`",
                ResourceWarning,
                stacklevel=2,
            )

    def close(self, timeout: float | None) -> None:
        """Close the client, and leave the thread."""
        if self._is_closed:
            return
        if self._loop is None:  # nothing was opened
            self._is_closed = True
            return
        loop = self._raise_if_misused()
        self._is_closed = True
        self._finalize.detach()
        try:
            loop.run(self._client.close(timeout=timeout))
        finally:
            loop.release()

    def _raise_if_misused(self) -> BackgroundLoop:
        if self._is_closed:
            raise ClientMisused("the client is closed")
        if self.is_foreign:
            raise ClientMisused("the client belongs to the parent process: create another one in this process")
        if BackgroundLoop.stops_another():
            raise ClientMisused(
                "a blocking client would block the running event loop: await the calls of opsgenie_async.Opsgenie,"
                " or call it from a thread, e.g. with asyncio.to_thread"
            )
        return self._start()

    def _start(self) -> BackgroundLoop:
        with self._lock:
            if self._loop is None:
                self._loop, self._process = BackgroundLoop.acquire(), os.getpid()
                self._finalize = weakref.finalize(self, _finish, self._loop, self._process, self._client)
            return self._loop


def _finish(loop: BackgroundLoop, process: int, client: asynchronous.Opsgenie) -> None:
    """Close a client that was left open, at the end of the program or when nobody has it any more."""
    if process != os.getpid():
        return
    if BackgroundLoop.stops_another():  # it was collected there, by chance, and must not make that wait
        loop.call_soon(lambda: loop.finish(client.close(timeout=0), timeout=PATIENCE))
        return
    with suppress(LoopStuck):
        loop.finish(client.close(timeout=0), timeout=PATIENCE)
