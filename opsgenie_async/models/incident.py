"""Incidents (Incident API page)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from opsgenie_async.models.alert import AlertLog, AlertNote
from opsgenie_async.models.base import Model
from opsgenie_async.models.common import Links, Priority
from opsgenie_async.models.recipient import Recipient

__all__ = ["Incident", "IncidentLinks", "IncidentLog", "IncidentNote", "IncidentSort", "StatusPageEntry"]


class IncidentSort(enum.StrEnum):
    """The fields to sort incidents by: those of the vendor page, and those of the OpenAPI file and the Go SDK."""

    CREATED_AT = "createdAt"
    INSERTED_AT = "insertedAt"
    UPDATED_AT = "updatedAt"
    STATUS = "status"
    PRIORITY = "priority"
    POSTMORTEM_STATUS = "postmortemStatus"
    POSTMORTEM_PUBLISH_DUE_DATE = "postmortemPublishDueDate"
    TINY_ID = "tinyId"
    MESSAGE = "message"
    IS_SEEN = "isSeen"
    OWNER = "owner"


@attrs.define(kw_only=True)
class StatusPageEntry(Model):
    """An incident's entry on the status page (as in the Go SDK; the OpenAPI file calls the text `details`)."""

    title: str
    description: str = ""


@attrs.define(kw_only=True)
class IncidentLinks(Links):
    """The URLs of an incident in the API and the browser."""


@attrs.define(kw_only=True)
class Incident(Model):
    """An incident.

    Attributes:
        owner_team: The team's id.
        impacted_services: Ids (vendor page); older responses have one `service_id`.
        extra_properties: Custom properties; `details` in writes.
        request_id: The id of the request that created it.
    """

    id: str
    tiny_id: str = ""
    message: str = ""
    description: str = ""
    status: str = ""
    is_seen: bool = False
    tags: list[str] = attrs.field(factory=list)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    source: str = ""
    owner: str = ""
    owner_team: str = ""
    priority: Priority | str = Priority.P3
    responders: list[Recipient] = attrs.field(factory=list)
    service_id: str = ""
    impacted_services: list[str] = attrs.field(factory=list)
    impact_start_date: datetime | None = None
    impact_detect_date: datetime | None = None
    impact_end_date: datetime | None = None
    actions: list[str] = attrs.field(factory=list)
    extra_properties: dict[str, str] = attrs.field(factory=dict)
    links: IncidentLinks | None = None
    request_id: str = ""


@attrs.define(kw_only=True)
class IncidentLog(AlertLog):
    """An entry of an incident's log."""


@attrs.define(kw_only=True)
class IncidentNote(AlertNote):
    """A note on an incident."""
