"""The account itself (Account API page)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model

__all__ = ["Account", "AccountPlan"]


@attrs.define(kw_only=True)
class AccountPlan(Model):
    """What the account has paid for."""

    name: str = ""
    max_user_count: int | None = None
    is_yearly: bool = False


@attrs.define(kw_only=True)
class Account(Model):
    """Whose key this is, and how many users are there."""

    name: str
    user_count: int = 0
    plan: AccountPlan | None = None
