"""Custom user roles (Custom User Role API page)."""

from __future__ import annotations

from opsgenie_async.models import CustomUserRole, ExtendedRole, Reference
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ByName
from opsgenie_async.sequences import ListLike
from opsgenie_async.unset import UNSET, Unset

__all__ = ["CustomUserRoles"]

ROLES = "v2/roles"
ROLE = ROLES + "/{role:identifierType}"


class CustomUserRoles(Resource):
    """`og.custom_user_roles`: roles that the account defines.

    A role extends user, observer or stakeholder (vendor page, Go SDK; the OpenAPI file says the opposite); user
    when not given. Rights are listed on the vendor's User Right page, such as "logs-page-access".
    """

    __slots__ = ()

    @operation("GET", ROLES)
    def list(self) -> Pager[CustomUserRole]:
        """List the custom roles."""
        ...

    @operation("POST", ROLES)
    async def create(
        self,
        *,
        name: str,
        extended_role: ExtendedRole | str | Unset = UNSET,
        granted_rights: ListLike[str] | Unset = UNSET,
        disallowed_rights: ListLike[str] | Unset = UNSET,
    ) -> Reference:
        """Add a role.

        Args:
            name: The name, unique among roles.
            extended_role: The built-in role that it extends: `user`, `observer` or `stakeholder`; `user` when not
                given.
            granted_rights: Rights granted beyond that role, such as "logs-page-access".
            disallowed_rights: Rights of that role that are withheld.

        Raises:
            Conflict: The name is taken.
        """
        ...

    @operation("GET", ROLE)
    async def get(self, role: ByName) -> CustomUserRole:
        """Get one role.

        Args:
            role: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("DELETE", ROLE)
    async def delete(self, role: ByName) -> None:
        """Delete one role.

        Args:
            role: An id, a `Name`, or a model with an id.
        """
        ...

    @operation("PUT", ROLE)
    async def update(
        self,
        role: ByName,
        *,
        name: str | Unset = UNSET,
        extended_role: ExtendedRole | str | Unset = UNSET,
        granted_rights: ListLike[str] | Unset = UNSET,
        disallowed_rights: ListLike[str] | Unset = UNSET,
    ) -> Reference:
        """Replace a role; arguments that are not given are cleared.

        Args:
            role: An id, a `Name`, or a model with an id.
            name: The new name.
            extended_role: The built-in role that it extends: `user`, `observer` or `stakeholder`; `user` when not
                given.
            granted_rights: Rights granted beyond that role; none when not given.
            disallowed_rights: Rights of that role that are withheld; none when not given.
        """
        ...
