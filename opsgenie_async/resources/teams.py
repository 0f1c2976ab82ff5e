"""Teams (Team API page)."""

from __future__ import annotations

from collections.abc import Sequence

from opsgenie_async.models import Reference, SortOrder, Team, TeamLog, TeamMember
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.following import token_in_data
from opsgenie_async.resources.operation.build import request_of
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.listing import items_of
from opsgenie_async.resources.path import ById, ByName
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Teams"]

TEAM = "v2/teams/{team:identifierType}"


class Teams(Resource):
    """`og.teams`: teams and their members."""

    __slots__ = ()

    @operation("POST", "v2/teams")
    async def create(
        self,
        *,
        name: str,
        description: str | Unset = UNSET,
        members: Sequence[TeamMember] | Unset = UNSET,
    ) -> Reference:
        """Create a team; returns id and name.

        The server creates a schedule (`..._schedule`) and an escalation (`..._escalation`) with it, and a default
        routing rule that notifies the escalation.

        Args:
            name: The name of the team.
            description: What it is for.
            members: The members, each with a role; `user` when not given.

        Raises:
            Conflict: The name is taken.
        """
        ...

    @operation("GET", "v2/teams")
    def list(self) -> Pager[Team]:
        """List every team that the key may see, without members."""
        ...

    @operation("GET", TEAM)
    async def get(self, team: ByName) -> Team:
        """Get a team with its members.

        Args:
            team: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("PATCH", "v2/teams/{team}")
    async def update(
        self,
        team: ById,
        *,
        name: str | Unset = UNSET,
        description: str | None | Unset = UNSET,
        members: Sequence[TeamMember] | Unset = UNSET,
    ) -> Reference:
        """Change only the given fields; the team cannot be given by name.

        Args:
            team: An id, or a model that has one.
            name: The new name.
            description: A new description; None clears it.
            members: The new members, replacing all.

        Raises:
            Conflict: The new name is taken.
        """
        ...

    @operation("DELETE", TEAM)
    async def delete(self, team: ByName) -> None:
        """Delete one team, with the schedules and escalations that it owns.

        Args:
            team: An id, a `Name`, or a model with an id.

        Raises:
            PreconditionRequired: Something that the team does not own still uses it.
        """
        ...

    @endpoint("GET", TEAM + "/logs")
    def list_logs(
        self,
        team: ByName,
        *,
        order: SortOrder | str | None | Unset = UNSET,
        offset: str | None | Unset = UNSET,
        page_size: int = 100,
    ) -> Pager[TeamLog]:
        """List the changes to a team, newest first by default.

        Args:
            team: An id, a `Name`, or a model with an id.
            order: `asc` or `desc`.
            offset: Start after the entry with this `offset`; at the beginning when not given.
            page_size: Entries per page, at most 100.
        """
        request = request_of(self.list_logs, team=team, order=order, offset=offset, page_size=page_size)
        return Pager(self._transport, request, items_of(TeamLog, "logs"), token_in_data("offset", "logs"))
