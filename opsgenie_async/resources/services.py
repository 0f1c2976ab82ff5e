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
            name: 100 characters at the most.
            team_id: The id of the team that owns it.
            description: 10000.
            visibility: Only in the Go SDK and older pages.
            tags: 20 (vendor page of today).
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
        """List the services; with *page_size*, *offset* stays within 20000, and `history` goes past that.

        Args:
            query: Only services that this finds, in the vendor's search language.
            sort: The field to order by.
            order: `asc` or `desc`.
            offset: How many items to leave out before the first.
            page_size: Items a page, 100 at the most.
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
            name: The new name.
            description: A new description; None clears it.
            visibility: Who sees it.
            tags: Labels, in place of all that there are.
        """
        ...

    @operation("DELETE", SERVICES + "/{service}")
    async def delete(self, service: ById) -> None:
        """Delete one service.

        Args:
            service: An id, or a model that has one.
        """
        ...
