"""Users (User API)."""

from __future__ import annotations

from opsgenie_async.models.user import User
from opsgenie_async.sync.model.kind import Fields, Kind, to
from opsgenie_async.sync.model.rules import longest, name_of_up_to, timezone


def _is_owner(fields: Fields) -> bool:
    """The account's owner stays."""
    role = fields.get("role")
    return isinstance(role, dict) and str(role.get("name")).casefold() == "owner"


USER = Kind(
    name="user",
    folder="users",
    section="user",
    path="/v2/users",
    model=User,
    stage=1,
    summary_only=True,
    expand={"expand": "contact"},
    identity=("username",),
    caseless=True,
    read_only=frozenset({"blocked", "verified", "createdAt", "mutedUntil", "userContacts"}),
    defaults={"tags": [], "details": {}, "skypeUsername": "", "userAddress": {}},
    server_default=frozenset({"timeZone", "locale"}),
    references=(to("role", "custom_user_role"),),
    unique=True,
    label="username",
    reference_label="username",
    typed=True,
    name_lookup=True,
    undeletable=_is_owner,
    rules={
        "username": lambda value: (
            "expected an e-mail address" if isinstance(value, str) and "@" not in value else longest(100)(value)
        ),
        "fullName": name_of_up_to(512),
        "timeZone": timezone,
    },
    required_when_new=("fullName", "role"),
)
