"""Contacts of a user (Contact API page)."""

from __future__ import annotations

import enum

import attrs

from opsgenie_async.models.base import Model

__all__ = ["Contact", "ContactMeta", "ContactMethod", "ContactStatus"]


class ContactMethod(enum.StrEnum):
    """The method of a contact; the mobile app registers itself (OpenAPI file, not in the Go SDK)."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"
    MOBILE = "mobile"


@attrs.define(kw_only=True)
class ContactMeta(Model):
    """A contact by its method and its address or number."""

    method: ContactMethod | str
    to: str


@attrs.define(kw_only=True)
class ContactStatus(Model):
    """The state of a contact: whether it is enabled, and why not."""

    enabled: bool = True
    disabled_reason: str | None = None


@attrs.define(kw_only=True)
class Contact(Model):
    """A contact of a user.

    Attributes:
        apply_order: The position among the user's contacts; only in listings.
    """

    id: str
    method: ContactMethod | str
    to: str = ""
    status: ContactStatus | None = None
    apply_order: int | None = None
