"""Services (Service API page)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from opsgenie_async.history import SERVICES as LISTED
from opsgenie_async.models import Reference, Service, ServiceVisibility, SortOrder
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.history import read_history
from opsgenie_async.resources.operation.declare import operation
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

        name: 100 characters at the most. description: 10000. tags: 20 (vendor page of today).
        visibility: only in the Go SDK and older pages.
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
        """List the services; *page_size* is 100 a page at the most, with *offset* it stays within 20000,
        and `history` goes past that.
        """
        ...

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
        """Get one service."""
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
        """Change the fields that are given and leave the others."""
        ...

    @operation("DELETE", SERVICES + "/{service}")
    async def delete(self, service: ById) -> None:
        """Delete one service."""
        ...
