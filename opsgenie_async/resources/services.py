"""Services (Service API page)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from opsgenie_async.history import SERVICES as LISTED
from opsgenie_async.models import Reference, Service, ServiceVisibility, SortOrder
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.history import read_history
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.operation.method import stream
from opsgenie_async.resources.path import ById
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
        tags: Sequence[str] | Unset = UNSET,
    ) -> Reference:
        """Create a service of a team; returns id and name.

        Args:
            name: The name, 100 characters at the most.
            team_id: The id of the team that owns it; it cannot be changed later.
            description: What it is for, 10000 characters at the most.
            visibility: `TEAM_MEMBERS` or `OPSGENIE_USERS`; only the Go SDK and older pages have it.
            tags: Labels, 20 at the most; only today's vendor page has them.
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
            offset: How many services to leave out before the first, 0 when not given.
            page_size: Services a page, 100 at the most; the API refuses whatever lies beyond the 20000th service, which
                `history` gives.

        Raises:
            ListingTooLong: More than 20000 services are found; raised with the first page.
        """
        ...

    @stream
    def history(self, query: str = "") -> AsyncGenerator[Service, None]:
        """Stream every service that *query* finds, each once, past the 20,000 that the API lists.

        Services have no date to be searched by: where there are too many, they are read by how their ids begin.

        Args:
            query: In the vendor's search language, "" for every service.

        Returns:
            An asynchronous iterator of services, in no order.

        Raises:
            ListingTooLong: A slice cannot be cut small enough for the API; names it.
            OpsgenieError: A request failed, or a slice came short again and again.
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
        tags: Sequence[str] | None | Unset = UNSET,
    ) -> Reference:
        """Change the fields that are given and leave the others.

        Args:
            service: An id, or a model that has one.
            name: The new name, 100 characters at the most.
            description: A new description, 10000 characters at the most; None clears it.
            visibility: `TEAM_MEMBERS` or `OPSGENIE_USERS`; only the Go SDK and older pages have it.
            tags: Labels, in place of all, 20 at the most; None for none.
        """
        ...

    @operation("DELETE", SERVICES + "/{service}")
    async def delete(self, service: ById) -> None:
        """Delete one service.

        Args:
            service: An id, or a model that has one.
        """
        ...
