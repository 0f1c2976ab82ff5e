"""Maintenance windows (Maintenance API page)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from opsgenie_async.models import Maintenance, MaintenanceListing, MaintenanceRule, MaintenanceTime
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Maintenances"]

MAINTENANCE = "v1/maintenance/{maintenance}"


class Maintenances(Resource):
    """`og.maintenances`: integrations and policies that are on or off for a while. Moments are aware."""

    __slots__ = ()

    @operation("POST", "v1/maintenance")
    async def create(
        self,
        *,
        time: MaintenanceTime,
        rules: Sequence[MaintenanceRule],
        description: str | Unset = UNSET,
    ) -> Maintenance:
        """Plan a maintenance, or begin one; returns its id, status and time.

        Args:
            time: How long it lasts from now on, or its two moments, timezone-aware.
            rules: The integrations and policies that are enabled or disabled meanwhile, 1 at the least.
            description: What it is for.

        Raises:
            ValueError: A moment has no time zone; nothing is sent.
        """
        ...

    @operation("GET", "v1/maintenance")
    def list(self, *, type: MaintenanceListing | str | None | Unset = UNSET) -> Pager[Maintenance]:
        """List the maintenances, without their rules.

        Args:
            type: `all` (when not given), `past` or `non-expired`.
        """
        ...

    @operation("GET", MAINTENANCE)
    async def get(self, maintenance: ById) -> Maintenance:
        """Get one maintenance with its rules.

        Args:
            maintenance: An id, or a model that has one.
        """
        ...

    @operation("PUT", MAINTENANCE)
    async def update(
        self,
        maintenance: ById,
        *,
        time: MaintenanceTime,
        rules: Sequence[MaintenanceRule],
        description: str | Unset = UNSET,
    ) -> Maintenance:
        """Replace a maintenance; returns its id, status and time. One that is over cannot be brought back.

        Args:
            maintenance: An id, or a model that has one.
            time: How long it lasts from now on, or its two moments, timezone-aware.
            rules: The integrations and policies that are enabled or disabled meanwhile, in place of all, 1 at the
                least.
            description: The description from now on; none when not given.

        Raises:
            ValueError: A moment has no time zone; nothing is sent.
        """
        ...

    @operation("DELETE", MAINTENANCE)
    async def delete(self, maintenance: ById) -> None:
        """Delete one maintenance.

        Args:
            maintenance: An id, or a model that has one.
        """
        ...

    @operation("POST", MAINTENANCE + "/cancel")
    async def cancel(self, maintenance: ById) -> None:
        """End a maintenance that is planned or active; it cannot be brought back.

        Args:
            maintenance: An id, or a model that has one.
        """
        ...

    @operation("POST", MAINTENANCE + "/change-end-date")
    async def change_end_date(self, maintenance: ById, *, end_date: datetime) -> Maintenance:
        """Let a maintenance end at another moment (vendor page and Go SDK; absent in the OpenAPI file).

        Args:
            maintenance: An id, or a model that has one.
            end_date: The new end, timezone-aware.

        Raises:
            ValueError: A moment has no time zone; nothing is sent.
        """
        ...
