"""Heartbeats (Heartbeat API page)."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.errors import Conflict
from opsgenie_async.models import Heartbeat, HeartbeatUnit, Priority, TeamMeta
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.read import answer_of
from opsgenie_async.resources.path import ByNameOnly
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Heartbeats"]

HEARTBEAT = "v2/heartbeats/{heartbeat}"


def _equals(existing: Heartbeat, name: str, value: object) -> bool:
    current = getattr(existing, name)
    if isinstance(value, TeamMeta) and isinstance(current, TeamMeta):
        return value.id == current.id if value.id else value.name == current.name
    return bool(current == (list(value) if isinstance(value, tuple) else value))


class Heartbeats(Resource):
    """`og.heartbeats`: each is known by its name."""

    domain = "heartbeat"

    __slots__ = ()

    @operation("GET", HEARTBEAT + "/ping")
    async def ping(self, heartbeat: ByNameOnly) -> None:
        """Tell that what the heartbeat watches is alive.

        The API takes pings of a heartbeat that does not exist as well, and says nothing.

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
        alert_tags: Sequence[str] | Unset = UNSET,
        alert_priority: Priority | str | Unset = UNSET,
    ) -> Heartbeat:
        """Create a heartbeat; the answer need not tell more than its name and state.

        Sent again after an unclear failure: should the heartbeat be there then, the very same, that is the success of
        an earlier attempt.

        Args:
            name: What it is known by, 200 characters at the most.
            interval: How many units may pass without a ping, 1 at the least.
            interval_unit: `minutes`, `hours` or `days`.
            enabled: Whether pings are waited for.
            description: What it is for, 10000 characters at the most.
            owner_team: The team that owns it, by id or name.
            alert_message: The message of the alert that a missing ping raises, 130 characters at the most; "... is
                expired" with the name when not given.
            alert_tags: The tags of that alert, 20 of 50 characters at the most.
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
        alert_tags: Sequence[str] | None | Unset = UNSET,
        alert_priority: Priority | str | None | Unset = UNSET,
    ) -> Heartbeat:
        """Change the fields that are given; answers name and state (the team and the alert's fields by the page).

        Args:
            heartbeat: A name, or a model that has one.
            description: A new description, 10000 characters at the most; None clears it.
            interval: How many units may pass without a ping, 1 at the least.
            interval_unit: `minutes`, `hours` or `days`.
            enabled: Whether pings are waited for.
            owner_team: The team that owns it, by id or name; None for no team.
            alert_message: The message of the alert that a missing ping raises, 130 characters at the most; None for the
                usual one.
            alert_tags: The tags of that alert, 20 of 50 characters at the most, in place of all; None for none.
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
        """Wait for pings from now on; returns name and state.

        Args:
            heartbeat: A name, or a model that has one.
        """
        ...

    @operation("POST", HEARTBEAT + "/disable", repeatable=True)
    async def disable(self, heartbeat: ByNameOnly) -> Heartbeat:
        """Wait for no pings any more; returns name and state.

        Args:
            heartbeat: A name, or a model that has one.
        """
        ...
