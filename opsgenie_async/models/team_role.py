"""Roles that a team defines for its members (Team Role API page)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model

__all__ = ["TeamRight", "TeamRole"]


@attrs.define(kw_only=True)
class TeamRight(Model):
    """One right, granted or withheld."""

    right: str
    granted: bool = True


@attrs.define(kw_only=True)
class TeamRole(Model):
    """A named set of rights within a team."""

    id: str
    name: str
    rights: list[TeamRight] = attrs.field(factory=list)
