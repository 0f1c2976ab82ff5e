"""Teams (Team API page)."""

from __future__ import annotations

from ..models import Team
from ..paging import Pager
from .base import Resource
from .operation import operation
from .place import ByName

__all__ = ["Teams"]


class Teams(Resource):
    """`og.teams`."""

    __slots__ = ()

    @operation("GET", "v2/teams")
    def list(self) -> Pager[Team]:
        """List every team that the key may see, without members."""

    @operation("GET", "v2/teams/{team:identifierType}")
    async def get(self, team: ByName) -> Team:
        """Get a team with its members."""
