"""Switches for a running sandbox: keys and their permissions, refusals, delays, churn, webhooks."""

from __future__ import annotations

import random
from collections.abc import Sequence

from opsgenie_async.sandbox.account.random import Ids
from opsgenie_async.sandbox.arrangements import Arrangements
from opsgenie_async.sandbox.behaviour.churn import Churn, Churner
from opsgenie_async.sandbox.http.context import World
from opsgenie_async.sandbox.http.keys import Key
from opsgenie_async.sandbox.http.numbers import check_number
from opsgenie_async.sandbox.http.webhooks import Delivery, Webhook

__all__ = ["Switches"]


class Switches(Arrangements):
    """Methods and properties that change the behaviour of a running sandbox."""

    _world: World
    _seed = 0
    _churn: Churn | None = None
    _account_key = ""
    _integration_key = ""

    def add_key(
        self,
        *,
        read_only: bool = False,
        configuration_access: bool = True,
        team: str | None = None,
        disabled: bool = False,
        account_level: bool = False,
        forbidden: Sequence[str] = (),
    ) -> str:
        """Add a key with fewer permissions than `api_key`.

        Args:
            read_only: Whether writes are refused (403, 40301).
            configuration_access: Whether access to the configuration is allowed; by default not for an API integration.
            team: The id or name of the key's team; created if there is no team of that name.
            disabled: Whether the key is refused like an unknown one (401).
            forbidden: Shell patterns for `METHOD /path` that are also refused (403, 40301): `* /v1/incidents*`.
            account_level: Whether it is a key of API key management, which has no access to alerts (403, 40301).

        Returns:
            The key.
        """
        secret = Ids(random.randrange(2**64)).new()
        bound = None if team is None else str(self._team(team)["id"])
        self._world.keys.add(
            Key(
                secret,
                read_only=read_only,
                configuration_access=configuration_access,
                team=bound,
                disabled=disabled,
                account_level=account_level,
                forbidden=tuple(forbidden),
            )
        )
        return secret

    @property
    def account_key(self) -> str:
        """A key of API key management: all permissions except for alerts. `api_key` has all."""
        if not self._account_key:
            self._account_key = self.add_key(account_level=True)
        return self._account_key

    @property
    def integration_key(self) -> str:
        """A key of a new API integration: permissions for alerts, incidents and pings, not for configuration."""
        if not self._integration_key:
            self._integration_key = self.add_key(configuration_access=False)
        return self._integration_key

    def forbid(self, route: str) -> None:
        """Refuse some requests with 403 (40301), as for a key without permission.

        Args:
            route: A shell pattern for `METHOD /path`: `GET /v2/alerts/*/logs`, `* /v1/incidents*`.
        """
        self._world.entitlements.forbid(route)

    def throttle(self, on_request: int = 1, *, period: int = 60, times: int = 1, domain: str | None = None) -> None:
        """Refuse some requests with 429, regardless of the limits.

        Args:
            on_request: The first one, counted from now: 1 is the next request.
            period: The seconds in `X-RateLimit-Period-In-Sec`.
            times: The number of consecutive requests.
            domain: The rate limit domain to count; by default all.

        Raises:
            ValueError: A number is invalid or negative.
        """
        for name, number in (("on_request", on_request), ("period", period), ("times", times)):
            check_number(name, number)
        self._world.limits.throttle(on_request, period, times, domain)

    def plan_denies(self, resource: str) -> None:
        """Refuse all requests for a resource with 402, as in a plan without it.

        Args:
            resource: The start of the first path segment after the version (`incident`).
        """
        self._world.entitlements.deny(resource)

    def withdraw(self, route: str) -> None:
        """Refuse some requests with 410, as for a withdrawn endpoint.

        Args:
            route: A shell pattern for `METHOD /path`.
        """
        self._world.entitlements.withdraw(route)

    @property
    def processing_delay(self) -> float:
        """Seconds, by the sandbox's clock, until an accepted alert or incident write is processed."""
        return self._world.processing.delay

    @processing_delay.setter
    def processing_delay(self, seconds: float) -> None:
        check_number("processing_delay", seconds)
        self._world.processing.delay = seconds

    @property
    def search_lag(self) -> float:
        """Seconds, by the sandbox's clock, until lists and counts of alerts and incidents show what a get shows."""
        return self.account.alerts.lag

    @search_lag.setter
    def search_lag(self, seconds: float) -> None:
        check_number("search_lag", seconds)
        for records in (self.account.alerts, self.account.incidents):
            records.lag = seconds

    @property
    def search_includes_boundary(self) -> bool:
        """Whether `<=` and `>=` of a search include the boundary, which is undocumented."""
        return self._world.boundary_included

    @search_includes_boundary.setter
    def search_includes_boundary(self, included: bool) -> None:
        self._world.boundary_included = included

    @property
    def churn(self) -> Churn | None:
        """The changes of alerts between requests; None, the default, for no changes."""
        return self._churn

    @churn.setter
    def churn(self, churn: Churn | None) -> None:
        self._churn = churn
        self._world.on_request = None if churn is None else Churner(self._world, churn, self._seed).observe

    @property
    def link_lifetime(self) -> float:
        """Seconds, by the sandbox's clock, for which a link to an attachment or log file is valid; 300 by default."""
        return self._world.link_lifetime

    @link_lifetime.setter
    def link_lifetime(self, seconds: float) -> None:
        self._world.link_lifetime = seconds

    @property
    def download_url(self) -> str:
        """The base URL of links to attachments and log files; by default `url`."""
        return self._world.download_url or self._world.url

    @download_url.setter
    def download_url(self, url: str) -> None:
        self._world.download_url = url.rstrip("/")

    @property
    def webhook(self) -> Webhook | None:
        """The webhook for actions on alerts, sent one by one; None, the default, sends nothing."""
        return self._world.webhooks.target

    @webhook.setter
    def webhook(self, target: Webhook | None) -> None:
        self._world.webhooks.target = target

    @property
    def webhooks(self) -> list[Delivery]:
        """The webhooks that were posted, oldest first, with the status of each response."""
        return [*self._world.webhooks.deliveries]

    async def webhooks_sent(self) -> None:
        """Wait until every action on an alert so far has been posted."""
        self._world.processing.catch_up()
        await self._world.webhooks.settle()

    async def send_webhook(self, action: str, alert: str = "", *, user: str = "", **payload: object) -> int | None:
        """Post a webhook as if somebody had acted on an alert.

        Args:
            action: The action's name in webhooks ("AddNote"), or the name of a custom action.
            alert: The id of the alert; by default an alert is added.
            user: The user of the action.
            payload: The body of the API call (`note`, `tags`, `team`, `source`).

        Returns:
            The status of the response, None without a response.

        Raises:
            RuntimeError: No webhook is set.
        """
        alert_document = self.account.alerts.get(alert) or self.add_alert(self._world.clock.utc(), alert)
        return await self._world.webhooks.post(self._world.webhooks.document(action, alert_document, user, payload))

    async def repeat_webhook(self, delivery: Delivery) -> int | None:
        """Post *delivery* once more, unchanged, as Opsgenie may.

        Returns:
            The status of the response, None without a response.
        """
        return await self._world.webhooks.post(delivery.document)
