"""Alerts (Alert API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Priority, UserMeta
from opsgenie_async.models.recipient import Recipient
from opsgenie_async.models.wire_types import IdText

__all__ = [
    "Alert",
    "AlertAttachment",
    "AlertIntegration",
    "AlertLog",
    "AlertNote",
    "AlertRecipient",
    "AlertReport",
    "AlertSort",
    "AlertTeam",
]


class AlertSort(enum.StrEnum):
    """The fields to sort alerts by; `createdAt` when not given."""

    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"
    TINY_ID = "tinyId"
    ALIAS = "alias"
    MESSAGE = "message"
    STATUS = "status"
    ACKNOWLEDGED = "acknowledged"
    IS_SEEN = "isSeen"
    SNOOZED = "snoozed"
    SNOOZED_UNTIL = "snoozedUntil"
    COUNT = "count"
    LAST_OCCURRED_AT = "lastOccurredAt"
    SOURCE = "source"
    OWNER = "owner"
    INTEGRATION_NAME = "integration.name"
    INTEGRATION_TYPE = "integration.type"
    ACK_TIME = "report.ackTime"
    CLOSE_TIME = "report.closeTime"
    ACKNOWLEDGED_BY = "report.acknowledgedBy"
    CLOSED_BY = "report.closedBy"


@attrs.define(kw_only=True)
class AlertIntegration(Model):
    """The integration that created an alert."""

    id: str = ""
    name: str = ""
    type: str = ""


@attrs.define(kw_only=True)
class AlertReport(Model):
    """The users who acknowledged and closed an alert, and how long after its creation; the pages state no unit."""

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
    """An alert; listings omit `description`, `details`, `entity` and `actions`."""

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


@attrs.define(kw_only=True)
class AlertRecipient(Model):
    """A recipient of an alert, with the method and state of the notification.

    Attributes:
        state: The page shows "action" and "notactive", without a full list.
    """

    user: UserMeta | None = None
    state: str = ""
    method: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.define(kw_only=True)
class AlertEntry(Model):
    """An event of an alert.

    Attributes:
        offset: The position in the listing, from which to continue.
    """

    owner: str = ""
    created_at: datetime | None = None
    offset: IdText = ""


@attrs.define(kw_only=True)
class AlertLog(AlertEntry):
    """An entry of an alert's log.

    Attributes:
        type: The type of its source, such as "system" or "alertRecipient".
    """

    log: str = ""
    type: str = ""


@attrs.define(kw_only=True)
class AlertNote(AlertEntry):
    """A note on an alert."""

    note: str = ""


@attrs.define(kw_only=True)
class AlertAttachment(Model):
    """A file attached to an alert: creating returns the id, listing id and name, `get_attachment` name and URL.

    Attributes:
        url: A temporary download URL, valid without the API key, which must not be sent to it.
    """

    id: IdText = ""
    name: str = ""
    url: str = attrs.field(default="", repr=False)
