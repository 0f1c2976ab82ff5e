"""Roles that a team defines for its members (Team Role API page)."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.models import Reference, TeamRight, TeamRole
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName
from opsgenie_async.unset import UNSET, Unset

__all__ = ["TeamRoles"]

ROLES = "v2/teams/{team:teamIdentifierType}/roles"


class TeamRoles(Resource):
    """`og.team_roles`: custom roles of a team's members, with their rights."""

    __slots__ = ()

    @operation("POST", ROLES)
    async def create(self, team: ByName, *, name: str, rights: Sequence[TeamRight]) -> Reference:
        """Create a role of *team*; returns id and name.

        Args:
            team: An id, a `Name`, or a model with an id.
            name: The name of the role.
            rights: What members of the role may and may not do.
        """
        ...

    @operation("GET", ROLES)
    def list(self, team: ByName) -> Pager[TeamRole]:
        """List the custom roles of *team*.

        Args:
            team: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("GET", ROLES + "/{role:identifierType}")
    async def get(self, team: ByName, role: ByName) -> TeamRole:
        """Get one custom role of *team*.

        Args:
            team: An id, a `Name`, or a model with an id.
            role: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("PATCH", ROLES + "/{role:identifierType}")
    async def update(
        self,
        team: ByName,
        role: ByName,
        *,
        name: str | Unset = UNSET,
        rights: Sequence[TeamRight] | Unset = UNSET,
    ) -> Reference:
        """Change only the given fields.

        Args:
            team: An id, a `Name`, or a model with an id.
            role: An id, a `Name`, or a model with an id.
            name: The new name.
            rights: What members of the role may and may not do, replacing all rights.
        """
        ...

    @operation("DELETE", ROLES + "/{role:identifierType}")
    async def delete(self, team: ByName, role: ByName) -> None:
        """Delete one role.

        Args:
            team: An id, a `Name`, or a model with an id.
            role: An id, a `Name`, or a model with an id.
        """
        ...
