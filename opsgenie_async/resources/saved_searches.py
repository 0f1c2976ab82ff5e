"""Saved searches for alerts (Alert API page)."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.models import Reference, SavedSearch, TeamRef, UserRef
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName
from opsgenie_async.unset import UNSET, Unset

__all__ = ["SavedSearches"]

SEARCHES = "v2/alerts/saved-searches"
SEARCH = SEARCHES + "/{search:identifierType}"


class SavedSearches(Resource):
    """`og.saved_searches`: named queries for alerts, which `og.alerts.list` and `count` accept instead of a query.

    A name has at most 100 characters, a description 15000, a query 1000; at most 20 teams share a search. Every write
    is synchronous, by the OpenAPI file.
    """

    domain = "alert"

    __slots__ = ()

    @operation("GET", SEARCHES)
    def list(self) -> Pager[SavedSearch]:
        """List the saved searches, id and name of each."""
        ...

    @operation("POST", SEARCHES)
    async def create(
        self,
        *,
        name: str,
        query: str,
        owner: UserRef,
        description: str | Unset = UNSET,
        teams: Sequence[TeamRef] | Unset = UNSET,
    ) -> Reference:
        """Save a search; returns its id and name.

        Args:
            name: The name, at most 100 characters.
            query: What it finds, in the vendor's search language; at most 1000 characters.
            owner: The owner of the search, by id or username.
            description: What it is for, at most 15000 characters.
            teams: Teams that see the search, too; at most 20.
        """
        ...

    @operation("GET", SEARCH)
    async def get(self, search: ByName) -> SavedSearch:
        """Get one saved search with its query, owner and teams.

        Args:
            search: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("PATCH", SEARCH)
    async def update(
        self,
        search: ByName,
        *,
        name: str,
        query: str,
        owner: UserRef,
        description: str | None | Unset = UNSET,
        teams: Sequence[TeamRef] | None | Unset = UNSET,
    ) -> SavedSearch:
        """Change a saved search; name, query and owner are required here too.

        Args:
            search: An id, a `Name`, or a model with an id.
            name: The new name, at most 100 characters.
            query: What it finds, in the vendor's search language; at most 1000 characters.
            owner: The owner of the search, by id or username.
            description: A new description, at most 15000 characters; None clears it.
            teams: Teams that see the search, too, replacing all; at most 20, None for none.

        Returns:
            The search; by the Go SDK only id and name.
        """
        ...

    @operation("DELETE", SEARCH)
    async def delete(self, search: ByName) -> None:
        """Delete one saved search.

        Args:
            search: An id, a `Name`, or a model with an id.
        """
        ...
