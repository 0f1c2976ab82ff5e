"""Overrides of a schedule (Schedule Override API page)."""

from __future__ import annotations

from datetime import datetime

import attrs

from opsgenie_async.models.base import Model, on_wire
from opsgenie_async.models.common import RotationMeta, ScheduleMeta
from opsgenie_async.models.recipient import Recipient

__all__ = ["ScheduleOverride"]


@attrs.define(kw_only=True)
class ScheduleOverride(Model):
    """An override: another user, or nobody, is on call for a while.

    Attributes:
        user: A user or nobody; responses can have a team, an escalation or a schedule.
        rotations: The overridden rotations; empty for the whole schedule.
    """

    alias: str
    user: Recipient
    start_date: datetime
    end_date: datetime
    rotations: list[RotationMeta] = attrs.field(factory=list)
    parent: ScheduleMeta | None = attrs.field(default=None, metadata=on_wire("_parent"))
