"""Users (User API page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Users"]

USER = "v2/users/{user}"


class Users(Resource):
    """`og.users`: the people of the account, and what each of them takes part in.

    The zone is `timeZone` on the wire, as the OpenAPI file and the Go SDK have it; the vendor page writes `timezone`.
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
        tags: Sequence[str] | Unset = UNSET,
        details: Mapping[str, Sequence[str]] | Unset = UNSET,
        invitation_disabled: bool | Unset = UNSET,
    ) -> Reference:
        """Add a user and send an invitation; returns the id and, as the name, the full name.

        Args:
            username: The e-mail address, 100 characters at the most.
            full_name: The name, 512 characters at the most.
            role: `UserRole(name="user")`, "admin", or the name of a custom role.
            skype_username: The name at Skype.
            time_zone: A name of the time zone database, as `Europe/Berlin`; the account's when not given.
            locale: The language, as `en_US`; the account's when not given.
            user_address: Where the user lives.
            tags: Labels.
            details: Keys of your own, each with a list of values.
            invitation_disabled: Whether no invitation is sent; one is when not given.

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
        """List users, by username upwards unless told otherwise; spends the search limit.

        Args:
            query: Pairs `field:value` of username, fullName, blocked, verified, role, locale, timeZone, userAddress and
                createdAt; every user when not given.
            sort: The field to order by, `username` when not given; sent as `sort` (vendor page, Go SDK), not as the
                `sortField` of the OpenAPI file.
            order: `asc` or `desc`, `asc` when not given.
            offset: How many users to leave out before the first, 0 when not given.
            page_size: Users a page; no document states a maximum.
        """
        ...

    @operation("GET", USER)
    async def get(self, user: ByUser, *, expand: str | Sequence[str] | None | Unset = UNSET) -> User:
        """Get one user.

        Args:
            user: An id or username, or a model with an id.
            expand: `contact` brings the contacts in the same answer; the only word there is.
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
        tags: Sequence[str] | None | Unset = UNSET,
        details: Mapping[str, Sequence[str]] | None | Unset = UNSET,
        invitation_disabled: bool | Unset = UNSET,
    ) -> None:
        """Change the fields that are given and leave the others.

        Args:
            user: An id or username, or a model with an id.
            username: A new e-mail address, 100 characters at the most.
            full_name: A new name, 512 characters at the most.
            role: Another role, by the name of a built-in or a custom one.
            skype_username: The name at Skype; None clears it.
            time_zone: A name of the time zone database, as `Europe/Berlin`.
            locale: The language, as `en_US`.
            user_address: Where the user lives; None clears it.
            tags: Labels, in place of all; None for none.
            details: Keys of your own, each with a list of values, in place of all; None for none.
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
