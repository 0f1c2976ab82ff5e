"""Saved searches for users (User API page; shapes from the Go SDK)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model

__all__ = ["UserSavedSearch"]


@attrs.define(kw_only=True)
class UserSavedSearch(Model):
    """A named query for users; listings have only id and name."""

    id: str
    name: str = ""
    description: str = ""
    owner_id: str = ""
    query: str = ""
