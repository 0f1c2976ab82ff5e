"""Roles of users that the account defines (Custom User Role API)."""

from __future__ import annotations

from opsgenie_async.models.custom_user_role import CustomUserRole
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.rules import words

BUILT_IN = frozenset({"owner", "admin", "user", "observer", "stakeholder"})
"""Roles that every account has, by names whose case does not count."""


CUSTOM_USER_ROLE = Kind(
    name="custom_user_role",
    folder="custom-user-roles",
    section="customUserRole",
    path="/v2/roles",
    model=CustomUserRole,
    stage=0,
    summary_only=True,
    update="PUT",
    defaults={"extendedRole": "user", "grantedRights": [], "disallowedRights": []},
    sets=frozenset({"grantedRights", "disallowedRights"}),
    unique=True,
    built_in=BUILT_IN,
    rules={"extendedRole": words("user", "observer", "stakeholder")},
)
