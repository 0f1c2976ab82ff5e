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
    """`og.maintenances`: integrations and policies enabled or disabled for a while. Datetimes are timezone-aware."""

    __slots__ = ()

    @operation("POST", "v1/maintenance")
    async def create(
        self,
        *,
        time: MaintenanceTime,
        rules: Sequence[MaintenanceRule],
        description: str | Unset = UNSET,
    ) -> Maintenance:
        """Schedule or start a maintenance; returns its id, status and time.

        Args:
            time: Its duration from now, or its start and end, timezone-aware.
            rules: The integrations and policies that are enabled or disabled during it, at least 1.
            description: What it is for.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
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
        """Replace a maintenance; returns its id, status and time. An ended one cannot be restarted.

        Args:
            maintenance: An id, or a model that has one.
            time: Its duration from now, or its start and end, timezone-aware.
            rules: The integrations and policies that are enabled or disabled during it, replacing all, at least 1.
            description: The new description; cleared when not given.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
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
        """End a maintenance that is planned or active; it cannot be restarted.

        Args:
            maintenance: An id, or a model that has one.
        """
        ...

    @operation("POST", MAINTENANCE + "/change-end-date")
    async def change_end_date(self, maintenance: ById, *, end_date: datetime) -> Maintenance:
        """Change the end of a maintenance (vendor page and Go SDK; absent in the OpenAPI file).

        Args:
            maintenance: An id, or a model that has one.
            end_date: The new end, timezone-aware.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        ...
