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
    """`og.saved_searches`: queries for alerts under a name, which `og.alerts.list` and `count` take in place of one.

    A name has 100 characters at the most, a description 15000, a query 1000; a search is shared with 20 teams at the
    most. All of it is done at once, by the OpenAPI file.
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
            name: The name, 100 characters at the most.
            query: What it finds, in the vendor's search language; 1000 characters at the most.
            owner: The user whose search it is, by id or username.
            description: What it is for, 15000 characters at the most.
            teams: Teams that see the search, too; 20 at the most.
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
        """Change a saved search; name, query and owner are mandatory here too.

        Args:
            search: An id, a `Name`, or a model with an id.
            name: The name from now on, 100 characters at the most.
            query: What it finds from now on, in the vendor's search language; 1000 characters at the most.
            owner: The user whose search it is from now on, by id or username.
            description: A new description, 15000 characters at the most; None clears it.
            teams: Teams that see the search, too, in place of all; 20 at the most, None for none.

        Returns:
            The search; id and name alone by the Go SDK.
        """
        ...

    @operation("DELETE", SEARCH)
    async def delete(self, search: ByName) -> None:
        """Delete one saved search.

        Args:
            search: An id, a `Name`, or a model with an id.
        """
        ...
