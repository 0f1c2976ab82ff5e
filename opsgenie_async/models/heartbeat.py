"""Heartbeats (Heartbeat API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Priority, TeamMeta

__all__ = ["Heartbeat", "HeartbeatUnit"]


class HeartbeatUnit(enum.StrEnum):
    """The unit of a heartbeat's interval."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


@attrs.define(kw_only=True)
class Heartbeat(Model):
    """A heartbeat; missing pings raise an alert. Writes return only name, enabled and expired.

    Attributes:
        interval: The maximum time between two pings, in units.
        last_ping_time: None before the first.
        alert_message: What the alert says; by the page and the Go SDK, absent in the OpenAPI file, which has
            `last_ping_time`.
        alert_tags: What the alert says; by the page and the Go SDK, absent in the OpenAPI file, which has
            `last_ping_time`.
        alert_priority: What the alert says; by the page and the Go SDK, absent in the OpenAPI file, which has
            `last_ping_time`.
    """

    name: str
    enabled: bool = True
    expired: bool = False
    description: str | None = None
    interval: int | None = None
    interval_unit: HeartbeatUnit | str = HeartbeatUnit.MINUTES
    last_ping_time: datetime | None = None
    owner_team: TeamMeta | None = None
    alert_message: str | None = None
    alert_tags: list[str] = attrs.field(factory=list)
    alert_priority: Priority | str = Priority.P3
