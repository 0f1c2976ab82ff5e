"""Changes of an account between requests: alerts are created, closed and deleted while a client reads them."""

from __future__ import annotations

from dataclasses import dataclass

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.random import SeededRandom
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import alerts as alert_records
from opsgenie_async.sandbox.http.context import World

__all__ = ["Churn", "Churner"]

_READS = ("/v2/alerts", "/v1/incidents", "/v2/incident-timelines")


@dataclass(frozen=True, kw_only=True, slots=True)
class Churn:
    """The changes of alerts between requests; the same seed and the same requests give the same changes.

    Raises:
        ValueError: A number is invalid; the message names it.
    """

    every: int = 10
    """Reads of alerts or incidents from one change to the next."""
    created: int = 1
    """Alerts that are created each time."""
    closed: int = 1
    """Open alerts that are closed each time."""
    deleted: int = 1
    """Alerts that are deleted each time."""
    times: int | None = None
    """How often at most; None is for ever."""

    def __post_init__(self) -> None:
        for name, least in (("every", 1), ("created", 0), ("closed", 0), ("deleted", 0), ("times", 0)):
            number = getattr(self, name)
            if number is not None and number < least:
                raise ValueError(f"{name}: should be {least} or more, not {number}")


class Churner:
    """A counter of requests that changes alerts according to a churn.

    Args:
        world: The world with the alerts.
        churn: The changes.
        seed: The random seed for the choice of alerts.
    """

    def __init__(self, world: World, churn: Churn, seed: int) -> None:
        self._world = world
        self._churn = churn
        self._rng = SeededRandom(f"churn {seed}")
        self._reads = 0
        self._steps = 0

    def observe(self, method: str, path: str) -> None:
        """Count a request, and change the alerts when due."""
        if method != "GET" or not path.startswith(_READS):
            return
        self._reads += 1
        if self._reads % self._churn.every == 0 and self._steps != self._churn.times:
            self._steps += 1
            self._step()

    def _step(self) -> None:
        for _ in range(self._churn.created):
            self._create()
        for _ in range(self._churn.closed):
            self._close()
        for _ in range(self._churn.deleted):
            if (alert := self._world.account.alerts.sample(self._rng)) is not None:
                alert_records.remove(self._world.account, alert)

    def _create(self) -> None:
        account, moment = self._world.account, self._world.clock.utc()
        number = account.alerts.total + 1
        alert = alert_records.document(
            f"{self._rng.uuid()}-{epoch_milliseconds(moment)}",
            dates.trim(moment),
            {"message": f"Created while somebody reads, {number}", "source": "churn", "tags": ["churn"]},
        )
        alert["tinyId"] = str(number)
        account.alerts[alert["id"]] = alert
        self._log(alert, "Alert created")

    def _close(self) -> None:
        for _ in range(50):  # most alerts of a history are closed
            alert = self._world.account.alerts.sample(self._rng)
            if alert is not None and alert["status"] == "open":
                alert["status"] = "closed"
                alert["updatedAt"] = dates.trim(self._world.clock.utc())
                self._log(alert, "Alert closed")
                return

    def _log(self, alert: Doc, text: str) -> None:
        rows = self._world.account.alert_logs.setdefault(alert["id"], [])
        rows.append(alert_records.row(self._world.clock.utc(), rows, "System", {"log": text, "type": "system"}))
