"""Members of a team (Team Member API page)."""

from __future__ import annotations

from opsgenie_async.models import MemberRole, Reference, UserMeta
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName, ByUser
from opsgenie_async.unset import UNSET, Unset

__all__ = ["TeamMembers"]

MEMBERS = "v2/teams/{team:teamIdentifierType}/members"


class TeamMembers(Resource):
    """`og.team_members`: `og.teams.get` lists them."""

    __slots__ = ()

    @operation("POST", MEMBERS)
    async def add(self, team: ByName, *, user: UserMeta, role: MemberRole | str | Unset = UNSET) -> Reference:
        """Add a user; returns the team's id and name.

        Args:
            team: An id, a `Name`, or a model with an id.
            user: The user, by id or username.
            role: `user` (when not given), `admin`, or the name of a role of the team.
        """
        ...

    @operation("DELETE", MEMBERS + "/{member}")
    async def remove(self, team: ByName, member: ByUser) -> None:
        """Remove a user from the team.

        Args:
            team: An id, a `Name`, or a model with an id.
            member: An id or username, or a model with an id.
        """
        ...
