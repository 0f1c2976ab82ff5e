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

        username: the e-mail address, 100 characters at the most. full_name: 512 at the most.
        role: `UserRole(name="user")`, "admin" or the name of a custom role.
        time_zone, locale: the account's when not given. invitation_disabled: send none.

        Raises `Conflict` when the username is taken.
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

        query: `field:value` pairs of username, fullName, blocked, verified, role, locale, timeZone, userAddress and
        createdAt. sort: sent as `sort` (vendor page, Go SDK), not as the `sortField` of the OpenAPI file.
        page_size: users a page; no document states a maximum.
        """
        ...

    @operation("GET", USER)
    async def get(self, user: ByUser, *, expand: str | Sequence[str] | None | Unset = UNSET) -> User:
        """Get one user; `expand="contact"` brings the contacts in the same answer."""
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

        Raises `Conflict` when the new username is taken.
        """
        ...

    @operation("DELETE", USER)
    async def delete(self, user: ByUser) -> None:
        """Delete one user.

        Raises `PreconditionRequired` while something still uses the user: a team, a schedule, an escalation.
        """
        ...

    @operation("GET", USER + "/teams")
    def list_teams(self, user: ByUser) -> Pager[TeamMeta]:
        """List the teams that *user* is a member of."""
        ...

    @operation("GET", USER + "/forwarding-rules")
    def list_forwarding_rules(self, user: ByUser) -> Pager[ForwardingRule]:
        """List the rules that forward the notifications of *user*."""
        ...

    @operation("GET", USER + "/escalations")
    def list_escalations(self, user: ByUser) -> Pager[Escalation]:
        """List the escalations that notify *user*."""
        ...

    @operation("GET", USER + "/schedules")
    def list_schedules(self, user: ByUser) -> Pager[ScheduleMeta]:
        """List the schedules that *user* takes part in."""
        ...
