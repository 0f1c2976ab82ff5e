"""Schedules (Schedule API page)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsgenie_async.models import Schedule, ScheduleMeta, ScheduleRotation, ScheduleTimeline, TeamMeta, TimelineUnit
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Schedules"]

SCHEDULE = "v2/schedules/{schedule:identifierType}"


class Schedules(Resource):
    """`og.schedules`: on-call schedules with their rotations."""

    __slots__ = ()

    @operation("POST", "v2/schedules")
    async def create(
        self,
        *,
        name: str,
        description: str | Unset = UNSET,
        timezone: str | Unset = UNSET,
        enabled: bool | Unset = UNSET,
        owner_team: TeamMeta | Unset = UNSET,
        rotations: Sequence[ScheduleRotation] | Unset = UNSET,
    ) -> ScheduleMeta:
        """Create a schedule, with its rotations if they are given.

        Args:
            name: The name, at most 100 characters.
            description: What it is for, at most 10000 characters.
            timezone: An IANA time zone, such as `Europe/Berlin`; the account's when not given.
            enabled: Whether it is enabled.
            owner_team: The team that owns it, by id or name.
            rotations: Who takes turns, and how; without ids.

        Raises:
            Conflict: The name is taken.
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("GET", "v2/schedules")
    def list(self, *, expand: str | ListLike[str] | None | Unset = UNSET) -> Pager[Schedule]:
        """List the schedules that the key may see.

        Args:
            expand: `rotation` brings their rotations in the same response; the only value.
        """
        ...

    @operation("GET", SCHEDULE)
    async def get(self, schedule: ByName) -> Schedule:
        """Get a schedule with its rotations.

        Args:
            schedule: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("PATCH", SCHEDULE)
    async def update(
        self,
        schedule: ByName,
        *,
        name: str | Unset = UNSET,
        description: str | None | Unset = UNSET,
        timezone: str | Unset = UNSET,
        enabled: bool | Unset = UNSET,
        owner_team: TeamMeta | None | Unset = UNSET,
        rotations: Sequence[ScheduleRotation] | Unset = UNSET,
    ) -> ScheduleMeta:
        """Change only the given fields; *rotations* replace all existing ones.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            name: The new name, at most 100 characters.
            description: A new description, at most 10000 characters; None clears it.
            timezone: An IANA time zone, such as `Europe/Berlin`.
            enabled: Whether it is enabled.
            owner_team: The team that owns it, by id or name; None for no team.
            rotations: Who takes turns, replacing all rotations; those without an id are created.

        Raises:
            Conflict: The new name is taken.
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("DELETE", SCHEDULE)
    async def delete(self, schedule: ByName) -> None:
        """Delete one schedule.

        Args:
            schedule: An id, a `Name`, or a model with an id.

        Raises:
            PreconditionRequired: Something still uses the schedule.
        """
        ...

    @operation("GET", SCHEDULE + "/timeline")
    async def get_timeline(
        self,
        schedule: ByName,
        *,
        expand: str | ListLike[str] | None | Unset = UNSET,
        interval: int | None | Unset = UNSET,
        interval_unit: TimelineUnit | str | None | Unset = UNSET,
        date: datetime | None | Unset = UNSET,
    ) -> ScheduleTimeline:
        """Get who is on call in the *interval* units after *date*.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            expand: `base`, `forwarding` and `override` add these layers to the final one: a str or several.
            interval: The length of the timeline in units, 1 when not given.
            interval_unit: `days`, `weeks` or `months`, `weeks` when not given.
            date: The start, timezone-aware; now when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...

    @operation("GET", SCHEDULE + ".ics")
    async def export(self, schedule: ByName) -> bytes:
        """Get the on-call times as an iCalendar file.

        Args:
            schedule: An id, a `Name`, or a model with an id.

        Returns:
            The file, as the API sends it.
        """
        ...
