"""Saved searches for users (User API page)."""

from __future__ import annotations

from opsgenie_async.models import UserSavedSearch
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName

__all__ = ["UserSavedSearches"]

SEARCHES = "v2/users/saved-searches"
SEARCH = SEARCHES + "/{search:identifierType}"


class UserSavedSearches(Resource):
    """`og.user_saved_searches`: queries for users, saved in the web application; the API cannot create them."""

    __slots__ = ()

    @operation("GET", SEARCHES)
    def list(self) -> Pager[UserSavedSearch]:
        """List the saved searches, id and name of each."""
        ...

    @operation("GET", SEARCH)
    async def get(self, search: ByName) -> UserSavedSearch:
        """Get one saved search with its query.

        Args:
            search: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("DELETE", SEARCH)
    async def delete(self, search: ByName) -> None:
        """Delete one saved search, below the users' path as in the Go SDK; the vendor page names that of incidents.

        Args:
            search: An id, a `Name`, or a model with an id.
        """
        ...
