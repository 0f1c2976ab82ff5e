"""What a test can switch while a sandbox runs: keys and their rights, refusals, delays, churn, webhooks."""

from __future__ import annotations

import random
from collections.abc import Sequence

from opsgenie_async.sandbox.account.random import Ids
from opsgenie_async.sandbox.arrangements import Arrangements
from opsgenie_async.sandbox.behaviour.churn import Churn, Churner
from opsgenie_async.sandbox.http.context import World
from opsgenie_async.sandbox.http.keys import Key
from opsgenie_async.sandbox.http.webhooks import Delivery, Webhook

__all__ = ["Switches"]


class Switches(Arrangements):
    """Changes how a sandbox behaves, from one request to the next."""

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
        """Add a key with fewer rights than `api_key` has.

        Args:
            read_only: Whether everything but reading is refused (403, 40301).
            configuration_access: Whether configuration may be touched; an API integration starts without.
            team: Id or name of the team that the key belongs to; a team of that name is added where there is none.
            disabled: Whether the key is refused like an unknown one (401).
            forbidden: Shell patterns over `METHOD /path` of what is refused besides (403, 40301): `* /v1/incidents*`.
            account_level: Whether it is a key of API key management, which may do nothing about alerts (403, 40301).

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

    def forbid(self, route: str) -> None:
        """Answer 403 (40301) to some requests, as a key without the right for them gets it.

        Args:
            route: A shell pattern over `METHOD /path`: `GET /v2/alerts/*/logs`, `* /v1/incidents*`.
        """
        self._world.entitlements.forbid(route)

    def throttle(self, on_request: int = 1, *, period: int = 60, times: int = 1, domain: str | None = None) -> None:
        """Answer some requests with 429, whatever the limits are.

        Args:
            on_request: The first of them, counted from now: 1 is the next one.
            period: The seconds that `X-RateLimit-Period-In-Sec` says.
            times: How many in a row.
            domain: The rate-limit domain that is counted; by default all.
        """
        self._world.limits.throttle(on_request, period, times, domain)

    def plan_denies(self, resource: str) -> None:
        """Answer 402 to everything about a resource, as a plan without it does.

        Args:
            resource: How the first word after the version begins (`incident`).
        """
        self._world.entitlements.deny(resource)

    def withdraw(self, route: str) -> None:
        """Answer 410 to some requests, as an endpoint that is gone does.

        Args:
            route: A shell pattern over `METHOD /path`.
        """
        self._world.entitlements.withdraw(route)

    @property
    def processing_delay(self) -> float:
        """Seconds, by the sandbox's clock, until an accepted alert or incident write is done."""
        return self._world.processing.delay

    @processing_delay.setter
    def processing_delay(self, seconds: float) -> None:
        self._world.processing.delay = seconds

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
    def churn(self) -> Churn | None:
        """How alerts change while they are read; None, the default, leaves them as they are."""
        return self._churn

    @churn.setter
    def churn(self, churn: Churn | None) -> None:
        self._churn = churn
        self._world.on_request = None if churn is None else Churner(self._world, churn, self._seed).observe

    @property
    def link_lifetime(self) -> float:
        """Seconds, by the sandbox's clock, for which a link to an attachment or a log file is valid: 300 at first."""
        return self._world.link_lifetime

    @link_lifetime.setter
    def link_lifetime(self, seconds: float) -> None:
        self._world.link_lifetime = seconds

    @property
    def download_url(self) -> str:
        """Where links to attachments and log files point: `url`, unless set to try another scheme or host."""
        return self._world.download_url or self._world.url

    @download_url.setter
    def download_url(self, url: str) -> None:
        self._world.download_url = url.rstrip("/")

    @property
    def webhook(self) -> Webhook | None:
        """Where actions on alerts are posted to, one after the other; None, the default, posts nothing."""
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
        return await self._world.webhooks.post(self._world.webhooks.document(action, alert_document, user, payload))

    async def repeat_webhook(self, delivery: Delivery) -> int | None:
        """Post *delivery* once more, unchanged, as Opsgenie may.

        Returns:
            The status of the response, None when there was none.
        """
        return await self._world.webhooks.post(delivery.document)
