"""Routing rules of a team (Team Routing Rule API page)."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.criteria import Criteria
from opsgenie_async.models.recipient import Recipient
from opsgenie_async.models.time_restriction import TimeRestriction

__all__ = ["TeamRoutingRule"]


@attrs.define(kw_only=True)
class TeamRoutingRule(Model):
    """One routing rule of a team: the first rule that matches an alert decides whom it notifies.

    Attributes:
        order: The index, from 0.
        is_default: Whether it is the last rule, for alerts that no other rule matches.
        timezone: The time zone of the time restriction.
        notify: A schedule, an escalation or nobody.
    """

    id: str
    name: str = ""
    is_default: bool = False
    order: int = 0
    timezone: str = ""
    criteria: Criteria | None = None
    time_restriction: TimeRestriction | None = None
    notify: Recipient | None = None
