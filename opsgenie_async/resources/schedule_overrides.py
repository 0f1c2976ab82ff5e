"""Overrides of a schedule (Schedule Override API page)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsgenie_async.errors import Conflict
from opsgenie_async.models import NoRecipient, Reference, RotationMeta, ScheduleOverride, UserRef
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.read import answer_of
from opsgenie_async.resources.path import ByAlias, ByName
from opsgenie_async.resources.periods import check_period, same_entity, same_period
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ScheduleOverrides"]

OVERRIDES = "v2/schedules/{schedule:scheduleIdentifierType}/overrides"


class ScheduleOverrides(Resource):
    """`og.schedule_overrides`: another user, or nobody, is on call for a while.

    An override is identified by its alias, unique in its schedule. Datetimes must be timezone-aware and the end
    after the start (else `ValueError`).
    """

    __slots__ = ()

    @endpoint("POST", OVERRIDES, before_build=check_period, repeatable=lambda fields: bool(fields.get("alias")))
    async def create(
        self,
        schedule: ByName,
        *,
        user: UserRef | NoRecipient,
        start_date: datetime,
        end_date: datetime,
        alias: str | Unset = UNSET,
        rotations: Sequence[RotationMeta] | Unset = UNSET,
    ) -> Reference:
        """Override *schedule* from *start_date* to *end_date*; returns the alias.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            user: Who takes over, by id or username; `NoRecipient()` for nobody.
            start_date: When it begins, timezone-aware.
            end_date: When it ends, timezone-aware and after *start_date*.
            alias: Makes the call safe to retry: if exactly this override exists already, an earlier attempt succeeded.
                When not given, the server generates one, and the call is never retried after an unclear failure.
            rotations: The rotations to override, by id or name; the whole schedule when not given.

        Raises:
            Conflict: The alias is taken.
            ValueError: A datetime has no time zone, or the end is not after the start; nothing is sent.
        """
        try:
            reference: Reference = await answer_of(
                self.create,
                schedule=schedule,
                user=user,
                start_date=start_date,
                end_date=end_date,
                alias=alias,
                rotations=rotations,
            )
        except Conflict as error:
            if not (error.maybe_done and alias):
                raise
            existing = await self.get(schedule, alias)
            if not (
                same_period(existing, start_date, end_date)
                and same_entity(user, existing.user, "id", "username")
                and _same_rotations(() if rotations is UNSET else rotations, existing.rotations)
            ):
                raise
            return Reference(alias=existing.alias)
        return reference

    @operation("GET", OVERRIDES + "/{override}")
    async def get(self, schedule: ByName, override: ByAlias) -> ScheduleOverride:
        """Get one override; its `parent` is the schedule.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            override: An alias, or a model that has one.
        """
        ...

    @operation("PUT", OVERRIDES + "/{override}", before_build=check_period)
    async def update(
        self,
        schedule: ByName,
        override: ByAlias,
        *,
        user: UserRef | NoRecipient,
        start_date: datetime,
        end_date: datetime,
        rotations: Sequence[RotationMeta] | Unset = UNSET,
    ) -> Reference:
        """Replace an override; the alias stays.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            override: An alias, or a model that has one.
            user: Who takes over, by id or username; `NoRecipient()` for nobody.
            start_date: When it begins, timezone-aware.
            end_date: When it ends, timezone-aware and after *start_date*.
            rotations: The rotations to override, by id or name; the whole schedule when not given.

        Raises:
            ValueError: A datetime has no time zone, or the end is not after the start; nothing is sent.
        """
        ...

    @operation("DELETE", OVERRIDES + "/{override}")
    async def delete(self, schedule: ByName, override: ByAlias) -> None:
        """Delete one override.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            override: An alias, or a model that has one.
        """
        ...

    @operation("GET", OVERRIDES)
    def list(self, schedule: ByName) -> Pager[ScheduleOverride]:
        """List the overrides of *schedule*.

        Args:
            schedule: An id, a `Name`, or a model with an id.
        """
        ...


def _same_rotations(desired: Sequence[RotationMeta], existing: Sequence[RotationMeta]) -> bool:
    """Whether they are the same ones; the answer names each by id and name, we by either."""
    return len(existing) == len(desired) and all(
        any(same_entity(one, other, "id", "name") for other in existing) for one in desired
    )
