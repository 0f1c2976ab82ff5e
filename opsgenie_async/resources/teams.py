"""Teams (Team API page)."""

from __future__ import annotations

from ..models import Team
from ..paging import Pager
from .base import Resource
from .place import ByName, Place

__all__ = ["Teams"]

TEAMS = Place("v2/teams")


class Teams(Resource):
    """`og.teams`."""

    __slots__ = ()

    def list(self) -> Pager[Team]:
        """List every team that the key may see, without members."""
        return self._listing(Team, self._request("GET", TEAMS))

    async def get(self, team: ByName) -> Team:
        """Get a team with its members."""
        return await self._entity(Team, self._request("GET", TEAMS.at(team, "identifierType")))
