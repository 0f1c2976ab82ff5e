"""The account itself (Account API page)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model

__all__ = ["Account", "AccountPlan"]


@attrs.define(kw_only=True)
class AccountPlan(Model):
    """The plan of the account."""

    name: str = ""
    max_user_count: int | None = None
    is_yearly: bool = False


@attrs.define(kw_only=True)
class Account(Model):
    """The account of the API key, with its number of users."""

    name: str
    user_count: int = 0
    plan: AccountPlan | None = None
