"""Heartbeats (Heartbeat API page)."""

from __future__ import annotations

from opsgenie_async.errors import Conflict
from opsgenie_async.models import Heartbeat, HeartbeatUnit, PriorityLike, TeamMeta
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.read import answer_of
from opsgenie_async.resources.path import ByNameOnly
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Heartbeats"]

HEARTBEAT = "v2/heartbeats/{heartbeat}"


def _equals(existing: Heartbeat, name: str, value: object) -> bool:
    current = getattr(existing, name)
    if isinstance(value, TeamMeta) and isinstance(current, TeamMeta):
        return value.id == current.id if value.id else value.name == current.name
    return bool(current == (list(value) if isinstance(value, tuple) else value))


class Heartbeats(Resource):
    """`og.heartbeats`: each is identified by its name."""

    domain = "heartbeat"

    __slots__ = ()

    @operation("GET", HEARTBEAT + "/ping")
    async def ping(self, heartbeat: ByNameOnly) -> None:
        """Send a ping.

        The API also accepts pings of a heartbeat that does not exist, without an error.

        Args:
            heartbeat: A name, or a model that has one.
        """
        ...

    @operation("GET", "v2/heartbeats", data_key="heartbeats")
    def list(self) -> Pager[Heartbeat]:
        """List all heartbeats."""
        ...

    @endpoint("POST", "v2/heartbeats", repeatable=True)
    async def create(
        self,
        *,
        name: str,
        interval: int,
        interval_unit: HeartbeatUnit | str,
        enabled: bool,
        description: str | Unset = UNSET,
        owner_team: TeamMeta | Unset = UNSET,
        alert_message: str | Unset = UNSET,
        alert_tags: ListLike[str] | Unset = UNSET,
        alert_priority: PriorityLike | Unset = UNSET,
    ) -> Heartbeat:
        """Create a heartbeat; the response may have only its name and state.

        Retried after an unclear failure: if exactly this heartbeat exists by then, an earlier attempt succeeded.

        Args:
            name: Its name, at most 200 characters.
            interval: How many units may pass without a ping, at least 1.
            interval_unit: `minutes`, `hours` or `days`.
            enabled: Whether missing pings raise an alert.
            description: What it is for, at most 10000 characters.
            owner_team: The team that owns it, by id or name.
            alert_message: The message of the alert that a missing ping raises, at most 130 characters; "... is
                expired" with the name when not given.
            alert_tags: The tags of that alert, at most 20, of at most 50 characters each.
            alert_priority: The priority of that alert, P3 when not given.

        Raises:
            Conflict: The name is taken.
        """
        fields = {
            "name": name,
            "interval": interval,
            "interval_unit": interval_unit,
            "enabled": enabled,
            "description": description,
            "owner_team": owner_team,
            "alert_message": alert_message,
            "alert_tags": alert_tags,
            "alert_priority": alert_priority,
        }
        try:
            created: Heartbeat = await answer_of(self.create, **fields)
        except Conflict as error:
            if not error.maybe_done:
                raise
            existing = await self.get(name)
            if not all(_equals(existing, field, value) for field, value in fields.items() if value is not UNSET):
                raise
            return existing
        return created

    @operation("GET", HEARTBEAT)
    async def get(self, heartbeat: ByNameOnly) -> Heartbeat:
        """Get one heartbeat.

        Args:
            heartbeat: A name, or a model that has one.
        """
        ...

    @operation("PATCH", HEARTBEAT)
    async def update(
        self,
        heartbeat: ByNameOnly,
        *,
        description: str | None | Unset = UNSET,
        interval: int | Unset = UNSET,
        interval_unit: HeartbeatUnit | str | Unset = UNSET,
        enabled: bool | Unset = UNSET,
        owner_team: TeamMeta | None | Unset = UNSET,
        alert_message: str | None | Unset = UNSET,
        alert_tags: ListLike[str] | None | Unset = UNSET,
        alert_priority: PriorityLike | None | Unset = UNSET,
    ) -> Heartbeat:
        """Change only the given fields; returns name and state (the team and the alert's fields by the page).

        Args:
            heartbeat: A name, or a model that has one.
            description: A new description, at most 10000 characters; None clears it.
            interval: How many units may pass without a ping, at least 1.
            interval_unit: `minutes`, `hours` or `days`.
            enabled: Whether missing pings raise an alert.
            owner_team: The team that owns it, by id or name; None for no team.
            alert_message: The message of the alert that a missing ping raises, at most 130 characters; None for the
                default one.
            alert_tags: The tags of that alert, at most 20, of at most 50 characters each, replacing all; None for
                none.
            alert_priority: The priority of that alert, `P1` to `P5`; None for `P3`.
        """
        ...

    @operation("DELETE", HEARTBEAT)
    async def delete(self, heartbeat: ByNameOnly) -> None:
        """Delete one heartbeat.

        Args:
            heartbeat: A name, or a model that has one.
        """
        ...

    @operation("POST", HEARTBEAT + "/enable", repeatable=True)
    async def enable(self, heartbeat: ByNameOnly) -> Heartbeat:
        """Enable a heartbeat; returns name and state.

        Args:
            heartbeat: A name, or a model that has one.
        """
        ...

    @operation("POST", HEARTBEAT + "/disable", repeatable=True)
    async def disable(self, heartbeat: ByNameOnly) -> Heartbeat:
        """Disable a heartbeat; returns name and state.

        Args:
            heartbeat: A name, or a model that has one.
        """
        ...
