"""Users of the account (User API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import one_of
from opsgenie_async.models.contact import ContactMethod

__all__ = ["User", "UserAddress", "UserContact", "UserRole", "UserSort"]


class UserSort(enum.StrEnum):
    """The fields to sort users by: those of the vendor page and, for the creation time, of the OpenAPI file."""

    USERNAME = "username"
    FULL_NAME = "fullName"
    CREATED_AT = "createdAt"
    INSERTED_AT = "insertedAt"


@attrs.define(kw_only=True)
class UserRole(Model):
    """The role of a user in the account: admin, user or the name of a custom role; ids are only in responses."""

    id: str = ""
    name: str = ""

    def __attrs_post_init__(self) -> None:
        one_of(self, "id", "name")


@attrs.define(kw_only=True)
class UserAddress(Model):
    """The address of a user; every part is optional."""

    country: str = ""
    state: str = ""
    city: str = ""
    line: str = ""
    zip_code: str = ""


@attrs.define(kw_only=True)
class UserContact(Model):
    """A contact of a user, with `expand=contact`."""

    id: str = ""
    to: str = ""
    contact_method: ContactMethod | str = ""
    enabled: bool = True
    disabled_reason: str | None = None


@attrs.define(kw_only=True)
class User(Model):
    """A user of the account."""

    id: str
    username: str = ""
    full_name: str = ""
    role: UserRole | None = None
    skype_username: str | None = None
    time_zone: str = ""
    locale: str = ""
    user_address: UserAddress | None = None
    tags: list[str] = attrs.field(factory=list)
    details: dict[str, list[str]] = attrs.field(factory=dict)
    blocked: bool = False
    verified: bool = False
    created_at: datetime | None = None
    muted_until: datetime | None = None
    user_contacts: list[UserContact] = attrs.field(factory=list)
