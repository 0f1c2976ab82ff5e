"""Roles that a team defines for its members (Team Role API page)."""

from __future__ import annotations

from ..models import TeamRole
from ..paging import Pager
from .base import Resource
from .operation import operation
from .place import ByName

__all__ = ["TeamRoles"]


class TeamRoles(Resource):
    """`og.team_roles`."""

    __slots__ = ()

    @operation("GET", "v2/teams/{team:teamIdentifierType}/roles")
    def list(self, team: ByName) -> Pager[TeamRole]:
        """List the custom roles of *team*."""

    @operation("GET", "v2/teams/{team:teamIdentifierType}/roles/{role:identifierType}")
    async def get(self, team: ByName, role: ByName) -> TeamRole:
        """Get one custom role of *team*."""
