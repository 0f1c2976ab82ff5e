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
    """One line of a team's routing table: the first rule that applies decides whom an alert goes to.

    Attributes:
        order: The index in the table, from 0.
        is_default: The last rule, for alerts that no other one took.
        timezone: The zone of the time restriction.
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
