"""Services (Service API page)."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from opsgenie_async.history import SERVICES as LISTED
from opsgenie_async.models import Reference, Service, ServiceVisibility, SortOrder
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.history import read_history
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.operation.method import stream
from opsgenie_async.resources.path import ById
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Services"]

SERVICES = "v1/services"


class Services(Resource):
    """`og.services`: what teams run, and what an incident can impact."""

    __slots__ = ()

    @operation("POST", SERVICES)
    async def create(
        self,
        *,
        name: str,
        team_id: str,
        description: str | Unset = UNSET,
        visibility: ServiceVisibility | str | Unset = UNSET,
        tags: ListLike[str] | Unset = UNSET,
    ) -> Reference:
        """Create a service of a team; returns id and name.

        Args:
            name: The name, at most 100 characters.
            team_id: The id of the team that owns it; it cannot be changed later.
            description: What it is for, at most 10000 characters.
            visibility: `TEAM_MEMBERS` or `OPSGENIE_USERS`; only the Go SDK and older pages have it.
            tags: Labels, at most 20; only today's vendor page has them.
        """
        ...

    @operation("GET", SERVICES)
    def list(
        self,
        *,
        query: str | None | Unset = UNSET,
        sort: str | None | Unset = UNSET,
        order: SortOrder | str | None | Unset = UNSET,
        offset: int | None | Unset = UNSET,
        page_size: int = 100,
    ) -> Pager[Service]:
        """List the services.

        Args:
            query: In the vendor's search language; every service when not given.
            sort: The field to order by.
            order: `asc` or `desc`.
            offset: How many services to skip, 0 when not given.
            page_size: Services per page, at most 100; the API refuses offsets beyond 20000; `history` has no limit.

        Raises:
            ListingTooLong: More than 20000 services match; raised with the first page.
        """
        ...

    @stream
    def history(self, query: str = "") -> AsyncGenerator[Service, None]:
        """Stream all services that match *query*, without duplicates, beyond the API's limit of 20,000.

        Services cannot be searched by date: large accounts are read by prefixes of ids.

        Args:
            query: In the vendor's search language, "" for every service.

        Returns:
            An asynchronous iterator of services, in no particular order.

        Raises:
            ListingTooLong: A slice cannot be split below the limit of the API; the message names it.
            OpsgenieError: A request failed, or a slice repeatedly came back incomplete.
        """
        return read_history(self._transport, LISTED, Service, query, None, None)

    @operation("GET", SERVICES + "/{service}")
    async def get(self, service: ById) -> Service:
        """Get one service.

        Args:
            service: An id, or a model that has one.
        """
        ...

    @operation("PATCH", SERVICES + "/{service}")
    async def update(
        self,
        service: ById,
        *,
        name: str | Unset = UNSET,
        description: str | None | Unset = UNSET,
        visibility: ServiceVisibility | str | Unset = UNSET,
        tags: ListLike[str] | None | Unset = UNSET,
    ) -> Reference:
        """Change only the given fields.

        Args:
            service: An id, or a model that has one.
            name: The new name, at most 100 characters.
            description: A new description, at most 10000 characters; None clears it.
            visibility: `TEAM_MEMBERS` or `OPSGENIE_USERS`; only the Go SDK and older pages have it.
            tags: Labels, replacing all, at most 20; None for none.
        """
        ...

    @operation("DELETE", SERVICES + "/{service}")
    async def delete(self, service: ById) -> None:
        """Delete one service.

        Args:
            service: An id, or a model that has one.
        """
        ...
