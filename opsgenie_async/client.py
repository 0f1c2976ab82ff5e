"""The client, which joins all parts and lists the resources of the API.

Each `LazyResource` below is a page of the API; its class is imported when the attribute is first used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from copy import copy
from functools import lru_cache, partial
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self, Unpack
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import aiohttp
import attrs

from opsgenie_async.config import (
    CLIENT_SETTINGS,
    CallSettings,
    Config,
    base_url_of,
    check_seconds,
    checks_settings,
    refuse_unknown,
)
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError, ClientMisused
from opsgenie_async.http.credentials import Credential, auth_of
from opsgenie_async.http.documents import documents_of
from opsgenie_async.http.envelope import Envelope, read_envelope
from opsgenie_async.http.pool import Pool
from opsgenie_async.http.redaction import without_frames
from opsgenie_async.http.request import HALF_A_PAIR, REPEATABLE_METHODS, JsonBody, Query, Request
from opsgenie_async.http.transport import Transport
from opsgenie_async.json_text import Json
from opsgenie_async.lazy_resource import LazyResource
from opsgenie_async.paging import Pager
from opsgenie_async.signatures import check_argument
from opsgenie_async.throttle.domains import domain_of

if TYPE_CHECKING:
    from opsgenie_async.converters.query import QueryValue
    from opsgenie_async.legacy import Legacy
    from opsgenie_async.resources.account import Account
    from opsgenie_async.resources.action_channels import ActionChannels
    from opsgenie_async.resources.alerts import Alerts
    from opsgenie_async.resources.contacts import Contacts
    from opsgenie_async.resources.custom_user_roles import CustomUserRoles
    from opsgenie_async.resources.deployments import Deployments
    from opsgenie_async.resources.escalations import Escalations
    from opsgenie_async.resources.forwarding_rules import ForwardingRules
    from opsgenie_async.resources.heartbeats import Heartbeats
    from opsgenie_async.resources.incident_templates import IncidentTemplates
    from opsgenie_async.resources.incident_timelines import IncidentTimelines
    from opsgenie_async.resources.incidents import Incidents
    from opsgenie_async.resources.integration_actions import IntegrationActions
    from opsgenie_async.resources.integrations import Integrations
    from opsgenie_async.resources.logs import Logs
    from opsgenie_async.resources.maintenances import Maintenances
    from opsgenie_async.resources.notification_rule_steps import NotificationRuleSteps
    from opsgenie_async.resources.notification_rules import NotificationRules
    from opsgenie_async.resources.on_calls import OnCalls
    from opsgenie_async.resources.policies import Policies
    from opsgenie_async.resources.postmortems import Postmortems
    from opsgenie_async.resources.saved_searches import SavedSearches
    from opsgenie_async.resources.schedule_overrides import ScheduleOverrides
    from opsgenie_async.resources.schedule_rotations import ScheduleRotations
    from opsgenie_async.resources.schedules import Schedules
    from opsgenie_async.resources.service_audience_templates import ServiceAudienceTemplates
    from opsgenie_async.resources.service_incident_rules import ServiceIncidentRules
    from opsgenie_async.resources.service_incident_templates import ServiceIncidentTemplates
    from opsgenie_async.resources.services import Services
    from opsgenie_async.resources.team_members import TeamMembers
    from opsgenie_async.resources.team_roles import TeamRoles
    from opsgenie_async.resources.team_routing_rules import TeamRoutingRules
    from opsgenie_async.resources.teams import Teams
    from opsgenie_async.resources.user_saved_searches import UserSavedSearches
    from opsgenie_async.resources.users import Users

__all__ = ["Opsgenie", "check_client"]

PLAIN_PATH = re.compile(r"/?[A-Za-z0-9_-][A-Za-z0-9_./-]*")
"""A path that is nothing but a path, as most are: there is nothing in it to take apart or to encode."""
METHOD = re.compile(r"[A-Z]+")
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
PATH_LETTERS = "/%:@!$&'()*+,;="
"""Characters allowed unescaped in a path, beside letters and digits: a space would end it on the wire."""


class Opsgenie:
    """Opsgenie's REST API, asynchronously.

        async with Opsgenie(api_key, region="eu") as og:
            rules = await og.team_routing_rules.list(Name("ops"))

    Missing settings are read from the environment: `OPSGENIE_API_KEY`, `OPSGENIE_REGION`, `OPSGENIE_BASE_URL`.
    A subclass keeps all resources, and can add its own as `LazyResource`s.
    Any number of tasks of one event loop can use a client; its calls share connections and rate limits.
    In another loop, thread or process it raises `ClientMisused`, and nothing is sent; once its loop is closed, it opens
    new connections in the next one. A `session` that was passed in stays bound to its loop. Every exception that it
    raises on purpose is an `OpsgenieError`.
    """

    alerts: LazyResource[Alerts] = LazyResource("Alerts")
    saved_searches: LazyResource[SavedSearches] = LazyResource("SavedSearches")
    incidents: LazyResource[Incidents] = LazyResource("Incidents")
    incident_templates: LazyResource[IncidentTemplates] = LazyResource("IncidentTemplates")
    incident_timelines: LazyResource[IncidentTimelines] = LazyResource("IncidentTimelines")
    postmortems: LazyResource[Postmortems] = LazyResource("Postmortems")
    services: LazyResource[Services] = LazyResource("Services")
    service_incident_rules: LazyResource[ServiceIncidentRules] = LazyResource("ServiceIncidentRules")
    service_incident_templates: LazyResource[ServiceIncidentTemplates] = LazyResource("ServiceIncidentTemplates")
    service_audience_templates: LazyResource[ServiceAudienceTemplates] = LazyResource("ServiceAudienceTemplates")
    deployments: LazyResource[Deployments] = LazyResource("Deployments")
    teams: LazyResource[Teams] = LazyResource("Teams")
    team_members: LazyResource[TeamMembers] = LazyResource("TeamMembers")
    team_roles: LazyResource[TeamRoles] = LazyResource("TeamRoles")
    team_routing_rules: LazyResource[TeamRoutingRules] = LazyResource("TeamRoutingRules")
    schedules: LazyResource[Schedules] = LazyResource("Schedules")
    schedule_rotations: LazyResource[ScheduleRotations] = LazyResource("ScheduleRotations")
    schedule_overrides: LazyResource[ScheduleOverrides] = LazyResource("ScheduleOverrides")
    on_calls: LazyResource[OnCalls] = LazyResource("OnCalls")
    escalations: LazyResource[Escalations] = LazyResource("Escalations")
    users: LazyResource[Users] = LazyResource("Users")
    user_saved_searches: LazyResource[UserSavedSearches] = LazyResource("UserSavedSearches")
    contacts: LazyResource[Contacts] = LazyResource("Contacts")
    notification_rules: LazyResource[NotificationRules] = LazyResource("NotificationRules")
    notification_rule_steps: LazyResource[NotificationRuleSteps] = LazyResource("NotificationRuleSteps")
    custom_user_roles: LazyResource[CustomUserRoles] = LazyResource("CustomUserRoles")
    forwarding_rules: LazyResource[ForwardingRules] = LazyResource("ForwardingRules")
    account: LazyResource[Account] = LazyResource("Account")
    integrations: LazyResource[Integrations] = LazyResource("Integrations")
    integration_actions: LazyResource[IntegrationActions] = LazyResource("IntegrationActions")
    heartbeats: LazyResource[Heartbeats] = LazyResource("Heartbeats")
    maintenances: LazyResource[Maintenances] = LazyResource("Maintenances")
    policies: LazyResource[Policies] = LazyResource("Policies")
    logs: LazyResource[Logs] = LazyResource("Logs")
    action_channels: LazyResource[ActionChannels] = LazyResource("ActionChannels")
    legacy: LazyResource[Legacy] = LazyResource("opsgenie_async.legacy:Legacy")

    _base_url = ""  # for the repr of one that could not be made

    @checks_settings(CLIENT_SETTINGS)
    def __init__(
        self,
        api_key: str | None = None,
        *,
        region: str | None = None,
        base_url: str | None = None,
        session: aiohttp.ClientSession | None = None,
        config: Config | None = None,
    ) -> None:
        """Create a client; no connection is opened before the first call.

        Args:
            api_key: The API key; `OPSGENIE_API_KEY` when not given.
            region: "us" (the default) or "eu"; a key works only in its account's region.
            base_url: Overrides the region's URL; a path in it is kept
                (`https://api.atlassian.com/jsm/ops/integration/`).
            session: An `aiohttp.ClientSession` to use; the caller closes it.
            config: Timeouts, retries, pool, proxy, hooks.

        Raises:
            ArgumentValueError: A setting is missing or invalid; the message names it.
            ArgumentTypeError: A setting does not exist or has the wrong type.
        """
        config = Config() if config is None else config
        # Nothing of what is given stays in a frame that an error from here shows: one may be the other's, by mistake.
        settings = [api_key, region, base_url]
        del api_key, region, base_url
        try:
            if session is not None and not callable(getattr(session, "request", None)):
                session = None
                raise ArgumentTypeError("session: expected an aiohttp.ClientSession")
            kind: type = type(config)
            if not issubclass(kind, Config):
                config = Config()
                raise ArgumentTypeError("config: expected a Config such as Config(total_timeout=60)")
            credential = _credential(settings)
            address = _address(settings)
        except (TypeError, ValueError) as error:
            settings.clear()
            raise without_frames(error) from None
        self._transport = Transport(Pool(address, credential, config, session), config)
        self._base_url = address

    def __repr__(self) -> str:
        return f"<Opsgenie at {self._base_url}>"

    if not TYPE_CHECKING:  # which know better than this that it is no context manager

        def __enter__(self) -> None:
            raise ClientMisused("use `async with Opsgenie(...) as og`, in a coroutine")

        def __exit__(self, *_: object) -> None: ...

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "client")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._transport.leave()

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the client, its views and its connections; a `session` that was passed in stays open.

        Calls in flight raise `OutcomeUnknown` (a write that was sent and is not safe to retry) or `TransportError`;
        later calls raise `ClientMisused`.

        Args:
            timeout: Seconds to wait for calls in flight, `Config.close_timeout` when not given.

        Raises:
            ArgumentTypeError: *timeout* is not a number.
            ClientMisused: The client belongs to another event loop, which is still open.
        """
        if timeout is not None:
            check_seconds("timeout", timeout)
        await self._transport.close(timeout)

    def with_config(self, **changes: Unpack[CallSettings]) -> Self:
        """Return a view of this client with other settings: `og.with_config(total_timeout=5)`.

        Connections and rate limits are shared; closing either closes both.

        Args:
            **changes: Settings of `Config`.

        Raises:
            TypeError: A setting that does not apply to single calls, such as the pool size.
        """
        refuse_unknown("single calls", changes, CallSettings.__annotations__)
        from opsgenie_async.resources.base import Resource  # loaded with the first page, not with the client

        view = copy(self)
        view._transport = self._transport.with_config(attrs.evolve(self._transport.config, **changes))
        for name, value in self.__dict__.items():  # a resource that was used before sends by its client's settings
            if isinstance(getattr(type(self), name, None), LazyResource):
                del view.__dict__[name]
            elif isinstance(value, Resource):
                view.__dict__[name] = value._sending_through(view._transport)
        return view

    async def request(
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
            json: The body; None for no body.
            domain: The rate limit domain of the call, derived from the path when not given.
            repeatable: Whether to retry when the outcome is unclear; by default GET, PUT and DELETE are retried.

        Returns:
            The JSON envelope around `data`, with values from the headers.

        Raises:
            ApiError: The API returned an error; another `OpsgenieError` if there was no valid response.
            ValueError: The path points outside the base URL.
        """
        request = _request(method, path, params, json, domain, repeatable)
        return read_envelope(await self._transport.send(request))

    def documents(
        self,
        path: str,
        *,
        params: Mapping[str, QueryValue] | None = None,
        domain: str | None = None,
        at: str = "",
    ) -> Pager[Json]:
        """Read any listing, page by page, as the JSON that the API sends.

        Args:
            path: Below the base URL, as for `request`.
            params: The query, as for `request`.
            domain: The rate limit domain of the calls, as for `request`.
            at: The member of `data` with the list, if it is not `data` itself; "*" for all lists in it.

        Returns:
            The listing; reading it raises the errors of `request`, and `ProtocolError` if there is no list.
        """
        first = _request("GET", path, params, None, domain, None)
        return Pager(self._transport, first, partial(documents_of, at=at) if at else documents_of)


def check_client(function: str, og: object) -> None:
    """Raise `ArgumentTypeError` if what a function of another room got as its client is none."""
    check_argument(f"{function}: og", og, Opsgenie, "an Opsgenie, the asyncio client")


def _credential(settings: list[str | None]) -> Credential:
    key = settings[0] if settings[0] is not None else os.environ.get("OPSGENIE_API_KEY") or None
    if key is None:
        raise ArgumentValueError("api_key: not given, and OPSGENIE_API_KEY is not set")
    return Credential("GenieKey", key)


def _address(settings: list[str | None]) -> str:
    _, region, base_url = settings
    if base_url is None and region is None:
        base_url = os.environ.get("OPSGENIE_BASE_URL") or None
    return base_url_of(region or os.environ.get("OPSGENIE_REGION") or "us", base_url)


def _request(
    method: str,
    path: str,
    params: Mapping[str, QueryValue] | None,
    json: JsonBody | None,
    domain: str | None,
    repeatable: bool | None,
) -> Request:
    if not isinstance(method, str):
        raise ArgumentTypeError("method: expected a str")
    if not isinstance(path, str):
        raise ArgumentTypeError("path: expected a str")
    if params is not None and not isinstance(params, Mapping):
        raise ArgumentTypeError("params: expected a mapping")
    target = _target(method.upper(), path)
    if not params and json is None and domain is None and repeatable is None:
        return target
    query = target.query
    if params:
        from opsgenie_async.converters.query import query_of  # loaded with the first query, not with the client

        try:
            query += query_of(params)
        except TypeError as error:
            raise ArgumentTypeError(f"params.{error}") from None
        except ValueError as error:
            raise ArgumentValueError(f"params.{error}") from None
    return Request(
        method=target.method,
        path=target.path,
        query=query,
        json=json,
        auth=target.auth,
        domain=target.domain if domain is None else domain,
        repeatable=target.repeatable if repeatable is None else repeatable,
    )


@lru_cache  # bots and health checks ask the same few places over and over, and a request is never changed
def _target(method: str, path: str) -> Request:
    """A request for *path* that says nothing else."""
    query: Query = ()
    if not METHOD.fullmatch(method):
        raise ArgumentValueError(f"method: expected a word such as GET, got {method!r}")
    if ".." in path or not PLAIN_PATH.fullmatch(path):
        if CONTROLS.search(path):  # `urlsplit` would take them out, and reach another place
            raise ArgumentValueError("path: contains control characters, which cannot be sent")
        try:
            url = urlsplit(path)
            path.encode()
        except UnicodeEncodeError:
            raise ArgumentValueError(f"path: {HALF_A_PAIR}") from None
        except ValueError as error:
            raise ArgumentValueError(f"path: {error}") from None
        if url.scheme or url.netloc or url.fragment or ".." in map(unquote, url.path.split("/")):
            raise ArgumentValueError(
                f"path: expected a path below the base URL, got {url._replace(query='').geturl()!r}"
            )
        path = quote(url.path, safe=PATH_LETTERS)
        query = tuple(parse_qsl(url.query, keep_blank_values=True))
    path = path.lstrip("/")
    return Request(
        method=method,
        path=path,
        query=query,
        auth=auth_of(method, path),
        domain=domain_of(method, path),
        repeatable=method in REPEATABLE_METHODS,
    )
