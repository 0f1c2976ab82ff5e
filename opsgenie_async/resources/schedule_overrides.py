"""Overrides of a schedule (Schedule Override API page)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..converters import aware, body
from ..errors import Conflict
from ..models import NoRecipient, Reference, RotationMeta, ScheduleOverride, UserRef
from ..paging import Pager
from ..wire import UNSET, Unset
from .base import Resource
from .place import ByAlias, ByName, Place
from .schedules import SCHEDULES

__all__ = ["ScheduleOverrides"]


class ScheduleOverrides(Resource):
    """`og.schedule_overrides`: somebody, or nobody, takes over for a while.

    An override is known by its alias, which is unique in its schedule.
    """

    __slots__ = ()

    def _overrides(self, schedule: ByName) -> Place:
        return SCHEDULES.at(schedule, "scheduleIdentifierType") / "overrides"

    def _override(self, schedule: ByName, override: ByAlias) -> Place:
        return self._overrides(schedule).at(override, own="alias")

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
        """Override *schedule* from *start_date* to *end_date* (aware); returns its alias.

        rotations: only these, by id or name; the whole schedule when not given.
        alias: without one the server makes one up, and the call is never repeated after an unclear failure. With one it
        is: should the override be there already, the very same, then that is the success of an earlier attempt.

        Raises `Conflict` when the alias is taken, `ValueError` for a moment without a zone.
        """
        json = body(alias=alias, **_takeover(user, start_date, end_date, rotations))
        request = self._request("POST", self._overrides(schedule), json=json, repeatable=bool(alias))
        try:
            return await self._reference(request)
        except Conflict as conflict:
            if not alias or not conflict.maybe_done:
                raise
            there = await self.get(schedule, alias)
            if not _same(there, user, start_date, end_date, rotations):
                raise
            return Reference(alias=there.alias)

    async def get(self, schedule: ByName, override: ByAlias) -> ScheduleOverride:
        """Get one override; its `parent` is the schedule."""
        return await self._entity(ScheduleOverride, self._request("GET", self._override(schedule, override)))

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
        """Replace an override (PUT): without *rotations* it applies to the whole schedule from now on."""
        json = body(**_takeover(user, start_date, end_date, rotations))
        return await self._reference(self._request("PUT", self._override(schedule, override), json=json))

    async def delete(self, schedule: ByName, override: ByAlias) -> None:
        """Delete one override."""
        await self._delete(self._request("DELETE", self._override(schedule, override)))

    def list(self, schedule: ByName) -> Pager[ScheduleOverride]:
        """List the overrides of *schedule*."""
        return self._listing(ScheduleOverride, self._request("GET", self._overrides(schedule)))


def _takeover(
    user: UserRef | NoRecipient,
    start_date: datetime,
    end_date: datetime,
    rotations: Sequence[RotationMeta] | Unset,
) -> dict[str, object]:
    """The fields that create and update share, checked."""
    if aware("end_date", end_date) <= aware("start_date", start_date):
        raise ValueError(f"end_date: {end_date} is not after start_date, {start_date}")
    return {"user": user, "start_date": start_date, "end_date": end_date, "rotations": rotations}


def _same(
    there: ScheduleOverride,
    user: UserRef | NoRecipient,
    start_date: datetime,
    end_date: datetime,
    rotations: Sequence[RotationMeta] | Unset,
) -> bool:
    """Whether an override is what was asked for; the answer names a user and rotations by id and name, we by either."""
    wanted = () if isinstance(rotations, Unset) else rotations
    return (
        there.start_date == start_date.replace(microsecond=0)
        and there.end_date == end_date.replace(microsecond=0)
        and _fits(user, there.user, "id", "username")
        and len(there.rotations) == len(wanted)
        and all(any(_fits(one, other, "id", "name") for other in there.rotations) for one in wanted)
    )


def _fits(wanted: object, there: object, *names: str) -> bool:
    given = [name for name in names if getattr(wanted, name, "")]
    kind = getattr(wanted, "type", None) == getattr(there, "type", None)
    return kind and all(getattr(wanted, name) == getattr(there, name, None) for name in given)
