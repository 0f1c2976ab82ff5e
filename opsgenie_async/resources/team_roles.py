"""Roles that a team defines for its members (Team Role API page)."""

from __future__ import annotations

from ..models import TeamRole
from ..paging import Pager
from .base import Resource
from .place import ByName, Place
from .teams import TEAMS

__all__ = ["TeamRoles"]


class TeamRoles(Resource):
    """`og.team_roles`."""

    __slots__ = ()

    def _roles(self, team: ByName) -> Place:
        return TEAMS.at(team, "teamIdentifierType") / "roles"

    def list(self, team: ByName) -> Pager[TeamRole]:
        """List the custom roles of *team*."""
        return self._listing(TeamRole, self._request("GET", self._roles(team)))

    async def get(self, team: ByName, role: ByName) -> TeamRole:
        """Get one custom role of *team*."""
        return await self._entity(TeamRole, self._request("GET", self._roles(team).at(role, "identifierType")))
