"""Saved searches for alerts (Alert API page)."""

from __future__ import annotations

from datetime import datetime

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import TeamMeta, UserMeta

__all__ = ["SavedSearch"]


@attrs.define(kw_only=True)
class SavedSearch(Model):
    """A named query for alerts; listings have only id and name.

    Attributes:
        owner: Only with its id.
        teams: Only with their ids.
    """

    id: str
    name: str = ""
    description: str = ""
    query: str = ""
    owner: UserMeta | None = None
    teams: list[TeamMeta] = attrs.field(factory=list)
    created_at: datetime | None = None
    updated_at: datetime | None = None
