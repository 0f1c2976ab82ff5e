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
            full_name: 512 at the most.
            role: `UserRole(name="user")`, "admin" or the name of a custom role.
            skype_username: The name at Skype.
            time_zone: The account's when not given.
            locale: The account's when not given.
            user_address: Where the user lives.
            tags: Labels.
            details: Keys and values of one's own.
            invitation_disabled: Send none.

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
            query: `field:value` pairs of username, fullName, blocked, verified, role, locale, timeZone, userAddress
                and createdAt.
            sort: Sent as `sort` (vendor page, Go SDK), not as the `sortField` of the OpenAPI file.
            order: `asc` or `desc`.
            offset: How many items to leave out before the first.
            page_size: Users a page; no document states a maximum.
        """
        ...

    @operation("GET", USER)
    async def get(self, user: ByUser, *, expand: str | Sequence[str] | None | Unset = UNSET) -> User:
        """Get one user; `expand="contact"` brings the contacts in the same answer.

        Args:
            user: An id or username, or a model with an id.
            expand: What to get in full: words of the API, as one text or several.
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
            username: A new e-mail address.
            full_name: A new full name.
            role: Another role in the account.
            skype_username: The name at Skype.
            time_zone: The time zone, as `Europe/Berlin`.
            locale: The language, as `en_US`.
            user_address: Where the user lives.
            tags: Labels, in place of all that there are.
            details: Keys and values of one's own, in place of all that there are.
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
        """List the rules that forward the notifications of *user*.

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
