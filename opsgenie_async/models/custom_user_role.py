"""Custom user roles (Custom User Role API page)."""

from __future__ import annotations

import enum

import attrs

from opsgenie_async.models.base import Model

__all__ = ["CustomUserRole", "ExtendedRole"]


class ExtendedRole(enum.StrEnum):
    """The built-in role that a custom one extends (vendor page, Go SDK)."""

    USER = "user"
    OBSERVER = "observer"
    STAKEHOLDER = "stakeholder"


@attrs.define(kw_only=True)
class CustomUserRole(Model):
    """A custom role: a built-in one with rights added and removed, which listings may omit."""

    id: str
    name: str
    extended_role: ExtendedRole | str = ""
    granted_rights: list[str] = attrs.field(factory=list)
    disallowed_rights: list[str] = attrs.field(factory=list)
