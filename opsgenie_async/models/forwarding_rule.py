"""Forwarding rules (Forwarding Rule API page)."""

from __future__ import annotations

from datetime import datetime

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import UserMeta

__all__ = ["ForwardingRule"]


@attrs.define(kw_only=True)
class ForwardingRule(Model):
    """A rule that forwards the notifications of one user to another for a period."""

    id: str = ""
    alias: str = ""
    from_user: UserMeta
    to_user: UserMeta
    start_date: datetime
    end_date: datetime
