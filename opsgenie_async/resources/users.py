"""Users (User API page)."""

from __future__ import annotations

from collections.abc import Mapping

from opsgenie_async.models import (
    Escalation,
    ForwardingRule,
    Reference,
    ScheduleMeta,
    SortOrder,
    TeamMeta,
    User,
    UserAddress,
    UserRole,
    UserSort,
)
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByUser
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Users"]

USER = "v2/users/{user}"


class Users(Resource):
    """`og.users`: the people of the account, with their teams, schedules and escalations.

    The time zone is sent as `timeZone`, as in the OpenAPI file and the Go SDK; the vendor page has `timezone`.
    """

    __slots__ = ()

    @operation("POST", "v2/users")
    async def create(
        self,
        *,
        username: str,
        full_name: str,
        role: UserRole,
        skype_username: str | Unset = UNSET,
        time_zone: str | Unset = UNSET,
        locale: str | Unset = UNSET,
        user_address: UserAddress | Unset = UNSET,
        tags: ListLike[str] | Unset = UNSET,
        details: Mapping[str, ListLike[str]] | Unset = UNSET,
        invitation_disabled: bool | Unset = UNSET,
    ) -> Reference:
        """Add a user and send an invitation; returns the id and, as the name, the full name.

        Args:
            username: The e-mail address, at most 100 characters.
            full_name: The name, at most 512 characters.
            role: `UserRole(name="user")`, "admin", or the name of a custom role.
            skype_username: The Skype name.
            time_zone: An IANA time zone, such as `Europe/Berlin`; the account's when not given.
            locale: The language, such as `en_US`; the account's when not given.
            user_address: Where the user lives.
            tags: Labels.
            details: Custom keys, each with a list of values.
            invitation_disabled: Whether to send no invitation; one is sent when not given.

        Raises:
            Conflict: The username is taken.
        """
        ...

    @operation("GET", "v2/users", domain="search")
    def list(
        self,
        *,
        query: str | None | Unset = UNSET,
        sort: UserSort | str | None | Unset = UNSET,
        order: SortOrder | str | None | Unset = UNSET,
        offset: int | None | Unset = UNSET,
        page_size: int = 100,
    ) -> Pager[User]:
        """List users, sorted by username by default; spends the search limit.

        Args:
            query: Pairs `field:value` of username, fullName, blocked, verified, role, locale, timeZone, userAddress and
                createdAt; every user when not given.
            sort: The field to order by, `username` when not given; sent as `sort` (vendor page, Go SDK), not as the
                `sortField` of the OpenAPI file.
            order: `asc` or `desc`, `asc` when not given.
            offset: How many users to skip, 0 when not given.
            page_size: Users per page; no document states a maximum.
        """
        ...

    @operation("GET", USER)
    async def get(self, user: ByUser, *, expand: str | ListLike[str] | None | Unset = UNSET) -> User:
        """Get one user.

        Args:
            user: An id or username, or a model with an id.
            expand: `contact` brings the contacts in the same response; the only value.
        """
        ...

    @operation("PATCH", USER)
    async def update(
        self,
        user: ByUser,
        *,
        username: str | Unset = UNSET,
        full_name: str | Unset = UNSET,
        role: UserRole | Unset = UNSET,
        skype_username: str | None | Unset = UNSET,
        time_zone: str | Unset = UNSET,
        locale: str | Unset = UNSET,
        user_address: UserAddress | None | Unset = UNSET,
        tags: ListLike[str] | None | Unset = UNSET,
        details: Mapping[str, ListLike[str]] | None | Unset = UNSET,
        invitation_disabled: bool | Unset = UNSET,
    ) -> None:
        """Change only the given fields.

        Args:
            user: An id or username, or a model with an id.
            username: A new e-mail address, at most 100 characters.
            full_name: A new name, at most 512 characters.
            role: Another role, by the name of a built-in or a custom one.
            skype_username: The Skype name; None clears it.
            time_zone: An IANA time zone, such as `Europe/Berlin`.
            locale: The language, such as `en_US`.
            user_address: Where the user lives; None clears it.
            tags: Labels, replacing all; None for none.
            details: Custom keys, each with a list of values, replacing all; None for none.
            invitation_disabled: Whether no invitation is sent.

        Raises:
            Conflict: The new username is taken.
        """
        ...

    @operation("DELETE", USER)
    async def delete(self, user: ByUser) -> None:
        """Delete one user.

        Args:
            user: An id or username, or a model with an id.

        Raises:
            PreconditionRequired: Something still uses the user: a team, a schedule, an escalation.
        """
        ...

    @operation("GET", USER + "/teams")
    def list_teams(self, user: ByUser) -> Pager[TeamMeta]:
        """List the teams that *user* is a member of.

        Args:
            user: An id or username, or a model with an id.
        """
        ...

    @operation("GET", USER + "/forwarding-rules")
    def list_forwarding_rules(self, user: ByUser) -> Pager[ForwardingRule]:
        """List the forwarding rules of *user*.

        Args:
            user: An id or username, or a model with an id.
        """
        ...

    @operation("GET", USER + "/escalations")
    def list_escalations(self, user: ByUser) -> Pager[Escalation]:
        """List the escalations that notify *user*.

        Args:
            user: An id or username, or a model with an id.
        """
        ...

    @operation("GET", USER + "/schedules")
    def list_schedules(self, user: ByUser) -> Pager[ScheduleMeta]:
        """List the schedules that *user* takes part in.

        Args:
            user: An id or username, or a model with an id.
        """
        ...
