"""Alerts (Alert API page)."""

from __future__ import annotations

from datetime import datetime

import attrs

from .base import Model
from .common import Priority
from .recipient import Recipient

__all__ = ["Alert", "AlertIntegration", "AlertReport", "AlertTeam"]


@attrs.define(kw_only=True)
class AlertIntegration(Model):
    """The integration that an alert came through."""

    id: str = ""
    name: str = ""
    type: str = ""


@attrs.define(kw_only=True)
class AlertReport(Model):
    """Who took care of an alert, and how long after its creation; the pages state no unit for the times."""

    ack_time: int | None = None
    close_time: int | None = None
    acknowledged_by: str = ""
    closed_by: str = ""


@attrs.define(kw_only=True)
class AlertTeam(Model):
    """A team that an alert belongs to."""

    id: str


@attrs.define(kw_only=True)
class Alert(Model):
    """An alert; a listing leaves `description`, `details`, `entity` and `actions` out."""

    id: str
    tiny_id: str = ""
    alias: str = ""
    message: str = ""
    status: str = ""
    acknowledged: bool = False
    is_seen: bool = False
    seen: bool = False
    tags: list[str] = attrs.field(factory=list)
    snoozed: bool = False
    snoozed_until: datetime | None = None
    count: int = 1
    last_occurred_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    source: str = ""
    owner: str = ""
    owner_team_id: str = ""
    priority: Priority | str = Priority.P3
    teams: list[AlertTeam] = attrs.field(factory=list)
    responders: list[Recipient] = attrs.field(factory=list)
    integration: AlertIntegration | None = None
    report: AlertReport | None = None
    actions: list[str] = attrs.field(factory=list)
    entity: str = ""
    description: str = ""
    details: dict[str, str] = attrs.field(factory=dict)
